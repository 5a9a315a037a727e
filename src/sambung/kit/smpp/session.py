"""A bound connection to a message centre: keeps itself alive, and several messages on their way at once."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp.pdu import BadPdu, Pdu

ANSWER, BINDING = 30.0, 15.0
"""Seconds an answer to a message, or to a bind, may take."""
QUIET, ALIVE = 30.0, 10.0
"""Seconds of silence after which the other side is asked whether it lives, and it has to say so."""
_MOST_WAITING = 500
_LAST_SEQUENCE = 0x7FFFFFFF
_NO_ENTRY = {0x0D: "bind failed", 0x0E: "wrong password", 0x0F: "wrong system id"}


class Lost(Exception):
    """There is no connection (any more). What was asked was surely not written."""


class Unanswered(Exception):
    """Written, and no answer came: the centre may have taken it."""


class NoEntry(Exception):
    """The centre refuses the log-in."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A message centre and our log-in there. window: messages on their way at once; per_second: our contract."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    tls: bool = False
    window: int = 10
    per_second: float = 10.0

    @property
    def key(self) -> tuple[str, str, int, str]:
        """By which its session is shared within a process."""
        return "message centre", self.host, self.port, self.system_id


class Session:
    """Get one from `open_session`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, centre: Centre
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._window = asyncio.Semaphore(centre.window)
        self._pause = 1 / centre.per_second
        self._next_turn = 0.0
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._came: asyncio.Queue[Pdu | None] = asyncio.Queue()
        self._over = ""
        self._heard_at = 0.0
        self._sending: set[asyncio.Future[None]] = set()
        self._sent: list[tuple[str, ...]] = []
        self._tasks: list[asyncio.Task[None]] = []

    # --- for who sends ---

    async def submit(self, body: bytes) -> Pdu:
        """The answer to a submit_sm, whatever it says. Raises Lost, Unanswered."""
        async with self._window:
            await self._turn()
            return await self._ask(wire.SUBMIT_SM, body, ANSWER)

    @contextlib.contextmanager
    def sending(self, ids: list[str]) -> Iterator[None]:
        """Around the submits of one message. ids: filled meanwhile; who listens learns them at the end."""
        done = asyncio.get_running_loop().create_future()
        self._sending.add(done)
        try:
            yield
        finally:
            if ids:
                self._sent.append(tuple(ids))
                self._came.put_nowait(None)
            self._sending.discard(done)
            done.set_result(None)

    async def alive(self) -> None:
        """Ask whether the centre lives. Raises Lost, Unanswered."""
        await self._ask(wire.ENQUIRE_LINK, b"", ALIVE)

    # --- for who listens ---

    async def received(self, seconds: float | None = None) -> Pdu | None:
        """The next message; None when there is news of what was sent, or after so many seconds. Raises Lost."""
        try:
            async with asyncio.timeout(seconds):
                found = await self._came.get()
        except TimeoutError:
            return None
        if found is None and self._over:
            raise Lost(self._over)
        return found

    def sent(self) -> list[tuple[str, ...]]:
        """Ids of what was sent since this was last asked, those of one message together."""
        found, self._sent = self._sent, []
        return found

    async def settled(self) -> None:
        """When what is being sent just now has its ids: a receipt may overtake the answer."""
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=ALIVE / 2)

    async def answer(self, pdu: Pdu, status: int = wire.OK) -> None:
        """Tell the centre that a message was recorded. Raises Lost."""
        await self._write(Pdu(pdu.command | wire.RESPONSE, status, pdu.sequence, b"\0"))

    # --- its own life ---

    async def bind(self, command: int, centre: Centre) -> None:
        """Log in. Raises NoEntry, Lost."""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        request = wire.bind(
            command,
            system_id=centre.system_id,
            password=centre.password,
            system_type=centre.system_type,
            sequence=0,
        )
        try:
            answer = await self._ask(command, request.body, BINDING)
        except Unanswered as error:
            raise Lost(str(error)) from error
        if answer.status in _NO_ENTRY:
            raise NoEntry(_NO_ENTRY[answer.status])
        if answer.status != wire.OK:
            raise Lost(f"the bind was refused with 0x{answer.status:08X}")

    async def close(self) -> None:
        """Say goodbye where that is still possible."""
        if not self._over:
            with contextlib.suppress(Lost, Unanswered):
                await self._ask(wire.UNBIND, b"", 2.0)
        self._end("closed")
        for task in self._tasks:
            task.cancel()
        self._writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._writer.wait_closed()

    async def _turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next_turn = max(self._next_turn, now) + self._pause
        if self._next_turn - self._pause > now:
            await asyncio.sleep(self._next_turn - self._pause - now)

    async def _ask(self, command: int, body: bytes, seconds: float) -> Pdu:
        self._sequence = self._sequence % _LAST_SEQUENCE + 1
        sequence = self._sequence
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        try:
            await self._write(Pdu(command, wire.OK, sequence, body))
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise Unanswered(f"no answer within {seconds:g} s") from None
        finally:
            self._waiting.pop(sequence, None)

    async def _write(self, pdu: Pdu) -> None:
        if self._over:
            raise Lost(self._over)
        self._writer.write(pdu.encode())
        try:
            await self._writer.drain()
        except OSError as error:
            self._end(str(error))
            raise Unanswered(str(error)) from error

    async def _read(self) -> None:
        try:
            while True:
                head = await self._reader.readexactly(4)
                rest = await self._reader.readexactly(wire.length_of(head) - 4)
                self._heard_at = asyncio.get_running_loop().time()
                pdu = wire.decode(head + rest)
                if pdu.answers:
                    self._answered(pdu)
                elif not await self._asked(pdu):
                    return
        except asyncio.IncompleteReadError:
            self._end("the centre hung up")
        except (OSError, BadPdu, Lost, Unanswered) as error:
            self._end(str(error))

    def _answered(self, pdu: Pdu) -> None:
        waiting = self._waiting.get(pdu.sequence)
        if waiting is not None and not waiting.done():
            waiting.set_result(pdu)

    async def _asked(self, pdu: Pdu) -> bool:
        """Do as the centre asks; False when it leaves."""
        match pdu.command:
            case wire.DELIVER_SM | wire.DATA_SM:
                if self._came.qsize() >= _MOST_WAITING:
                    await self.answer(pdu, wire.TEMPORARY)
                else:
                    self._came.put_nowait(pdu)
            case wire.ENQUIRE_LINK:
                await self._write(Pdu(pdu.command | wire.RESPONSE, wire.OK, pdu.sequence))
            case wire.UNBIND:
                await self._write(Pdu(pdu.command | wire.RESPONSE, wire.OK, pdu.sequence))
                self._end("the centre unbound us")
                return False
            case wire.ALERT_NOTIFICATION:
                pass
            case _:
                await self._write(Pdu(wire.GENERIC_NACK, wire.INVALID_COMMAND, pdu.sequence))
        return True

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        while True:
            silent = loop.time() - self._heard_at
            if silent < QUIET:
                await asyncio.sleep(QUIET - silent)
                continue
            try:
                await self.alive()
            except (Lost, Unanswered):
                self._end("the centre does not answer any more")
                self._writer.close()
                return

    def _end(self, why: str) -> None:
        """Whatever waits for an answer will have none."""
        if self._over:
            return
        self._over = why or "the connection broke"
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(Unanswered(self._over))
        self._came.put_nowait(None)


@asynccontextmanager
async def open_session(
    centre: Centre, command: int = wire.BIND_TRANSCEIVER
) -> AsyncIterator[Session]:
    """Connect and bind. Raises NoEntry, Lost."""
    secure = ssl.create_default_context() if centre.tls else None
    try:
        async with asyncio.timeout(BINDING):
            reader, writer = await asyncio.open_connection(centre.host, centre.port, ssl=secure)
    except ssl.SSLCertVerificationError as error:
        raise NoEntry(str(error)) from error
    except (OSError, TimeoutError) as error:
        raise Lost(f"cannot reach {centre.host}:{centre.port}: {error}") from error
    session = Session(reader, writer, centre)
    try:
        await session.bind(command, centre)
        yield session
    finally:
        await session.close()
