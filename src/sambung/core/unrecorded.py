"""What a provider sent that could not be recorded: kept whole, so that it is not lost and its batch is not sent again.

One fault of ours must not make a provider repeat the other 999 updates of a batch for days.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import Item
from sambung.core.receiving import Link
from sambung.kit import clock, jobs
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import NotFound

AGAIN = "record_again"
"""Job: try to record one of these once more."""
TRIES = 3


class Unrecorded(Table):
    __tablename__ = "unrecorded"
    __table_args__ = (Index("ix_unrecorded_connection", "account", "connection", "id"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(32))
    item: Mapped[dict[str, Any]] = mapped_column(Json)
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class NoSuchUnrecorded(NotFound):
    text = {
        "en": "This is recorded by now, or was deleted.",
        "id": "Ini sudah tercatat, atau sudah dihapus.",
    }


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


def of(
    tx: Tx, account: UUID, connection: UUID, *, before: UUID | None = None, limit: int = 50
) -> list[Any]:
    """The connection's, newest first; `before`: from this id on."""
    mine = select(Unrecorded).where(
        Unrecorded.account == account, Unrecorded.connection == connection
    )
    if before is not None:
        mine = mine.where(Unrecorded.id < before)
    return list(tx.all(mine.order_by(Unrecorded.id.desc()).limit(limit)))


def get(tx: Tx, account: UUID, unrecorded: UUID) -> Any:
    """The row; raises NoSuchUnrecorded."""
    found = tx.first(select(Unrecorded).where(*_this(account, unrecorded)))
    if found is None:
        raise NoSuchUnrecorded
    return found


def replay(tx: Tx, account: UUID, unrecorded: UUID) -> None:
    """Have it recorded again, by a job. Raises NoSuchUnrecorded."""
    get(tx, account, unrecorded)
    args = {"unrecorded": str(unrecorded)}
    jobs.enqueue(tx, account, AGAIN, args, dedupe=f"{AGAIN}:{unrecorded}", max_attempts=TRIES)


def still(tx: Tx, account: UUID, unrecorded: UUID, error: str) -> None:
    """It could not be recorded once more, for this reason."""
    again = update(Unrecorded).where(*_this(account, unrecorded))
    tx.run(again.values(error=error.replace("\0", "")))


def forget(tx: Tx, account: UUID, unrecorded: UUID) -> None:
    """It is recorded now, or nobody wants it."""
    tx.run(delete(Unrecorded).where(*_this(account, unrecorded)))


def _this(account: UUID, unrecorded: UUID) -> tuple[Any, ...]:
    return Unrecorded.account == account, Unrecorded.id == unrecorded
