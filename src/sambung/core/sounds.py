"""The same sound twice: as it came or was recorded, and in a form that the other end can play."""

from collections.abc import Sequence
from uuid import UUID

from sambung.channels import Capabilities
from sambung.core import eventlog, files, messages
from sambung.core.events import SYSTEM, AttachmentStored
from sambung.kit import sound
from sambung.kit.db import Tx
from sambung.kit.media import Stored

CONVERT = "convert_sound"
"""Job: make an attachment that not every browser plays playable everywhere."""
RECORDED = "audio/webm"
"""What browsers record, and nobody sends as a file."""


def form_for(able: Capabilities, mime: str, *, voice: bool) -> str:
    """The form a channel wants this sound in; "" where it carries it as it is, or carries no such thing."""
    if not mime.startswith("audio/"):
        return ""
    sounds = {
        kind: [one for rule in able.media if rule.kind == kind for one in rule.mimes]
        for kind in ("voice", "audio")
    }
    heard = (sounds["voice"] or sounds["audio"]) if voice else [*sounds["voice"], *sounds["audio"]]
    carried = heard if voice else [one for rule in able.media for one in rule.mimes]
    if _fits(mime, carried):
        return ""
    return next((one for one in heard if one in sound.FORMS), "")


def is_carried(able: Capabilities, mime: str) -> bool:
    """Whether a channel that does not carry this sound carries it converted."""
    return sound.program() is not None and bool(form_for(able, mime, voice=mime == RECORDED))


def add_variant(tx: Tx, account: UUID, attachment: UUID, made: Stored) -> UUID | None:
    """Keep the other form beside the first; its file. None when the first is gone meanwhile."""
    row = messages.get_attachment(tx, account, attachment)
    if row is None or row.file is None:
        return None
    file = files.add(tx, account, made, by=SYSTEM)
    messages.change_attachment(tx, account, attachment, variant=file)
    message = messages.get(tx, account, row.message)
    event = AttachmentStored(message.conversation, message.id, attachment)
    eventlog.append(tx, account, event, by=SYSTEM)
    return file


def _fits(mime: str, mimes: Sequence[str]) -> bool:
    return any(
        mime == one or one == "*/*" or (one.endswith("/*") and mime.startswith(one[:-1]))
        for one in mimes
    )
