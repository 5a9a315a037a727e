"""The WhatsApp Business Platform and the phones behind it: Graph API in, signed webhooks out.

`cloud.py` is the provider with its memory, `api.py` its HTTP face, `sends.py` and
`interactive.py` what it accepts, `hooks.py` what it posts, `phone.py` what customers do,
`chats.py` what their phones show.
Source: developers.facebook.com/docs/whatsapp/cloud-api (v26.0).
"""
