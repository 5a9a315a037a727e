"""Every night each connection is tried with its provider, so that a dying token is known before a customer meets it."""

import logging

from sambung.channels import Channel, Refused, Stopped, TryLater, Unknown
from sambung.core import checks, connections
from sambung.core.connections import DISABLED
from sambung.gateway.directory import Connected, Directory
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.net import Net

log = logging.getLogger(__name__)


class Checking:
    """The worker of `check_connections` jobs."""

    def __init__(self, store: Store, directory: Directory, net: Net) -> None:
        self._store = store
        self._directory = directory
        self._net = net

    async def __call__(self, job: Leased) -> None:
        for one in self._directory.all():
            mine = one.link.account == job.account and one.status != DISABLED
            if mine and type(one.channel).check is not Channel.check:
                await self._check(one)

    async def _check(self, one: Connected) -> None:
        account, id = one.link.account, one.link.id
        try:
            found = await one.channel.check(one.config, self._net)
        except Stopped as stopped:
            await self._store.write(checks.not_passed, account, id, stopped.detail)
            why = {"reason": stopped.reason, "code": stopped.code, "detail": stopped.detail}
            await self._store.write(connections.stop, account, id, **why)
        except (Refused, TryLater, Unknown) as failure:
            log.warning("connection %s was tried in vain: %s", id, failure)
            await self._store.write(checks.not_passed, account, id, failure.detail)
        else:
            await self._store.write(checks.passed, account, id, found)
