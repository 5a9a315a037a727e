"""TikTok Shop's and Tokopedia's stand-in against their channel."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
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
    async with playing("tiktok_shop") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def test_what_a_buyer_writes_reaches_the_shop_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.shop_id)
    assert said.address == played.standin.address_of(played.person)
    assert [handle.kind for handle in said.sender.handles] == ["tiktok_shop", "tiktok_shop_user"]
    assert not said.outgoing
    later = inbound(await played.writes(text="min?"))
    assert int(later.extra["index"]) > int(said.extra["index"])


async def test_an_answer_comes_back_as_the_shops(played: Played) -> None:
    await played.writes(text="Halo")
    receipt = await played.send(text="Ready, Kak!")
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.automatic) == (receipt.id, True, False)
    path = f"people/{played.person.id}/owner"
    own = inbound(await played.does("POST", path, app="tiktok_shop", text="Dari Seller Center"))
    assert (own.outgoing, own.address) == (True, echo.address)
    assert "Toko Nusantara" in await played.channel.check(played.config, played.net)


async def test_pictures_go_both_ways_and_are_for_the_shop_alone(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    said = inbound(await played.writes(kind="image", file=up.json()["id"]))
    file = said.attachments[0]
    assert (await played.channel.fetch(file, played.config, played.net)).content == PNG
    assert (await played.net.http.get(file.url)).status_code == 403
    died = replace(file, url=f"{played.config.api}/file/0")
    assert (await played.channel.fetch(died, played.config, played.net)).content == PNG
    await played.send(kind="image", attachments=(OutAttachment("b.png", "image/png", PNG),))
    kept = played.simulator.files.get(played.shown()[-1].content["id"])
    assert kept is not None
    assert kept.content == PNG


async def test_cards_and_stickers_go_both_ways(played: Played) -> None:
    entered = inbound(await played.acts("enter"))
    assert (entered.kind, entered.outgoing) == ("context", False)
    card = inbound(await played.acts("product"))
    assert card.extra["product"] == entered.extra["product"]
    order = inbound(await played.acts("order"))
    assert inbound(await played.acts("sticker")).kind == "sticker"
    await played.send(kind="order", extra={"product": card.extra["product"]})
    assert inbound(await played.heard()).extra["product"] == card.extra["product"]
    await played.send(kind="order", extra={"order": order.extra["order"]})
    assert played.shown()[-1].content["body"].startswith("🧾 Pesanan ")
    with pytest.raises(Refused):
        await played.send(kind="order", extra={"product": {"id": "1"}})


async def test_an_order_that_is_paid_is_told(played: Played) -> None:
    (notice,) = await played.acts("pay")
    assert isinstance(notice, AccountNotice)
    assert notice.what == "order_status"


async def test_the_shop_writes_within_a_month_of_the_buyer(played: Played) -> None:
    with pytest.raises(Refused) as first:
        await played.send(text="Promo!")
    assert first.value.reason == "window_closed"
    await played.writes(text="Halo")
    await played.send(text="Halo, Kak")
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(Refused):
        await played.send(text="Masih perlu, Kak?")


async def test_tokens_die_and_are_renewed(played: Played) -> None:
    await played.writes(text="Halo")
    heard = played.channel.listen(played.config, {}, played.net)
    assert heard is not None
    listened = await anext(aiter(heard))
    assert listened.settings is not None
    played.config = played.config.model_validate(played.config.in_clear() | listened.settings)
    await played.send(text="Dengan token baru")
    renewed = listened.state["renew_at"]
    assert renewed > (clock.now() + timedelta(days=3)).isoformat()
    with clock.at(clock.now() + timedelta(days=8)):
        with pytest.raises(TryLater) as dead:
            await played.send(text="?")
        assert dead.value.reason == "auth"
    wrong = played.config.in_clear() | {"refresh_token": "lain"}
    again = played.channel.listen(played.config.model_validate(wrong), {}, played.net)
    assert again is not None
    with pytest.raises(Stopped):
        await anext(aiter(again))


async def test_another_secret_signs_nothing(played: Played) -> None:
    await played.writes(text="Halo")
    right = played.config
    played.config = right.model_validate(right.in_clear() | {"app_secret": "salah"})
    with pytest.raises(Stopped) as wrong:
        await played.send(text="Halo")
    assert wrong.value.code == "106001"
    played.config = right.model_validate(right.in_clear() | {"shop_cipher": "ROW_lain"})
    with pytest.raises(Refused):
        await played.send(text="Halo")


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("36009002", TryLater, "rate_limited"),
        ("45101004", TryLater, "rate_limited"),
        ("105002", TryLater, "auth"),
        ("106001", Stopped, "auth"),
        ("45101006", Refused, "spam"),
        ("45109001", Refused, "window_closed"),
        ("36009003", TryLater, "provider_down"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_shops(
    played: Played, code: str, raised: type[Exception], reason: str
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?")
    assert (getattr(error.value, "reason", ""), getattr(error.value, "code", "")) == (reason, code)
    await played.send(text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_what_the_shop_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    assert played.hook.posts == 2
