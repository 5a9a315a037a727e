"""Lazada's stand-in against Lazada's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    AccountNotice,
    Deleted,
    Inbound,
    Item,
    OutAttachment,
    ReadUpTo,
    Receipt,
    Refused,
    StatusReported,
    Stopped,
    TryLater,
)
from sambung.kit import clock
from sambung.simulator.standins._pictures import smile
from sambung.simulator.standins.lazada import Lazada

PNG = smile("#1a2a9c")


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("lazada") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def send(played: Played, **what: Any) -> Receipt:
    """To the session: buyers themselves cannot be written to."""
    assert isinstance(played.standin, Lazada)
    return await played.send(**{"to": played.standin.session_of(played.person)} | what)


async def test_what_a_buyer_writes_reaches_the_seller_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.seller_id)
    assert (said.sender.handles[0].scope, said.outgoing) == ("ID", False)
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    (gone,) = await played.does("DELETE", f"bubbles/{played.shown()[0].id}")
    assert isinstance(gone, Deleted)
    assert gone.target == said.id


async def test_an_answer_comes_back_and_is_read(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    receipt = await send(played, text="Ready, Kak!")
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.address) == (receipt.id, True, said.address)
    path = f"people/{played.person.id}/chats/reading?app=lazada"
    (read,) = await played.does("POST", path)
    assert isinstance(read, ReadUpTo)
    assert (read.target, read.sender) == (receipt.id, said.sender)
    path = f"people/{played.person.id}/owner"
    own = inbound(await played.does("POST", path, app="lazada", text="Dari Seller Center"))
    assert (own.outgoing, own.sender) == (True, said.sender)
    assert "Toko Nusantara" in await played.channel.check(played.config, played.net)


async def test_pictures_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    picture, words = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(picture, Inbound)
    assert isinstance(words, Inbound)
    assert (picture.kind, words.text) == ("image", "luntur")
    fetched = await played.channel.fetch(picture.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    await send(played, kind="image", attachments=(OutAttachment("b.png", "image/png", PNG),))
    kept = played.simulator.files.get(played.shown()[-1].content["id"])
    assert kept is not None
    assert kept.content == PNG


async def test_cards_and_stickers_go_both_ways(played: Played) -> None:
    card = inbound(await played.acts("product"))
    order = inbound(await played.acts("order"))
    assert (card.kind, order.kind) == ("order", "order")
    assert inbound(await played.acts("sticker")).text == "[senyum]"
    await send(played, kind="order", extra={"product": card.extra["product"]})
    assert inbound(await played.heard()).extra["product"] == card.extra["product"]
    await send(played, kind="order", extra={"order": order.extra["order"]})
    assert played.shown()[-1].content["body"].startswith("🧾 Pesanan ")
    with pytest.raises(Refused):
        await send(played, kind="order", extra={"product": {"id": "1"}})


async def test_an_order_that_is_paid_is_pushed(played: Played) -> None:
    (notice,) = await played.acts("pay")
    assert isinstance(notice, AccountNotice)
    assert notice.what == "order_status"


async def test_what_the_filter_holds_is_told_later(played: Played) -> None:
    await played.writes(text="Halo")
    await played.disturb(late=True, fail={"code": "sensitive"})
    receipt = await send(played, text="Kata terlarang")
    heard = await played.heard()
    (failed,) = (item for item in heard if isinstance(item, StatusReported))
    assert (failed.target, failed.state, failed.reason) == (receipt.id, "failed", "spam")
    assert played.shown()[-1].state == "failed"


async def test_the_buyer_writes_first_and_may_block(played: Played) -> None:
    with pytest.raises(Refused) as first:
        await send(played, text="Promo!")
    assert first.value.reason == "undeliverable"
    await played.acts("product")
    await played.acts("block")
    with pytest.raises(Refused) as blocked:
        await send(played, text="Halo?")
    assert blocked.value.reason == "blocked"
    await played.acts("unblock")
    await send(played, text="Kembali lagi")


async def test_tokens_die_and_are_renewed_once_with_each(played: Played) -> None:
    await played.writes(text="Halo")
    heard = played.channel.listen(played.config, {}, played.net)
    assert heard is not None
    new = (await anext(aiter(heard))).settings
    assert new is not None
    played.config = played.config.model_validate(played.config.in_clear() | new)
    await send(played, text="Dengan token baru")
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(TryLater) as dead:
        await send(played, text="?")
    assert dead.value.reason == "auth"
    first, again = (played.channel.listen(played.config, {}, played.net) for _ in range(2))
    assert first is not None
    assert again is not None
    await anext(aiter(first))
    with pytest.raises(Stopped):
        await anext(aiter(again))


async def test_another_secret_signs_nothing(played: Played) -> None:
    await played.writes(text="Halo")
    right = played.config
    played.config = right.model_validate(right.in_clear() | {"app_secret": "salah"})
    with pytest.raises(Stopped) as wrong:
        await send(played, text="Halo")
    assert wrong.value.code == "IncompleteSignature"


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("ApiCallLimit", TryLater, "rate_limited"),
        ("ServiceUnavailable", TryLater, "provider_down"),
        ("IllegalAccessToken", TryLater, "auth"),
        ("IncompleteSignature", Stopped, "auth"),
        ("sensitive", Refused, "spam"),
        ("blocked", Refused, "blocked"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_lazadas(
    played: Played, code: str, raised: type[Exception], reason: str
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await send(played, text="Ya?")
    assert getattr(error.value, "reason", "") == reason
    await send(played, text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_what_the_seller_does_not_take_is_pushed_again(played: Played) -> None:
    played.hook.answers = [503]
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    assert played.hook.posts == 2
