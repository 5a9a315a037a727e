"""Telegram's stand-in against Telegram's channel."""

from collections.abc import AsyncIterator

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Edited,
    Inbound,
    OutAttachment,
    Reacted,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("telegram") as found:
        yield found


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    (said,) = await played.writes(text="Halo min")
    assert isinstance(said, Inbound)
    assert (said.kind, said.text, said.sender.name) == ("text", "Halo min", "Dewi Lestari")
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert played.shown()[0].state == "delivered"
    (answer,) = await played.writes(text="yang ini", quotes=played.shown()[0].id)
    assert isinstance(answer, Inbound)
    assert answer.reply_to == said.id


async def test_files_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    (said,) = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(said, Inbound)
    assert (said.kind, said.text) == ("image", "luntur")
    fetched = await played.channel.fetch(said.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    files = (OutAttachment("b.png", "image/png", PNG), OutAttachment("c.png", "image/png", PNG))
    await played.send(kind="image", text="dua", attachments=files[:1])
    album = await played.send(kind="image", text="album", attachments=files)
    assert len(album.other_ids) == 1
    assert [bubble.kind for bubble in played.shown()] == ["image"] * 4
    assert played.shown()[1].content["caption"] == "dua"


async def test_places_cards_edits_and_reactions_are_told(played: Played) -> None:
    (place,) = await played.writes(
        kind="location", content={"latitude": -7.79, "longitude": 110.36}
    )
    assert isinstance(place, Inbound)
    assert place.kind == "location"
    (card,) = await played.acts("share")
    assert isinstance(card, Inbound)
    assert card.kind == "contacts"
    (said,) = await played.writes(text="dua")
    bubble = played.shown()[-1].id
    (edited,) = await played.does("PATCH", f"bubbles/{bubble}", text="tiga")
    assert isinstance(said, Inbound)
    assert isinstance(edited, Edited)
    assert (edited.target, edited.text) == (said.id, "tiga")
    (reacted,) = await played.does("PUT", f"bubbles/{bubble}/reaction", emoji="👍")
    assert isinstance(reacted, Reacted)
    assert (reacted.target, reacted.emoji) == (said.id, "👍")


async def test_a_pressed_button_comes_back_as_a_reply(played: Played) -> None:
    await played.acts("start")
    buttons = {"type": "button", "body": "Warna?", "buttons": [{"id": "merah", "title": "Merah"}]}
    await played.send(kind="interactive", interactive=buttons)
    asked = played.shown()[-1]
    assert asked.buttons == [{"text": "Merah", "id": "merah"}]
    (pressed,) = await played.writes(button="merah", quotes=asked.id)
    assert isinstance(pressed, Inbound)
    assert pressed.kind == "interactive_reply"
    await played.send(
        kind="interactive", interactive={"type": "contact_request", "body": "Nomornya?"}
    )
    asked = played.shown()[-1]
    (card,) = await played.writes(button=asked.buttons[0]["id"], quotes=asked.id)
    assert isinstance(card, Inbound)
    assert card.kind == "contacts"


async def test_the_business_shows_typing_reacts_and_checks_its_bot(played: Played) -> None:
    (said,) = await played.writes(text="Halo")
    assert isinstance(said, Inbound)
    await played.channel.seen(said.id, played.config, played.net, typing=True)
    await played.send(kind="reaction", reaction={"target": said.id, "emoji": "🙏"})
    assert played.shown()[0].reactions == {"business": "🙏"}
    assert "TokoNusantaraBot" in await played.channel.check(played.config, played.net)


async def test_a_bot_cannot_write_first_nor_to_who_blocked_it(played: Played) -> None:
    with pytest.raises(Refused) as first:
        await played.send(text="Promo!")
    assert first.value.reason == "undeliverable"
    await played.acts("start")
    await played.send(text="Selamat datang")
    await played.acts("block")
    with pytest.raises(Refused) as blocked:
        await played.send(text="Halo?")
    assert blocked.value.reason == "opted_out"
    await played.acts("unblock")
    await played.send(text="Kembali lagi")


@pytest.mark.parametrize(
    ("code", "raised"),
    [("429", TryLater), ("403", Refused), ("400", Refused), ("401", Stopped), ("500", Unknown)],
)
async def test_the_errors_a_tester_asks_for_are_the_providers(
    played: Played, code: str, raised: type[Exception]
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?")
    if isinstance(error.value, TryLater):
        assert error.value.seconds == 3
    await played.send(text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    items = await played.writes(text="Halo")
    assert len(items) == 1
    assert played.hook.posts == 2
    await played.disturb(duplicate=1)
    first, second = await played.writes(text="Dua kali")
    assert first == second


async def test_without_a_webhook_updates_wait_for_whoever_asks(played: Played) -> None:
    config = played.config.model_copy(update={"delivery": "polling"})
    listening = played.channel.listen(config, {}, played.net)
    assert listening is not None
    await played.net.http.post(f"{config.api_base}/bot{_token(played)}/deleteWebhook", json={})
    await played.writes(text="Halo")
    heard = await anext(aiter(listening))
    assert heard.request is not None
    (said,) = played.channel.receive(heard.request)
    assert isinstance(said, Inbound)
    assert said.text == "Halo"


def _token(played: Played) -> str:
    return str(played.config.bot_token.get_secret_value())
