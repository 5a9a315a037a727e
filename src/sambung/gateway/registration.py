"""Registration: where a provider can be told by API where to post, it is told when a connection is made or changed."""

import logging
from uuid import UUID

from sambung.channels import Channel, Refused, Stopped, TryLater, Unknown
from sambung.core import connections
from sambung.core.connections import ACTIVE
from sambung.core.eventlog import Recorded
from sambung.core.follower import Reader
from sambung.gateway.directory import Directory
from sambung.kit import jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.net import Net
from sambung.kit.runner import Failed

log = logging.getLogger(__name__)

REGISTER = "register"


def schedule(tx: Tx, recorded: Recorded) -> None:
    """A new or changed connection becomes a job."""
    connection = recorded.data["connection"]
    jobs.enqueue(
        tx,
        recorded.account,
        REGISTER,
        {"connection": connection},
        dedupe=f"register:{connection}",
        max_attempts=5,
    )


READER = Reader("registration", schedule, ("ConnectionAdded", "ConnectionChanged"))


class Register:
    """The worker of `register` jobs. public_url: where providers reach us; only https is of use to them."""

    def __init__(self, store: Store, directory: Directory, net: Net, public_url: str) -> None:
        self._store = store
        self._directory = directory
        self._net = net
        self._public_url = public_url

    async def __call__(self, job: Leased) -> None:
        connected = self._directory.get(UUID(job.args["connection"]))
        if connected is None or connected.status != ACTIVE:
            return
        if type(connected.channel).register is Channel.register:
            return
        hook = f"{self._public_url}/hooks/{connected.link.id}"
        try:
            await connected.channel.register(hook, connected.config, self._net)
        except TryLater as later:
            raise Failed(later.detail, later.seconds) from later
        except (Refused, Unknown) as failure:
            log.warning("the provider was not told where to post: %s", failure)
        except Stopped as stopped:
            await self._store.write(
                connections.stop,
                job.account,
                connected.link.id,
                reason=stopped.reason,
                code=stopped.code,
                detail=stopped.detail,
            )
