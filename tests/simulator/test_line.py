"""LINE's stand-in against LINE's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    ConsentStated,
    Deleted,
    Handle,
    Inbound,
    Item,
    OutAttachment,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
HERE = "https://toko.example/a.png"


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("line") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def call(played: Played, path: str, *, method: str = "POST", **more: Any) -> httpx.Response:
    """The Messaging API, asked by hand."""
    headers = {"authorization": f"Bearer {played.config.access_token.get_secret_value()}"}
    headers |= more.pop("headers", {})
    return await played.http.request(method, f"/line/v2/bot/{path}", headers=headers, **more)


async def used(played: Played) -> int:
    """What of the month's quota is."""
    answer = await call(played, "message/quota/consumption", method="GET")
    return int(answer.json()["totalUsage"])


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text) == ("text", "Halo min")
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert played.shown()[0].state == "delivered"
    assert inbound(await played.writes(text="yang ini", quotes=said.id)).reply_to == said.id


async def test_a_reply_token_is_free_once_then_pushes_count(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    first = await played.send(to=said.address, text="Ya, Kak?")
    assert await used(played) == 0
    second = await played.send(id="m2", to=said.address, text="Ada yang bisa dibantu?")
    assert await used(played) == 1
    assert [bubble.id for bubble in played.shown()[1:]] == [first.id, second.id]
    await played.simulator.settle()
    assert {bubble.state for bubble in played.shown()} == {"delivered"}


async def test_a_reply_token_dies_after_a_minute(played: Played) -> None:
    with clock.at(clock.now()):
        await played.writes(text="Halo")
        (token,) = played.standin.tokens  # type: ignore[attr-defined]
        clock.advance(timedelta(seconds=61))
        body = {"replyToken": token, "messages": [{"type": "text", "text": "Ya?"}]}
        late = await call(played, "message/reply", json=body)
    assert (late.status_code, late.json()["message"]) == (400, "Invalid reply token")
    keyed = {"x-line-retry-key": "018f3b7e-0000-4000-8000-000000000001"}
    refused = await call(played, "message/reply", json=body, headers=keyed)
    assert "retry key" in refused.json()["message"]


async def test_a_push_is_done_once_however_often_it_is_repeated(played: Played) -> None:
    await played.writes(text="Halo")
    await played.disturb(silent=1, silence=0)
    with pytest.raises(TryLater):
        await played.send(text="Ya?")
    receipt = await played.send(text="Ya?")
    assert [bubble.id for bubble in played.shown()[1:]] == [receipt.id]
    assert await used(played) == 1
    wrong = {"x-line-retry-key": "bukan-uuid"}
    assert (await call(played, "message/push", json={}, headers=wrong)).status_code == 400


async def test_a_lost_reply_is_unknown(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    await played.disturb(silent=1, silence=0)
    with pytest.raises(Unknown):
        await played.send(to=said.address, text="Ya?")


async def test_files_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    picture, words = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(picture, Inbound)
    assert isinstance(words, Inbound)
    assert (picture.kind, words.text) == ("image", "luntur")
    fetched = await played.channel.fetch(picture.attachments[0], played.config, played.net)
    assert (fetched.content, fetched.mime) == (PNG, "image/png")
    note = inbound(await played.writes(kind="document", file=up.json()["id"]))
    assert (note.attachments[0].name, note.attachments[0].size) == ("a.png", len(PNG))
    voice = inbound(await played.writes(kind="voice", file=up.json()["id"]))
    assert (voice.kind, voice.extra["duration"]) == ("audio", 3.0)
    film = f"message/{voice.id}/content/transcoding"
    assert (await call(played, film, method="GET")).json() == {"status": "succeeded"}
    files = (OutAttachment("b.png", "image/png", PNG, url=HERE, preview_url=HERE),)
    receipt = await played.send(kind="image", text="ini", attachments=files)
    assert len(receipt.other_ids) == 1
    assert played.shown()[-1].content == {"link": HERE}
    (gone,) = await played.does("DELETE", f"bubbles/{picture.id}")
    assert isinstance(gone, Deleted)
    assert gone.target == picture.id
    with pytest.raises(Refused):
        await played.channel.fetch(picture.attachments[0], played.config, played.net)


async def test_places_and_stickers_go_both_ways(played: Played) -> None:
    content = {"latitude": -7.79, "longitude": 110.36, "name": "Tugu"}
    place = inbound(await played.writes(kind="location", content=content))
    assert place.extra["location"] == {"lat": -7.79, "lon": 110.36, "name": "Tugu"}
    sticker = inbound(await played.acts("sticker"))
    assert (sticker.kind, sticker.extra["sticker"]["package"]) == ("sticker", "11537")
    await played.send(kind="location", extra={"location": {"lat": -7.7, "lon": 110.3}})
    await played.send(id="m2", kind="sticker", extra={"sticker": {"package": "446", "id": "1988"}})
    shown = played.shown()[2:]
    assert [bubble.kind for bubble in shown] == ["location", "sticker"]
    assert shown[1].content["stickerId"] == "1988"


async def test_pressed_buttons_come_back_as_replies(played: Played) -> None:
    await played.acts("follow")
    ask = {"type": "button", "body": "Warna?", "buttons": [{"id": "merah", "title": "Merah"}]}
    await played.send(kind="interactive", interactive=ask)
    asked = played.shown()[-1]
    pressed = inbound(await played.writes(button="merah", quotes=asked.id))
    assert (pressed.kind, pressed.extra["interactive"]["id"]) == ("interactive_reply", "merah")
    assert played.shown()[-1].content == {"text": "Merah"}
    where = {"type": "location_request", "body": "Di mana?"}
    await played.send(id="m2", kind="interactive", interactive=where)
    asked = played.shown()[-1]
    place = inbound(await played.writes(button=asked.buttons[0]["id"], quotes=asked.id))
    assert place.kind == "location"
    actions = [
        {"type": "message", "label": "Ya", "text": "Ya, jadi"},
        {"type": "uri", "label": "Lihat", "uri": "https://toko.example"},
    ]
    sure = {"type": "confirm", "text": "Jadi?", "actions": actions}
    own = {"type": "template", "altText": "Jadi?", "template": sure}
    await played.send(id="m3", kind="interactive", interactive=own)
    asked = played.shown()[-1]
    assert inbound(await played.writes(button="says:Ya, jadi", quotes=asked.id)).text == "Ya, jadi"


async def test_strangers_cannot_be_written_to_and_who_blocks_hears_nothing(played: Played) -> None:
    handle = Handle("line", played.standin.address_of(played.person))
    with pytest.raises(Refused) as stranger:
        await played.send(text="Promo!")
    assert stranger.value.reason == "undeliverable"
    assert await played.channel.profile(handle, played.config, played.net) is None
    (added,) = await played.acts("follow")
    assert isinstance(added, ConsentStated)
    assert added.granted
    profile = await played.channel.profile(handle, played.config, played.net)
    assert profile is not None
    assert (profile.name, profile.locale) == ("Dewi Lestari", "id")
    await played.send(id="m2", text="Selamat datang")
    (left,) = await played.acts("block")
    assert isinstance(left, ConsentStated)
    assert not left.granted
    await played.send(id="m3", text="Halo?")
    assert [bubble.content["body"] for bubble in played.shown()] == ["Selamat datang"]
    assert await played.channel.profile(handle, played.config, played.net) is None
    (back,) = await played.acts("unblock")
    assert isinstance(back, ConsentStated)
    assert back.granted


async def test_the_months_quota_ends_pushes_but_not_replies(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    played.standin.used = {clock.now().strftime("%Y-%m"): 5000}  # type: ignore[attr-defined]
    with pytest.raises(Refused) as spent:
        await played.send(text="Promo!")
    assert spent.value.reason == "payment"
    await played.send(to=said.address, text="Ya?")
    assert "5000" in await played.channel.check(played.config, played.net)


async def test_the_account_is_checked_and_its_webhook_set(played: Played) -> None:
    checked = await played.channel.check(played.config, played.net)
    assert "Toko Nusantara" in checked
    assert "webhook" not in checked.lower()
    tested = await call(played, "channel/webhook/test", json={})
    assert tested.json()["success"] is True
    assert len(await played.heard()) == 1
    hook = f"{played.standin.town.product}/hooks/line"
    await played.channel.register("http://127.0.0.1:9/none", played.config, played.net)
    unreached = await call(played, "channel/webhook/test", json={})
    assert unreached.json()["reason"] == "COULD_NOT_CONNECT"
    await played.channel.register(hook, played.config, played.net)
    assert inbound(await played.writes(text="Halo")).text == "Halo"
    await call(played, "channel/webhook/endpoint", method="PUT", json={"endpoint": ""})
    assert "webhook" in (await played.channel.check(played.config, played.net)).lower()


async def test_typing_reading_quoting_and_many_at_once(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    to = played.standin.address_of(played.person)
    typing = await call(played, "chat/loading/start", json={"chatId": to, "loadingSeconds": 5})
    assert typing.status_code == 202
    wrong = await call(played, "chat/loading/start", json={"chatId": to, "loadingSeconds": 3})
    assert wrong.status_code == 400
    await call(played, "chat/markAsRead", json={"markAsReadToken": f"r{said.id}"})
    assert played.shown()[0].state == "read"
    quoting = {"type": "text", "text": "Yang ini?", "quoteToken": f"q{said.id}"}
    many = {"to": [to, "U" + "0" * 32], "messages": [quoting]}
    key = {"x-line-retry-key": "018f3b7e-0000-4000-8000-000000000002"}
    assert (await call(played, "message/multicast", json=many, headers=key)).json() == {}
    again = await call(played, "message/multicast", json=many, headers=key)
    assert again.status_code == 409
    assert again.headers["x-line-accepted-request-id"]
    assert [bubble.quotes for bubble in played.shown()] == ["", said.id]


TEXT = {"type": "text", "text": "a"}
ACTION = {"type": "uri", "label": "a", "uri": "https://toko.example"}


@pytest.mark.parametrize(
    ("property", "messages"),
    [
        ("messages", []),
        ("messages", [TEXT] * 6),
        ("messages[0].text", [{"type": "text", "text": " "}]),
        ("messages[1].text", [TEXT, {"type": "text", "text": "a" * 5001}]),
        ("messages[0].quoteToken", [TEXT | {"quoteToken": "q1"}]),
        ("messages[0].type", [{"type": "file"}]),
        ("messages[0].originalContentUrl", [{"type": "image", "originalContentUrl": "http://a"}]),
        ("messages[0].previewImageUrl", [{"type": "image", "originalContentUrl": "https://a"}]),
        ("messages[0].duration", [{"type": "audio", "originalContentUrl": "https://a"}]),
        ("messages[0].latitude", [{"type": "location", "title": "a"}]),
        ("messages[0].altText", [{"type": "flex", "contents": {}}]),
        ("messages[0].template.type", [{"type": "template", "altText": "a"}]),
        (
            "messages[0].template.actions",
            [{"type": "template", "altText": "a", "template": {"type": "buttons", "text": "a"}}],
        ),
        (
            "messages[0].template.actions",
            [{"type": "template", "altText": "a", "template": {"type": "confirm"}}],
        ),
        (
            "messages[0].template.columns",
            [{"type": "template", "altText": "a", "template": {"type": "carousel"}}],
        ),
        (
            "messages[0].quickReply.items",
            [TEXT | {"quickReply": {"items": [{"action": ACTION}] * 14}}],
        ),
        (
            "messages[0].action.label",
            [TEXT | {"quickReply": {"items": [{"action": ACTION | {"label": "a" * 21}}]}}],
        ),
        (
            "messages[0].action.type",
            [TEXT | {"quickReply": {"items": [{"action": ACTION | {"type": "fly"}}]}}],
        ),
    ],
)
async def test_what_line_refuses_is_refused(
    played: Played, property: str, messages: list[dict[str, Any]]
) -> None:
    await played.writes(text="Halo")
    to = played.standin.address_of(played.person)
    answer = await call(played, "message/push", json={"to": to, "messages": messages})
    assert answer.status_code == 400
    assert answer.json()["details"][0]["property"] == property
    assert len(played.shown()) == 1
    assert await used(played) == 0


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("400", Refused, "undeliverable"),
        ("429", TryLater, "rate_limited"),
        ("quota", Refused, "payment"),
        ("401", Stopped, "auth"),
        ("403", Stopped, "auth"),
        ("500", TryLater, "provider_down"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_providers(
    played: Played, code: str, raised: type[Refused | TryLater | Stopped], reason: str
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?")
    assert error.value.reason == reason
    await played.send(text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_a_wrong_token_stops_the_connection(played: Played) -> None:
    token = type(played.config.access_token)("x")
    played.config = played.config.model_copy(update={"access_token": token})
    with pytest.raises(Stopped):
        await played.send(text="Ya?")


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert len(await played.writes(text="Halo")) == 1
    await played.disturb(duplicate=1)
    first, second = await played.writes(text="Dua kali")
    assert first == second


async def test_what_the_app_knows_outlives_a_restart(played: Played) -> None:
    await played.acts("follow")
    await played.send(text="Halo")
    await played.acts("block")
    kept = played.simulator.memory()
    async with playing("line") as again:
        again.simulator.remember(kept)
        assert again.simulator.memory() == kept
