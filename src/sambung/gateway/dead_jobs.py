"""Jobs that died of something unforeseen: what they were about says so, and waits for a person."""

from uuid import UUID

from sambung.core import attachments, sending, unrecorded
from sambung.kit import jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.runner import Died


def noted_in(store: Store) -> Died:
    """What the runner calls with a dead job and why it died."""

    async def died(job: Leased, why: str) -> None:
        if job.kind == sending.SEND:
            message = UUID(job.args["message"])
            await store.write(sending.failed, job.account, message, reason="other", detail=why)
        elif job.kind == attachments.FETCH:
            await store.write(attachments.give_up, job.account, UUID(job.args["attachment"]), why)

        elif job.kind == unrecorded.AGAIN:
            await store.write(_still_unrecorded, job.account, job, why)

    return died


def _still_unrecorded(tx: Tx, account: UUID, job: Leased, why: str) -> None:
    """The fact itself waits for the administrator: its errand need not."""
    unrecorded.still(tx, account, UUID(job.args["unrecorded"]), why)
    jobs.forget(tx, account, job.id)
