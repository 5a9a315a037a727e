"""Twilio's stand-in against Twilio's channel, and against Twilio's own check of signatures."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.simulator.playing import Played, playing
from twilio.request_validator import RequestValidator

from sambung.channels import (
    ConsentStated,
    Handle,
    Inbound,
    OutAttachment,
    Receipt,
    Refused,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.sms_twilio import signature

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("sms_twilio") as found:
        yield found


async def send(played: Played, **what: Any) -> Receipt:
    """The business writes, and wants to know what becomes of it."""
    return await played.send(extra={"hook_url": played.standin.hook}, **what)


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    (said,) = await played.writes(text="Halo min, é € 😀")
    assert isinstance(said, Inbound)
    assert (said.text, said.to) == ("Halo min, é € 😀", played.config.address)
    assert said.sender.handles == (Handle("phone", "+6281215550101"),)
    assert said.id == played.shown()[0].id
    assert played.shown()[0].state == "delivered"


async def test_its_signature_is_what_twilio_itself_accepts(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    ours = signature.signed

    def signed(url: str, body: bytes, given: str, tokens: Any, **more: Any) -> bool:
        validator = RequestValidator(tokens[0])
        seen.append(validator.validate(url, dict(signature.form(body)), given))
        return ours(url, body, given, tokens, **more)

    monkeypatch.setattr(signature, "signed", signed)
    await played.writes(text="Halo")
    await send(played, text="Ya?")
    await played.heard()
    assert seen == [True, True, True]


async def test_files_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    (said,) = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(said, Inbound)
    assert (said.kind, said.text) == ("image", "luntur")
    fetched = await played.channel.fetch(said.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    shared = f"{played.http.base_url}/api/files/{up.json()['id']}"
    files = [OutAttachment(f"{n}.png", "image/png", PNG, url=shared) for n in range(2)]
    await send(played, kind="image", text="dua", attachments=tuple(files))
    assert [bubble.kind for bubble in played.shown()] == ["image"] * 3
    assert [bubble.content.get("caption", "") for bubble in played.shown()] == ["luntur", "dua", ""]
    gone = (OutAttachment("c.png", "image/png", PNG, url=f"{shared}0"),)
    with pytest.raises(Refused) as error:
        await send(played, kind="image", attachments=gone)
    assert error.value.reason == "media_invalid"


async def test_what_became_of_a_message_is_told_to_its_callback(played: Played) -> None:
    receipt = await send(played, text="Pesanan dikirim")
    told = [item for item in await played.heard() if isinstance(item, StatusReported)]
    assert [(one.target, one.state) for one in told] == [
        (receipt.id, "sent"),
        (receipt.id, "delivered"),
    ]
    assert {one.message for one in told} == {"m1"}
    await played.disturb(late=True, fail={"code": "30007"})
    await send(played, text="PROMO!!!")
    *_, failed = await played.heard()
    assert isinstance(failed, StatusReported)
    assert (failed.state, failed.reason, failed.code) == ("failed", "spam", "30007")


async def test_stop_bars_the_business_until_start(played: Played) -> None:
    said, stopped = await played.acts("stop")
    assert isinstance(said, Inbound)
    assert isinstance(stopped, ConsentStated)
    assert not stopped.granted
    kept = played.simulator.memory()["standins"]["sms_twilio"]
    played.standin.remember(kept)
    with pytest.raises(Refused) as error:
        await send(played, text="Halo?")
    assert error.value.reason == "opted_out"
    _, started = await played.acts("start")
    assert isinstance(started, ConsentStated)
    assert started.granted
    await send(played, text="Kembali lagi")


async def test_templates_are_listed_and_filled(played: Played) -> None:
    (template,) = await played.channel.templates(played.config, played.net)
    filled = {"name": template["name"], "variables": {"1": "Dewi", "2": "TN-7"}}
    await send(played, kind="template", template=filled)
    assert played.shown()[0].content["body"] == "Halo Dewi, pesanan TN-7 sudah siap diambil."
    assert "Toko Nusantara" in await played.channel.check(played.config, played.net)


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("20429", TryLater),
        ("20500", TryLater),
        ("30003", TryLater),
        ("21211", Refused),
        ("21610", Refused),
        ("20003", Stopped),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_providers(
    played: Played, code: str, raised: type[Exception]
) -> None:
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await send(played, text="Ya?")
    assert getattr(error.value, "code", code) == code
    await send(played, text="Ya, Kak?")
    assert len(played.shown()) == 1


async def test_others_numbers_and_tokens_are_refused(played: Played) -> None:
    with pytest.raises(Refused) as error:
        await send(played, text="Halo", to="+6281299999999")
    assert error.value.reason == "undeliverable"
    played.config = played.config.model_copy(update={"account_sid": "AC" + "0" * 32})
    with pytest.raises(Stopped):
        await send(played, text="Halo")


async def test_a_send_without_an_answer_is_unknown(played: Played) -> None:
    await played.disturb(silent=1, silence=0.01)
    with pytest.raises(Unknown):
        await send(played, text="Halo")
    assert len(played.shown()) == 1
