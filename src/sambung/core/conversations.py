"""Conversations: what is said with one customer about one matter, across channels.

The conversation belongs to the customer. Its state is told by rows that say who and when (`Snooze`, `Closure`);
`status` repeats them for the lists' indexes.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Index,
    Integer,
    String,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers, eventlog
from sambung.core.events import (
    SYSTEM,
    Actor,
    ConversationAssigned,
    ConversationClosed,
    ConversationOpened,
    ConversationPrioritised,
    ConversationRenamed,
    ConversationReopened,
    ConversationSnoozed,
    ConversationWoken,
)
from sambung.kit import clock, ids, jobs
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, Invalid, NotFound

OPEN, SNOOZED, CLOSED = "open", "snoozed", "closed"
NOBODY = UUID(int=0)
"""The assignee of what nobody has taken: PostgreSQL cannot use an order behind `IS NULL`."""
WAKE = "wake"
"""Job: a snooze's time has come."""
PRIORITIES = ("none", "low", "high", "urgent")
Priority = Literal["none", "low", "high", "urgent"]
SHOWN = "merged_into IS NULL"


def _partial(name: str, columns: str, where: str) -> Index:
    return Index(name, *columns.split(), sqlite_where=text(where), postgresql_where=text(where))


class Conversation(Table):
    """customer: the home it was opened by. position: how many messages it has had. tag: what a reply address
    carries to name it (random, so it proves that its bearer got our mail). merged_into: where it went on.
    waiting_since: the first message of the customer that nobody has answered."""

    __tablename__ = "conversation"
    __table_args__ = (
        # With the condition's own column, so that counting needs no look at the rows.
        _partial("ix_conversation_list", "account status last_at id merged_into", SHOWN),
        _partial("ix_conversation_mine", "account status assignee last_at id merged_into", SHOWN),
        # Most have no priority: the few that do are found without walking past the others.
        _partial("ix_conversation_priority", "account priority status last_at id", "priority > 0"),
        Index("ix_conversation_customer", "account", "customer", "last_at"),
        Index("uq_conversation_tag", "account", "tag", unique=True),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    customer: Mapped[UUID] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(16))
    assignee: Mapped[UUID] = mapped_column(Id)
    priority: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(500))
    tag: Mapped[str] = mapped_column(String(32))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int] = mapped_column(Integer)
    last_message: Mapped[UUID | None] = mapped_column(Id)
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    failed: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[UUID | None] = mapped_column(Id)


class Closure(Table):
    __tablename__ = "closure"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id, primary_key=True)
    by_type: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)


class Snooze(Table):
    __tablename__ = "snooze"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id, primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)


class NoSuchConversation(NotFound):
    text = {"en": "There is no such conversation.", "id": "Percakapan tidak ditemukan."}


class SnoozeInThePast(Invalid):
    text = {
        "en": "Choose a time in the future to snooze until.",
        "id": "Pilih waktu di masa depan untuk menunda.",
    }


class IsClosed(Conflict):
    text = {
        "en": "The conversation is closed; reopen it first.",
        "id": "Percakapan sudah ditutup; buka kembali dulu.",
    }


_INSERT = Hot(
    insert(Conversation).values(
        {c.name: bindparam(c.name, type_=c.type) for c in Conversation.__table__.c}
    )
)
_GROW = Hot(
    update(Conversation)
    .where(
        Conversation.account == bindparam("account", type_=Id()),
        Conversation.id == bindparam("conversation", type_=Id()),
    )
    .values(
        position=Conversation.position + 1,
        last_message=bindparam("message", type_=Id()),
        last_at=case(
            (Conversation.last_at > bindparam("at", type_=Instant()), Conversation.last_at),
            else_=bindparam("at", type_=Instant()),
        ),
        waiting_since=case(
            (bindparam("answers", type_=Integer()) == 1, None),
            else_=func.coalesce(Conversation.waiting_since, bindparam("waits", type_=Instant())),
        ),
    )
    .returning(Conversation.position)
)


def open(
    tx: Tx,
    account: UUID,
    *,
    customer: UUID,
    root: UUID,
    connection: UUID,
    by: Actor,
    subject: str = "",
) -> UUID:
    """Begin a conversation with a customer (`customer`: the home, `root`: the person)."""
    conversation, now = new_id(), clock.now()
    _INSERT.run(
        tx,
        account=account,
        id=conversation,
        customer=customer,
        status=OPEN,
        assignee=NOBODY,
        priority=0,
        subject=subject[:500],
        tag=f"c{ids.hexadecimal(4)}.{ids.hexadecimal(8)}",
        opened_at=now,
        last_at=now,
        position=0,
        last_message=None,
        waiting_since=None,
        failed=0,
        merged_into=None,
    )
    eventlog.append(tx, account, ConversationOpened(conversation, root, connection), by=by)
    return conversation


def grow(
    tx: Tx,
    account: UUID,
    conversation: UUID,
    message: UUID,
    *,
    at: datetime,
    waits: bool = False,
    answers: bool = False,
) -> int:
    """Count one more message in; its position. `waits`: somebody must answer it; `answers`: it does."""
    row = _GROW.first(
        tx,
        account=account,
        conversation=conversation,
        message=message,
        at=at,
        waits=clock.now() if waits else None,
        answers=int(answers),
    )
    if row is None:
        raise NoSuchConversation
    position: int = row.position
    return position


