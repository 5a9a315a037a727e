"""What a device shows, whoever carries it there."""

import json
from dataclasses import dataclass
from typing import Any

from sambung.channels import Outbound, Refused
from sambung.channels.push.config import PushConfig

LONGEST_TEXT = 1000
"""Characters of a text: with four bytes to each still within what providers take, but for odd ones."""
KEPT_FOR = 86400
"""Seconds that a provider keeps it for a device that is off."""


@dataclass(frozen=True, slots=True)
class Notification:
    """id: our message's; a second one of the same id takes the first's place, so a repetition is harmless."""

    id: str
    title: str
    body: str
    url: str

    @classmethod
    def of(cls, message: Outbound, config: PushConfig) -> "Notification":
        """Raises Refused for what is no notification."""
        if message.kind != "text" or message.attachments:
            raise Refused("a notification is text alone", reason="media_invalid")
        if not message.text.strip():
            raise Refused("the message is empty", reason="invalid")
        if len(message.text) > LONGEST_TEXT:
            raise Refused(f"longer than {LONGEST_TEXT} characters", reason="invalid")
        return cls(message.id, config.title, message.text, config.url)

    @property
    def data(self) -> dict[str, str]:
        """For the app: which message it is, and what a tap opens."""
        return {"message": self.id} | ({"url": self.url} if self.url else {})


def written(document: Any, longest: int) -> bytes:
    """As JSON. Raises Refused over `longest` bytes."""
    found = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    if len(found) > longest:
        raise Refused(f"{len(found):,} bytes; at most {longest:,} here", reason="invalid")
    return found
