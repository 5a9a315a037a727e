"""Instagram's stand-in against Instagram's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Deleted,
    Edited,
    Handle,
    Inbound,
    Item,
    OutAttachment,
    Reacted,
    ReadUpTo,
    Refused,
    TryLater,
)
from sambung.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


LATER = timedelta(minutes=5)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("instagram") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.account_id)
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert inbound(await played.writes(text="yang ini", quotes=said.id)).reply_to == said.id


@pytest.mark.parametrize("login", ["facebook", "instagram"])
async def test_an_answer_is_echoed_and_read_with_either_login(played: Played, login: str) -> None:
    played.config = played.config.model_copy(update={"login": login})
    await played.writes(text="Halo")
    receipt = await played.send(text="Ready kak!")
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.text) == (receipt.id, True, "Ready kak!")
    path = f"people/{played.person.id}/chats/reading?app=instagram"
    (read,) = await played.does("POST", path)
    assert isinstance(read, ReadUpTo)
    assert read.target == receipt.id
    assert "Toko Nusantara" in await played.channel.check(played.config, played.net)


async def test_files_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    said = inbound(await played.writes(kind="image", file=up.json()["id"]))
    fetched = await played.channel.fetch(said.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    uploaded = OutAttachment("b.png", "image/png", PNG)
    by_address = OutAttachment("c.png", "image/png", PNG, url=said.attachments[0].url)
    await played.send(kind="image", attachments=(uploaded, by_address))
    kept = [bubble.content["id"] for bubble in played.shown()]
    assert len(set(kept)) == 3
    files = [played.simulator.files.get(id) for id in kept]
    assert [file.content for file in files if file] == [PNG] * 3
    echoes = await played.heard()
    assert [echo.kind for echo in echoes if isinstance(echo, Inbound)] == ["image", "image"]


async def test_a_text_is_measured_in_bytes(played: Played) -> None:
    await played.writes(text="Halo")
    await played.send(text="é" * 600)
    assert [len(b.content["body"]) for b in played.shown()[1:]] == [500, 100]
    token = played.config.access_token.get_secret_value()
    recipient = {"id": played.standin.address_of(played.person)}
    answer = await played.http.post(
        "/instagram/v26.0/me/messages",
        headers={"authorization": f"Bearer {token}"},
        json={"recipient": recipient, "message": {"text": "é" * 501}},
    )
    assert answer.json()["error"]["code"] == 100


async def test_stories_posts_hearts_and_ads_are_told(played: Played) -> None:
    story = inbound(await played.acts("story"))
    assert story.extra["story"]["type"] == "reply"
    assert story.text
    mention = inbound(await played.acts("mention"))
    assert mention.extra["story"]["type"] == "mention"
    fetched = await played.channel.fetch(mention.attachments[0], played.config, played.net)
    assert fetched.mime == "image/png"
    assert inbound(await played.acts("share")).extra["share"]["type"] == "ig_post"
    assert inbound(await played.acts("heart")).kind == "sticker"
    assert inbound(await played.acts("ad")).extra["referral"]["ref"] == "ad_batik"
    assert len(played.shown()) == 5


async def test_unsending_editing_and_reacting_are_told(played: Played) -> None:
    said = inbound(await played.writes(text="dua"))
    (edited,) = await played.does("PATCH", f"bubbles/{said.id}", text="tiga")
    assert isinstance(edited, Edited)
    assert (edited.target, edited.text) == (said.id, "tiga")
    (reacted,) = await played.does("PUT", f"bubbles/{said.id}/reaction", emoji="🔥")
    assert isinstance(reacted, Reacted)
    assert reacted.emoji == "🔥"
    (gone,) = await played.does("DELETE", f"bubbles/{said.id}")
    assert isinstance(gone, Deleted)
    assert gone.target == said.id


async def test_a_comment_is_answered_privately_once_within_a_week(played: Played) -> None:
    with clock.at(clock.now()):
        comment = inbound(await played.acts("comment"))
        assert comment.sender.username == "dewi.lestari"
        await played.send(to=comment.address, text="Rp 250.000, Kak")
        assert played.shown()[1].quotes == comment.id
        await played.heard()
        with pytest.raises(Refused):
            await played.send(to=comment.address, text="Masih ada")
        assert await played.does("PATCH", f"bubbles/{comment.id}", text="Berapa?") == []
        assert await played.does("PUT", f"bubbles/{comment.id}/reaction", emoji="👍") == []
        assert await played.does("DELETE", f"bubbles/{comment.id}") == []
        other = inbound(await played.acts("comment"))
        clock.advance(timedelta(days=8))
        with pytest.raises(Refused) as late:
            await played.send(to=other.address, text="Maaf lama")
        assert late.value.reason == "undeliverable"


async def test_the_window_is_metas(played: Played) -> None:
    with pytest.raises(Refused) as stranger:
        await played.send(text="Promo!")
    assert stranger.value.code == "100/2534014"
    with clock.at(clock.now()):
        await played.writes(text="Halo")
        clock.advance(timedelta(hours=25))
        with pytest.raises(Refused) as late:
            await played.send(text="Otomatis", automatic=True)
        assert late.value.code == "10/2534022"
        await played.send(text="Maaf lama, Kak")


async def test_quick_replies_come_back(played: Played) -> None:
    await played.writes(text="Halo")
    rows = [{"id": f"u{n}", "title": f"Ukuran {n}"} for n in range(13)]
    ask = {"type": "list", "body": "Ukuran?", "rows": rows}
    await played.send(kind="interactive", interactive=ask)
    await played.heard()
    asked = played.shown()[-1]
    pressed = inbound(await played.writes(button="u12", quotes=asked.id))
    assert (pressed.text, pressed.extra["interactive"]["id"]) == ("Ukuran 12", "u12")


async def test_a_customer_has_a_name_once_they_wrote(played: Played) -> None:
    handle = Handle("instagram", played.standin.address_of(played.person))
    assert await played.channel.profile(handle, played.config, played.net) is None
    await played.writes(text="Halo")
    profile = await played.channel.profile(handle, played.config, played.net)
    assert profile is not None
    assert (profile.name, profile.username) == ("Dewi Lestari", "dewi.lestari")


async def test_the_instagram_logins_token_is_renewed(played: Played) -> None:
    config = played.config.model_copy(update={"login": "instagram"})
    listening = played.channel.listen(config, {}, played.net)
    assert listening is not None
    told = await anext(aiter(listening))
    token = told.settings["access_token"]
    await played.writes(text="Halo")
    for one in (token, config.access_token.get_secret_value()):
        renewed = {"access_token": type(config.access_token)(one)}
        played.config = config.model_copy(update=renewed)
        await played.send(text="Ya?")


async def test_what_no_webhook_told_is_found_in_the_conversation(played: Played) -> None:
    await played.disturb(drop=1)
    assert await played.writes(text="Dari iklan") == []
    await played.acts("heart")
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    await played.writes(kind="image", file=up.json()["id"])
    now = clock.now()
    # The day of the later look: near midnight the daily check would come first.
    state = {"seen": now.isoformat(), "checked": (now + LATER).date().isoformat()}
    with clock.at(now + LATER):
        listening = played.channel.listen(played.config, state, played.net)
        assert listening is not None
        told = await anext(aiter(listening))
    assert told.request is not None
    missed = list(played.channel.receive(told.request))
    kinds = [one.kind for one in missed if isinstance(one, Inbound)]
    assert kinds == ["text", "sticker", "image"]


async def test_too_fast_is_told_apart_from_never(played: Played) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": "613"})
    with pytest.raises(TryLater) as fast:
        await played.send(text="Ya?")
    assert fast.value.reason == "rate_limited"
    await played.send(text="Ya?")
