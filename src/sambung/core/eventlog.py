"""The event log: what happened in an account, in order, for every reader to follow at its own pace.

An event is appended in the transaction that makes it true, so there is never a change without its event
nor an event without its change. Positions are dense per account and given at the end of a batch, in
commit order, so a reader that sees `position == last + 1` knows that it missed nothing. A reader keeps a
named cursor and moves it in the transaction of its own effect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import events
from sambung.core.events import Actor, Event
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot


class Log(Table):
    """The last position given in an account's log."""

    __tablename__ = "account_seq"
    __table_args__ = {"postgresql_with": {"fillfactor": 20}}

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, default=0)


class Entry(Table):
    __tablename__ = "event"
    __table_args__ = (Index("ix_event_type", "account", "type", "position"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    actor_type: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[UUID | None] = mapped_column(Id)
    data: Mapped[dict[str, Any]] = mapped_column(Json)


class Cursor(Table):
    """How far a reader has come in an account's log."""

    __tablename__ = "reader_cursor"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    reader: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, default=0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as a reader meets it."""

    account: UUID
    position: int
    at: datetime
    actor: Actor
    type: str
    data: dict[str, Any]

    @property
    def event(self) -> Event:
        return events.revive(self.type, self.data)


Handler = Callable[[Tx, Recorded], None]

_BUMP = Hot(
    insert(Log)
    .values(account=bindparam("account"), position=bindparam("n"))
    .on_conflict_do_update(
        index_elements=[Log.account],
        set_={"position": Log.position + bindparam("n", type_=BigInteger())},
    )
    .returning(Log.position)
)
_APPEND = Hot(
    insert(Entry).values(
        {column.name: bindparam(column.name, type_=column.type) for column in Entry.__table__.c}
    )
)


_END = Hot(select(Log.position).where(Log.account == bindparam("account", type_=Id())))
_BETWEEN = Hot(
    select(*Entry.__table__.c)
    .where(
        Entry.account == bindparam("account", type_=Id()),
        Entry.position > bindparam("position", type_=BigInteger()),
        Entry.position <= bindparam("upto", type_=BigInteger()),
    )
    .order_by(Entry.position)
)
_STANDS = Hot(
    select(Cursor.reader, Cursor.position)
    .where(Cursor.account == bindparam("account", type_=Id()))
    .order_by(Cursor.reader)
    .with_for_update(skip_locked=True)
)
_MOVE = Hot(
    update(Cursor)
    .where(
        Cursor.account == bindparam("account", type_=Id()),
        Cursor.reader == bindparam("reader", type_=String()),
    )
    .values(position=bindparam("upto", type_=BigInteger()))
)


def append(tx: Tx, account: UUID, event: Event, *, by: Actor) -> None:
    """Record a fact; its position is given when the transaction ends."""
    row = {
        "account": account,
        "type": type(event).__name__,
        "at": clock.now(),
        "actor_type": by.type,
        "actor_id": by.id,
        "data": events.flatten(event),
    }
    tx.defer(_write, row, last=True)


def _write(tx: Tx, rows: list[dict[str, Any]]) -> None:
    by_account: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        by_account.setdefault(row["account"], []).append(row)
    # Accounts in one order everywhere, so that two processes never wait for each other in a ring.
    for account in sorted(by_account):
        own = by_account[account]
        last = _BUMP.first(tx, account=account, n=len(own)).position
        for position, row in enumerate(own, start=last - len(own) + 1):
            row["position"] = position
        _APPEND.many(tx, own)
        tx.announce(account, last)


def end(tx: Tx, account: UUID) -> int:
    """The position of the account's latest event; 0 when there is none."""
    return tx.value(select(Log.position).where(Log.account == account)) or 0


def ends(tx: Tx) -> dict[UUID, int]:
    """The latest position of every account (for what follows all of them)."""
    return dict(tuple(row) for row in tx.all(select(Log.account, Log.position)))


def after(
    tx: Tx, account: UUID, position: int, *, types: Sequence[str] = (), limit: int = 200
) -> list[Recorded]:
    """The account's events past a position, oldest first."""
    found = select(Entry).where(Entry.account == account, Entry.position > position)
    if types:
        found = found.where(Entry.type.in_(types))
    return [_recorded(row) for row in tx.all(found.order_by(Entry.position).limit(limit))]


def follow(
    tx: Tx,
    account: UUID,
    reader: str,
    handle: Handler,
    *,
    types: Sequence[str] = (),
    limit: int = 100,
) -> int:
    """Hand `reader` the events past its cursor and move it; how many positions it moved.

    With `types`, others are stepped over. Runs in one transaction: effect and cursor are one commit.
    """
    position = _lock_cursor(tx, account, reader)
    if position is None:
        return 0
    last = end(tx, account)
    upto = min(last, position + limit)
    if upto <= position:
        return 0
    found = select(Entry).where(
        Entry.account == account, Entry.position > position, Entry.position <= upto
    )
    if types:
        found = found.where(Entry.type.in_(types))
    for row in tx.all(found.order_by(Entry.position)):
        handle(tx, _recorded(row))
    tx.run(
        update(Cursor)
        .where(Cursor.account == account, Cursor.reader == reader)
        .values(position=upto)
    )
    return upto - position


def follow_together(
    tx: Tx,
    account: UUID,
    readers: Sequence[tuple[str, Handler, Sequence[str]]],
    *,
    limit: int = 100,
) -> int | None:
    """As `follow` for several readers (name, handler, types) at the price of one, where all stand at one place.

    None, and nothing was done, when they do not, or when another process holds one of them.
    """
    stands = {row.reader: row.position for row in _STANDS.all(tx, account=account)}
    places = {stands.get(name) for name, _, _ in readers}
    position = places.pop()
    if places or position is None:
        return None
    end = _END.first(tx, account=account)
    upto = min(end.position if end else 0, position + limit)
    if upto <= position:
        return 0
    for row in _BETWEEN.all(tx, account=account, position=position, upto=upto):
        recorded = _recorded(row)
        for _, handle, types in readers:
            if recorded.type in types:
                handle(tx, recorded)
    _MOVE.many(tx, [{"account": account, "reader": name, "upto": upto} for name, _, _ in readers])
    return int(upto - position)


def behind(tx: Tx, reader: str) -> list[UUID]:
    """Accounts whose log has gone past the reader's cursor."""
    cursor = select(Cursor.account, Cursor.position).where(Cursor.reader == reader).subquery()
    late = (
        select(Log.account)
        .outerjoin(cursor, cursor.c.account == Log.account)
        .where(Log.position > func.coalesce(cursor.c.position, 0))
    )
    return tx.values(late)


def rewind(tx: Tx, account: UUID, reader: str) -> None:
    """Let the reader begin anew."""
    _lock_cursor(tx, account, reader)
    tx.run(
        update(Cursor).where(Cursor.account == account, Cursor.reader == reader).values(position=0)
    )


def _lock_cursor(tx: Tx, account: UUID, reader: str) -> int | None:
    """The reader's position, held until the commit; None when another process holds it."""
    mine = select(Cursor.position).where(Cursor.account == account, Cursor.reader == reader)
    held = tx.first(mine.with_for_update(skip_locked=True))
    if held is not None:
        return cast(int, held.position)
    made = tx.run(
        insert(Cursor).values(account=account, reader=reader, position=0).on_conflict_do_nothing()
    )
    return 0 if made.rowcount else None


def _recorded(row: Any) -> Recorded:
    return Recorded(
        row.account, row.position, row.at, Actor(row.actor_type, row.actor_id), row.type, row.data
    )