def get(tx: Tx, account: UUID, conversation: UUID) -> Any:
    """The row, of the conversation it went on in when it was merged; raises NoSuchConversation."""
    found = tx.first(select(Conversation).where(*_this(account, conversation)))
    if found is None:
        raise NoSuchConversation
    return found if found.merged_into is None else get(tx, account, found.merged_into)


def lock(tx: Tx, account: UUID, conversation: UUID) -> Any:
    """As `get`, and nobody else changes it until the commit."""
    return tx.first(
        select(Conversation)
        .where(*_this(account, get(tx, account, conversation).id))
        .with_for_update()
    )


def assign(tx: Tx, account: UUID, conversation: UUID, *, assignee: UUID | None, by: Actor) -> None:
    """Give it to an agent, or (None) put it back among what nobody has."""
    found = lock(tx, account, conversation)
    chosen = assignee or NOBODY
    if found.assignee != chosen:
        _set(tx, account, found.id, assignee=chosen)
        eventlog.append(tx, account, ConversationAssigned(found.id, assignee), by=by)


def prioritise(tx: Tx, account: UUID, conversation: UUID, *, priority: Priority, by: Actor) -> None:
    found = lock(tx, account, conversation)
    level = PRIORITIES.index(priority)
    if found.priority != level:
        _set(tx, account, found.id, priority=level)
        eventlog.append(tx, account, ConversationPrioritised(found.id, priority), by=by)


def rename(tx: Tx, account: UUID, conversation: UUID, *, subject: str, by: Actor) -> None:
    found = lock(tx, account, conversation)
    if found.subject != subject[:500]:
        _set(tx, account, found.id, subject=subject[:500])
        eventlog.append(tx, account, ConversationRenamed(found.id), by=by)


def close(tx: Tx, account: UUID, conversation: UUID, *, by: Actor) -> None:
    """The matter is settled."""
    found = lock(tx, account, conversation)
    if found.status == CLOSED:
        return
    _forget_snooze(tx, account, found.id)
    row = {"account": account, "conversation": found.id, "at": clock.now()}
    tx.run(insert(Closure).values(**row, by_type=by.type, by_id=by.id))
    _set(tx, account, found.id, status=CLOSED, waiting_since=None)
    eventlog.append(tx, account, ConversationClosed(found.id), by=by)


def reopen(tx: Tx, account: UUID, conversation: UUID, *, by: Actor) -> None:
    """It is not settled after all."""
    found = lock(tx, account, conversation)
    if found.status != CLOSED:
        return
    tx.run(delete(Closure).where(Closure.account == account, Closure.conversation == found.id))
    _set(tx, account, found.id, status=OPEN)
    eventlog.append(tx, account, ConversationReopened(found.id), by=by)


def snooze(tx: Tx, account: UUID, conversation: UUID, *, until: datetime, by: Actor) -> None:
    """Out of sight until then, or until the customer writes. Raises SnoozeInThePast, IsClosed."""
    found = lock(tx, account, conversation)
    if found.status == CLOSED:
        raise IsClosed
    if until <= clock.now():
        raise SnoozeInThePast
    _forget_snooze(tx, account, found.id)
    row = {"account": account, "conversation": found.id, "until": until}
    tx.run(insert(Snooze).values(**row, by_id=by.id, at=clock.now()))
    _set(tx, account, found.id, status=SNOOZED)
    args = {"conversation": str(found.id)}
    jobs.enqueue(tx, account, WAKE, args, run_at=until, dedupe=_alarm(found.id))
    eventlog.append(tx, account, ConversationSnoozed(found.id, until), by=by)


def wake(tx: Tx, account: UUID, conversation: UUID, *, by: Actor = SYSTEM) -> None:
    """Back in sight; nothing when it is not snoozed."""
    found = lock(tx, account, conversation)
    if found.status == SNOOZED:
        _forget_snooze(tx, account, found.id)
        _set(tx, account, found.id, status=OPEN)
        eventlog.append(tx, account, ConversationWoken(found.id), by=by)


def ring(tx: Tx, account: UUID, conversation: UUID) -> None:
    """The alarm of a snooze: wakes the conversation when its time has truly come."""
    due = select(Snooze.until).where(Snooze.account == account, Snooze.conversation == conversation)
    until = tx.value(due)
    if until is not None and until <= clock.now():
        wake(tx, account, conversation)


def count_failed(tx: Tx, account: UUID, conversation: UUID, by: int) -> None:
    """So many more (or fewer) of its messages want attention: failed, or uncertain."""
    this = _this(account, conversation)
    tx.run(update(Conversation).where(*this).values(failed=Conversation.failed + by))


def of_customer(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """Every conversation with this person, latest activity first."""
    own = customers.homes(account, root)
    found = select(Conversation).where(
        Conversation.account == account,
        Conversation.customer.in_(own),
        Conversation.merged_into.is_(None),
    )
    return list(tx.all(found.order_by(Conversation.last_at.desc())))


def _forget_snooze(tx: Tx, account: UUID, conversation: UUID) -> None:
    gone = delete(Snooze).where(Snooze.account == account, Snooze.conversation == conversation)
    if tx.run(gone).rowcount:
        jobs.cancel(tx, account, _alarm(conversation))


def _alarm(conversation: UUID) -> str:
    return f"wake:{conversation}"


def _set(tx: Tx, account: UUID, conversation: UUID, **values: Any) -> None:
    tx.run(update(Conversation).where(*_this(account, conversation)).values(**values))


def _this(account: UUID, conversation: UUID) -> tuple[Any, ...]:
    return Conversation.account == account, Conversation.id == conversation
