"""Tells the business's own systems of every event they subscribed to. Reads all events, records none.

`reader.py` makes a delivery of each; `deliver.py` posts them, signed, and tries again for some hours.
Subscriptions themselves are `core.subscriptions`; their routes `api.webhooks`.
"""
