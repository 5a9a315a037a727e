"""TikTok: what has no recorded payload, what is sent, and what TikTok says no to."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.channels.rest_cases import Api, changed, channel, config, picture, received

from sambung.channels import (
    Attachment,
    Handle,
    Ignored,
    Inbound,
    Reacted,
    ReadUpTo,
    Receipt,
    Refused,
    Sender,
    Stopped,
    TryLater,
    Unknown,
)

US, THEM = "-0009tiktokBizOpenId", "7340011223344556677"
SENT = {"code": 0, "message": "OK", "data": {"message": {"message_id": "m1"}}}
MADE = Sender((Handle("tiktok", THEM, scope=US),), username="made.suryani")


def event(name: str, **content: Any) -> dict[str, Any]:
    said = {
        "conversation_id": "c1",
        "message_id": "m9",
        "timestamp": 1794279604000,
        "from": "made.suryani",
        "to": "tokomakmur",
        "from_user": {"id": THEM, "role": "personal_account"},
        "to_user": {"id": US, "role": "business_account"},
    } | content
    return {"event": name, "user_openid": US, "create_time": 1, "content": json.dumps(said)}


# --- what it says --------------------------------------------------------------------------------


def test_what_the_business_wrote_is_an_echo() -> None:
    parties = {
        "from": "tokomakmur",
        "to": "made.suryani",
        "from_user": {"id": US, "role": "business_account"},
        "to_user": {"id": THEM, "role": "personal_account"},
    }
    (said,) = received("tiktok", event("im_send_msg", type="text", text={"body": "Ada"}, **parties))
    assert isinstance(said, Inbound)
    assert (said.outgoing, said.sender, said.address, said.text) == (True, MADE, "c1", "Ada")


def test_everything_up_to_a_moment_was_read_by_the_customer_alone() -> None:
    read = {"read": {"last_read_timestamp": 1794279604000}}
    at = datetime(2026, 11, 10, 3, 0, 4, tzinfo=UTC)
    (seen,) = received("tiktok", event("im_mark_read_msg", **read))
    assert seen == ReadUpTo(sender=MADE, target="", at=at, to=US)
    (own,) = received("tiktok", event("im_mark_read_msg", **read, from_user={"id": US}))
    assert isinstance(own, Ignored)


def test_files_are_named_by_what_fetches_them() -> None:
    (said,) = received("tiktok", event("im_receive_msg", type="image", image={"media_id": "i1"}))
    assert isinstance(said, Inbound)
    assert (said.kind, said.attachments[0].id) == ("image", "c1 m9 i1 IMAGE")
    (film,) = received("tiktok", event("im_receive_msg", type="video", video={"media_id": "v1"}))
    assert isinstance(film, Inbound)
    assert (film.kind, film.attachments[0].id) == ("video", "c1 m9 v1 VIDEO")
    drawn = {"url": "https://p16.contoh.id/a"}
    (sticker,) = received("tiktok", event("im_receive_msg", type="sticker", sticker=drawn))
    assert isinstance(sticker, Inbound)
    assert (sticker.kind, sticker.attachments[0].url) == ("sticker", drawn["url"])


def test_a_shared_post_without_address_is_shown_by_its_number() -> None:
    (said,) = changed("tiktok", "share_post", embed_url=None)
    assert isinstance(said, Inbound)
    assert said.text == "https://www.tiktok.com/player/v1/7399"
    (empty,) = changed("tiktok", "share_post", embed_url=None, video_id=None)
    assert isinstance(empty, Inbound)
    assert empty.kind == "unsupported"


def test_reactions_are_put_on_and_taken_off() -> None:
    one = {"operation": "ADD", "type": "EMOJI", "emoji": "👍", "original_msg_id": "m1"}
    drawn = {"operation": "ADD", "type": "AI_EMOJI", "ai_emoji_url": "u", "original_msg_id": "m1"}
    off = one | {"operation": "REMOVE", "emoji": ""}
    body = event("im_receive_msg", type="reaction", reaction=[one, drawn, off])
    put, ignored, taken = received("tiktok", body)
    assert isinstance(put, Reacted)
    assert (put.target, put.emoji, put.sender) == ("m1", "👍", MADE)
    assert isinstance(ignored, Ignored)
    assert isinstance(taken, Reacted)
    assert taken.emoji == ""


def test_who_comes_by_an_advertisement_opens_the_chat() -> None:
    told = {"referral": {"source": "AD", "ad_id": "5"}, "message_id": ""}
    (come,) = received("tiktok", event("im_referral_msg", **told))
    assert isinstance(come, Inbound)
    assert (come.kind, come.extra["referral"]["ad_id"]) == ("context", "5")
    assert received("tiktok", event("im_referral_msg", **told)) == [come]


def test_what_we_do_not_know_is_kept_whole() -> None:
    (other,) = received("tiktok", event("im_receive_msg_eu"))
    assert isinstance(other, Ignored)
    assert (other.what, other.to) == ("im_receive_msg_eu", US)
    (broken,) = received("tiktok", event("im_receive_msg") | {"content": "{"})
    assert isinstance(broken, Ignored)
    assert broken.raw["content"] == "{"


# --- what is sent --------------------------------------------------------------------------------


async def test_a_text_goes_to_the_conversation_and_quotes() -> None:
    api = Api("tiktok", SENT)
    assert await api.send(to="c1", text="Ada", reply_to="m0") == Receipt("m1")
    (asked,) = api.asked
    assert str(asked.url) == (
        "https://business-api.tiktok.com/open_api/v1.3/business/message/send/"
    )
    assert asked.headers["access-token"] == "token-uji"
    assert api.body == {
        "business_id": US,
        "recipient_type": "CONVERSATION",
        "recipient": "c1",
        "message_type": "TEXT",
        "text": {"body": "Ada"},
        "referenced_message_info": {"referenced_message_id": "m0"},
    }


async def test_a_picture_goes_up_before_it_is_named() -> None:
    api = Api("tiktok", {"code": 0, "data": {"media_id": "p1"}}, SENT)
    await api.send(to="c1", attachments=(picture(),))
    assert api.asked[0].url.path.endswith("/business/message/media/upload/")
    assert b'name="media_type"\r\n\r\nIMAGE' in api.asked[0].content
    assert (api.body["message_type"], api.body["image"]) == ("IMAGE", {"media_id": "p1"})


@pytest.mark.parametrize(
    "message",
    [
        {"text": ""},
        {"text": "x" * 6001},
        {"text": "Halo", "to": ""},
        {"text": "Halo", "to": "55667788"},
        {"text": "Halo", "attachments": (picture(),)},
        {"attachments": (picture(), picture())},
        {"attachments": (picture("image/gif"),)},
        {"attachments": (picture(size=3 * 1024 * 1024 + 1),)},
        {"interactive": {"type": "button"}},
    ],
)
async def test_what_tiktok_would_refuse_is_not_asked(message: dict[str, Any]) -> None:
    api = Api("tiktok")
    with pytest.raises(Refused):
        await api.send(**({"to": "c1"} | message))
    assert api.asked == []


def says(code: int, message: str = "tidak") -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "r", "data": {}}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (says(40002), Refused, "invalid"),
        (says(40064), Refused, "blocked"),
        (says(40908), Refused, "media_invalid"),
        (says(40002, "The 48 hour messaging window is closed"), Refused, "window_closed"),
        (says(40016), TryLater, "rate_limited"),
        (says(40100, "Requests made too frequently"), TryLater, "rate_limited"),
        (says(40001), Stopped, "auth"),
        (says(40105), Stopped, "auth"),
        (says(51065), TryLater, "provider_down"),
        (says(50000), Unknown, "provider_down"),
        (says(0), Unknown, "timed_out"),
        (httpx.Response(429), TryLater, "rate_limited"),
        (httpx.Response(502), Unknown, "provider_down"),
        (httpx.Response(401), Stopped, "auth"),
        (httpx.ReadTimeout("lama"), Unknown, "timed_out"),
        (httpx.ConnectTimeout("putus"), TryLater, "provider_down"),
    ],
)
async def test_every_answer_is_told_apart(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises(kind) as failure:
        await Api("tiktok", answer).send(to="c1", text="Halo")
    assert failure.value.reason == reason  # type: ignore[attr-defined]


# --- files, test button, webhook, token ----------------------------------------------------------


async def test_a_file_is_asked_for_and_fetched_where_tiktok_says() -> None:
    where = {"code": 0, "data": {"download_url": "https://p16.contoh.id/f.jpg"}}
    file = httpx.Response(200, content=b"foto", headers={"content-type": "image/jpeg"})
    api = Api("tiktok", where, file)
    found = await channel("tiktok").fetch(
        Attachment("image/jpeg", id="c1 m9 i1 IMAGE"), api.config, api.net
    )
    assert found.content == b"foto"
    assert json.loads(api.asked[0].content) == {
        "business_id": US,
        "conversation_id": "c1",
        "message_id": "m9",
        "media_id": "i1",
        "media_type": "IMAGE",
    }
    assert api.asked[1].headers["x-user"] == "token-uji"
    with pytest.raises(Refused):
        await channel("tiktok").fetch(Attachment("image/jpeg", id="i1"), api.config, api.net)


async def test_the_account_is_named_and_the_webhook_set() -> None:
    api = Api("tiktok", {"code": 0, "data": {"username": "tokomakmur"}}, says(0), client_key="77")
    assert "@tokomakmur" in await channel("tiktok").check(api.config, api.net)
    await channel("tiktok").register("https://cc.contoh.id/hooks/1", api.config, api.net)
    assert api.body["callback_url"] == "https://cc.contoh.id/hooks/1"
    assert api.body["event_type"] == "DIRECT_MESSAGE"


async def test_the_token_is_renewed() -> None:
    given = {"code": 0, "data": {"access_token": "baru", "expires_in": 86400}}
    api = Api("tiktok", given, says(40105), refresh_token="segar", client_key="77")
    heard = channel("tiktok").listen(api.config, {}, api.net)
    assert heard is not None
    assert (await anext(heard)).settings == {"access_token": "baru"}
    assert api.body["refresh_token"] == "segar"
    again = channel("tiktok").listen(api.config, {}, api.net)
    assert again is not None
    with pytest.raises(Stopped):
        await anext(again)
    assert channel("tiktok").listen(config("tiktok"), {}, api.net) is None
