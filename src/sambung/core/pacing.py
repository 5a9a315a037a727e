"""Pacing: no connection sends faster than its provider allows, nor to one person; a token bucket each, in a row.

The rows are shared by all processes, and a take is part of the transaction that takes the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Float, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx

SECOND = timedelta(seconds=1)


class Bucket(Table):
    """tokens: as of `at`."""

    __tablename__ = "bucket"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Limit:
    """`key` fills with `rate` tokens a second up to `burst`."""

    key: str
    rate: float
    burst: int


def take(tx: Tx, account: UUID, limits: Sequence[Limit]) -> float:
    """Take a token of each; 0 when all were there, else the seconds to wait (and none is taken)."""
    now = clock.now()
    keys = sorted(limit.key for limit in limits)
    mine = select(Bucket).where(Bucket.account == account, Bucket.key.in_(keys))
    rows = {row.key: row for row in tx.all(mine.order_by(Bucket.key).with_for_update())}
    there = {}
    for limit in limits:
        row = rows.get(limit.key)
        gained = 0.0 if row is None else max((now - row.at) / SECOND, 0.0) * limit.rate
        there[limit.key] = limit.burst if row is None else min(row.tokens + gained, limit.burst)
    missing = [(1 - there[limit.key]) / limit.rate for limit in limits if there[limit.key] < 1]
    if missing:
        return max(missing)
    for key in keys:
        values = {"tokens": there[key] - 1, "at": now}
        tx.run(
            insert(Bucket)
            .values(account=account, key=key, **values)
            .on_conflict_do_update(index_elements=[Bucket.account, Bucket.key], set_=values)
        )
    return 0.0


def sweep(tx: Tx) -> None:
    """Forget buckets that have long been full."""
    # across accounts: the same age for all
    tx.run(delete(Bucket).where(Bucket.at < clock.now() - 3600 * SECOND))
