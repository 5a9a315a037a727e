"""TikTok's stand-in against TikTok's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Inbound,
    Item,
    OutAttachment,
    Reacted,
    ReadUpTo,
    Receipt,
    Refused,
    Stopped,
    TryLater,
)
from sambung.kit import clock
from sambung.simulator.standins.tiktok import TikTok

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("tiktok") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def send(played: Played, **what: Any) -> Receipt:
    """To the conversation: people themselves cannot be written to."""
    assert isinstance(played.standin, TikTok)
    return await played.send(**{"to": played.standin.chat_of(played.person)} | what)


async def test_what_a_customer_writes_reaches_the_account_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.business_id)
    assert (said.sender.username, said.outgoing) == ("dewi.lestari", False)
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert inbound(await played.writes(text="yang ini", quotes=said.id)).reply_to == said.id


async def test_an_answer_comes_back_and_is_read(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    receipt = await send(played, text="Ready, Kak!", reply_to=said.id)
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.reply_to) == (receipt.id, True, said.id)
    assert (echo.address, echo.sender.handles) == (said.address, said.sender.handles)
    path = f"people/{played.person.id}/chats/reading?app=tiktok"
    (read,) = await played.does("POST", path)
    assert isinstance(read, ReadUpTo)
    path = f"people/{played.person.id}/owner"
    own = inbound(await played.does("POST", path, app="tiktok", text="Dari aplikasi"))
    assert own.outgoing
    assert "@tokonusantara" in await played.channel.check(played.config, played.net)


async def test_files_go_both_ways_and_are_for_the_account_alone(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    picture, words = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(picture, Inbound)
    assert isinstance(words, Inbound)
    assert (picture.kind, words.text) == ("image", "luntur")
    file = picture.attachments[0]
    assert (await played.channel.fetch(file, played.config, played.net)).content == PNG
    alone = await played.net.http.get(f"{played.config.api}/file/{up.json()['id']}")
    assert alone.status_code == 403
    await send(played, kind="image", attachments=(OutAttachment("b.png", "image/png", PNG),))
    kept = played.simulator.files.get(played.shown()[-1].content["id"])
    assert kept is not None
    assert kept.content == PNG


async def test_reactions_shares_stickers_and_ads_are_told(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    for emoji in ("❤️", ""):
        path = f"bubbles/{played.shown()[0].id}/reaction"
        (reacted,) = await played.does("PUT", path, emoji=emoji)
        assert isinstance(reacted, Reacted)
        assert (reacted.target, reacted.emoji) == (said.id, emoji)
    assert inbound(await played.acts("share")).extra["share"]["type"] == "video"
    sticker = inbound(await played.acts("sticker"))
    fetched = await played.channel.fetch(sticker.attachments[0], played.config, played.net)
    assert fetched.content.startswith(PNG[:8])
    arrived = inbound(await played.acts("ad"))
    assert (arrived.kind, arrived.extra["referral"]["ad"]["ad_name"]) == (
        "context",
        "Batik Nusantara",
    )


async def test_the_customer_writes_first_and_the_window_is_two_days(played: Played) -> None:
    with pytest.raises(Refused) as closed:
        await send(played, text="Promo!")
    assert closed.value.reason == "window_closed"
    await played.writes(text="Halo")
    await send(played, text="Halo, Kak")
    await played.acts("block")
    with pytest.raises(Refused) as blocked:
        await send(played, text="Halo?")
    assert blocked.value.reason == "blocked"
    await played.acts("unblock")
    with clock.at(clock.now() + timedelta(hours=47)):
        await send(played, text="Masih dalam dua hari")
        clock.advance(timedelta(hours=2))
        with pytest.raises(Refused) as late:
            await send(played, text="Terlambat")
    assert late.value.reason == "window_closed"


async def renewed(played: Played) -> Any:
    heard = played.channel.listen(played.config, {}, played.net)
    assert heard is not None
    settings = (await anext(aiter(heard))).settings
    assert settings is not None
    return played.config.model_validate(played.config.in_clear() | settings)


async def test_tokens_die_and_are_renewed(played: Played) -> None:
    await played.writes(text="Halo")
    first, played.config = played.config, await renewed(played)
    assert played.config.token != first.token
    await send(played, text="Dengan token baru")
    with clock.at(clock.now() + timedelta(hours=25)):
        with pytest.raises(TryLater) as dead:
            await send(played, text="?")
        assert dead.value.reason == "auth"
        played.config = await renewed(played)
        await send(played, text="!")
    played.config = first.model_validate(first.in_clear() | {"refresh_token": "lain"})
    with pytest.raises(Stopped):
        await renewed(played)


async def test_the_webhook_is_set_by_who_knows_the_secret(played: Played) -> None:
    hook = f"{played.standin.hook}?baru"
    await played.channel.register(hook, played.config, played.net)
    assert isinstance(played.standin, TikTok)
    assert played.standin.callback == hook
    wrong = played.config.model_validate(played.config.in_clear() | {"client_secret": "salah"})
    with pytest.raises(Stopped):
        await played.channel.register(hook, wrong, played.net)


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("40016", TryLater, "rate_limited"),
        ("40064", Refused, "blocked"),
        ("40102", TryLater, "auth"),
        ("40104", Stopped, "auth"),
        ("50002", TryLater, "provider_down"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_tiktoks(
    played: Played, code: str, raised: type[Exception], reason: str
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await send(played, text="Ya?")
    assert (getattr(error.value, "reason", ""), getattr(error.value, "code", "")) == (reason, code)
    await send(played, text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    assert played.hook.posts == 2
