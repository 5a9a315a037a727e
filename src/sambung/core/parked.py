"""What arrived before the message it is about: a status before our send returned, an edit before its original."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, String, bindparam, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import Deleted, Edited, Reacted, StatusReported
from sambung.core import changes
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id

KEPT = timedelta(days=2)
About = Edited | Deleted | Reacted | StatusReported
KINDS: dict[str, type[About]] = {
    kind.__name__: kind for kind in (Edited, Deleted, Reacted, StatusReported)
}


class Parked(Table):
    __tablename__ = "parked"
    __table_args__ = (
        Index("ix_parked_target", "account", "connection", "target", "id"),
        Index("ix_parked_at", "at"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id)
    target: Mapped[str] = mapped_column(String(512))
    kind: Mapped[str] = mapped_column(String(32))
    item: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)


_WAITING = Hot(
    select(Parked.id, Parked.kind, Parked.item)
    .where(
        Parked.account == bindparam("account", type_=Id()),
        Parked.connection == bindparam("connection", type_=Id()),
        Parked.target == bindparam("target"),
    )
    .order_by(Parked.id)
)


def apply(tx: Tx, account: UUID, connection: UUID, item: About) -> None:
    """Change the message the item is about, or keep the item until that message is here."""
    if changes.apply(tx, account, connection, item):
        return
    row = {
        "account": account,
        "id": new_id(),
        "connection": connection,
        "target": item.target[:512],
        "kind": type(item).__name__,
        "item": msgspec.to_builtins(item),
        "at": clock.now(),
    }
    tx.run(insert(Parked).values(**row))


def replay(tx: Tx, account: UUID, connection: UUID, target: str) -> None:
    """The message `target` is here now: apply what waited for it."""
    waiting = _WAITING.all(tx, account=account, connection=connection, target=target[:512])
    for row in waiting:
        changes.apply(tx, account, connection, msgspec.convert(row.item, KINDS[row.kind]))
    if waiting:
        gone = Parked.id.in_([row.id for row in waiting])
        tx.run(delete(Parked).where(Parked.account == account, gone))


def sweep(tx: Tx, *, limit: int = 500) -> int:
    """Apply what was parked at the very moment its message was written elsewhere, and forget what nobody
    came for; how many were applied. To be done every minute or so."""
    now = clock.now()
    tx.run(delete(Parked).where(Parked.account.is_not(None), Parked.at < now - KEPT))
    waiting = select(Parked).where(Parked.account.is_not(None)).order_by(Parked.at.desc())
    applied = []
    for row in tx.all(waiting.limit(limit)):
        item = msgspec.convert(row.item, KINDS[row.kind])
        if changes.apply(tx, row.account, row.connection, item):
            applied.append(row)
    for row in applied:
        tx.run(delete(Parked).where(Parked.account == row.account, Parked.id == row.id))
    return len(applied)
