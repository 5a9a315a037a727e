"""Tells every process that an account's log has grown, and carries what is of the moment (who is typing).

The log is the truth: a word that is lost costs latency, never data, so nothing here is kept or repeated. Words are
handed over in the process they come from at once; to others they go by PostgreSQL or NATS.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import msgspec
import nats
import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from sambung.kit import ids

log = logging.getLogger(__name__)

COALESCE = 0.003
"""Seconds that words wait for company on their way to other processes."""
AGAIN = 1.0
"""Seconds before a broken connection is tried anew."""
CHANNEL = "sambung"
LARGEST = 7_000
"""Bytes of one parcel: PostgreSQL takes 8,000."""

Woken = Callable[[UUID, int], None]
Heard = Callable[[UUID, Any], None]


class Parcel(msgspec.Struct, array_like=True):
    """What one process tells the others: how far logs have come, and notes [(account, anything)]."""

    sender: str
    positions: dict[str, int]
    notes: list[tuple[str, Any]]


class Bus:
    """In this process. woken(account, position), heard(account, note): called in the event loop, never wait."""

    def __init__(self) -> None:
        self._woken: list[Woken] = []
        self._heard: list[Heard] = []

    def listen(self, *, woken: Woken | None = None, heard: Heard | None = None) -> None:
        """Be told from now on."""
        self._woken += [woken] if woken else []
        self._heard += [heard] if heard else []

    def announce(self, positions: Mapping[UUID, int]) -> None:
        """Logs have come this far (after the commit)."""
        for account, position in positions.items():
            self._tell_woken(account, position)

    def say(self, account: UUID, note: Any) -> None:
        """Carry a note (ready for JSON, small) to the other processes; this one is not told."""

    def _tell_woken(self, account: UUID, position: int) -> None:
        for call in self._woken:
            call(account, position)

    def _tell_heard(self, account: UUID, note: Any) -> None:
        for call in self._heard:
            call(account, note)


class _Between(Bus):
    """Between processes: gathers words for some milliseconds and sends them as parcels."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ids.secret(6)
        self._positions: dict[str, int] = {}
        self._notes: list[tuple[str, Any]] = []
        self._wake = asyncio.Event()

    def announce(self, positions: Mapping[UUID, int]) -> None:
        super().announce(positions)
        self._positions |= {str(account): position for account, position in positions.items()}
        self._wake.set()

    def say(self, account: UUID, note: Any) -> None:
        self._notes.append((str(account), note))
        self._wake.set()

    async def _parcels(self) -> AsyncIterator[bytes]:
        """For ever, what is to be sent."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(COALESCE)
            self._wake.clear()
            positions, self._positions = self._positions, {}
            notes, self._notes = self._notes, []
            for parcel in _wrapped(self._name, list(positions.items()), notes):
                yield parcel

    def _received(self, raw: bytes) -> None:
        try:
            parcel = msgspec.json.decode(raw, type=Parcel)
            told = [(UUID(account), position) for account, position in parcel.positions.items()]
            notes = [(UUID(account), note) for account, note in parcel.notes]
        except (msgspec.DecodeError, ValueError):
            log.warning("a parcel on the bus cannot be read: %d bytes", len(raw))
            return
        if parcel.sender == self._name:
            return
        for account, position in told:
            self._tell_woken(account, position)
        for account, note in notes:
            self._tell_heard(account, note)


class PostgresBus(_Between):
    """LISTEN and NOTIFY on connections of its own: inside a writing transaction NOTIFY costs most of the speed."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.listening = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._kept(self._send))
            group.create_task(self._kept(self._listen))

    async def _kept(self, work: Callable[[psycopg.AsyncConnection[Any]], Any]) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True
                ) as connection:
                    await work(connection)
            except psycopg.Error as error:
                log.warning("the bus lost PostgreSQL: %s", type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(AGAIN)

    async def _send(self, connection: psycopg.AsyncConnection[Any]) -> None:
        async for parcel in self._parcels():
            await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, parcel.decode()))

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        self.listening.set()
        async for notice in connection.notifies():
            self._received(notice.payload.encode())


class NatsBus(_Between):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.listening = asyncio.Event()

    async def run(self) -> None:
        client = await self._connected()
        try:
            await client.subscribe(CHANNEL, cb=self._on_message)
            await client.flush()
            self.listening.set()
            async for parcel in self._parcels():
                # While it is away the client keeps what is published; past its limit, words are lost.
                with suppress(NatsError):
                    await client.publish(CHANNEL, parcel)
        finally:
            with suppress(NatsError):
                await client.close()

    async def _connected(self) -> Client:
        while True:
            try:
                return await nats.connect(
                    self._url,
                    error_cb=_on_trouble,
                    connect_timeout=5,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=AGAIN,
                )
            except (OSError, NatsError) as error:
                log.warning("the bus cannot reach NATS: %s", type(error).__name__)
                await asyncio.sleep(AGAIN)

    async def _on_message(self, message: Msg) -> None:
        self._received(message.data)


@asynccontextmanager
async def open_bus(url: str = "", database_url: str = "") -> AsyncIterator[Bus]:
    """The bus of a process, while the block runs: `url` nats://… for many nodes; else by the database's kind."""
    bus: Bus
    if url:
        bus = NatsBus(url)
    elif database_url.startswith("postgresql"):
        scheme, _, rest = database_url.partition("://")
        bus = PostgresBus(f"{scheme.partition('+')[0]}://{rest}")
    else:
        yield Bus()
        return
    running = asyncio.create_task(bus.run(), name="bus")
    running.add_done_callback(_ended)
    try:
        yield bus
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _ended(running: "asyncio.Task[None]") -> None:
    if not running.cancelled():
        log.error("the bus ended; other processes are told late", exc_info=running.exception())


def _wrapped(
    sender: str, positions: list[tuple[str, int]], notes: list[tuple[str, Any]]
) -> list[bytes]:
    """The words in as few parcels as fit; a note too large for any is dropped, with a warning."""
    whole = msgspec.json.encode(Parcel(sender, dict(positions), notes))
    if len(whole) <= LARGEST:
        return [whole]
    half = (len(positions) + len(notes)) // 2
    if half == 0:
        log.warning("a note for the bus is too large: %d bytes", len(whole))
        return []
    of_notes = max(half - len(positions), 0)
    return [
        *_wrapped(sender, positions[:half], notes[:of_notes]),
        *_wrapped(sender, positions[half:], notes[of_notes:]),
    ]


async def _on_trouble(error: Exception) -> None:
    log.warning("the bus has trouble with NATS: %s", type(error).__name__)
