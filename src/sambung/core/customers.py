"""Customers: the people, one record each across all channels.

A merged customer keeps its own row, identities and conversations and merely points to the survivor
(`merged_into`); `root` is where following the pointers ends, itself for most. So taking the pointer away
restores exactly what was. Rows of others refer to the customer they came by (its home); whoever asks
about a person asks for every home with the same root.
"""

import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import eventlog
from sambung.core.events import Actor, CustomerAdded, CustomerChanged
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import NotFound


class Customer(Table):
    """named: a person of the business gave the name, so no channel's profile name replaces it.

    name_key: the name as it is compared (see `key_of`).
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_root", "account", "root"),
        Index("ix_customer_last", "account", "last_at", "id"),
        Index("ix_customer_name", "account", "name_key"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    root: Mapped[UUID] = mapped_column(Id)
    merged_into: Mapped[UUID | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    named: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    notes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class NoSuchCustomer(NotFound):
    text = {"en": "There is no such customer.", "id": "Pelanggan tidak ditemukan."}


def add(
    tx: Tx, account: UUID, *, name: str, by: Actor, language: str = "", named: bool = False
) -> UUID:
    """A new customer of whom nothing else is known yet."""
    customer, now = new_id(), clock.now()
    row = {
        "account": account,
        "id": customer,
        "root": customer,
        "name": name[:200],
        "name_key": key_of(name),
        "named": named,
        "language": language[:8],
        "notes": "",
        "created_at": now,
        "last_at": now,
    }
    tx.run(insert(Customer).values(**row))
    eventlog.append(tx, account, CustomerAdded(customer), by=by)
    return customer


def change(
    tx: Tx,
    account: UUID,
    customer: UUID,
    *,
    by: Actor,
    name: str | None = None,
    language: str | None = None,
    notes: str | None = None,
) -> None:
    """What a person of the business knows better."""
    root = get(tx, account, customer).id
    given = {"name": name, "language": language, "notes": notes}
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if name is not None:
        values |= {"named": bool(name), "name_key": key_of(name)}
    if values:
        tx.run(update(Customer).where(*_this(account, root)).values(**values))
        eventlog.append(tx, account, CustomerChanged(root), by=by)


def called(tx: Tx, account: UUID, customer: UUID, name: str, *, by: Actor) -> None:
    """A channel's profile name, taken where nobody gave a better one."""
    renamed = update(Customer).where(
        *_this(account, customer), Customer.named.is_(False), Customer.name != name[:200]
    )
    if name and tx.run(renamed.values(name=name[:200], name_key=key_of(name))).rowcount:
        eventlog.append(tx, account, CustomerChanged(customer), by=by)


def get(tx: Tx, account: UUID, customer: UUID) -> Any:
    """The row of the person now known as `customer` (the survivor of a merge); raises NoSuchCustomer."""
    root = select(Customer.root).where(*_this(account, customer)).scalar_subquery()
    found = tx.first(select(Customer).where(Customer.account == account, Customer.id == root))
    if found is None or found.erased_at is not None:
        raise NoSuchCustomer
    return found


def lock(tx: Tx, account: UUID, *found: UUID) -> None:
    """Nobody else merges or parts these people until the commit."""
    these = select(Customer.root).where(Customer.account == account, Customer.id.in_(found))
    people = select(Customer.id).where(Customer.account == account, Customer.root.in_(these))
    tx.values(people.order_by(Customer.id).with_for_update())


def homes(account: UUID, root: UUID) -> Any:
    """A subquery of every customer id that is this person."""
    return select(Customer.id).where(Customer.account == account, Customer.root == root)


def key_of(name: str) -> str:
    """A name without what differs between two spellings of it: case, accents, punctuation, spaces."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())[:200]


def _this(account: UUID, customer: UUID) -> tuple[Any, ...]:
    return Customer.account == account, Customer.id == customer
