"""Merges: two records turn out to be one person. A pointer plus a row that says who, when, why; undone exactly.

Taking the pointer away gives identities, conversations and consents back, for they never moved; what was written
meanwhile is given back by `separation`, which knows conversations.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers, eventlog
from sambung.core.customers import Customer
from sambung.core.events import Actor, CustomersMerged, CustomersUnmerged
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound


class Merge(Table):
    __tablename__ = "merge"
    __table_args__ = (
        Index("ix_merge_survivor", "account", "survivor"),
        Index("ix_merge_absorbed", "account", "absorbed"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    survivor: Mapped[UUID] = mapped_column(Id)
    absorbed: Mapped[UUID] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    by_type: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[UUID | None] = mapped_column(Id)


class AlreadyOne(Conflict):
    text = {"en": "They are one customer already.", "id": "Keduanya sudah satu pelanggan."}


class NoSuchMerge(NotFound):
    text = {"en": "There is no such merge.", "id": "Penggabungan tidak ditemukan."}


class AlreadyUndone(Conflict):
    text = {
        "en": "This merge has been undone already.",
        "id": "Penggabungan ini sudah dibatalkan.",
    }


def merge(
    tx: Tx,
    account: UUID,
    survivor: UUID,
    other: UUID,
    *,
    reason: str,
    by: Actor,
    evidence: Sequence[dict[str, Any]] = (),
) -> UUID:
    """Make `other` part of `survivor`; the merge's id. Raises AlreadyOne, NoSuchCustomer."""
    customers.lock(tx, account, survivor, other)
    kept = customers.get(tx, account, survivor).id
    absorbed = customers.get(tx, account, other).id
    if kept == absorbed:
        raise AlreadyOne
    this = Customer.account == account, Customer.id == absorbed
    tx.run(update(Customer).where(*this).values(merged_into=kept))
    below = update(Customer).where(Customer.account == account, Customer.root == absorbed)
    tx.run(below.values(root=kept))
    made = new_id()
    row = {
        "account": account,
        "id": made,
        "survivor": kept,
        "absorbed": absorbed,
        "reason": reason,
        "evidence": list(evidence),
        "by_type": by.type,
        "by_id": by.id,
        "at": clock.now(),
    }
    tx.run(insert(Merge).values(**row))
    eventlog.append(tx, account, CustomersMerged(kept, absorbed, made), by=by)
    return made


def undo(tx: Tx, account: UUID, merge: UUID, *, by: Actor) -> Any:
    """Take the pointer away; the merge's row. Raises NoSuchMerge, AlreadyUndone."""
    found = tx.first(select(Merge).where(Merge.account == account, Merge.id == merge))
    if found is None:
        raise NoSuchMerge
    if found.undone_at is not None:
        raise AlreadyUndone
    this = Merge.account == account, Merge.id == merge
    tx.run(update(Merge).where(*this).values(undone_at=clock.now(), undone_by=by.id))
    pointer = update(Customer).where(Customer.account == account, Customer.id == found.absorbed)
    tx.run(pointer.values(merged_into=None))
    _plant(tx, account, found.absorbed)
    eventlog.append(tx, account, CustomersUnmerged(found.survivor, found.absorbed, merge), by=by)
    return found


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """Merges that made, or unmade, this person; newest first."""
    own = customers.homes(account, root)
    found = select(Merge).where(
        Merge.account == account, Merge.survivor.in_(own) | Merge.absorbed.in_(own)
    )
    return list(tx.all(found.order_by(Merge.id.desc())))


def _plant(tx: Tx, account: UUID, root: UUID) -> None:
    """Make `root` the root of everything that points to it, however far down."""
    level = [root]
    while level:
        these = update(Customer).where(Customer.account == account, Customer.id.in_(level))
        tx.run(these.values(root=root))
        below = select(Customer.id).where(
            Customer.account == account, Customer.merged_into.in_(level)
        )
        level = tx.values(below)
