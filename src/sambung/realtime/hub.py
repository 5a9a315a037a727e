"""The hub: follows the logs of accounts with somebody online and hands every event to whoever subscribed.

Each event is made whole and encoded once in a process, however many sockets are told. A subscriber is told every
position after the one it gave, once, in order: what is past comes from the log, and it joins what is live in one
step of the event loop. One that falls too far behind is cut off with `behind`, and reads the log again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from sambung.core import eventlog
from sambung.kit.bus import Bus
from sambung.kit.db import Store, Tx
from sambung.realtime import frames
from sambung.realtime.frames import Frame

log = logging.getLogger(__name__)

BATCH = 200
"""Events read and made whole at a time."""
WAITING = 1_000
"""Frames that may wait for a slow subscriber."""
RECENT = 500
"""Frames kept for those who come back after a short break."""
PAUSE = 0.02
"""Seconds between looks whether a slow subscriber has room for more of the past."""
BREATH = 0.01
"""Seconds after a reading: what comes meanwhile is read and made whole together, which costs little more than one."""
NET = 1.0
"""Seconds between looks for what no wake-up told of."""

Overheard = Callable[[UUID, str, dict[str, Any]], None]
Wanted = Callable[[Frame], bool]


class Subscription:
    """One subscriber's queue. position: of the last event put into it (or passed over as unwanted)."""

    __slots__ = ("_frames", "_wake", "behind", "catching_up", "live", "position", "wanted")

    def __init__(self, position: int, wanted: Wanted | None) -> None:
        self.position = position
        self.wanted = wanted
        self.live = False
        self.behind = False
        self.catching_up: asyncio.Task[None] | None = None
        self._frames: deque[Frame] = deque()
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        return len(self._frames)

    def put(self, frame: Frame) -> None:
        """Never waits."""
        if self.behind:
            return
        if frame.position is not None:
            self.position = frame.position
        if self.wanted is not None and not self.wanted(frame):
            return
        if len(self._frames) >= WAITING:
            self.cut()
        else:
            self._frames.append(frame)
            self._wake.set()

    def cut(self) -> None:
        """Drop what waits and leave only `behind`: too slow, or the log cannot be read."""
        self.behind = True
        self._frames.clear()
        self._frames.append(_behind(self.position))
        self._wake.set()

    async def take(self) -> list[Frame]:
        """Everything that waits; at least one frame."""
        while not self._frames:
            self._wake.clear()
            await self._wake.wait()
        taken = list(self._frames)
        self._frames.clear()
        return taken


