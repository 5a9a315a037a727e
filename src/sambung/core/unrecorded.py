"""What a provider sent that could not be recorded: kept whole, so that it is not lost and its batch is not sent again.

One fault of ours must not make a provider repeat the other 999 updates of a batch for days.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import Item
from sambung.core.receiving import Link
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id


class Unrecorded(Table):
    __tablename__ = "unrecorded"
    __table_args__ = (Index("ix_unrecorded_connection", "account", "connection", "at"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(32))
    item: Mapped[dict[str, Any]] = mapped_column(Json)
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


def keep(tx: Tx, link: Link, item: Item, error: str) -> None:
    """Keep what `item` says, with why it could not be recorded."""
    row = {
        "account": link.account,
        "id": new_id(),
        "connection": link.id,
        "kind": type(item).__name__,
        "item": msgspec.to_builtins(item),
        "error": error.replace("\0", ""),
        "at": clock.now(),
    }
    tx.run(insert(Unrecorded).values(**row))


def of(tx: Tx, account: UUID, connection: UUID, *, limit: int = 50) -> list[Any]:
    """The connection's latest, newest first."""
    mine = Unrecorded.account == account, Unrecorded.connection == connection
    return list(tx.all(select(Unrecorded).where(*mine).order_by(Unrecorded.at.desc()).limit(limit)))
