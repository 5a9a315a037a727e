"""What changes a message after it was written: delivery statuses, edits, deletions, reactions.

Statuses go up only: queued < sending < sent < delivered < read. `failed` counts only below delivered, and
nothing turns a failure back; `unknown` gives way to whatever is learnt later.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sambung.channels import Deleted, Edited, Reacted, ReadUpTo, StatusReported
from sambung.core import conversations, eventlog, files, messages, parts
from sambung.core.events import (
    SYSTEM,
    Actor,
    MessageDeleted,
    MessageDelivered,
    MessageEdited,
    MessageEvent,
    MessageFailed,
    MessageReacted,
    MessageRead,
    MessageSent,
    MessageUncertain,
)
from sambung.core.messages import Attachment, Message
from sambung.kit import clock
from sambung.kit.db import Tx

LADDER = {"queued": 0, "sending": 1, "unknown": 2, "sent": 3, "delivered": 4, "read": 5}
RETRYABLE = {
    "rate_limited",
    "provider_down",
    "timed_out",
    "auth",
    "payment",
    "media_invalid",
    "mailbox_full",
    "held_back",
    "other",
}
CUSTOMER = Actor("customer")
OF_A_PART = ("failed", "read")
"""Statuses that hold for a message when they are told of one of its parts."""
EARLIER = "earlier_ids"
"""In `extra`: what the provider called the message before it was sent again; nothing said of them counts."""


def apply(
    tx: Tx, account: UUID, connection: UUID, item: Edited | Deleted | Reacted | StatusReported
) -> bool:
    """Do what the item says; False when its message is not here (yet)."""
    found = _target(tx, account, connection, item)
    if found is None:
        return False
    row = messages.get(tx, account, found, lock=True)
    match item:
        case StatusReported():
            _status(tx, account, row, item)
        case Edited():
            _edited(tx, account, row, item)
        case Deleted():
            _deleted(tx, account, row, item)
        case Reacted():
            by = "business" if item.outgoing else "customer"
            react(tx, account, row.id, emoji=item.emoji, by=by, actor=CUSTOMER)
    return True


def set_status(
    tx: Tx,
    account: UUID,
    row: Any,
    state: str,
    *,
    failure: dict[str, Any] | None = None,
) -> bool:
    """Move a message's status, if that is a way up. `row`: the locked message."""
    if row.direction != messages.OUT or not _may(row.status, state):
        return False
    messages.change(tx, account, row.id, status=state, failure=failure)
    _count_failed(tx, account, row, state)
    event = _event(row, state, failure)
    if event is not None:
        eventlog.append(tx, account, event, by=SYSTEM)
    return True


def read_up_to(tx: Tx, account: UUID, connection: UUID, item: ReadUpTo, *, identity: UUID) -> None:
    """Everything sent to the identity on this connection up to the target, or the moment, has been read (delivered).

    A moment says nothing of a message that may never have left.
    """
    at, below = item.at, ["sent"]
    if item.target:
        last = parts.named(tx, account, connection, item.target)
        at = messages.get(tx, account, last.id).at if last else None
        below.append("unknown")
    if at is None:
        return
    if item.state == "read":
        below.append("delivered")
    unread = select(Message).where(
        Message.account == account,
        Message.identity == identity,
        Message.connection == connection,
        Message.direction == messages.OUT,
        Message.at <= at,
        Message.status.in_(below),
    )
    for row in tx.all(unread):
        set_status(tx, account, row, item.state)


def react(tx: Tx, account: UUID, message: UUID, *, emoji: str, by: str, actor: Actor) -> None:
    """Put a reaction on, or ("" ) take it off; one for each side."""
    row = messages.get(tx, account, message, lock=True)
    others = [reaction for reaction in row.reactions if reaction["by"] != by]
    reactions = [*others, {"emoji": emoji, "by": by}] if emoji else others
    if reactions != row.reactions:
        messages.change(tx, account, row.id, reactions=reactions)
        eventlog.append(tx, account, MessageReacted(row.conversation, row.id), by=actor)


