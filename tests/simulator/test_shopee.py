"""Shopee's stand-in against Shopee's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    AccountNotice,
    Inbound,
    Item,
    OutAttachment,
    Refused,
    Stopped,
    TryLater,
)
from sambung.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("shopee") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def test_what_a_buyer_writes_reaches_the_shop_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.shop_id)
    assert (said.sender.name, said.outgoing) == ("dewi_lestari", False)
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert played.shown()[0].state == "delivered"
    assert inbound(await played.writes(text="yang ini", quotes=said.id)).reply_to == said.id


async def test_an_answer_is_pushed_back_as_the_shops(played: Played) -> None:
    receipt = await played.send(text="Ready, Kak!")
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.text) == (receipt.id, True, "Ready, Kak!")
    path = f"people/{played.person.id}/owner"
    own = inbound(await played.does("POST", path, app="shopee", text="Dari Seller Centre"))
    assert (own.outgoing, own.sender) == (True, echo.sender)
    assert "Toko Nusantara" in await played.channel.check(played.config, played.net)


async def test_pictures_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    picture, words = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(picture, Inbound)
    assert isinstance(words, Inbound)
    assert (picture.kind, words.text) == ("image", "luntur")
    fetched = await played.channel.fetch(picture.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    await played.send(kind="image", attachments=(OutAttachment("b.png", "image/png", PNG),))
    kept = played.simulator.files.get(played.shown()[-1].content["id"])
    assert kept is not None
    assert kept.content == PNG


async def test_cards_and_stickers_go_both_ways(played: Played) -> None:
    asked = inbound(await played.acts("ask"))
    card = inbound(await played.acts("product"))
    assert asked.extra["product"]["id"] == card.extra["product"]["id"]
    assert (asked.kind, card.kind) == ("text", "order")
    order = inbound(await played.acts("order"))
    sticker = inbound(await played.acts("sticker"))
    assert (sticker.kind, sticker.extra["sticker"]["package"]) == ("sticker", "7")
    await played.send(kind="order", extra={"product": {"id": card.extra["product"]["id"]}})
    assert inbound(await played.heard()).extra["product"] == card.extra["product"]
    await played.send(kind="order", extra={"order": order.extra["order"]})
    assert played.shown()[-1].content["body"].startswith("🧾 Pesanan ")
    with pytest.raises(Refused):
        await played.send(kind="order", extra={"product": {"id": "1"}})


async def test_an_order_that_is_paid_is_pushed(played: Played) -> None:
    (notice,) = await played.acts("pay")
    assert isinstance(notice, AccountNotice)
    assert (notice.what, notice.to) == ("order_status", played.config.shop_id)


async def test_who_blocked_the_shop_hears_nothing_of_it(played: Played) -> None:
    await played.acts("block")
    with pytest.raises(Refused) as blocked:
        await played.send(text="Promo!")
    assert blocked.value.reason == "blocked"
    assert played.standin.memory()["blocked"] == ["dewi"]
    await played.acts("unblock")
    await played.send(text="Kembali lagi")
    with pytest.raises(Refused) as nobody:
        await played.send(to="123", text="Halo?")
    assert nobody.value.reason == "undeliverable"


async def test_tokens_die_and_are_renewed_once_with_each(played: Played) -> None:
    heard = played.channel.listen(played.config, {}, played.net)
    assert heard is not None
    new = (await anext(aiter(heard))).settings
    assert new is not None
    first, renewed = played.config, played.config.model_validate(played.config.in_clear() | new)
    played.config = renewed
    await played.send(text="Dengan token baru")
    with clock.at(clock.now() + timedelta(hours=5)):
        with pytest.raises(TryLater) as dead:
            await played.send(text="?")
        assert dead.value.reason == "auth"
        for config in (renewed, first):
            listening = played.channel.listen(config, {}, played.net)
            assert listening is not None
            await anext(aiter(listening))
        again = played.channel.listen(renewed, {}, played.net)
        assert again is not None
        with pytest.raises(Stopped):
            await anext(aiter(again))


async def test_another_key_or_a_wrong_clock_signs_nothing(played: Played) -> None:
    right = played.config
    played.config = right.model_validate(right.in_clear() | {"partner_key": "salah"})
    with pytest.raises(Stopped):
        await played.send(text="Halo")
    played.config = right
    forged = await played.net.http.get(f"{right.api}/api/v2/shop/get_shop_info")
    assert forged.json()["error"] == "error_sign"


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("error_rate_limit", TryLater, "rate_limited"),
        ("error_busy", TryLater, "provider_down"),
        ("invalid_acceess_token", TryLater, "auth"),
        ("error_sign", Stopped, "auth"),
        ("error_sensitive", Refused, "spam"),
        ("error_blocked", Refused, "blocked"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_shopees(
    played: Played, code: str, raised: type[Exception], reason: str
) -> None:
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?")
    assert getattr(error.value, "reason", "") == reason
    await played.send(text="Ya, Kak?")
    assert len(played.shown()) == 1


async def test_what_the_shop_does_not_take_is_pushed_again(played: Played) -> None:
    played.hook.answers = [503]
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    assert played.hook.posts == 2
