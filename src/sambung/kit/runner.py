"""Runs jobs: claims what is due, does it side by side, and sleeps until the next is due or it is woken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from sambung.kit import clock, ids, jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased

log = logging.getLogger(__name__)

AT_ONCE = 32
PAUSE = 1.0
"""Seconds until the next try when the database cannot be reached."""
SHORTEST_SLEEP = 0.05
LONGEST_SLEEP = 15.0
"""Seconds: the net under a missed wake-up."""
LIFE_SIGN = jobs.LEASE / timedelta(seconds=3)
"""Seconds between looks after leases: our own renewed, those of silent workers freed."""


class Later(Exception):
    """Raised by a job that must wait (a rate limit) without having failed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Failed(Exception):
    """Raised by a job that met a passing fault: tried again after `seconds` (or growing pauses)."""

    def __init__(self, detail: str, seconds: float | None = None) -> None:
        super().__init__(detail)
        self.seconds = seconds


Worker = Callable[[Leased], Awaitable[None]]
Died = Callable[[Leased, str], Awaitable[None]]


class Runner:
    """workers: job kind → what does it. died: told when a job is out of attempts."""

    def __init__(
        self, store: Store, workers: Mapping[str, Worker], *, died: Died | None = None
    ) -> None:
        self._store = store
        self._workers = workers
        self._died = died
        self._name = ids.secret(9)
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something may be due now."""
        self._wake.set()

    async def run(self) -> None:
        """For ever; on cancellation what runs is given a moment, the rest is freed."""
        if self._store.sqlite:
            # One process's database: what is leased at the start was left by its predecessor.
            await self._store.write(jobs.free_all)
        looking = asyncio.create_task(self._look_after_leases(), name="leases")
        try:
            while True:
                self._wake.clear()
                try:
                    if not await self._start_due():
                        await self._sleep()
                except Exception:
                    log.exception("jobs cannot be claimed")
                    await asyncio.sleep(PAUSE)
        finally:
            looking.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=5)
            for task in self._running:
                task.cancel()
            await self._store.write(jobs.abandon, self._name)

    async def until_idle(self) -> None:
        """Do everything due now, one round after another (tests, seeding)."""
        while leased := await self._store.write(_claim, self._name, AT_ONCE):
            await asyncio.gather(*(self._do(job) for job in leased))

    async def _start_due(self) -> int:
        """Begin what is due, as far as there is room; how many."""
        room = AT_ONCE - len(self._running)
        leased = await self._store.write(_claim, self._name, room) if room else []
        for job in leased:
            task = asyncio.create_task(self._do(job))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return len(leased)

    async def _look_after_leases(self) -> None:
        while True:
            try:
                await self._store.write(jobs.renew, self._name)
                if await self._store.write(jobs.reap):
                    self._wake.set()
            except SQLAlchemyError:
                log.exception("leases cannot be looked after")
            await asyncio.sleep(LIFE_SIGN)

    async def _sleep(self) -> None:
        due = await self._store.read(jobs.next_due)
        pause = LONGEST_SLEEP
        if due is not None and len(self._running) < AT_ONCE:
            # It may have come due since we looked, or be in another process's hands at this moment.
            pause = max((due - clock.now()) / timedelta(seconds=1), SHORTEST_SLEEP)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(pause, LONGEST_SLEEP))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _do(self, job: Leased) -> None:
        try:
            await self._workers[job.kind](job)
        except Later as later:
            await self._store.write(jobs.put_back, job, seconds=later.seconds)
        except Failed as failure:
            await self._failed(job, str(failure), failure.seconds)
        except Exception as error:
            log.exception("job %s failed", job.kind, extra={"job": str(job.id)})
            await self._failed(job, f"{type(error).__name__}: {error}", None)
        else:
            await self._store.write(jobs.done, job)

    async def _failed(self, job: Leased, detail: str, seconds: float | None) -> None:
        dead = await self._store.write(jobs.failed, job, detail, seconds=seconds)
        if dead and self._died is not None:
            await self._died(job, detail)


def _claim(tx: Tx, worker: str, limit: int) -> list[Leased]:
    return jobs.claim(tx, worker, limit=limit)
