"""SMPP against a message centre that is not ours (node-smpp): both ways over one session, and what goes wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.channels.test_smpp import config, recorded, smpp
from tests.peers.message_centre import MessageCentre, message_centre

from sambung.channels import (
    Handle,
    Inbound,
    Item,
    Listened,
    Outbound,
    Receipt,
    Refused,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.smpp.listen import Patience, listen
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.smpp import session
from sambung.kit.smpp.session import Session

LONG = "Selamat pagi kak, " * 12


class Line:
    """A connection at work: listens, records as the gateway would, and sends."""

    def __init__(self, centre: MessageCentre, state: dict[str, Any] | None = None) -> None:
        self.centre = centre
        self.config = config(port=centre.port, per_second=1000)
        self.net = Net(httpx.AsyncClient())
        self.state: dict[str, Any] = state or {}
        self.items: asyncio.Queue[Item] = asyncio.Queue()
        self.failure: Exception | None = None

    async def run(self) -> None:
        quick = Patience(first=0.05, longest=0.1, attempts=50)
        async with aclosing(listen(self.config, self.state, self.net, quick)) as heard:  # type: ignore[type-var]
            async for one in heard:
                self.take(one)

    def take(self, one: Listened) -> None:
        if one.request is not None:
            headers = {**one.request.headers, **smpp().hints(self.config)}
            for item in smpp().receive(Request(one.request.body, headers, key=one.request.key)):
                self.items.put_nowait(item)
        self.state = dict(one.state)

    async def next(self) -> Item:
        async with asyncio.timeout(10):
            return await self.items.get()

    async def send(self, text: str = "Halo") -> Receipt:
        message = Outbound(
            id="018f", to="+6281234567890", handle=Handle("phone", "+6281234567890"), text=text
        )
        return await smpp().send(message, self.config, self.net)


@pytest.fixture
async def centre() -> AsyncIterator[MessageCentre]:
    async with message_centre() as centre:
        yield centre


@pytest.fixture
async def line(centre: MessageCentre) -> AsyncIterator[Line]:
    line = Line(centre)
    task = asyncio.create_task(line.run())
    await centre.expect("bind", kind="transceiver", status=0, version=0x34)
    await asyncio.sleep(0.05)
    assert line.net.sessions.find(line.config.centre.key, Session)
    yield line
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_message_goes_out_over_the_session_that_listens(line: Line) -> None:
    assert await line.send("Halo {kak} 5€") == Receipt("m1")
    told = await line.centre.expect("submit")
    assert (told["source"], told["source_ton"], told["to"], told["to_ton"]) == (
        "628119900",
        1,
        "6281234567890",
        1,
    )
    assert (told["text"], told["coding"], told["receipt"]) == ("Halo {kak} 5€", 0, 1)
    await line.send("Makasih 🙏")
    told = await line.centre.expect("submit")
    assert (told["text"], told["coding"]) == ("Makasih 🙏", 8)


async def test_a_message_is_recorded_and_then_answered(line: Line) -> None:
    line.centre.deliver("Halo, stok [ada]?")
    item = await line.next()
    assert isinstance(item, Inbound)
    assert item.text == "Halo, stok [ada]?"
    assert item.sender.handles == (Handle("phone", "+6281234567890"),)
    assert (await line.centre.expect("delivered"))["status"] == 0


async def test_what_was_not_recorded_is_not_answered(centre: MessageCentre) -> None:
    line = Line(centre)
    async with aclosing(listen(line.config, {}, line.net)) as heard:  # type: ignore[type-var]
        first = asyncio.ensure_future(anext(heard))
        await centre.expect("bind")
        await asyncio.sleep(0.1)
        centre.deliver("Halo")
        await first
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await centre.expect("delivered")
    # The line goes down with the message unanswered; the centre sends it again, and it is one.
    state = first.result().state
    again = Line(centre, dict(state))
    task = asyncio.create_task(again.run())
    await centre.expect("bind", kind="transceiver")
    await asyncio.sleep(0.1)
    centre.deliver("Halo", tag="again")
    await centre.expect("delivered", tag="again")
    assert again.items.empty()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_receipts_change_a_status_also_when_the_id_is_written_differently(line: Line) -> None:
    line.centre.do("answers", list=[{"message_id": "0A1B2C3D"}])
    assert (await line.send()).id == "0A1B2C3D"
    line.centre.report("169552957")
    item = await line.next()
    assert isinstance(item, StatusReported)
    assert (item.target, item.state) == ("0A1B2C3D", "delivered")
    assert line.state["ids"]["rule"] == "decimal"


async def test_a_receipt_that_overtakes_the_answer_finds_its_message(line: Line) -> None:
    early = {
        "source_addr": "6281234567890",
        "destination_addr": "628119900",
        "esm_class": 4,
        "short_message": "id:169552957 sub:001 dlvrd:001 stat:DELIVRD err:000 text:",
    }
    line.centre.do("answers", list=[{"message_id": "0A1B2C3D", "first": early, "after": 100}])
    assert (await line.send()).id == "0A1B2C3D"
    item = await line.next()
    assert isinstance(item, StatusReported)
    assert (item.target, item.state) == ("0A1B2C3D", "delivered")


async def test_a_long_message_is_delivered_when_all_of_it_is(line: Line) -> None:
    receipt = await line.send(LONG)
    assert (receipt.id, receipt.other_ids) == ("m1", ("m2",))
    first, second = await line.centre.expect("submit"), await line.centre.expect("submit")
    assert first["text"] + second["text"] == LONG
    assert first["esm_class"] == second["esm_class"] == 0x40
    line.centre.report("m2", tag="m2")
    await line.centre.expect("delivered", tag="m2")
    assert line.items.empty()
    line.centre.report("m1")
    item = await line.next()
    assert isinstance(item, StatusReported)
    assert (item.target, item.state) == ("m1", "delivered")
    assert line.state["groups"] == {}


async def test_a_long_message_has_failed_when_any_of_it_has(line: Line) -> None:
    await line.send(LONG)
    line.centre.report("m2", "UNDELIV")
    item = await line.next()
    assert isinstance(item, StatusReported)
    assert (item.target, item.state, item.reason) == ("m1", "failed", "undeliverable")
    line.centre.report("m1", tag="late")
    await line.centre.expect("delivered", tag="late")
    assert line.items.empty()


async def test_pieces_come_in_any_order_twice_and_outlive_a_restart(line: Line) -> None:
    _, frames = recorded("mo_multipart_udh_out_of_order_duplicate")
    contents = [frame[-0x3E:].hex() for frame in frames[:2]] + [frames[2][-0x9F:].hex()]
    for n, content in enumerate(contents[:2]):
        line.centre.deliver(tag=str(n), hex=content, esm_class=0x40, data_coding=0)
        await line.centre.expect("delivered", tag=str(n))
    assert line.items.empty()
    line.centre.do("drop")
    await line.centre.expect("bind")
    await asyncio.sleep(0.1)
    line.centre.deliver(hex=contents[2], esm_class=0x40, data_coding=0)
    item = await line.next()
    assert isinstance(item, Inbound)
    assert item.text.startswith("Selamat pagi kak")
    assert item.text.endswith("terima kasih banyak.")
    assert line.state["parts"] == {}


async def test_pieces_that_wait_too_long_are_shown_as_they_are(line: Line) -> None:
    _, frames = recorded("mo_multipart_udh_out_of_order_duplicate")
    with clock.at(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        line.centre.deliver(tag="1", hex=frames[0][-0x3E:].hex(), esm_class=0x40)
        await line.centre.expect("delivered", tag="1")
        clock.advance(timedelta(minutes=11))
        line.centre.deliver("Halo?")
        item = await line.next()
        assert isinstance(item, Inbound)
        assert item.text.startswith("[…]nya masih sama")


async def test_the_line_is_mended_by_itself(line: Line) -> None:
    for n in range(3):
        line.centre.do("drop")
        await line.centre.expect("bind", kind="transceiver")
        await asyncio.sleep(0.05)
        line.centre.deliver(f"Halo {n}")
        item = await line.next()
        assert isinstance(item, Inbound)
        assert item.text == f"Halo {n}"


async def test_a_line_that_breaks_after_a_submit_leaves_it_unknown(line: Line) -> None:
    line.centre.do("answers", list=[{"drop": True}])
    with pytest.raises(Unknown):
        await line.send()
    line.centre.do("answers", list=[{}, {"drop": True}])
    await line.centre.expect("bind")
    await asyncio.sleep(0.1)
    with pytest.raises(Unknown):
        await line.send(LONG)


@pytest.mark.parametrize(
    ("status", "raised", "reason"),
    [
        (0x58, TryLater, "rate_limited"),
        (0x14, TryLater, "rate_limited"),
        (0x08, TryLater, "provider_down"),
        (0x0B, Refused, "undeliverable"),
        (0x0A, Refused, "blocked"),
        (0x01, Refused, "invalid"),
        (0xFF, Refused, "other"),
    ],
)
async def test_each_refusal_is_told_for_what_it_is(
    line: Line, status: int, raised: type[Any], reason: str
) -> None:
    line.centre.do("answers", list=[{"status": status}])
    with pytest.raises(raised) as failure:
        await line.send()
    assert (failure.value.reason, failure.value.code) == (reason, f"0x{status:08X}")


async def test_many_go_at_once_and_each_gets_its_own_answer(line: Line) -> None:
    line.centre.do("answers", list=[{"message_id": f"id{n}", "after": 30 - n} for n in range(30)])
    receipts = await asyncio.gather(*(line.send(f"Halo {n}") for n in range(30)))
    assert sorted(receipt.id for receipt in receipts) == sorted(f"id{n}" for n in range(30))


async def test_without_a_listener_here_a_message_goes_over_a_line_of_its_own(
    centre: MessageCentre,
) -> None:
    line = Line(centre)
    assert (await line.send()).id == "m1"
    assert (await centre.expect("bind"))["kind"] == "transmitter"
    await centre.expect("unbind")


async def test_the_centre_asks_whether_we_live(line: Line) -> None:
    line.centre.do("enquire")
    await line.centre.expect("alive")


async def test_a_centre_that_falls_silent_is_asked_and_then_left(
    centre: MessageCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "QUIET", 0.05)
    monkeypatch.setattr(session, "ALIVE", 0.2)
    line = Line(centre)
    task = asyncio.create_task(line.run())
    await centre.expect("bind")
    await centre.expect("asked")
    await centre.expect("asked")
    centre.do("deaf")
    await centre.expect("bind")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_test_button_tells_right_from_wrong(centre: MessageCentre, line: Line) -> None:
    assert "ccuji" in await smpp().check(line.config, line.net)
    wrong = config(port=centre.port, password="salah")
    with pytest.raises(Stopped):
        await smpp().check(wrong, Net(httpx.AsyncClient()))
    with pytest.raises(Stopped):
        await anext(listen(wrong, {}, Net(httpx.AsyncClient())))
    nobody = config(port=1)
    with pytest.raises(TryLater):
        await smpp().check(nobody, Net(httpx.AsyncClient()))
    with pytest.raises(TryLater):
        await anext(listen(nobody, {}, Net(httpx.AsyncClient()), Patience(0.01, 0.01, 2)))
