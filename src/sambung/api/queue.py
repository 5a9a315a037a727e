"""What waits, what was given up, and what could not be recorded: to be done again, or thrown away."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.pages import Cursor, Limit, Page, cut, unpack_id
from sambung.core import audit, connections, queue, unrecorded
from sambung.core.connections import NoSuchConnection
from sambung.core.queue import JobRunning, NoSuchJob
from sambung.core.unrecorded import NoSuchUnrecorded
from sambung.kit import jobs
from sambung.kit.db import Tx

router = APIRouter(tags=["queue"], responses=ALWAYS)

Manager = Annotated[Caller, requires("job.manage")]


class JobShape(BaseModel):
    """failure: why it was last not done. conversation: of the message it is about. connection: which it uses."""

    id: UUID
    kind: str
    state: Literal["dead", "waiting"]
    args: dict[str, Any]
    attempts: int
    max_attempts: int
    run_at: datetime
    died_at: datetime | None
    failure: str | None
    conversation: UUID | None
    connection: UUID | None


class UnrecordedShape(BaseModel):
    """kind: of fact. item: what the provider said, as it was read. error: why it could not be recorded."""

    id: UUID
    connection: UUID
    kind: str
    item: dict[str, Any]
    error: str
    at: datetime

    @classmethod
    def of(cls, row: Any) -> "UnrecordedShape":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.get("/jobs")
async def list_jobs(
    who: Manager,
    at: Serving,
    state: Literal["dead", "waiting"] = "dead",
    kind: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[JobShape]:
    """Work that was given up, or waits for its time; newest first."""
    before = unpack_id(cursor)
    rows = await at.store.read(_jobs, who.account, state == "dead", kind, before, limit + 1)
    return cut(rows, limit, _job, lambda pair: pair[0].id)


@router.post("/jobs/{job}/replays", status_code=202, responses=problems(NoSuchJob, JobRunning))
async def replay_job(job: UUID, who: Manager, at: Serving) -> None:
    """Do it again, now."""
    await at.store.write(_replay_job, who.account, job, who)


@router.delete("/jobs/{job}", status_code=204, responses=problems(NoSuchJob, JobRunning))
async def remove_job(job: UUID, who: Manager, at: Serving) -> None:
    """Never do it; a reply that waited for it is shown as failed."""
    await at.store.write(_remove_job, who.account, job, who)


@router.get("/connections/{connection}/unrecorded", responses=problems(NoSuchConnection))
async def list_unrecorded(
    connection: UUID, who: Manager, at: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Page[UnrecordedShape]:
    """What came on the connection and could not be recorded, newest first."""
    before = unpack_id(cursor)
    rows = await at.store.read(_unrecorded, who.account, connection, before, limit + 1)
    return cut(rows, limit, UnrecordedShape.of, lambda row: row.id)


@router.post("/unrecorded/{item}/replays", status_code=202, responses=problems(NoSuchUnrecorded))
async def replay_unrecorded(item: UUID, who: Manager, at: Serving) -> None:
    """Try to record it again, soon; it leaves the list when that went well."""
    await at.store.write(_replay_unrecorded, who.account, item, who)


@router.delete("/unrecorded/{item}", status_code=204, responses=problems(NoSuchUnrecorded))
async def remove_unrecorded(item: UUID, who: Manager, at: Serving) -> None:
    """Throw it away."""
    await at.store.write(_remove_unrecorded, who.account, item, who)


def _job(pair: tuple[Any, UUID | None]) -> JobShape:
    row, conversation = pair
    connection = row.args.get("connection")
    return JobShape(
        id=row.id,
        kind=row.kind,
        state="waiting" if row.died_at is None else "dead",
        args=row.args,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        run_at=row.run_at,
        died_at=row.died_at,
        failure=row.failure,
        conversation=conversation,
        connection=UUID(connection) if connection else None,
    )


def _jobs(
    tx: Tx, account: UUID, dead: bool, kind: str | None, before: UUID | None, limit: int
) -> list[tuple[Any, UUID | None]]:
    rows = jobs.page(tx, account, dead=dead, kind=kind, before=before, limit=limit)
    where = queue.conversations_of(tx, account, rows)
    return [(row, where.get(row.id)) for row in rows]


def _unrecorded(
    tx: Tx, account: UUID, connection: UUID, before: UUID | None, limit: int
) -> list[Any]:
    connections.get(tx, account, connection)
    return unrecorded.of(tx, account, connection, before=before, limit=limit)


def _replay_job(tx: Tx, account: UUID, job: UUID, who: Caller) -> None:
    queue.replay(tx, account, job, by=who.actor)
    _note(tx, account, "job.replayed", who, job)


def _remove_job(tx: Tx, account: UUID, job: UUID, who: Caller) -> None:
    queue.remove(tx, account, job)
    _note(tx, account, "job.removed", who, job)


def _replay_unrecorded(tx: Tx, account: UUID, item: UUID, who: Caller) -> None:
    unrecorded.replay(tx, account, item)
    _note(tx, account, "unrecorded.replayed", who, item)


def _remove_unrecorded(tx: Tx, account: UUID, item: UUID, who: Caller) -> None:
    unrecorded.get(tx, account, item)
    unrecorded.forget(tx, account, item)
    _note(tx, account, "unrecorded.removed", who, item)


def _note(tx: Tx, account: UUID, action: str, who: Caller, subject: UUID) -> None:
    audit.did(tx, account, action, by=who.actor, subject=subject, address=who.address)
