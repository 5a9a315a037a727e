"""The stand-in of an HTTP gateway against the channel, by the mapping that the demo has."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Handle,
    Inbound,
    Receipt,
    Refused,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("sms_http") as found:
        yield found


async def send(played: Played, **what: Any) -> Receipt:
    """The business writes, and wants to know what becomes of it."""
    return await played.send(extra={"hook_url": played.standin.hook}, **what)


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    (said,) = await played.writes(text="Halo min, é € 😀")
    assert isinstance(said, Inbound)
    assert (said.id, said.text) == (played.shown()[0].id, "Halo min, é € 😀")
    assert said.sender.handles == (Handle("phone", "+6281215550101"),)
    assert said.at is not None
    assert played.shown()[0].state == "delivered"


async def test_its_messages_are_understood_without_the_mapping(played: Played) -> None:
    """At the channel's own hook, which serves several connections, none of them has spoken yet."""
    body = b'{"id": "gw-1", "at": "2026-11-21T10:00:00+00:00", "from": "6281215550101", "text": "Halo"}'
    (said,) = played.channel.receive(Request(body, {"content-type": "application/json"}))
    assert isinstance(said, Inbound)
    assert said.text == "Halo"
    assert said.sender.handles == (Handle("phone", "+6281215550101"),)


async def test_what_became_of_a_message_is_told_where_it_asked(played: Played) -> None:
    receipt = await send(played, text="Pesanan dikirim")
    assert receipt.id == played.shown()[0].id
    told = [item for item in await played.heard() if isinstance(item, StatusReported)]
    assert [(one.target, one.message, one.state) for one in told] == [
        (receipt.id, "m1", "sent"),
        (receipt.id, "m1", "delivered"),
    ]
    await played.disturb(late=True, fail={"code": "5"})
    await send(played, text="PROMO!!!")
    *_, failed = await played.heard()
    assert isinstance(failed, StatusReported)
    assert (failed.state, failed.reason) == ("failed", "spam")
    assert failed.detail == "filtered by the carrier"


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("2", Refused, "undeliverable"),
        ("5", Refused, "spam"),
        ("9", TryLater, "rate_limited"),
        ("1", Stopped, "auth"),
        ("4", Stopped, "payment"),
        ("500", Unknown, "provider_down"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_gateways(
    played: Played, code: str, raised: type[Refused], reason: str
) -> None:
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await send(played, text="Ya?")
    assert error.value.reason == reason
    await send(played, text="Ya, Kak?")
    assert len(played.shown()) == 1


async def test_a_wrong_key_and_a_number_nobody_has_are_refused(played: Played) -> None:
    with pytest.raises(Refused) as error:
        await send(played, text="Halo", to="+6281299999999")
    assert error.value.reason == "undeliverable"
    played.config = played.config.model_validate(
        played.standin.connection() | {"key_secret": "salah"}  # type: ignore[operator]
    )
    with pytest.raises(Stopped):
        await send(played, text="Halo")


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert len(await played.writes(text="Halo")) == 1
    assert played.hook.posts == 2
    await played.disturb(duplicate=1)
    first, second = await played.writes(text="Dua kali")
    assert first == second
