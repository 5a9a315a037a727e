"""Jobs that died of something unforeseen: what they were about says so, and waits for a person."""

from uuid import UUID

from sambung.core import sending
from sambung.gateway import media, outbound
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.runner import Died


def noted_in(store: Store) -> Died:
    """What the runner calls with a dead job and why it died."""

    async def died(job: Leased, why: str) -> None:
        if job.kind == outbound.SEND:
            message = UUID(job.args["message"])
            await store.write(sending.failed, job.account, message, reason="other", detail=why)
        elif job.kind == media.FETCH:
            await store.write(media.give_up, job.account, UUID(job.args["attachment"]), why)

    return died
