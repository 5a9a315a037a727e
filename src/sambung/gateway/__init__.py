"""The gateway: the one edge where channels and the record meet.

inbound    what providers send: verified, translated, recorded, then answered
outbound   reads MessageQueued; a job hands each message to its channel
media      reads messages with files to be fetched; a job fetches each
listeners  channels that must fetch (mailboxes) or are handed mail by the built-in listener
visitors   the sockets of visitors on the business's own sites
"""
