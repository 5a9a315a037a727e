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
BREATH = 0.02
"""Seconds after a look at what is new: what comes meanwhile is looked at together."""
LIMIT = 100
"""Positions a reader moves in one transaction."""
AT_ONCE = 32
"""Accounts whose readers move side by side."""


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
    """While all readers of an account stand at one place they are led on together, in one transaction; when one
    of them fails, each goes by itself until it has caught up."""

    def __init__(self, store: Store, readers: Sequence[Reader]) -> None:
        self._store = store
        self._readers = readers
        self._dirty: set[UUID] = set()
        self._wake = asyncio.Event()
        self._resting: dict[tuple[str, UUID], Rest] = {}

    def woken(self, account: UUID) -> None:
        """The account's log has grown."""
        self._dirty.add(account)
        self._wake.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                for reader in self._readers:
                    self._dirty.update(await self._store.read(eventlog.behind, reader.name))
            except Exception:
                log.exception("readers cannot look at the log")
                await asyncio.sleep(NET)
            await self._follow_wakeups()

    async def until_caught_up(self) -> None:
        """Follow until no reader is behind (tests, seeding)."""
        moved = True
        while moved:
            moved = False
            for reader in self._readers:
                for account in await self._store.read(eventlog.behind, reader.name):
                    moved = await self._step(reader, account) > 0 or moved

    async def _follow_wakeups(self) -> None:
        """Until a look at all accounts is due."""
        loop = asyncio.get_running_loop()
        over = loop.time() + NET
        while loop.time() < over and (self._dirty or await self._is_woken(until=over)):
            self._wake.clear()
            dirty = [self._dirty.pop() for _ in range(min(len(self._dirty), AT_ONCE))]
            await asyncio.gather(*(self._catch_up(account) for account in dirty))
            await asyncio.sleep(BREATH)

    async def _is_woken(self, *, until: float) -> bool:
        try:
            async with asyncio.timeout_at(until):
                return await self._wake.wait()
        except TimeoutError:
            return False

    async def _catch_up(self, account: UUID) -> None:
        if not await self._catch_up_together(account):
            for reader in self._readers:
                await self._catch_up_alone(reader, account)

    async def _catch_up_together(self, account: UUID) -> bool:
        """Whether it could be done."""
        readers = [(reader.name, reader.handle, reader.types) for reader in self._readers]
        moved: int | None = LIMIT
        try:
            while moved == LIMIT:
                moved = await self._store.write(
                    eventlog.follow_together, account, readers, limit=LIMIT
                )
        except Exception:
            # Which of them it was, and what to do about it, shows when each goes by itself.
            return False
        return moved is not None

    async def _catch_up_alone(self, reader: Reader, account: UUID) -> None:
        """Follow the account's log to its end. After an error the cursor stands still: the same events come
        again, after a pause."""
        rest = self._resting.get((reader.name, account))
        if rest is not None and clock.now() < rest.until:
            return
        try:
            while await self._step(reader, account) == LIMIT:
                pass
            self._resting.pop((reader.name, account), None)
        except Exception:
            log.exception("reader %s failed", reader.name, extra={"account": str(account)})
            pause = NET if rest is None else min(rest.pause * 2, LONGEST_PAUSE)
            until = clock.now() + timedelta(seconds=pause)
            self._resting[reader.name, account] = Rest(until, pause)

    async def _step(self, reader: Reader, account: UUID) -> int:
        return await self._store.write(
            eventlog.follow,
            account,
            reader.name,
            reader.handle,
            types=reader.types,
            limit=LIMIT,
        )
