"""What tells Messenger and Instagram apart where both speak the same."""

from dataclasses import dataclass
from datetime import timedelta

PRIVATE_REPLY = timedelta(days=7)
"""How long a comment may be answered by a private message, once."""
COMMENT = "comment:"
"""Begins the reply address of who wrote a comment: the answer is a private reply to it."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """object: in webhooks; kind: of its customers' handles; platform: in the Conversations API.

    longest_text  in characters, or bytes of UTF-8 where `in_bytes`
    metadata      whether what we put beside a message comes back in its echo
    fields        of the webhook subscription
    """

    title: str
    object: str
    kind: str
    platform: str
    longest_text: int
    in_bytes: bool
    metadata: bool
    fields: tuple[str, ...]
