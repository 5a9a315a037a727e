"""What becomes of a message's file that was to be fetched: it is stored, or given up, or asked for again."""

from uuid import UUID

from sambung.core import eventlog, files, messages
from sambung.core.events import SYSTEM, AttachmentFailed, AttachmentStored
from sambung.kit import media
from sambung.kit.db import Tx
from sambung.kit.media import Stored

FETCH = "fetch"
"""Job: get one attachment's bytes from its provider."""


def stored(tx: Tx, account: UUID, attachment: UUID, taken: Stored) -> None:
    """Its bytes are here."""
    row = messages.get_attachment(tx, account, attachment)
    if row is None or row.state != "pending":
        return
    file = files.add(tx, account, taken, by=SYSTEM)
    kind = media.kind_of(taken.mime, voice=row.voice)
    values = {"file": file, "mime": taken.mime, "kind": kind, "name": row.name or taken.name}
    messages.change_attachment(tx, account, attachment, state="stored", **values)
    message = messages.get(tx, account, row.message)
    event = AttachmentStored(message.conversation, message.id, attachment)
    eventlog.append(tx, account, event, by=SYSTEM)


def give_up(tx: Tx, account: UUID, attachment: UUID, why: str) -> None:
    """The file will not come."""
    row = messages.get_attachment(tx, account, attachment)
    if row is None or row.state != "pending":
        return
    messages.change_attachment(tx, account, attachment, state="failed", failure=why[:255])
    message = messages.get(tx, account, row.message)
    event = AttachmentFailed(message.conversation, message.id, attachment)
    eventlog.append(tx, account, event, by=SYSTEM)


def expect_again(tx: Tx, account: UUID, attachment: UUID) -> bool:
    """Let a job fetch what was given up; False when there is nothing to fetch (any more)."""
    row = messages.get_attachment(tx, account, attachment)
    if row is None or row.state not in ("failed", "pending") or not row.source:
        return False
    messages.change_attachment(tx, account, attachment, state="pending", failure="")
    return True
