"""What must be fetched, or is handed over as mail: mailboxes that are listened to, and the built-in mail listener."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sambung.channels import (
    Malformed,
    Rejected,
    Request,
    Stopped,
    TryLater,
    Unknown,
    all_channels,
)
from sambung.core import configs, connections
from sambung.core.connections import ACTIVE, DISABLED
from sambung.core.events import SYSTEM
from sambung.gateway.directory import Connected, Directory
from sambung.gateway.inbound import Gateway
from sambung.kit.db import Store, Tx
from sambung.kit.net import Net

log = logging.getLogger(__name__)

ROUND = 30.0
"""Seconds between looks at whether every listener is still at work."""
SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds between attempts to reach a mailbox that cannot be reached."""
STEADY = 60.0
"""Seconds of listening after which what was wrong is over."""


class Listeners:
    """Keeps one task for each connection whose channel `listen`s, as the directory changes."""

    def __init__(self, store: Store, directory: Directory, gateway: Gateway, net: Net) -> None:
        self._store = store
        self._directory = directory
        self._gateway = gateway
        self._net = net
        self._tasks: dict[UUID, tuple[Connected, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """For ever."""
        try:
            while True:
                await self._match()
                await self._change()
        finally:
            for _, task in self._tasks.values():
                task.cancel()

    async def _change(self) -> None:
        """Until the directory was read again, or it is time to see whether everybody is still at work."""
        try:
            async with asyncio.timeout(ROUND), self._directory.changed:
                await self._directory.changed.wait()
        except TimeoutError:
            return

    async def _match(self) -> None:
        """Start what is new or has stumbled, stop what is gone or set differently."""
        wanted = {one.link.id: one for one in self._directory.all() if one.status == ACTIVE}
        for id, (connected, task) in list(self._tasks.items()):
            other = wanted.get(id)
            failure = task.exception() if task.done() and not task.cancelled() else None
            if failure is not None:
                log.error("listening to %s ended; it begins anew", connected.name, exc_info=failure)
            if other is None or other.config != connected.config or failure is not None:
                task.cancel()
                del self._tasks[id]
        for id, connected in wanted.items():
            if id not in self._tasks:
                task = asyncio.create_task(self._keep(connected))
                self._tasks[id] = connected, task

    async def _keep(self, connected: Connected) -> None:
        account, id = connected.link.account, connected.link.id
        pause, failures = SHORTEST_PAUSE, 0
        while True:
            row = await self._store.read(connections.get, account, id)
            heard = connected.channel.listen(connected.config, row.listen_state, self._net)
            if heard is None:
                return
            steady = asyncio.create_task(self._steady(account, id)) if row.problem else None
            try:
                async for one in heard:
                    if one.request is not None:
                        await self._accept(one.request, connected)
                    await self._store.write(connections.remember, account, id, dict(one.state))
                    if one.settings:
                        await self._store.write(_renew, account, id, one.settings)
                    pause, failures = SHORTEST_PAUSE, 0
            except Stopped as stopped:
                await self._store.write(
                    connections.stop,
                    account,
                    id,
                    reason=stopped.reason,
                    code=stopped.code,
                    detail=stopped.detail,
                )
                return
            except (TryLater, Unknown) as later:
                failures += 1
                if failures > 1:  # once is a hiccup
                    await self._store.write(
                        connections.warn, account, id, reason=later.reason, detail=later.detail
                    )
            finally:
                if steady is not None:
                    steady.cancel()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _steady(self, account: UUID, id: UUID) -> None:
        """It has been listening for a while: what was wrong is forgotten."""
        await asyncio.sleep(STEADY)
        await self._store.write(connections.resume, account, id, by=SYSTEM)

    async def _accept(self, request: Request, connected: Connected) -> None:
        try:
            await self._gateway.accept(request, connected)
        except (Malformed, Rejected) as bad:
            log.warning("a message in %s cannot be read: %s", connected.name, bad)


def _renew(tx: Tx, account: UUID, id: UUID, settings: Mapping[str, Any]) -> None:
    """Keep what the provider gave anew in place of what will die."""
    row = connections.get(tx, account, id)
    renewed = {**configs.unseal(row.config), **settings}
    kept = configs.seal(all_channels()[row.channel].config.model_validate(renewed))
    connections.change(tx, account, id, config=kept, by=SYSTEM)


class Post:
    """What the built-in mail listener asks: whose address is this, and take this mail."""

    def __init__(self, directory: Directory, gateway: Gateway) -> None:
        self._directory = directory
        self._gateway = gateway

    def accepts(self, address: str) -> bool:
        """Whether the address (its tag aside) is one of our connections'."""
        return self._connected(address) is not None

    async def deliver(self, mail_from: str, rcpt_to: str, raw: bytes) -> None:
        """Record one mail; returns when it is committed."""
        connected = self._connected(rcpt_to)
        if connected is None:
            raise LookupError(rcpt_to)
        envelope = {"mail-from": mail_from, "rcpt-to": rcpt_to}
        try:
            await self._gateway.accept(Request(raw, envelope), connected)
        except Malformed as bad:
            log.warning("a mail for %s cannot be read: %s", rcpt_to, bad)

    def _connected(self, address: str) -> Connected | None:
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        ours = [
            one
            for one in self._directory.all()
            if one.channel.transport == "mail" and plain in one.addresses
        ]
        # One that is switched off still takes mail, unless another one has the address now.
        return min(ours, key=lambda one: one.status == DISABLED, default=None)
