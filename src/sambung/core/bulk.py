"""One thing done to many conversations, and undone as a whole.

What each was before is kept, so that undoing restores it. Large selections come in slices, a transaction each.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import conversations, labels
from sambung.core.conversations import CLOSED, NOBODY, SNOOZED, Snooze
from sambung.core.events import Actor
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound

Action = Literal["close", "reopen", "assign", "label", "snooze"]
SLICE = 200
"""Conversations of one transaction."""


class Bulk(Table):
    """before: [{conversation, …what it was}] of each that changed."""

    __tablename__ = "bulk"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    action: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    before: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class NoSuchBulk(NotFound):
    text = {"en": "There is nothing to undo.", "id": "Tidak ada yang bisa dibatalkan."}


class UndoneBefore(Conflict):
    text = {"en": "This has been undone already.", "id": "Ini sudah dibatalkan."}


def begin(tx: Tx, account: UUID, action: Action, *, by: Actor) -> UUID:
    """The token that undoes what follows."""
    bulk = new_id()
    row = {"account": account, "id": bulk, "action": action, "by_id": by.id}
    tx.run(insert(Bulk).values(**row, at=clock.now(), before=[]))
    return bulk


def apply(
    tx: Tx, account: UUID, bulk: UUID, chosen: Sequence[UUID], value: Any, *, by: Actor
) -> int:
    """Do it to these; how many changed. value: assignee (UUID or None), label, or datetime to snooze until."""
    row = _get(tx, account, bulk)
    changed: list[dict[str, Any]] = []
    for conversation in chosen:
        before = _do(tx, account, row.action, conversation, value, by)
        if before is not None:
            changed.append({"conversation": str(conversation), **before})
    tx.run(update(Bulk).where(*_this(account, bulk)).values(before=[*row.before, *changed]))
    return len(changed)


def undo(tx: Tx, account: UUID, bulk: UUID, *, by: Actor) -> int:
    """Put everything back; how many. Raises NoSuchBulk, UndoneBefore."""
    row = _get(tx, account, bulk)
    if row.undone_at is not None:
        raise UndoneBefore
    for before in row.before:
        _put_back(tx, account, row.action, UUID(before["conversation"]), before, by)
    tx.run(update(Bulk).where(*_this(account, bulk)).values(undone_at=clock.now()))
    return len(row.before)


def _do(
    tx: Tx, account: UUID, action: str, conversation: UUID, value: Any, by: Actor
) -> dict[str, Any] | None:
    """What it was before; None when it is so already, or cannot become so."""
    found = conversations.get(tx, account, conversation)
    match action:
        case "close" if found.status != CLOSED:
            before = _sleep(tx, account, found)
            conversations.close(tx, account, found.id, by=by)
            return before
        case "reopen" if found.status == CLOSED:
            conversations.reopen(tx, account, found.id, by=by)
            return {}
        case "assign" if found.assignee != (value or NOBODY):
            conversations.assign(tx, account, found.id, assignee=value, by=by)
            return {"assignee": str(found.assignee)}
        case "label":
            had = labels.of(tx, account, [found.id]).get(found.id, [])
            labels.put(tx, account, found.id, {*had, value}, by=by)
            now = labels.of(tx, account, [found.id]).get(found.id, [])
            return None if now == had else {"labels": had}
        case "snooze" if found.status != CLOSED:
            before = _sleep(tx, account, found)
            conversations.snooze(tx, account, found.id, until=value, by=by)
            return before
    return None


def _put_back(
    tx: Tx, account: UUID, action: str, conversation: UUID, before: dict[str, Any], by: Actor
) -> None:
    match action:
        case "close":
            conversations.reopen(tx, account, conversation, by=by)
            _sleep_again(tx, account, conversation, before, by)
        case "reopen":
            conversations.close(tx, account, conversation, by=by)
        case "assign":
            assignee = UUID(before["assignee"])
            chosen = None if assignee == NOBODY else assignee
            conversations.assign(tx, account, conversation, assignee=chosen, by=by)
        case "label":
            labels.put(tx, account, conversation, before["labels"], by=by)
        case "snooze":
            conversations.wake(tx, account, conversation, by=by)
            _sleep_again(tx, account, conversation, before, by)


def _sleep(tx: Tx, account: UUID, found: Any) -> dict[str, Any]:
    """Until when it is snoozed, if it is."""
    if found.status != SNOOZED:
        return {}
    until = tx.value(
        select(Snooze.until).where(Snooze.account == account, Snooze.conversation == found.id)
    )
    return {"until": until.isoformat()}


def _sleep_again(
    tx: Tx, account: UUID, conversation: UUID, before: dict[str, Any], by: Actor
) -> None:
    until = datetime.fromisoformat(before["until"]) if "until" in before else None
    if until is not None and until > clock.now():
        conversations.snooze(tx, account, conversation, until=until, by=by)


def _get(tx: Tx, account: UUID, bulk: UUID) -> Any:
    found = tx.first(select(Bulk).where(*_this(account, bulk)).with_for_update())
    if found is None:
        raise NoSuchBulk
    return found


def _this(account: UUID, bulk: UUID) -> tuple[Any, ...]:
    return Bulk.account == account, Bulk.id == bulk
