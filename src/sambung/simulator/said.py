"""What customers do on their phones, before it becomes what their app shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sambung.simulator.chats import Bubble
from sambung.simulator.files import File

FILES = ("image", "video", "audio", "voice", "document", "sticker")
"""Kinds of message that are a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a customer writes on their phone.

    text     of a message, or beside a file
    content  of a kind that is neither text nor file, as `Bubble.content` has it
    quotes   the message it answers
    button   the one of `quotes` that was pressed: {"id", "text"}; its kind is then "button"
    number   the business's account it is written to, where it has several
    """

    kind: str = "text"
    text: str = ""
    file: File | None = None
    content: Mapping[str, Any] = field(default_factory=dict[str, Any])
    quotes: Bubble | None = None
    button: Mapping[str, str] | None = None
    number: str = ""

    def shown(self) -> dict[str, Any]:
        """As `Bubble.content`."""
        if self.button is not None:
            return {"text": self.button["text"]}
        if self.file is not None:
            about = {"id": self.file.id, "mime_type": self.file.mime, "filename": self.file.name}
            return about | ({"caption": self.text} if self.text else {})
        return dict(self.content) or {"body": self.text}
