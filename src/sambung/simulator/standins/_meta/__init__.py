"""What the stand-ins of Meta's two inboxes share: the Graph API, its webhooks, and the phones.

account   ids, tokens, whom it may write to, how it says no, what it posts
phone     what customers do
elements  bubbles as webhooks have them
sending   what the business sends
graph     the API
"""
