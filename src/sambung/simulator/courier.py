"""Hands things to the product as providers do: at least once, in any order, until taken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sambung.simulator.faults import Faults

Parcel = Callable[[], Awaitable[bool]]
"""Hand it over; True = taken, False = not taken, to be tried again."""

PATIENCE = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds to wait before each further try."""

HELD_BACK = 2.0
"""Seconds after which what is held back for shuffling goes, even when no more came."""


class Courier:
    """One queue to the product. Faults duplicate, shuffle, delay and drop what goes through it."""

    def __init__(self, faults: Faults, *, patience: Sequence[float] = PATIENCE) -> None:
        self._faults = faults
        self._patience = patience
        self._held: list[Parcel] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.given_up = 0

    def send(self, parcel: Parcel) -> None:
        """Hand this over soon; in the order given unless faults say otherwise."""
        faults = self._faults
        if faults.happens(faults.settings.drop):
            return
        if not faults.settings.shuffle and not self._held:
            self._start(parcel)
            return
        self._held.append(parcel)
        if len(self._held) > faults.settings.shuffle:
            self.let_go()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HELD_BACK, self.let_go)

    def let_go(self) -> None:
        """Hand over what is held back for shuffling."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        self._faults.dice.shuffle(held)
        for parcel in held:
            self._start(parcel)

    async def settle(self) -> None:
        """Wait until everything sent so far has been taken or given up."""
        self.let_go()
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Forget what has not been handed over."""
        self._held.clear()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, parcel: Parcel) -> None:
        faults = self._faults
        wait = faults.dice.uniform(0, faults.settings.delay) if faults.settings.delay else 0.0
        copies = 2 if faults.happens(faults.settings.duplicate) else 1
        # A delayed parcel may be overtaken; others wait for the first try of the one before.
        before = None if wait else self._last
        self._last = tried = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._hand_over(parcel, copies, wait, before, tried))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_over(
        self,
        parcel: Parcel,
        copies: int,
        wait: float,
        before: asyncio.Future[None] | None,
        tried: asyncio.Future[None],
    ) -> None:
        try:
            if wait:
                await asyncio.sleep(wait)
            if before is not None:
                await asyncio.wait([before])
            taken = await asyncio.gather(*(parcel() for _ in range(copies)))
        finally:
            if not tried.done():
                tried.set_result(None)
        if all(taken):
            return
        for pause in self._patience:
            await asyncio.sleep(pause)
            if await parcel():
                return
        self.given_up += 1
