"""Connections: a number, a mailbox, a site of the business on some channel.

The configuration's secrets are encrypted before they come here; this noun keeps them as it gets them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import all_channels
from sambung.core import eventlog
from sambung.core.events import (
    SYSTEM,
    Actor,
    ConnectionAdded,
    ConnectionChanged,
    ConnectionRemoved,
    ConnectionResumed,
    ConnectionStopped,
)
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound

ACTIVE, STOPPED, DISABLED = "active", "stopped", "disabled"


class Connection(Table):
    """status: active | stopped (the provider refuses us; `problem` says why) | disabled (by a person).

    removed_at hides it for good; its messages keep pointing to it.
    """

    __tablename__ = "connection"
    __table_args__ = (Index("ix_connection_id", "id", unique=True),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    config: Mapped[dict[str, Any]] = mapped_column(Json)
    address: Mapped[str] = mapped_column(String(320))
    status: Mapped[str] = mapped_column(String(16))
    problem: Mapped[dict[str, Any] | None] = mapped_column(Json)
    listen_state: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class Traffic(Table):
    """When something last came in and went out; apart, because it changes all the time."""

    __tablename__ = "connection_traffic"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id, primary_key=True)
    last_in_at: Mapped[datetime | None] = mapped_column(Instant)
    last_out_at: Mapped[datetime | None] = mapped_column(Instant)


class AddressTaken(Conflict):
    text = {
        "en": "Another business receives its mail at {address} here.",
        "id": "Bisnis lain menerima suratnya di {address} di sini.",
    }


class NoSuchConnection(NotFound):
    text = {"en": "There is no such connection.", "id": "Koneksi tidak ditemukan."}


def add(
    tx: Tx,
    account: UUID,
    *,
    channel: str,
    name: str,
    config: dict[str, Any],
    address: str,
    by: Actor,
    id: UUID | None = None,
) -> UUID:
    """Connect a number, mailbox or site."""
    _claim(tx, account, channel, address)
    connection = id or new_id()
    tx.run(
        insert(Connection).values(
            account=account,
            id=connection,
            channel=channel,
            name=name,
            config=config,
            address=address,
            status=ACTIVE,
            listen_state={},
            created_at=clock.now(),
        )
    )
    eventlog.append(tx, account, ConnectionAdded(connection), by=by)
    return connection


def change(tx: Tx, account: UUID, connection: UUID, *, by: Actor, **values: Any) -> None:
    """Change name, config (with its address) or status; a new config or status forgets the problem."""
    found = get(tx, account, connection)
    if not values:
        return
    if "address" in values:
        _claim(tx, account, found.channel, values["address"])
    if "config" in values or "status" in values:
        values = {"status": ACTIVE, **values, "problem": None}
    tx.run(update(Connection).where(*_this(account, connection)).values(**values))
    eventlog.append(tx, account, ConnectionChanged(connection), by=by)


def remove(tx: Tx, account: UUID, connection: UUID, *, by: Actor) -> None:
    """Disconnect; secrets are forgotten, messages stay."""
    get(tx, account, connection)
    gone = {"removed_at": clock.now(), "status": DISABLED, "config": {}}
    tx.run(update(Connection).where(*_this(account, connection)).values(**gone))
    eventlog.append(tx, account, ConnectionRemoved(connection), by=by)


def stop(
    tx: Tx, account: UUID, connection: UUID, *, reason: str, code: str = "", detail: str = ""
) -> None:
    """The provider refuses us altogether: send nothing more until somebody mends it."""
    problem = {"reason": reason, "code": code, "detail": detail, "at": clock.now().isoformat()}
    running = update(Connection).where(*_this(account, connection), Connection.status == ACTIVE)
    if tx.run(running.values(status=STOPPED, problem=problem)).rowcount:
        eventlog.append(tx, account, ConnectionStopped(connection, reason), by=SYSTEM)


def resume(tx: Tx, account: UUID, connection: UUID, *, by: Actor) -> None:
    """It works again: a stopped one runs, and what was wrong with a running one is forgotten."""
    row = tx.first(select(Connection).where(*_this(account, connection)).with_for_update())
    if row is None or row.status == DISABLED or row.problem is None:
        return
    well = update(Connection).where(*_this(account, connection))
    tx.run(well.values(status=ACTIVE, problem=None))
    stopped = row.status == STOPPED
    event = ConnectionResumed(connection) if stopped else ConnectionChanged(connection)
    eventlog.append(tx, account, event, by=by)


def warn(tx: Tx, account: UUID, connection: UUID, *, reason: str, detail: str) -> None:
    """Show a fault that does not stop the connection (a mailbox that cannot be reached for now)."""
    problem = {"reason": reason, "code": "", "detail": detail, "at": clock.now().isoformat()}
    tx.run(update(Connection).where(*_this(account, connection)).values(problem=problem))
    eventlog.append(tx, account, ConnectionChanged(connection), by=SYSTEM)


def remember(tx: Tx, account: UUID, connection: UUID, state: dict[str, Any]) -> None:
    """Where a listening channel goes on from."""
    tx.run(update(Connection).where(*_this(account, connection)).values(listen_state=state))


def get(tx: Tx, account: UUID, connection: UUID) -> Any:
    """The row; raises NoSuchConnection."""
    found = tx.first(select(Connection).where(*_this(account, connection)))
    if found is None or found.removed_at is not None:
        raise NoSuchConnection
    return found


def by_id(tx: Tx, connection: UUID) -> Any:
    """The row of whichever account has it, or None: only for a provider's hook, which knows no account."""
    found = select(Connection).where(Connection.id == connection, Connection.account.is_not(None))
    return tx.first(found.where(Connection.removed_at.is_(None)))


def all_of(tx: Tx, account: UUID) -> list[Any]:
    """The account's connections with their traffic, oldest first."""
    wanted = (
        select(Connection, Traffic.last_in_at, Traffic.last_out_at)
        .outerjoin(
            Traffic,
            (Traffic.account == Connection.account) & (Traffic.connection == Connection.id),
        )
        .where(Connection.account == account, Connection.removed_at.is_(None))
    )
    return list(tx.all(wanted.order_by(Connection.id)))


def everywhere(tx: Tx) -> list[Any]:
    """Every account's connections: for the gateway's directory."""
    wanted = select(Connection).where(
        Connection.account.is_not(None), Connection.removed_at.is_(None)
    )
    return list(tx.all(wanted.order_by(Connection.id)))


def _claim(tx: Tx, account: UUID, channel: str, address: str) -> None:
    """Mail for an address goes to one business: an address cannot be had by two. Raises AddressTaken."""
    known = all_channels().get(channel)
    if not address or known is None or known.transport != "mail":
        return
    # across accounts: the listener knows no account
    taken = select(Connection.id).where(
        Connection.account != account,
        Connection.channel == channel,
        Connection.address == address,
        Connection.removed_at.is_(None),
    )
    if tx.first(taken.limit(1)) is not None:
        raise AddressTaken(address=address)


def _this(account: UUID, connection: UUID) -> tuple[Any, ...]:
    return Connection.account == account, Connection.id == connection
