"""Keeps readers of the event log going: wakes them when an account's log grows, and catches up after a start.

A reader is a name, a handler `(tx, recorded)` that writes to the database only, and the types it wants.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sambung.core import eventlog
from sambung.core.eventlog import Handler
from sambung.kit import clock
from sambung.kit.db import Store

log = logging.getLogger(__name__)

NET = 1.0
"""Seconds between looks for accounts whose wake-up was missed."""
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Reader:
    """types: the event types handed over; others are stepped over."""

    name: str
    handle: Handler
    types: Sequence[str]


@dataclass(frozen=True, slots=True)
class Rest:
    """A reader failed on an account's next event: not again before `until`, so that other accounts go on."""

    until: datetime
    pause: float


class Follower:
    def __init__(self, store: Store, readers: Sequence[Reader]) -> None:
        self._store = store
        self._readers = readers
        self._dirty: dict[str, set[UUID]] = {reader.name: set() for reader in readers}
        self._wake = {reader.name: asyncio.Event() for reader in readers}
        self._resting: dict[tuple[str, UUID], Rest] = {}

    def woken(self, account: UUID) -> None:
        """The account's log has grown."""
        for reader in self._readers:
            self._dirty[reader.name].add(account)
            self._wake[reader.name].set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for reader in self._readers:
                group.create_task(self._keep(reader))

    async def until_caught_up(self) -> None:
        """Follow until no reader is behind (tests, seeding)."""
        moved = True
        while moved:
            moved = False
            for reader in self._readers:
                for account in await self._store.read(eventlog.behind, reader.name):
                    moved = await self._step(reader, account) > 0 or moved

    async def _keep(self, reader: Reader) -> None:
        while True:
            try:
                for account in await self._store.read(eventlog.behind, reader.name):
                    await self._catch_up(reader, account)
            except Exception:
                log.exception("reader %s cannot look at the log", reader.name)
                await asyncio.sleep(NET)
            await self._follow_wakeups(reader)

    async def _follow_wakeups(self, reader: Reader) -> None:
        """Until a look at all accounts is due."""
        wake, dirty = self._wake[reader.name], self._dirty[reader.name]
        try:
            async with asyncio.timeout(NET):
                while True:
                    await wake.wait()
                    wake.clear()
                    while dirty:
                        await self._catch_up(reader, dirty.pop())
        except TimeoutError:
            return

    async def _catch_up(self, reader: Reader, account: UUID) -> None:
        """Follow the account's log to its end. After an error the cursor stands still: the same events come
        again, after a pause."""
        rest = self._resting.get((reader.name, account))
        if rest is not None and clock.now() < rest.until:
            return
        try:
            while await self._step(reader, account):
                pass
            self._resting.pop((reader.name, account), None)
        except Exception:
            log.exception("reader %s failed", reader.name, extra={"account": str(account)})
            pause = NET if rest is None else min(rest.pause * 2, LONGEST_PAUSE)
            until = clock.now() + timedelta(seconds=pause)
            self._resting[reader.name, account] = Rest(until, pause)

    async def _step(self, reader: Reader, account: UUID) -> int:
        return await self._store.write(
            eventlog.follow, account, reader.name, reader.handle, types=reader.types
        )
