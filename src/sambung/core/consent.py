"""Consent: what a customer allowed or stopped, per purpose; every statement is kept, the latest counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers, eventlog
from sambung.core.events import Actor, ConsentRecorded
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id


class Consent(Table):
    """purpose: marketing | service | calls. customer: the home; so an unmerge gives consents back.

    connection: the only one it speaks of (None: all). key: the provider's name for the statement.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_customer", "account", "customer", "at"),
        Index("uq_consent_key", "account", "key", unique=True),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    customer: Mapped[UUID] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(32))
    granted: Mapped[bool]
    connection: Mapped[UUID | None] = mapped_column(Id)
    key: Mapped[str | None] = mapped_column(String(512))
    until: Mapped[datetime | None] = mapped_column(Instant)
    source: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


def record(
    tx: Tx,
    account: UUID,
    customer: UUID,
    *,
    purpose: str,
    granted: bool,
    source: str,
    by: Actor,
    connection: UUID | None = None,
    key: str | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Keep what the customer said, once per `key`. source: how we know (a channel's name, "agent", "portal")."""
    row = {
        "account": account,
        "id": new_id(),
        "customer": customer,
        "purpose": purpose[:32],
        "granted": granted,
        "connection": connection,
        "key": key,
        "until": until,
        "source": source[:64],
        "at": at or clock.now(),
    }
    if tx.run(insert(Consent).values(**row).on_conflict_do_nothing()).rowcount:
        eventlog.append(tx, account, ConsentRecorded(customer, purpose, granted), by=by)


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """The latest statement for each purpose (and connection, where it speaks of one)."""
    own = customers.homes(account, root)
    said = select(Consent).where(Consent.account == account, Consent.customer.in_(own))
    ordered = tx.all(said.order_by(Consent.at, Consent.id))
    latest = {(row.purpose, row.connection): row for row in ordered}
    return list(latest.values())


def stopped(tx: Tx, account: UUID, root: UUID, purpose: str, *, connection: UUID) -> bool:
    """Whether the customer has said no, to everything or on this connection."""
    return any(
        row.purpose == purpose and not row.granted and row.connection in (None, connection)
        for row in of(tx, account, root)
    )
