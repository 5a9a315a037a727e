"""Signs we put in addresses, and find again in what comes back.

`cs+c<tag>@shop` continues a conversation: the core signed the tag, and checks it when it returns.
`cs+b<message>@shop` is the envelope sender (VERP): a bounce to it is about that message for certain.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from sambung.kit.mail import split_subaddress, with_subaddress

_THREAD = re.compile(r"c[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_BOUNCE = re.compile(r"b([0-9A-Za-z]+)")
_HEX = re.compile(r"[0-9a-f]{32}")


def token_of(message: str) -> str:
    """A message's id as it may stand in an address or a Message-ID."""
    return re.sub(r"[^0-9A-Za-z]", "", message).lower()


def bounce_address(address: str, message: str) -> str:
    """The envelope sender for one message."""
    return with_subaddress(address, f"b{token_of(message)}")


def message_bounced(recipients: Iterable[str]) -> str:
    """Which message of ours a bounce is about, by the address it was sent to; "" when that is not said."""
    for recipient in recipients:
        found = _BOUNCE.fullmatch(split_subaddress(recipient)[1].lower())
        if found:
            return str(UUID(found[1])) if _HEX.fullmatch(found[1]) else found[1]
    return ""


def thread_tag(recipients: Iterable[str]) -> str:
    """The conversation's tag among the addresses a mail was sent to, as it was given to us."""
    for recipient in recipients:
        tag = split_subaddress(recipient)[1]
        if _THREAD.fullmatch(tag):
            return tag
    return ""
