"""Work to be done outside a transaction, and tried again when it fails for a moment.

A reader of the event log may write to the database only. What touches the network is a job: a row written in
the business transaction, leased by a worker, deleted when done. A worker that dies leaves its job due again
after the lease. Jobs of one `lane` run one after the other, in the order they were enqueued.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Index,
    Integer,
    String,
    Text,
    bindparam,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, aliased, mapped_column

from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id

LEASE = timedelta(minutes=1)
"""How long a worker may be silent before its jobs are another's; it says that it lives three times as often."""
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPTS = 12


def _index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Job(Table):
    """Waiting (`lease_until` null), leased, or dead (`died_at` set: out of attempts, kept to be replayed)."""

    __tablename__ = "job"
    __table_args__ = (
        _index("ix_job_due", "queue", "run_at", where="lease_until is null and died_at is null"),
        _index("ix_job_lease", "lease_until", where="lease_until is not null"),
        _index("ix_job_lane", "lane", "id", where="lane is not null and died_at is null"),
        _index("ix_job_died", "account", "died_at", where="died_at is not null"),
        Index("uq_job_dedupe", "account", "dedupe", unique=True),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    queue: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str | None] = mapped_column(String(100))
    run_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    worker: Mapped[str | None] = mapped_column(String(64))
    dedupe: Mapped[str | None] = mapped_column(String(200))
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    failure: Mapped[str | None] = mapped_column(Text)
    died_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Leased:
    """A job in a worker's hands. `attempts` counts this one."""

    account: UUID
    id: UUID
    kind: str
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    worker: str

    @property
    def last_attempt(self) -> bool:
        return self.attempts >= self.max_attempts


_ENQUEUE = Hot(
    insert(Job)
    .values(
        {
            name: bindparam(name, type_=Job.__table__.c[name].type)
            for name in (
                *("account", "id", "queue", "kind", "lane", "run_at", "attempts"),
                *("max_attempts", "dedupe", "args"),
            )
        }
    )
    .on_conflict_do_nothing()
)


_DONE = Hot(
    delete(Job).where(
        Job.account == bindparam("account", type_=Id()),
        Job.id == bindparam("id", type_=Id()),
        Job.worker == bindparam("worker", type_=String()),
        Job.attempts == bindparam("attempts", type_=Integer()),
    )
)


def enqueue(
    tx: Tx,
    account: UUID,
    kind: str,
    args: dict[str, Any],
    *,
    queue: str = "default",
    lane: str | None = None,
    run_at: datetime | None = None,
    dedupe: str | None = None,
    max_attempts: int = ATTEMPTS,
) -> bool:
    """Have `kind` done at `run_at` (default: now). False when a job with this `dedupe` already waits
    (one that is being done, or is dead, does not)."""
    now = clock.now()
    row = {
        "account": account,
        "id": new_id(),
        "queue": queue,
        "kind": kind,
        "lane": lane,
        "run_at": run_at or now,
        "attempts": 0,
        "max_attempts": max_attempts,
        "dedupe": dedupe,
        "args": args,
    }
    tx.has_due_jobs = tx.has_due_jobs or run_at is None or run_at <= now
    return _ENQUEUE.run(tx, **row) == 1


def claim(tx: Tx, worker: str, *, queue: str = "default", limit: int = 32) -> list[Leased]:
    """Lease due jobs, of each lane only the head."""
    due = (
        select(Job.account, Job.id)
        .where(
            Job.queue == queue,
            Job.lease_until.is_(None),
            Job.died_at.is_(None),
            Job.run_at <= clock.now(),
            _at_the_head(),
        )
        .order_by(Job.run_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Job)
    )
    chosen = tx.all(due)
    if not chosen:
        return []
    leased = (
        update(Job)
        .where(Job.account.in_({row.account for row in chosen}), Job.id.in_([r.id for r in chosen]))
        # What waits is one of its kind; what is being done no longer stands for what comes after.
        .values(
            worker=worker,
            lease_until=clock.now() + LEASE,
            attempts=Job.attempts + 1,
            dedupe=None,
        )
        .returning(
            Job.account, Job.id, Job.kind, Job.args, Job.attempts, Job.max_attempts, Job.worker
        )
    )
    return sorted((Leased(*tuple(row)) for row in tx.run(leased)), key=lambda job: job.id)


def done(tx: Tx, job: Leased) -> None:
    """Forget a finished job, if it is still this worker's."""
    _DONE.run(tx, account=job.account, id=job.id, worker=job.worker, attempts=job.attempts)


def put_back(tx: Tx, job: Leased, *, seconds: float) -> None:
    """Not now (a rate limit): due again after `seconds`; does not count as an attempt."""
    due = clock.now() + timedelta(seconds=seconds)
    again = update(Job).where(*_mine(job))
    tx.run(again.values(run_at=due, lease_until=None, worker=None, attempts=Job.attempts - 1))


