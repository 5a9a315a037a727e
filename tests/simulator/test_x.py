"""X's stand-in against X's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Inbound,
    Item,
    OutAttachment,
    ReadUpTo,
    Refused,
    Stopped,
    TryLater,
    TypingSeen,
)
from sambung.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(5_000_000)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("x") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def test_what_a_customer_writes_reaches_the_account_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Masih ada <M> & L?"))
    assert (said.kind, said.text, said.to) == ("text", "Masih ada <M> & L?", played.config.user_id)
    assert (said.sender.name, said.sender.username) == ("Dewi Lestari", "dewilestari")
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert not said.outgoing


async def test_an_answer_comes_back_and_is_read(played: Played) -> None:
    receipt = await played.send(text="Ready, Kak!")
    echo = inbound(await played.heard())
    assert (echo.id, echo.outgoing, echo.text) == (receipt.id, True, "Ready, Kak!")
    path = f"people/{played.person.id}/chats/reading?app=x"
    (read,) = await played.does("POST", path)
    assert isinstance(read, ReadUpTo)
    assert (read.target, read.sender) == (receipt.id, echo.sender)
    path = f"people/{played.person.id}/owner"
    own = inbound(await played.does("POST", path, app="x", text="Dari aplikasi X"))
    assert (own.outgoing, own.sender) == (True, echo.sender)
    assert "@tokonusantara" in await played.channel.check(played.config, played.net)


async def test_files_go_both_ways_and_are_for_the_account_alone(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    said = inbound(await played.writes(kind="image", file=up.json()["id"], caption="luntur"))
    file = said.attachments[0]
    assert (said.kind, said.text) == ("image", "luntur")
    assert (await played.channel.fetch(file, played.config, played.net)).content == PNG
    assert (await played.net.http.get(file.url)).status_code == 401
    still, film = ("b.png", "image/png", PNG), ("c.mp4", "video/mp4", FILM)
    await played.send(kind="image", text="ini", attachments=(OutAttachment(*still),))
    await played.send(kind="video", attachments=(OutAttachment(*film),))
    kept = [played.simulator.files.get(b.content["id"]) for b in played.shown()[1:]]
    assert [one.content for one in kept if one] == [PNG, FILM]
    assert played.shown()[1].content["caption"] == "ini"
    echoes = [item.kind for item in await played.heard() if isinstance(item, Inbound)]
    assert echoes == ["image", "video"]


async def test_places_typing_and_closed_chats_are_told(played: Played) -> None:
    where = {"latitude": -7.79, "longitude": 110.36}
    place = inbound(await played.writes(kind="location", content=where))
    assert place.extra["location"] == {"lat": -7.79, "lon": 110.36}
    (typing,) = await played.acts("typing")
    assert isinstance(typing, TypingSeen)
    secret = inbound(await played.acts("secret"))
    assert (secret.kind, secret.text) == ("unsupported", "")
    assert secret.sender.handles == place.sender.handles


async def test_who_blocked_the_account_cannot_be_written_to(played: Played) -> None:
    await played.acts("block")
    with pytest.raises(Refused) as blocked:
        await played.send(text="Promo!")
    assert (blocked.value.reason, blocked.value.code) == ("undeliverable", "403")
    await played.acts("unblock")
    await played.send(text="Kembali lagi")
    with pytest.raises(Refused) as nobody:
        await played.send(to="123", text="Halo?")
    assert nobody.value.code == "404"


async def test_a_webhook_is_set_once_it_has_shown_that_it_knows_the_secret(played: Played) -> None:
    hook = played.standin.hook
    where, wanted = f"{played.config.api}/2/webhooks", {"url": hook}
    assert (await played.net.http.post(where, json=wanted)).json()["data"]["valid"]
    right = played.config
    played.hook.config = right.model_validate(right.in_clear() | {"consumer_secret": "salah"})
    assert (await played.net.http.post(where, json=wanted)).status_code == 400
    nowhere = {"url": "http://127.0.0.1:9/hooks/x"}
    assert (await played.net.http.post(where, json=nowhere)).status_code == 400


async def test_tokens_die_and_are_renewed_once_with_each(played: Played) -> None:
    heard = played.channel.listen(played.config, {}, played.net)
    assert heard is not None
    new = (await anext(aiter(heard))).settings
    assert new is not None
    played.config = renewed = played.config.model_validate(played.config.in_clear() | new)
    await played.send(text="Dengan token baru")
    with clock.at(clock.now() + timedelta(hours=3)), pytest.raises(TryLater) as dead:
        await played.send(text="?")
    assert dead.value.reason == "auth"
    first, again = (played.channel.listen(renewed, {}, played.net) for _ in range(2))
    assert first is not None
    assert again is not None
    await anext(aiter(first))
    with pytest.raises(Stopped):
        await anext(aiter(again))
    wrong = renewed.model_validate(renewed.in_clear() | {"client_secret": "salah"})
    stranger = played.channel.listen(wrong, {}, played.net)
    assert stranger is not None
    with pytest.raises(Stopped):
        await anext(aiter(stranger))


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("429", TryLater, "rate_limited"),
        ("401", TryLater, "auth"),
        ("402", Stopped, "payment"),
        ("403", Refused, "undeliverable"),
        ("503", TryLater, "provider_down"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_xs(
    played: Played, code: str, raised: type[Exception], reason: str
) -> None:
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?")
    assert getattr(error.value, "reason", "") == reason
    if code == "429":
        assert isinstance(error.value, TryLater)
        assert 800 < (error.value.seconds or 0) <= 900
    await played.send(text="Ya, Kak?")
    assert len(played.shown()) == 1


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    assert played.hook.posts == 2
