"""Messenger's stand-in against Messenger's channel."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.simulator.playing import Played, playing

from sambung.channels import (
    Edited,
    Handle,
    Inbound,
    Item,
    OutAttachment,
    Reacted,
    ReadUpTo,
    Refused,
    StatusReported,
    Stopped,
    TryLater,
)
from sambung.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    async with playing("messenger") as found:
        yield found


def inbound(items: Sequence[Item]) -> Inbound:
    (said,) = items
    assert isinstance(said, Inbound)
    return said


async def call(played: Played, method: str, path: str, **more: Any) -> httpx.Response:
    """The Graph API, asked by hand."""
    token = played.config.access_token.get_secret_value()
    headers = {"authorization": f"Bearer {token}"}
    return await played.http.request(method, f"/messenger/v26.0/{path}", headers=headers, **more)


async def test_what_a_customer_writes_reaches_the_product_signed(played: Played) -> None:
    said = inbound(await played.writes(text="Halo min"))
    assert (said.kind, said.text, said.to) == ("text", "Halo min", played.config.page_id)
    assert said.sender.handles[0].value == played.standin.address_of(played.person)
    assert played.shown()[0].state == "delivered"
    assert inbound(await played.writes(text="yang ini", quotes=said.id)).reply_to == said.id


async def test_an_answer_is_echoed_delivered_and_read(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    receipt = await played.send(text="Ya, Kak?", reply_to=said.id)
    echo, delivery = await played.heard()
    assert isinstance(echo, StatusReported)
    assert (echo.target, echo.state, echo.message) == (receipt.id, "sent", "m1")
    assert isinstance(delivery, StatusReported)
    assert (delivery.target, delivery.state) == (receipt.id, "delivered")
    shown = played.shown()[1]
    assert (shown.id, shown.quotes, shown.content["body"]) == (receipt.id, said.id, "Ya, Kak?")
    path = f"people/{played.person.id}/chats/reading?app=messenger"
    (read,) = await played.does("POST", path)
    assert isinstance(read, ReadUpTo)
    assert read.at is not None
    assert (read.at - shown.at) > timedelta(milliseconds=-1)


async def test_files_go_both_ways(played: Played) -> None:
    up = await played.http.post("/api/files", files={"file": ("a.png", PNG, "image/png")})
    picture, words = await played.writes(kind="image", file=up.json()["id"], caption="luntur")
    assert isinstance(picture, Inbound)
    assert isinstance(words, Inbound)
    assert (picture.kind, words.text) == ("image", "luntur")
    fetched = await played.channel.fetch(picture.attachments[0], played.config, played.net)
    assert fetched.content == PNG
    files = (
        OutAttachment("b.png", "image/png", PNG),
        OutAttachment("nota.pdf", "application/pdf", b"%PDF-1.4"),
    )
    receipt = await played.send(kind="image", text="dua", attachments=files)
    assert len(receipt.other_ids) == 2
    assert [b.kind for b in played.shown()] == ["image", "text", "text", "image", "document"]
    place = {"latitude": -7.79, "longitude": 110.36, "name": "Tugu"}
    await played.heard()
    found = inbound(await played.writes(kind="location", content=place))
    assert found.extra["location"] == {"lat": -7.79, "lon": 110.36, "name": "Tugu"}


async def test_edits_reactions_stickers_and_ads_are_told(played: Played) -> None:
    said = inbound(await played.writes(text="dua"))
    (edited,) = await played.does("PATCH", f"bubbles/{said.id}", text="tiga")
    assert isinstance(edited, Edited)
    assert (edited.target, edited.text) == (said.id, "tiga")
    for emoji in ("❤️", ""):
        (reacted,) = await played.does("PUT", f"bubbles/{said.id}/reaction", emoji=emoji)
        assert isinstance(reacted, Reacted)
        assert (reacted.target, reacted.emoji) == (said.id, emoji)
    thumb = inbound(await played.acts("thumb"))
    assert (thumb.kind, thumb.extra["sticker_id"]) == ("sticker", "369239263222822")
    fetched = await played.channel.fetch(thumb.attachments[0], played.config, played.net)
    assert fetched.content.startswith(b"\x89PNG")
    ad = inbound(await played.acts("ad"))
    assert ad.extra["referral"]["source"] == "ADS"
    (echo,) = await played.does(
        "POST", f"people/{played.person.id}/owner", app="messenger", text="Saya sendiri"
    )
    assert isinstance(echo, Inbound)
    assert (echo.outgoing, echo.text) == (True, "Saya sendiri")


async def test_pressed_buttons_come_back_as_replies(played: Played) -> None:
    started = inbound(await played.acts("start"))
    assert (started.kind, started.extra["interactive"]["id"]) == (
        "interactive_reply",
        "GET_STARTED",
    )
    ask = {"type": "button", "body": "Warna?", "buttons": [{"id": "merah", "title": "Merah"}]}
    await played.send(kind="interactive", interactive=ask)
    await played.heard()
    asked = played.shown()[-1]
    assert asked.buttons == [{"text": "Merah", "id": "merah"}]
    pressed = inbound(await played.writes(button="merah", quotes=asked.id))
    assert (pressed.kind, pressed.text) == ("interactive_reply", "Merah")
    ask = {"type": "contact_request", "body": "Nomornya?", "fields": ["phone"]}
    await played.send(kind="interactive", interactive=ask)
    await played.heard()
    asked = played.shown()[-1]
    shared = inbound(await played.writes(button="user_phone_number", quotes=asked.id))
    assert shared.text == f"+{played.person.phone}"
    buttons = [
        {"type": "postback", "title": "Ya", "payload": "ya"},
        {"type": "web_url", "title": "Lihat", "url": "https://toko.example"},
    ]
    elements = [{"title": "Batik", "subtitle": "Rp 250.000", "buttons": buttons}]
    card = {"type": "template", "payload": {"template_type": "generic", "elements": elements}}
    await played.send(kind="interactive", interactive=card)
    await played.heard()
    asked = played.shown()[-1]
    assert [set(button) for button in asked.buttons] == [{"id", "text"}, {"url", "text"}]
    tapped = inbound(await played.writes(button=asked.buttons[0]["id"], quotes=asked.id))
    assert (tapped.text, tapped.extra["interactive"]["id"]) == ("Ya", "ya")


async def test_a_comment_is_answered_privately_once(played: Played) -> None:
    comment = inbound(await played.acts("comment"))
    assert comment.address.startswith("comment:")
    with pytest.raises(Refused) as stranger:
        await played.send(text="Halo")
    assert stranger.value.code == "100/2018001"
    await played.send(to=comment.address, text="Rp 250.000, Kak")
    assert [b.content["body"] for b in played.shown()][1:] == ["Rp 250.000, Kak"]
    await played.heard()
    with pytest.raises(Refused):
        await played.send(to=comment.address, text="Masih ada")
    (edited,) = await played.does("PATCH", f"bubbles/{comment.id}", text="Berapa?")
    assert isinstance(edited, Edited)
    await played.writes(text="Oke")
    await played.send(to=comment.address, text="Siap, Kak")


async def test_after_24_hours_only_people_answer_for_a_week(played: Played) -> None:
    with clock.at(clock.now()):
        await played.writes(text="Halo")
        clock.advance(timedelta(hours=25))
        with pytest.raises(Refused) as late:
            await played.send(text="Otomatis", automatic=True)
        assert (late.value.reason, late.value.code) == ("window_closed", "10/2018278")
        await played.send(text="Maaf lama, Kak")
        clock.advance(timedelta(days=7))
        with pytest.raises(Refused):
            await played.send(text="Halo?")


async def test_who_blocked_the_shop_cannot_be_reached(played: Played) -> None:
    await played.writes(text="Halo")
    await played.acts("block")
    with pytest.raises(Refused) as gone:
        await played.send(text="Ya?")
    assert gone.value.reason == "undeliverable"
    await played.acts("unblock")
    await played.send(text="Ya?")


async def test_the_business_looks_reacts_and_types(played: Played) -> None:
    said = inbound(await played.writes(text="Halo"))
    await played.channel.seen(said.id, played.config, played.net, typing=True)
    assert played.shown()[0].state == "read"
    await played.send(kind="reaction", reaction={"target": said.id, "emoji": "👍"})
    assert played.shown()[0].reactions == {"business": "👍"}
    await played.send(kind="reaction", reaction={"target": said.id, "emoji": ""})
    assert played.shown()[0].reactions == {"business": ""}


async def test_the_page_and_its_people_have_names(played: Played) -> None:
    checked = await played.channel.check(played.config, played.net)
    assert "Toko Nusantara" in checked
    assert "No subscription" not in checked
    handle = Handle("messenger", played.standin.address_of(played.person))
    assert await played.channel.profile(handle, played.config, played.net) is None
    await played.writes(text="Halo")
    profile = await played.channel.profile(handle, played.config, played.net)
    assert profile is not None
    assert (profile.name, profile.locale) == ("Dewi Lestari", "id_ID")


async def test_a_lost_subscription_is_renewed_and_what_was_missed_is_found(played: Played) -> None:
    await call(played, "DELETE", f"{played.config.page_id}/subscribed_apps")
    assert await played.writes(text="Ada orang?") == []
    assert "No subscription" in await played.channel.check(played.config, played.net)
    state = {"seen": clock.now().isoformat(), "checked": ""}
    with clock.at(clock.now() + timedelta(minutes=5)):
        listening = played.channel.listen(played.config, state, played.net)
        assert listening is not None
        told = [await anext(aiter(listening)) for _ in range(3)]
    requests = [one.request for one in told if one.request is not None]
    for request in requests:
        played.channel.verify(request, played.config)
    _, missed = (item for request in requests for item in played.channel.receive(request))
    assert isinstance(missed, Inbound)
    assert (missed.id, missed.text) == (played.shown()[0].id, "Ada orang?")
    assert len(await played.writes(text="Halo?")) == 1


async def test_the_webhook_is_set_up_by_a_handshake(played: Played) -> None:
    callback = f"{played.standin.town.product}/hooks/messenger"
    asked = {"object": "page", "callback_url": callback, "verify_token": "salah"}
    wrong = await call(played, "POST", "123450000000077/subscriptions", params=asked)
    assert wrong.json()["error"]["code"] == 2200
    asked["verify_token"] = played.config.verify_token
    right = await call(played, "POST", "123450000000077/subscriptions", params=asked)
    assert right.json() == {"success": True}


@pytest.mark.parametrize(
    ("message", "more"),
    [
        ({"text": "a" * 2001}, {}),
        ({"text": ""}, {}),
        ({"text": "a", "attachment": {}}, {}),
        ({"attachment": {"type": "image", "payload": {"attachment_id": "1"}}}, {}),
        ({"attachment": {"type": "image", "payload": {"url": "http://127.0.0.1:9/a.png"}}}, {}),
        ({"attachment": {"type": "flower", "payload": {}}}, {}),
        ({"attachment": {"type": "template", "payload": {"template_type": "poem"}}}, {}),
        ({"attachments": [{"type": "image", "payload": {}}] * 31}, {}),
        ({"text": "a", "quick_replies": [{}] * 14}, {}),
        ({"text": "a", "quick_replies": [{"content_type": "text", "payload": "a"}]}, {}),
        ({"text": "a", "metadata": "a" * 1001}, {}),
        ({"text": "a"}, {"messaging_type": "MESSAGE_TAG", "tag": "ACCOUNT_UPDATE"}),
        ({"text": "a"}, {"messaging_type": "MESSAGE_TAG"}),
        ({"text": "a"}, {"reply_to": {"mid": "m_nobody"}}),
        ({"text": "a"}, {"recipient": {"comment_id": "none"}}),
    ],
)
async def test_what_meta_refuses_is_refused(
    played: Played, message: dict[str, Any], more: dict[str, Any]
) -> None:
    await played.writes(text="Halo")
    recipient = {"id": played.standin.address_of(played.person)}
    body = {"recipient": recipient, "message": message} | more
    answer = await call(played, "POST", "me/messages", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
    assert len(played.shown()) == 1
    other = await call(played, "POST", "999/messages", json=body)
    assert other.json()["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("code", "raised", "reason"),
    [
        ("10", Refused, "window_closed"),
        ("100", Refused, "undeliverable"),
        ("551", Refused, "undeliverable"),
        ("613", TryLater, "rate_limited"),
        ("2", TryLater, "provider_down"),
        ("368", Stopped, "blocked"),
        ("190", Stopped, "auth"),
    ],
)
async def test_the_errors_a_tester_asks_for_are_the_providers(
    played: Played, code: str, raised: type[Refused | TryLater | Stopped], reason: str
) -> None:
    await played.writes(text="Halo")
    await played.disturb(fail={"code": code})
    with pytest.raises(raised) as error:
        await played.send(text="Ya?", automatic=True)
    assert error.value.reason == reason
    await played.send(text="Ya, Kak?")
    assert [bubble.mine for bubble in played.shown()] == [True, False]


async def test_a_wrong_token_is_refused(played: Played) -> None:
    await played.writes(text="Halo")
    played.config = played.config.model_copy(
        update={"access_token": type(played.config.access_token)("x")}
    )
    with pytest.raises(Stopped):
        await played.send(text="Ya?")


async def test_what_the_product_does_not_take_is_posted_again(played: Played) -> None:
    played.hook.answers = [503]
    assert len(await played.writes(text="Halo")) == 1
    await played.disturb(duplicate=1)
    first, second = await played.writes(text="Dua kali")
    assert first == second


async def test_what_the_app_knows_outlives_a_restart(played: Played) -> None:
    await played.acts("comment")
    await played.acts("block")
    kept = played.simulator.memory()
    async with playing("messenger") as again:
        again.simulator.remember(kept)
        assert again.simulator.memory() == kept
