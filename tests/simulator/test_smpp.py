"""The message centre's stand-in against the SMPP channel."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Handle,
    Inbound,
    Item,
    Refused,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.smpp.listen import Patience, listen
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp.session import open_session

LONG = "Selamat pagi Kak, pesanan sudah dikirim [resi] € " * 8


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("smpp") as found:
        yield found


class Line:
    """The product's listener."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.heard: asyncio.Queue[Item] = asyncio.Queue()
        self.stopped = asyncio.Event()

    async def run(self) -> None:
        quick, config = Patience(first=0.01, longest=0.02, attempts=50), self.played.config
        heard: Any = listen(config, {}, self.played.net, quick)
        try:
            async with aclosing(heard):
                async for one in heard:
                    self._take(one.request)
        except Stopped:
            self.stopped.set()

    def _take(self, request: Request | None) -> None:
        channel, config = self.played.channel, self.played.config
        if request is not None:
            headers = {**request.headers, **channel.hints(config)}
            for item in channel.receive(Request(request.body, headers, key=request.key)):
                self.heard.put_nowait(item)

    async def next(self) -> Item:
        async with asyncio.timeout(10):
            return await self.heard.get()


@asynccontextmanager
async def listening(played: Played) -> AsyncIterator[Line]:
    line = Line(played)
    task = asyncio.create_task(line.run())
    try:
        yield line
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("text", ["Halo min, 50% {diskon}?", "Terima kasih 🙏", LONG])
async def test_what_a_customer_writes_reaches_the_product(played: Played, text: str) -> None:
    async with listening(played) as line:
        await played.writes(text=text)
        said = await line.next()
        assert isinstance(said, Inbound)
        assert said.text == text
        assert said.sender.handles == (Handle("phone", "+6281215550101"),)
        await played.simulator.settle()
        assert played.shown()[0].state == "delivered"


async def test_a_message_waits_for_somebody_to_receive_it(played: Played) -> None:
    await played.writes(text="Ada orang?")
    assert played.shown()[0].state == "sent"
    async with listening(played) as line:
        said = await line.next()
        assert isinstance(said, Inbound)
        assert said.text == "Ada orang?"


@pytest.mark.parametrize("text", ["Siap, Kak", "Siap 🙏", LONG])
async def test_a_message_is_shown_whole_and_its_receipts_find_it(played: Played, text: str) -> None:
    async with listening(played) as line:
        receipt = await played.send(text=text)
        assert [bubble.content["body"] for bubble in played.shown()] == [text]
        told = await line.next()
        assert isinstance(told, StatusReported)
        assert (told.target, told.state) == (receipt.id, "delivered")


async def test_a_message_that_fails_later_is_told(played: Played) -> None:
    async with listening(played) as line:
        await played.disturb(late=True, fail={"code": "0x0B"})
        receipt = await played.send(text="Halo")
        told = await line.next()
        assert isinstance(told, StatusReported)
        assert (told.target, told.state, told.code) == (receipt.id, "failed", "011")


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("0x58", TryLater),
        ("0x14", TryLater),
        ("0x08", TryLater),
        ("0x0B", Refused),
        ("0x0A", Refused),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_centres(
    played: Played, code: str, raised: type[Exception]
) -> None:
    await played.disturb(fail={"code": code})
    with pytest.raises(raised):
        await played.send(text="Ya?")
    await played.send(text="Ya, Kak?")
    assert len(played.shown()) == 1


async def test_a_changed_password_ends_the_line_and_stops_the_listener(played: Played) -> None:
    async with listening(played) as line:
        await played.writes(text="Halo")
        await line.next()
        await played.disturb(fail={"code": "0x0E"})
        with pytest.raises(Unknown):
            await played.send(text="Halo")
        async with asyncio.timeout(10):
            await line.stopped.wait()
    assert "Terhubung" in await played.channel.check(played.config, played.net)
    for wrong in ({"password": "salah"}, {"system_id": "siapa"}):
        played.config = played.config.model_validate(
            dict(played.standin.connection() or {}) | wrong
        )
        with pytest.raises(Stopped):
            await played.send(text="Halo")


async def test_numbers_and_senders_that_are_not_here_are_refused(played: Played) -> None:
    with pytest.raises(Refused) as error:
        await played.send(text="Halo", to="+6281299999999")
    assert error.value.reason == "undeliverable"
    played.config = played.config.model_copy(update={"source": "SAMBUNG"})
    with pytest.raises(Refused) as error:
        await played.send(text="Halo")
    assert error.value.reason == "blocked"


async def test_what_is_no_command_is_answered_so(played: Played) -> None:
    async with open_session(played.config.centre, wire.BIND_RECEIVER) as session:
        await session.alive()
        answer = await session.submit(b"")
        assert (answer.command, answer.status) == (wire.GENERIC_NACK, wire.INVALID_COMMAND)
    async with open_session(played.config.centre) as session:
        answer = await session.submit(b"\0")
        assert answer.status == 1
