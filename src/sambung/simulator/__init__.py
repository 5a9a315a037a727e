"""Stand-ins for the providers, and a customer's phone in the browser: demo, development, tests.

They have memory and speak the providers' own protocols (the Graph API and its signed webhooks,
SMTP), so the product runs its production code against them. They know nothing of the record:
what the product learns, it learns through its hooks, its mail listener and its web-chat socket.
Read `app.py` first; then `graph/` (WhatsApp), `mailbox/` (email), `shop.py` (page with widget).
"""