def failed(tx: Tx, job: Leased, failure: str, *, seconds: float | None = None) -> bool:
    """It failed: due again after `seconds` (default: growing pauses), or dead after the last attempt. True = dead."""
    now = clock.now()
    if job.last_attempt:
        values: dict[str, Any] = {"died_at": now, "lease_until": None, "failure": failure}
    else:
        pause = min(timedelta(seconds=2**job.attempts), LONGEST_PAUSE)
        pause *= 0.5 + random.random()  # noqa: S311  spreads retries, guards nothing
        due = now + (pause if seconds is None else timedelta(seconds=seconds))
        values = {"run_at": due, "lease_until": None, "worker": None, "failure": failure}
    tx.run(update(Job).where(*_mine(job)).values(**values))
    return job.last_attempt


def reap(tx: Tx) -> int:
    """Free the jobs whose worker has gone silent; how many. One that silenced its last worker is dead."""
    now = clock.now()
    late = update(Job).where(Job.lease_until.is_not(None), Job.lease_until <= now)
    spent = late.where(Job.attempts >= Job.max_attempts)
    tx.run(spent.values(died_at=now, lease_until=None, failure="the worker went silent"))
    return tx.run(late.values(lease_until=None, worker=None)).rowcount


def renew(tx: Tx, worker: str) -> None:
    """The worker lives: what it has in hand stays its own."""
    held = update(Job).where(Job.worker == worker, Job.lease_until.is_not(None))
    tx.run(held.values(lease_until=clock.now() + LEASE))


def free_all(tx: Tx) -> None:
    """Free what is leased, by whomever: where nobody else works, that was us before we died."""
    tx.run(update(Job).where(Job.lease_until.is_not(None)).values(lease_until=clock.now()))
    reap(tx)


def abandon(tx: Tx, worker: str) -> None:
    """Free what a worker that is stopping still holds."""
    tx.run(update(Job).where(Job.worker == worker, Job.died_at.is_(None)).values(lease_until=None))


def next_due(tx: Tx, *, queue: str = "default") -> datetime | None:
    """When the nearest job that waits for its time, not for its lane, is due."""
    waiting = select(Job.run_at).where(
        Job.queue == queue, Job.lease_until.is_(None), Job.died_at.is_(None), _at_the_head()
    )
    found: datetime | None = tx.value(waiting.order_by(Job.run_at).limit(1))
    return found


def page(
    tx: Tx,
    account: UUID,
    *,
    dead: bool,
    kind: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Any]:
    """The account's dead jobs, or those that wait for their time or their lane; newest first."""
    mine = select(Job).where(Job.account == account, Job.lease_until.is_(None))
    mine = mine.where(Job.died_at.is_not(None) if dead else Job.died_at.is_(None))
    if kind is not None:
        mine = mine.where(Job.kind == kind)
    if before is not None:
        mine = mine.where(Job.id < before)
    return list(tx.all(mine.order_by(Job.id.desc()).limit(limit)))


def find(tx: Tx, account: UUID, job: UUID) -> Any:
    """The row, kept from workers while the transaction lasts; None when it is done or never was."""
    this = select(Job).where(Job.account == account, Job.id == job)
    return tx.first(this.with_for_update())


def replay(tx: Tx, account: UUID, job: UUID) -> bool:
    """Bring a dead job back to life; False when it is not dead."""
    dead = update(Job).where(Job.account == account, Job.id == job, Job.died_at.is_not(None))
    revived = dead.values(died_at=None, attempts=0, run_at=clock.now(), lease_until=None)
    tx.has_due_jobs = True
    return tx.run(revived).rowcount == 1


def hasten(tx: Tx, account: UUID, job: UUID) -> None:
    """Have a waiting job done now."""
    waits = update(Job).where(Job.account == account, Job.id == job, Job.lease_until.is_(None))
    tx.run(waits.where(Job.died_at.is_(None)).values(run_at=clock.now()))
    tx.has_due_jobs = True


def forget(tx: Tx, account: UUID, job: UUID) -> None:
    """Take a job that nobody is doing out of the queue."""
    idle = Job.account == account, Job.id == job, Job.lease_until.is_(None)
    tx.run(delete(Job).where(*idle))


def cancel(tx: Tx, account: UUID, dedupe: str) -> None:
    """Forget a waiting job."""
    tx.run(
        delete(Job).where(Job.account == account, Job.dedupe == dedupe, Job.lease_until.is_(None))
    )


def _at_the_head() -> Any:
    """Nothing that lives is ahead of the job in its lane."""
    ahead = aliased(Job)
    blocked = exists().where(ahead.lane == Job.lane, ahead.id < Job.id, ahead.died_at.is_(None))
    return or_(Job.lane.is_(None), ~blocked)


def _mine(job: Leased) -> tuple[Any, ...]:
    return (
        Job.account == job.account,
        Job.id == job.id,
        Job.worker == job.worker,
        Job.attempts == job.attempts,
    )
