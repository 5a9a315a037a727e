"""What happens, told to browsers while it happens.

Reads the event log (all types) as one follower per account with somebody online; records nothing.
`hub` hands each event to whoever subscribed, `frames` makes it whole, `presence` knows who is here,
`live` is the agents' WebSocket.
"""
