"""The queue as an administrator sees it: jobs that wait, and dead ones, to be done again or thrown away.

A job is only the errand: doing it again, or never, also says so on what it was about (a message, a file).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.core import attachments, replies, sending
from sambung.core.attachments import FETCH
from sambung.core.events import Actor
from sambung.core.messages import Message
from sambung.core.replies import NotToBeRetried
from sambung.core.sending import SEND
from sambung.kit import jobs
from sambung.kit.db import Tx
from sambung.kit.problems import Conflict, NotFound

REMOVED = "taken out of the queue"


class NoSuchJob(NotFound):
    text = {
        "en": "This job is done by now, or was deleted.",
        "id": "Tugas ini sudah selesai, atau sudah dihapus.",
    }


class JobRunning(Conflict):
    text = {
        "en": "This job is being done at this moment.",
        "id": "Tugas ini sedang dikerjakan.",
    }


def replay(tx: Tx, account: UUID, job: UUID, *, by: Actor) -> None:
    """Have it done (again), now. Raises NoSuchJob, JobRunning."""
    row = _idle(tx, account, job)
    if row.died_at is None:
        jobs.hasten(tx, account, job)
    elif row.kind == SEND:
        _send_again(tx, account, UUID(row.args["message"]), by=by)
        jobs.forget(tx, account, job)
    elif row.kind == FETCH and not attachments.expect_again(
        tx, account, UUID(row.args["attachment"])
    ):
        jobs.forget(tx, account, job)
    else:
        jobs.replay(tx, account, job)


def remove(tx: Tx, account: UUID, job: UUID) -> None:
    """Never do it. Raises NoSuchJob, JobRunning."""
    row = _idle(tx, account, job)
    if row.died_at is None and row.kind == SEND:
        sending.failed(tx, account, UUID(row.args["message"]), reason="other", detail=REMOVED)
    elif row.died_at is None and row.kind == FETCH:
        attachments.give_up(tx, account, UUID(row.args["attachment"]), REMOVED)
    jobs.forget(tx, account, job)


def conversations_of(tx: Tx, account: UUID, rows: list[Any]) -> dict[UUID, UUID]:
    """By job, the conversation whose message it is about."""
    about = {row.id: UUID(row.args["message"]) for row in rows if "message" in row.args}
    wanted = select(Message.id, Message.conversation).where(
        Message.account == account, Message.id.in_(set(about.values()))
    )
    where = {row.id: row.conversation for row in tx.all(wanted)} if about else {}
    return {job: where[message] for job, message in about.items() if message in where}


def _idle(tx: Tx, account: UUID, job: UUID) -> Any:
    row = jobs.find(tx, account, job)
    if row is None:
        raise NoSuchJob
    if row.lease_until is not None:
        raise JobRunning
    return row


def _send_again(tx: Tx, account: UUID, message: UUID, *, by: Actor) -> None:
    try:
        replies.retry(tx, account, message, by=by)
    except NotToBeRetried:
        return  # somebody has sent it again from its conversation
