"""What a visitor may see: the messages of their own identities on their connection, as the widget shows them.

`order` places a message in the thread: microseconds since 1970 of its time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, or_, select

from sambung.core import eventlog, messages
from sambung.core.files import File
from sambung.core.markers import ReadMarker
from sambung.core.messages import IN, OUT, Message
from sambung.core.receiving import Link
from sambung.core.users import User
from sambung.kit import clock, crypto
from sambung.kit.columns import EPOCH, MICROSECOND
from sambung.kit.db import Tx

TYPES = (
    *("MessageReceived", "MessageImported", "MessageSent", "MessageUncertain"),
    *("MessageEdited", "MessageDeleted", "AttachmentStored"),
)
"""The events after which a visitor sees something new."""
STEP = 500
"""Events read at once."""
PAGE = 50
SHOWN = ("sent", "delivered", "read", "unknown")
"""Statuses with which a message of ours is shown. Handing it over is ours alone, so `unknown` was too."""
LINK_LIVES = timedelta(hours=24)
SIGNED = "visitor file"


@dataclass(frozen=True, slots=True)
class Thread:
    """Part of the thread, oldest first, as of `position` in the account's log. more: there is older."""

    position: int
    messages: list[dict[str, Any]]
    more: bool | None
    conversation: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One message for whoever has the identity."""

    identity: UUID
    connection: UUID
    conversation: UUID
    frame: dict[str, Any]


def page(
    tx: Tx,
    link: Link,
    identities: Iterable[UUID],
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> Thread:
    """The latest messages, or those before an `order`."""
    position = eventlog.end(tx, link.account)
    wanted = (
        select(Message)
        .where(
            Message.account == link.account,
            Message.identity.in_(list(identities)),
            Message.connection == link.id,
            _visible(),
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        wanted = wanted.where(Message.at < EPOCH + before * MICROSECOND)
    rows = list(tx.all(wanted))
    more, rows = len(rows) > limit, rows[:limit][::-1]
    found = [one.frame for one in shown(tx, link.account, rows)]
    return Thread(position, found, more, rows[-1].conversation if rows else None)


def since(tx: Tx, link: Link, identities: frozenset[UUID], position: int) -> Thread | None:
    """What changed after a position of the log; None when that is too long ago to tell."""
    last = eventlog.end(tx, link.account)
    found = eventlog.after(tx, link.account, position, types=TYPES, limit=STEP)
    if position > last or len(found) == STEP:
        return None
    changed = dict.fromkeys(UUID(recorded.data["message"]) for recorded in found)
    mine = [
        one
        for one in by_id(tx, link.account, list(changed))
        if one.identity in identities and one.connection == link.id
    ]
    latest = page(tx, link, identities, limit=1).conversation
    return Thread(last, [one.frame for one in mine], None, latest)


def by_id(tx: Tx, account: UUID, ids: Sequence[UUID]) -> list[Shown]:
    """These messages, as far as visitors may see them."""
    wanted = select(Message).where(Message.account == account, Message.id.in_(ids), _visible())
    return shown(tx, account, tx.all(wanted.order_by(Message.at, Message.id)))


def order_at(tx: Tx, account: UUID, conversation: UUID, position: int) -> int | None:
    """The `order` of the last message that came in up to a position of a conversation."""
    last = tx.value(
        select(func.max(Message.at)).where(
            Message.account == account,
            Message.conversation == conversation,
            Message.position <= position,
            Message.direction == IN,
        )
    )
    return None if last is None else order_of(last)


def shown(tx: Tx, account: UUID, rows: Sequence[Any]) -> list[Shown]:
    """The messages with names, files and ticks."""
    authors = _authors(tx, account, rows)
    files = _files(tx, account, rows)
    read = _read_by_us(tx, account, rows)
    return [
        Shown(
            row.identity,
            row.connection,
            row.conversation,
            {
                "id": str(row.id),
                "cid": _cid(row),
                "from": "me" if row.direction == IN else "us",
                "author": authors.get(row.author_id, ""),
                "kind": row.kind,
                "text": row.text,
                "files": files.get(row.id, []),
                "interactive": None if row.direction == IN else row.extra.get("interactive"),
                "at": row.at.isoformat(),
                "status": _status(row, read),
                "order": order_of(row.at),
                "deleted": row.deleted_at is not None,
            },
        )
        for row in rows
    ]


def signed(file: UUID, until: int) -> str:
    """What only we could have put into a file's address: `until` is when it ends, epoch seconds."""
    return crypto.sign(SIGNED, f"{file}:{until}")


def _visible() -> Any:
    ours = (Message.direction == OUT) & Message.status.in_(SHOWN)
    return or_(Message.direction == IN, ours)


def _authors(tx: Tx, account: UUID, rows: Sequence[Any]) -> dict[UUID, str]:
    people = {row.author_id for row in rows if row.author_type == "user"}
    if not people:
        return {}
    named = select(User.id, User.name).where(User.account == account, User.id.in_(people))
    return dict(tuple(row) for row in tx.all(named))


def _files(tx: Tx, account: UUID, rows: Sequence[Any]) -> dict[UUID, list[dict[str, Any]]]:
    until = int((clock.now() + LINK_LIVES).timestamp()) // 3600 * 3600
    found: dict[UUID, list[dict[str, Any]]] = {}
    attached = messages.attachments_of(tx, account, [row.id for row in rows])
    kept = [one.file for one in attached if one.file is not None]
    sized = select(File.id, File.size).where(File.account == account, File.id.in_(kept))
    sizes = dict(tuple(row) for row in tx.all(sized)) if kept else {}
    for one in attached:
        address = ""
        if one.file is not None:
            address = f"files/{one.file}?" + urlencode(
                {"until": until, "s": signed(one.file, until)}
            )
        file = {
            "id": str(one.id),
            "name": one.name,
            "mime": one.mime,
            "size": sizes.get(one.file, 0),
            "url": address,
        }
        found.setdefault(one.message, []).append(file)
    return found


def _read_by_us(tx: Tx, account: UUID, rows: Sequence[Any]) -> dict[UUID, int]:
    """How far any agent has read the conversations."""
    found = {row.conversation for row in rows if row.direction == IN}
    if not found:
        return {}
    furthest = (
        select(ReadMarker.conversation, func.max(ReadMarker.position))
        .where(ReadMarker.account == account, ReadMarker.conversation.in_(found))
        .group_by(ReadMarker.conversation)
    )
    return dict(tuple(row) for row in tx.all(furthest))


def _status(row: Any, read: dict[UUID, int]) -> str:
    if row.direction == OUT:
        return str(row.status) if row.status != "unknown" else "sent"
    return "read" if row.position <= read.get(row.conversation, -1) else "sent"


def _cid(row: Any) -> str | None:
    """The name the visitor's browser gave it."""
    if row.direction != IN or not row.provider_id:
        return None
    return str(row.provider_id).partition(":")[2] or None


def order_of(at: Any) -> int:
    """Where in the thread a message of this time stands."""
    return int((at - EPOCH) // MICROSECOND)