class _Room:
    """An account with somebody online. position: how far its log was handed out."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.wake = asyncio.Event()
        self.recent: deque[Frame] = deque(maxlen=RECENT)
        self.subscribers: set[Subscription] = set()
        self.tail: asyncio.Task[None] | None = None


class Hub:
    """base_url: where providers reach us, for the hook addresses shown with connections."""

    def __init__(self, store: Store, bus: Bus, *, base_url: str = "") -> None:
        self._store = store
        self._bus = bus
        self._base_url = base_url
        self._rooms: dict[UUID, _Room] = {}
        self._overheard: list[Overheard] = []
        bus.listen(woken=self.woken, heard=self._heard)

    def woken(self, account: UUID, position: int = 0) -> None:
        """The account's log has grown."""
        room = self._rooms.get(account)
        if room is not None and (position == 0 or position > room.position):
            room.wake.set()

    def publish(self, account: UUID, type: str, data: dict[str, Any]) -> None:
        """Tell everybody in every process something of the moment (small, ready for JSON)."""
        self.tell(account, type, data)
        self._bus.say(account, [type, data])

    def tell(self, account: UUID, type: str, data: dict[str, Any]) -> None:
        """Tell everybody in this process."""
        for call in self._overheard:
            call(account, type, data)
        room = self._rooms.get(account)
        if room is not None and room.subscribers:
            frame = frames.of_the_moment(type, data)
            for subscriber in list(room.subscribers):
                subscriber.put(frame)

    def overhear(self, call: Overheard) -> None:
        """Have `call(account, type, data)` told what is published, here and in other processes."""
        self._overheard.append(call)

    async def join(
        self, account: UUID, after: int | None = None, wanted: Wanted | None = None
    ) -> Subscription:
        """Be told every event past `after` (None: from now on), until `leave`."""
        end = await self._store.read(eventlog.end, account)
        room = self._rooms.get(account)
        if room is None:
            room = self._rooms[account] = _Room(end)
            room.tail = asyncio.create_task(self._follow(account, room), name="hub")
            room.tail.add_done_callback(partial(self._fell, account, room))
        # Whoever was further than the log ever was (a restored backup) begins at its end.
        begin = end if after is None else max(0, min(after, end))
        subscription = Subscription(begin, wanted)
        room.subscribers.add(subscription)
        subscription.live = begin >= room.position
        if not subscription.live:
            subscription.catching_up = asyncio.create_task(
                self._catch_up(account, room, subscription), name="hub-catch-up"
            )
            subscription.catching_up.add_done_callback(partial(_gave_up, subscription))
        return subscription

    def leave(self, account: UUID, subscription: Subscription) -> None:
        if subscription.catching_up is not None:
            subscription.catching_up.cancel()
        room = self._rooms.get(account)
        if room is None:
            return
        room.subscribers.discard(subscription)
        if not room.subscribers:
            del self._rooms[account]
            if room.tail is not None:
                room.tail.cancel()

    async def subscribe(
        self, account: UUID, after: int | None = None, wanted: Wanted | None = None
    ) -> AsyncIterator[Frame]:
        """Frames past `after`, for ever; after `behind` there are no more."""
        subscription = await self.join(account, after, wanted)
        try:
            while True:
                for frame in await subscription.take():
                    yield frame
                if subscription.behind and not subscription.waiting:
                    return
        finally:
            self.leave(account, subscription)

    async def run(self) -> None:
        """For ever: look for what no wake-up told of."""
        while True:
            await asyncio.sleep(NET)
            if not self._rooms:
                continue
            with suppress(SQLAlchemyError):
                for account, position in (await self._store.read(_ends, list(self._rooms))).items():
                    self.woken(account, position)

    async def close(self) -> None:
        """Stop following, for good."""
        tails = [room.tail for room in self._rooms.values() if room.tail is not None]
        self._rooms.clear()
        for tail in tails:
            tail.cancel()
        await asyncio.gather(*tails, return_exceptions=True)

    def _heard(self, account: UUID, note: Any) -> None:
        match note:
            case [str(type), dict(data)]:
                self.tell(account, type, data)

    async def _follow(self, account: UUID, room: _Room) -> None:
        while True:
            room.wake.clear()
            try:
                found = await self._store.read(_read, account, room.position, self._base_url)
            except SQLAlchemyError:
                log.exception("cannot read the log of %s", account)
                await asyncio.sleep(NET)
                continue
            for frame in found:
                self._hand_out(room, frame)
            if len(found) < BATCH:
                await asyncio.sleep(BREATH)
                await room.wake.wait()

    def _fell(self, account: UUID, room: _Room, tail: "asyncio.Task[None]") -> None:
        """A fault of ours ended the following: let everybody come again rather than wait for ever."""
        if tail.cancelled():
            return
        log.error("following %s ended", account, exc_info=tail.exception())
        if self._rooms.get(account) is room:
            del self._rooms[account]
        for subscription in room.subscribers:
            subscription.cut()

    def _hand_out(self, room: _Room, frame: Frame) -> None:
        assert frame.position == room.position + 1
        room.position = frame.position
        room.recent.append(frame)
        for subscription in room.subscribers:
            # Some began further than the room had come; those who have not caught up are told later.
            if subscription.live and subscription.position == frame.position - 1:
                subscription.put(frame)

    async def _catch_up(self, account: UUID, room: _Room, subscription: Subscription) -> None:
        """Hand over what is past, as fast as it is taken, then join what is live.

        Between the last look at the room's position and `live` nothing is awaited, so nothing is missed.
        """
        while subscription.position < room.position:
            if subscription.waiting > WAITING - BATCH:
                await asyncio.sleep(PAUSE)
                continue
            found = _kept(room, subscription.position)
            if not found:
                position = subscription.position
                try:
                    found = await self._store.read(_read, account, position, self._base_url)
                except SQLAlchemyError:
                    log.exception("cannot read the log of %s", account)
                    subscription.cut()
                    return
            for frame in found:
                if frame.position == subscription.position + 1:
                    subscription.put(frame)
            if subscription.behind:
                return
        subscription.live = True


def _gave_up(subscription: Subscription, catching_up: "asyncio.Task[None]") -> None:
    if not catching_up.cancelled() and (error := catching_up.exception()):
        log.error("catching up ended", exc_info=error)
        subscription.cut()


def _kept(room: _Room, position: int) -> list[Frame]:
    """What is still at hand of the frames after a position; nothing when the first of them is not."""
    if not room.recent or (room.recent[0].position or 0) > position + 1:
        return []
    return [frame for frame in room.recent if (frame.position or 0) > position][:BATCH]


def _read(tx: Tx, account: UUID, position: int, base_url: str) -> list[Frame]:
    """The next frames of the log, without a gap."""
    found = eventlog.after(tx, account, position, limit=BATCH)
    dense = [one for n, one in enumerate(found, start=position + 1) if one.position == n]
    return frames.expand(tx, account, dense, base_url)


def _ends(tx: Tx, accounts: list[UUID]) -> dict[UUID, int]:
    return {account: eventlog.end(tx, account) for account in accounts}


def _behind(position: int) -> Frame:
    text = msgspec.json.encode({"type": "behind", "position": position}).decode()
    return Frame("behind", None, {}, text)
