"""The dialect that Messenger and Instagram share, and the Graph API that they share with WhatsApp. No channel itself.

graph     requests to the Graph API                 errors    what its answers mean for these two
config    the settings both have                    dialect   what tells the two apart
receive   a webhook, taken apart (messages, content, events, comments)
send      messages out (media, choices)             poll      what webhooks missed, fetched; profile: names
talk      the channel both are
"""
