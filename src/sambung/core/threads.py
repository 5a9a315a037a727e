"""Threads joined: two conversations of one customer turn out to be one matter. Undone exactly."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import conversations, customers, eventlog, markers, messages
from sambung.core.conversations import CLOSED, Conversation
from sambung.core.events import Actor, ConversationsMerged, ConversationsSplit
from sambung.core.messages import Message
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound


class ConversationMerge(Table):
    """moved: ids of the messages that came over."""

    __tablename__ = "conversation_merge"
    __table_args__ = (Index("ix_conversation_merge_survivor", "account", "survivor"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    survivor: Mapped[UUID] = mapped_column(Id)
    absorbed: Mapped[UUID] = mapped_column(Id)
    moved: Mapped[list[str]] = mapped_column(Json)
    by_type: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class OtherCustomer(Conflict):
    text = {
        "en": "Only conversations of the same customer can be merged.",
        "id": "Hanya percakapan pelanggan yang sama dapat digabungkan.",
    }


class NotTwo(Conflict):
    text = {"en": "They are one conversation already.", "id": "Keduanya sudah satu percakapan."}


class NoSuchMerge(NotFound):
    text = {"en": "There is no such merge.", "id": "Penggabungan tidak ditemukan."}


def merge(tx: Tx, account: UUID, conversation: UUID, other: UUID, *, by: Actor) -> UUID:
    """Have `other` go on in `conversation`; the merge's id. Raises OtherCustomer, NotTwo."""
    kept = conversations.lock(tx, account, conversation)
    gone = conversations.lock(tx, account, other)
    if kept.id == gone.id:
        raise NotTwo
    person = customers.get(tx, account, kept.customer).id
    if person != customers.get(tx, account, gone.customer).id:
        raise OtherCustomer
    moved = tx.values(
        select(Message.id)
        .where(Message.account == account, Message.conversation == gone.id)
        .order_by(Message.at, Message.id)
    )
    _move(tx, account, moved, to=kept.id)
    this = Conversation.account == account, Conversation.id == gone.id
    tx.run(update(Conversation).where(*this).values(merged_into=kept.id))
    made = new_id()
    row = {"account": account, "id": made, "survivor": kept.id, "absorbed": gone.id}
    row |= {"moved": [str(id) for id in moved], "by_type": by.type, "by_id": by.id}
    tx.run(insert(ConversationMerge).values(**row, at=clock.now()))
    recount(tx, account, kept.id)
    eventlog.append(tx, account, ConversationsMerged(kept.id, gone.id, made), by=by)
    return made


def undo_merge(tx: Tx, account: UUID, merge: UUID, *, by: Actor) -> None:
    """Part them again. Raises NoSuchMerge, NotTwo (undone before)."""
    this = ConversationMerge.account == account, ConversationMerge.id == merge
    found = tx.first(select(ConversationMerge).where(*this))
    if found is None:
        raise NoSuchMerge
    if found.undone_at is not None:
        raise NotTwo
    tx.run(update(ConversationMerge).where(*this).values(undone_at=clock.now()))
    parted = Conversation.account == account, Conversation.id == found.absorbed
    tx.run(update(Conversation).where(*parted).values(merged_into=None))
    kept = conversations.get(tx, account, found.survivor).id
    # What has left since, by another merge undone, is not called back.
    here = select(Message.id).where(
        Message.account == account,
        Message.conversation == kept,
        Message.id.in_([UUID(id) for id in found.moved]),
    )
    _move(tx, account, tx.values(here), to=found.absorbed)
    recount(tx, account, kept)
    recount(tx, account, found.absorbed)
    conversations.ring(tx, account, found.absorbed)
    eventlog.append(tx, account, ConversationsSplit(kept, found.absorbed), by=by)


def recount(tx: Tx, account: UUID, conversation: UUID) -> None:
    """Make a conversation's figures and its messages' positions agree with the messages now in it."""
    mine = Message.account == account, Message.conversation == conversation
    rows: list[Any] = list(
        tx.all(
            select(
                *(Message.id, Message.at, Message.direction, Message.received_at),
                *(Message.status, Message.position, Message.extra),
            )
            .where(*mine)
            .order_by(Message.received_at, Message.id)
        )
    )
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            messages.change(tx, account, row.id, position=position)
    this = Conversation.account == account, Conversation.id == conversation
    status = tx.value(select(Conversation.status).where(*this))
    markers.cap(tx, account, conversation, len(rows))
    values: dict[str, Any] = {
        "position": len(rows),
        "failed": sum(row.status in ("failed", "unknown") for row in rows),
        "waiting_since": None if status == CLOSED else _waiting_since(rows),
        "last_message": max(rows, key=lambda row: (row.at, row.id)).id if rows else None,
    }
    values["last_at"] = max(row.at for row in rows) if rows else Conversation.opened_at
    tx.run(update(Conversation).where(*this).values(**values))


def _move(tx: Tx, account: UUID, moved: list[UUID], *, to: UUID) -> None:
    for message in moved:
        messages.change(tx, account, message, conversation=to)


def _waiting_since(rows: list[Any]) -> datetime | None:
    """Received at: the first message of the customer after the last answer."""
    since: datetime | None = None
    for row in rows:
        if row.extra.get("automatic"):
            continue
        if row.direction == messages.OUT:
            since = None
        elif row.direction == messages.IN and since is None:
            since = row.received_at
    return since
