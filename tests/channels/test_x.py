"""X: the handshake, what has no recorded payload, what is sent, and what X says no to."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.channels.rest_cases import Api, changed, channel, config, picture, received

from sambung.channels import (
    AccountNotice,
    Attachment,
    Handle,
    Ignored,
    Inbound,
    OutAttachment,
    ReadUpTo,
    Receipt,
    Refused,
    Reply,
    Request,
    Sender,
    Stopped,
    TryLater,
    TypingSeen,
    Unknown,
)
from sambung.kit import clock

NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)
SENT: dict[str, Any] = {"data": {"dm_conversation_id": "1-2", "dm_event_id": "77"}}
US, THEM = "1111111111111111111", "2222222222222222222"
PUTRI = Sender((Handle("x", THEM),))


def test_x_is_shown_that_we_know_the_secret() -> None:
    asked = Request(b"", method="GET", query={"crc_token": "uji"})
    answer = channel("x").handshake(asked, config("x"))
    told = '{"response_token": "sha256=NqvRh2FMXONOb0g7W+ZYLedXIIPhj7t7RQmag4r1Et4="}'
    assert answer == Reply(200, told, "application/json")
    assert channel("x").handshake(Request(b"", method="GET"), config("x")) is None
    assert channel("x").handshake(Request(b"{}"), config("x")) is None


# --- what it says --------------------------------------------------------------------------------


def test_typing_is_seen_but_not_our_own() -> None:
    def typing(author: str) -> dict[str, Any]:
        event = {"created_timestamp": "1", "sender_id": author, "target": {"recipient_id": US}}
        return {"for_user_id": US, "direct_message_indicate_typing_events": [event]}

    assert received("x", typing(THEM)) == [TypingSeen(sender=PUTRI, to=US)]
    (own,) = received("x", typing(US))
    assert isinstance(own, Ignored)


def test_activities_that_are_their_own_payload_are_read_too() -> None:
    def activity(kind: str, **payload: Any) -> dict[str, Any]:
        return {"data": {"event_type": kind, "filter": {"user_id": US}, "payload": payload}}

    read = activity("dm.read", sender_id=THEM, last_read_event_id="5", created_timestamp="1000")
    at = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert received("x", read) == [ReadUpTo(sender=PUTRI, target="5", at=at, to=US)]
    typing = activity("dm.indicate_typing", sender_id=THEM)
    assert received("x", typing) == [TypingSeen(sender=PUTRI, to=US)]
    (other,) = received("x", activity("profile.update.bio", before="", after=""))
    assert isinstance(other, Ignored)
    assert (other.what, other.to) == ("profile.update.bio", US)


def test_a_withdrawn_permission_alarms() -> None:
    source = {"user_id": US}
    (notice,) = received("x", {"user_event": {"revoke": {"source": source, "target": {}}}})
    assert isinstance(notice, AccountNotice)
    assert (notice.what, notice.alert, notice.to) == ("authorization_revoked", True, US)


def test_a_broken_message_costs_only_itself() -> None:
    whole = {
        "id": "1",
        "message_create": {"sender_id": THEM, "message_data": {"text": "a &amp; b"}},
    }
    events = [None, {"id": "2"}, {"message_create": {"sender_id": THEM}}, whole]
    body = {"for_user_id": US, "direct_message_events": events}
    *broken, last = received("x", body)
    assert len(broken) == 3
    assert all(isinstance(one, Ignored) and one.to == US for one in broken)
    assert isinstance(last, Inbound)
    assert (last.text, last.kind, last.to) == ("a & b", "text", US)


def test_films_places_and_short_links_are_understood() -> None:
    small: dict[str, Any] = {
        "bitrate": 1,
        "content_type": "video/mp4",
        "url": "https://video.twimg.com/s.mp4",
    }
    large = small | {"bitrate": 900, "url": "https://video.twimg.com/l.mp4"}
    stream = {"content_type": "application/x-mpegURL", "url": "https://video.twimg.com/a.m3u8"}
    media = {"type": "video", "video_info": {"variants": [small, stream, large]}, "id_str": "9"}
    (film,) = changed("x", "xaa_dm_photo", attachment={"type": "media", "media": media})
    assert isinstance(film, Inbound)
    assert film.kind == "video"
    assert film.attachments == (Attachment("video/mp4", id="9", url=large["url"]),)

    point = {"coordinates": {"type": "Point", "coordinates": [106.8, -6.2]}}
    place = {"type": "location", "location": {"shared_coordinate": point}}
    (spot,) = changed("x", "xaa_dm_photo", attachment=place)
    assert isinstance(spot, Inbound)
    assert (spot.kind, spot.extra["location"]) == ("location", {"lat": -6.2, "lon": 106.8})

    links = {"urls": [{"url": "https://t.co/uji", "expanded_url": "https://toko.contoh.id/a"}]}
    (said,) = changed("x", "xaa_dm_photo", attachment=None, entities=links)
    assert isinstance(said, Inbound)
    assert (said.kind, said.text) == ("text", "ini fotonya https://toko.contoh.id/a")


# --- what is sent --------------------------------------------------------------------------------


async def test_a_text_goes_to_the_person() -> None:
    api = Api("x", SENT)
    assert await api.send(to=THEM, text="Halo") == Receipt("77")
    (asked,) = api.asked
    assert str(asked.url) == f"https://api.x.com/2/dm_conversations/with/{THEM}/messages"
    assert asked.headers["authorization"] == "Bearer token-uji"
    assert api.body == {"text": "Halo"}


async def test_a_film_goes_up_in_pieces_and_is_waited_for() -> None:
    film = OutAttachment("a.mp4", "video/mp4", b"x" * (4 * 1024 * 1024 + 1))
    pending = {"data": {"id": "55", "processing_info": {"state": "pending"}}}
    ready = {"data": {"id": "55", "processing_info": {"state": "succeeded"}}}
    append = httpx.Response(204)
    api = Api("x", {"data": {"id": "55"}}, append, append, pending, ready, SENT)
    await api.send(to=THEM, attachments=(film,), text="Ini")
    paths = [asked.url.path.removeprefix("/2/") for asked in api.asked]
    steps = ["initialize", "55/append", "55/append", "55/finalize"]
    assert paths[:4] == [f"media/upload/{step}" for step in steps]
    assert api.asked[4].url.params["command"] == "STATUS"
    wanted = {"media_type": "video/mp4", "total_bytes": 4194305, "media_category": "dm_video"}
    assert json.loads(api.asked[0].content) == wanted
    assert api.body == {"text": "Ini", "attachments": [{"media_id": "55"}]}


@pytest.mark.parametrize(
    "message",
    [
        {"text": " "},
        {"text": "x" * 10_001},
        {"text": "Halo", "to": "putriayu"},
        {"attachments": (picture(), picture())},
        {"attachments": (picture("application/pdf"),)},
        {"attachments": (picture(size=5 * 1024 * 1024 + 1),)},
        {"attachments": (OutAttachment("a.png", "image/png", b""),)},
        {"interactive": {"type": "button"}},
        {"template": {"name": "a"}},
        {"reaction": {"target": "1", "emoji": "a"}},
    ],
)
async def test_what_x_would_refuse_is_not_asked(message: dict[str, Any]) -> None:
    api = Api("x")
    with pytest.raises(Refused):
        await api.send(**({"to": THEM} | message))
    assert api.asked == []


def problem(status: int, detail: str = "tidak", **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"detail": detail, "status": status} | more)


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (problem(400), Refused, "invalid"),
        (problem(401), Stopped, "auth"),
        (problem(402), Stopped, "payment"),
        (problem(403, "You cannot send messages to this user."), Refused, "undeliverable"),
        (problem(403, "You already sent a duplicate message."), Refused, "invalid"),
        (problem(403, "This looks automated"), Refused, "spam"),
        (problem(403, errors=[{"code": 326, "message": "locked"}]), Stopped, "blocked"),
        (problem(403, type="https://api.x.com/2/problems/client-forbidden"), Stopped, "auth"),
        (problem(404), Refused, "undeliverable"),
        (problem(429, type="https://api.x.com/2/problems/usage-capped"), Stopped, "payment"),
        (problem(429), TryLater, "rate_limited"),
        (problem(503), TryLater, "provider_down"),
        (problem(500), Unknown, "provider_down"),
        (httpx.Response(502, text="<html>"), Unknown, "provider_down"),
        (httpx.Response(200, text="<html>"), Unknown, "timed_out"),
        (httpx.Response(200, json={"data": {}}), Unknown, "timed_out"),
        (httpx.ReadTimeout("lama"), Unknown, "timed_out"),
        (httpx.ConnectError("putus"), TryLater, "provider_down"),
    ],
)
async def test_every_answer_is_told_apart(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises(kind) as failure:
        await Api("x", answer).send(to=THEM, text="Halo")
    assert failure.value.reason == reason  # type: ignore[attr-defined]


async def test_a_dead_token_that_can_be_renewed_only_delays() -> None:
    api = Api("x", problem(401), refresh_token="segar", client_id="klien")
    with pytest.raises(TryLater):
        await api.send(to=THEM, text="Halo")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-rate-limit-reset": str(int(NOON.timestamp()) + 300)}, 300),
        (
            {
                "x-rate-limit-reset": str(int(NOON.timestamp()) + 300),
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": str(int(NOON.timestamp()) + 7200),
            },
            7200,
        ),
        ({}, 60),
    ],
)
async def test_a_limit_is_waited_out_until_x_says(headers: dict[str, str], seconds: int) -> None:
    with clock.at(NOON), pytest.raises(TryLater) as later:
        await Api("x", httpx.Response(429, json={}, headers=headers)).send(to=THEM, text="Halo")
    assert later.value.seconds == seconds


# --- files, test button, token -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ton.twitter.com/1.1/ton/data/dm/1/foto.jpg", "Bearer token-uji"),
        ("https://twitter.com.contoh.id/foto.jpg", None),
        ("http://ton.twitter.com/foto.jpg", None),
    ],
)
async def test_our_token_is_shown_to_x_alone(url: str, shown: str | None) -> None:
    api = Api("x", httpx.Response(200, content=b"foto", headers={"content-type": "image/jpeg"}))
    found = await channel("x").fetch(Attachment("image/jpeg", url=url), api.config, api.net)
    assert (found.content, found.mime) == (b"foto", "image/jpeg")
    assert api.asked[0].headers.get("authorization") == shown


async def test_a_token_of_another_account_is_found_out() -> None:
    mine = Api("x", {"data": {"id": US, "username": "tokomakmur"}})
    assert "@tokomakmur" in await channel("x").check(mine.config, mine.net)
    other = Api("x", {"data": {"id": THEM, "username": "putriayu"}})
    with pytest.raises(Refused, match="putriayu"):
        await channel("x").check(other.config, other.net)


async def test_the_token_is_renewed_with_the_one_that_is_used_up() -> None:
    given = {"access_token": "baru", "refresh_token": "segar2", "expires_in": 7200}
    api = Api("x", given, refresh_token="segar", client_id="klien", client_secret="rahasia")
    heard = channel("x").listen(api.config, {}, api.net)
    assert heard is not None
    one = await anext(heard)
    assert one.settings == {"access_token": "baru", "refresh_token": "segar2"}
    asked = api.asked[0]
    assert asked.url.path == "/2/oauth2/token"
    assert asked.headers["authorization"].startswith("Basic ")
    assert b"refresh_token=segar" in asked.content
    assert channel("x").listen(config("x"), {}, api.net) is None
