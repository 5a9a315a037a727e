"""Consent: what a customer allowed or stopped, per purpose; every statement is kept, the latest counts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers, eventlog
from sambung.core.events import Actor, ConsentRecorded
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id


class Consent(Table):
    """purpose: marketing | service | calls. customer: the home; so an unmerge gives consents back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_customer", "account", "customer", "at"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    customer: Mapped[UUID] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(32))
    granted: Mapped[bool]
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
    until: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Keep what the customer said. source: how we know (a channel's name, "agent", "portal")."""
    row = {
        "account": account,
        "id": new_id(),
        "customer": customer,
        "purpose": purpose[:32],
        "granted": granted,
        "until": until,
        "source": source[:64],
        "at": at or clock.now(),
    }
    tx.run(insert(Consent).values(**row))
    eventlog.append(tx, account, ConsentRecorded(customer, purpose, granted), by=by)


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """The latest statement for each purpose."""
    own = customers.homes(account, root)
    said = select(Consent).where(Consent.account == account, Consent.customer.in_(own))
    latest = {row.purpose: row for row in tx.all(said.order_by(Consent.at, Consent.id))}
    return list(latest.values())


def stopped(tx: Tx, account: UUID, root: UUID, purpose: str) -> bool:
    """Whether the customer has said no."""
    return any(row.purpose == purpose and not row.granted for row in of(tx, account, root))
