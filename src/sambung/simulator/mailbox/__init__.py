"""The customers' mail provider: a real SMTP server with their mailboxes, and their letters out by SMTP.

`provider.py` is the post office, `mailboxes.py` its memory, `letters.py` how people write and answer,
`reports.py` what machines answer: bounces (RFC 3464) and out-of-office notes (RFC 3834).
"""