def _target(
    tx: Tx, account: UUID, connection: UUID, item: Edited | Deleted | Reacted | StatusReported
) -> UUID | None:
    if isinstance(item, StatusReported) and item.message:
        ours = _ours(tx, account, connection, item.message)
        if ours is not None:
            return ours
    if isinstance(item, StatusReported) and item.state not in OF_A_PART:
        found = messages.by_provider_id(tx, account, connection, item.target)
    else:
        found = parts.named(tx, account, connection, item.target)
    return None if found is None else found.id


def _ours(tx: Tx, account: UUID, connection: UUID, message: str) -> UUID | None:
    """Our message's id as the provider gave it back, if it really is one sent on this connection."""
    try:
        id = UUID(message)
    except ValueError:
        return None
    this = select(Message.id).where(
        Message.account == account, Message.id == id, Message.connection == connection
    )
    found: UUID | None = tx.value(this)
    return found


def _status(tx: Tx, account: UUID, row: Any, item: StatusReported) -> None:
    if item.target in row.extra.get(EARLIER, ()):
        return
    failure = None
    if item.state == "failed":
        failure = failure_of(item.reason or "other", item.code, item.detail)
    if item.target and row.provider_id is None and row.direction == messages.OUT:
        taken = messages.by_provider_id(tx, account, row.connection, item.target)
        if taken is None:
            messages.change(tx, account, row.id, provider_id=item.target)
    set_status(tx, account, row, item.state, failure=failure)


def failure_of(reason: str, code: str, detail: str) -> dict[str, Any]:
    """What is told about a failure."""
    return {
        "reason": reason,
        "code": code,
        "detail": detail[:500],
        "at": clock.now().isoformat(),
        "retryable": reason in RETRYABLE,
    }


def _may(present: str | None, state: str) -> bool:
    if present is None or present == "failed":
        return False
    if state == "failed":
        return LADDER[present] < LADDER["delivered"]
    return LADDER.get(state, -1) > LADDER[present]


def _event(row: Any, state: str, failure: dict[str, Any] | None) -> MessageEvent | None:
    match state:
        case "sent":
            return MessageSent(row.conversation, row.id)
        case "delivered":
            return MessageDelivered(row.conversation, row.id)
        case "read":
            return MessageRead(row.conversation, row.id)
        case "unknown":
            return MessageUncertain(row.conversation, row.id)
        case "failed":
            return MessageFailed(row.conversation, row.id, (failure or {}).get("reason", "other"))
    return None


def _count_failed(tx: Tx, account: UUID, row: Any, state: str) -> None:
    before, after = row.status in ("failed", "unknown"), state in ("failed", "unknown")
    if before != after:
        conversations.count_failed(tx, account, row.conversation, 1 if after else -1)


def _edited(tx: Tx, account: UUID, row: Any, item: Edited) -> None:
    at = item.at or clock.now()
    if row.deleted_at is not None or (row.edited_at is not None and at < row.edited_at):
        return
    if row.text == item.text:
        return
    edits = [*row.edits, {"text": row.text, "at": (row.edited_at or row.at).isoformat()}]
    messages.change(tx, account, row.id, text=item.text, edits=edits, edited_at=at)
    eventlog.append(tx, account, MessageEdited(row.conversation, row.id), by=CUSTOMER)


def _deleted(tx: Tx, account: UUID, row: Any, item: Deleted) -> None:
    """Providers require that what was taken back is gone: text, earlier texts and files."""
    if row.deleted_at is not None:
        return
    gone = dict.fromkeys(("text", "html", "quoted"), "")
    at = item.at or clock.now()
    messages.change(tx, account, row.id, **gone, edits=[], extra={}, deleted_at=at)
    if row.direction == messages.IN:
        held = messages.attachments_of(tx, account, [row.id])
        files.forget(tx, account, messages.files_of(held))
    theirs = update(Attachment).where(Attachment.account == account, Attachment.message == row.id)
    tx.run(theirs.values(state="failed", file=None, variant=None, failure="deleted"))
    eventlog.append(tx, account, MessageDeleted(row.conversation, row.id), by=CUSTOMER)
