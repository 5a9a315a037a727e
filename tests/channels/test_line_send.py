"""What we ask of the Messaging API, and what its answers mean."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.channels.line_cases import (
    GROUP,
    RINA,
    USER,
    MessagingApi,
    config,
    file,
    line,
    refusal,
)

from sambung.channels import (
    Attachment,
    Fetched,
    Handle,
    OutAttachment,
    Profile,
    Receipt,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.kit import clock

MB = 1024 * 1024
WRITTEN = datetime(2026, 11, 10, 3, tzinfo=UTC)
FRESH = f"{USER};reply=nHuyWiB7@{int(WRITTEN.timestamp() * 1000)}"
HERE = "https://toko.contoh.id/f/1"
TEXT = {"type": "text", "text": "Halo"}


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Ten seconds after the customer wrote."""
    with clock.at(WRITTEN + timedelta(seconds=10)):
        yield


# --- by reply token or pushed ------------------------------------------------------------------------


async def test_a_push_carries_a_retry_key_that_stays_the_same() -> None:
    api = MessagingApi()
    assert await api.send(text="Halo") == Receipt("461230966842064897", "sent")
    await api.send(text="Halo")
    await api.send(id="018e", text="Halo")
    first, again, other = (request.headers["x-line-retry-key"] for request in api.asked)
    assert first == again != other
    assert UUID(first).version == 4
    assert str(api.asked[0].url) == "https://api.line.me/v2/bot/message/push"
    assert api.asked[0].headers["authorization"] == "Bearer token-uji"
    assert api.body == {"to": USER, "messages": [TEXT]}


async def test_a_fresh_reply_token_is_used_for_it_is_free() -> None:
    api = MessagingApi()
    await api.send(to=FRESH, text="Halo")
    assert api.paths == ["/v2/bot/message/reply"]
    assert api.body == {"replyToken": "nHuyWiB7", "messages": [TEXT]}
    assert "x-line-retry-key" not in api.asked[0].headers


async def test_an_old_reply_token_is_not_even_tried() -> None:
    clock.advance(timedelta(minutes=1))
    api = MessagingApi()
    await api.send(to=FRESH, text="Halo")
    assert api.paths == ["/v2/bot/message/push"]


async def test_a_used_reply_token_is_followed_by_a_push() -> None:
    api = MessagingApi(refusal(400, "Invalid reply token"))
    await api.send(to=FRESH, text="Halo")
    assert api.paths == ["/v2/bot/message/reply", "/v2/bot/message/push"]
    assert api.body["to"] == USER


async def test_a_group_is_answered_in_the_group() -> None:
    api = MessagingApi()
    await api.send(to=GROUP, text="Halo")
    assert api.body["to"] == GROUP
    await api.send(to="", text="Halo")
    assert api.body["to"] == USER


async def test_a_push_that_was_accepted_before_is_a_success() -> None:
    sent = refusal(
        409,
        "The retry key is already accepted",
        {"x-line-accepted-request-id": "R1"},
        sentMessages=[{"id": "77"}],
    )
    assert await MessagingApi(sent).send(text="x") == Receipt("77", "sent")
    bare = refusal(409, "accepted", {"x-line-accepted-request-id": "R1"})
    assert await MessagingApi(bare).send(text="x") == Receipt("request:R1", "sent")


# --- each kind -----------------------------------------------------------------------------------


def postback(title: str, id: str) -> dict[str, Any]:
    return {"type": "postback", "label": title, "data": id, "displayText": title}


def template(text: str, *actions: dict[str, Any]) -> dict[str, Any]:
    inner = {"type": "buttons", "text": text, "actions": list(actions)}
    return {"type": "template", "altText": text, "template": inner}


def quick(text: str, *actions: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": text, "quickReply": {"items": items}}


FIVE = [str(number) for number in range(5)]
FLEX = {"type": "flex", "altText": "x", "contents": {"type": "bubble"}}


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        (
            {"interactive": {"body": "Benar?", "buttons": [{"id": "y", "title": "Ya"}, "Tidak"]}},
            template("Benar?", postback("Ya", "y"), postback("Tidak", "Tidak")),
        ),
        (
            {"interactive": {"body": "Pilih", "buttons": FIVE}},
            quick("Pilih", *(postback(one, one) for one in FIVE)),
        ),
        (
            {"text": "x" * 161, "interactive": {"buttons": ["Ya"]}},
            quick("x" * 161, postback("Ya", "Ya")),
        ),
        (
            {
                "interactive": {
                    "type": "list",
                    "header": "H",
                    "body": "B",
                    "sections": [{"rows": [{"id": "a", "title": "Retur"}]}],
                }
            },
            template("H\n\nB", postback("Retur", "a")),
        ),
        (
            {"interactive": {"type": "cta_url", "body": "x", "title": "Buka", "url": "https://a"}},
            template("x", {"type": "uri", "label": "Buka", "uri": "https://a"}),
        ),
        (
            {"interactive": {"type": "location_request", "body": "Di mana?", "title": "Sini"}},
            quick("Di mana?", {"type": "location", "label": "Sini"}),
        ),
        ({"interactive": FLEX}, FLEX),
        (
            {"kind": "location", "extra": {"location": {"lat": 1.5, "lon": 2, "name": "Toko"}}},
            {
                "type": "location",
                "title": "Toko",
                "address": "1.5, 2",
                "latitude": 1.5,
                "longitude": 2,
            },
        ),
        (
            {"kind": "sticker", "extra": {"sticker": {"package": "446", "id": "1988"}}},
            {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        ),
    ],
)
async def test_each_kind_in_lines_words(message: dict[str, Any], wanted: dict[str, Any]) -> None:
    api = MessagingApi()
    await api.send(**message)
    assert api.body["messages"] == [wanted]


HEADER = bytes(12) + (1000).to_bytes(4) + (7500).to_bytes(4) + bytes(80)
"""Version 0, a scale of 1000 units a second, 7.5 seconds."""
WIDE = bytes([1]) + bytes(19) + (600).to_bytes(4) + (4500).to_bytes(8) + bytes(80)
LINK = {"type": "text", "text": f"berkas\n{HERE}"}


def shown(kind: str, preview: str = HERE) -> dict[str, Any]:
    return {"type": kind, "originalContentUrl": HERE, "previewImageUrl": preview}


@pytest.mark.parametrize(
    ("attachment", "wanted"),
    [
        (file("image/jpeg", preview_url="https://p"), shown("image")),
        (file("image/png", 2 * MB, preview_url="https://p"), shown("image", "https://p")),
        (file("image/png", 2 * MB), LINK),
        (file("image/jpeg", 11 * MB, preview_url="https://p"), LINK),
        (file("video/mp4", preview_url="https://p"), shown("video", "https://p")),
        (file("video/mp4"), LINK),
        (
            file("audio/x-m4a", b"....mvhd" + HEADER),
            {"type": "audio", "originalContentUrl": HERE, "duration": 7500},
        ),
        (
            file("audio/mp4", b"....mvhd" + WIDE),
            {"type": "audio", "originalContentUrl": HERE, "duration": 7500},
        ),
        (file("audio/mp4", b"....mvhd"), LINK),
        (file("audio/mp4", b"mvhd" + bytes(100)), LINK),
        (file("application/pdf"), LINK),
    ],
)
async def test_a_file_is_shown_from_its_address_or_goes_as_a_link(
    attachment: OutAttachment, wanted: dict[str, Any]
) -> None:
    api = MessagingApi()
    await api.send(attachments=(attachment,))
    assert api.body["messages"] == [wanted]


async def test_a_text_and_four_files_are_one_request() -> None:
    api = MessagingApi()
    receipt = await api.send(text="Halo", attachments=(file("image/png"),) * 4)
    assert api.body["messages"] == [TEXT, *[shown("image")] * 4]
    assert len(receipt.other_ids) == 4


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": " "}, "invalid"),
        ({"text": "x" * 5001}, "invalid"),
        ({"text": "👍" * 2501}, "invalid"),
        ({"to": "U1/../x", "text": "x"}, "invalid"),
        ({"to": "", "handle": Handle("line", ""), "text": "x"}, "invalid"),
        ({"template": {"name": "a"}}, "invalid"),
        ({"reaction": {"target": "1", "emoji": "👍"}}, "invalid"),
        ({"kind": "location"}, "invalid"),
        ({"kind": "sticker"}, "invalid"),
        ({"attachments": (file("image/png", 0),)}, "media_invalid"),
        ({"attachments": (file("image/png", url=""),)}, "media_invalid"),
        ({"attachments": (file("image/png", url="http://a"),)}, "media_invalid"),
        ({"attachments": (file("image/png"),) * 6}, "media_invalid"),
        ({"interactive": {"buttons": ["Ya"]}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": []}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": [str(n) for n in range(14)]}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": ["x" * 21]}}, "invalid"),
        ({"interactive": {"body": "x" * 5001, "buttons": ["x"]}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": [{"id": "x" * 301, "title": "x"}]}}, "invalid"),
        ({"interactive": {"body": "x", "type": "cta_url", "title": "x", "url": "a"}}, "invalid"),
        ({"interactive": {"body": "x", "type": "contact_request"}}, "invalid"),
    ],
)
async def test_what_line_would_refuse_is_refused_at_once(
    message: dict[str, Any], reason: str
) -> None:
    api = MessagingApi()
    with pytest.raises(Refused) as refused:
        await api.send(**message)
    assert refused.value.reason == reason
    assert not api.asked


# --- what answers mean -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (refusal(400, "The request body has 1 error(s)"), Refused, "invalid"),
        (
            refusal(400, "The property, 'to', in the request body is invalid"),
            Refused,
            "undeliverable",
        ),
        (refusal(400, "Failed to send messages"), Refused, "undeliverable"),
        (refusal(404, "Not found"), Refused, "undeliverable"),
        (refusal(413, "Payload Too Large"), Refused, "media_invalid"),
        (refusal(401, "Authentication failed"), Stopped, "auth"),
        (refusal(403, "Not authorized"), Stopped, "auth"),
        (refusal(429, "You have reached your monthly limit."), Refused, "payment"),
        (refusal(429, "The API rate limit has been exceeded"), TryLater, "rate_limited"),
        (refusal(500, "Internal server error"), TryLater, "provider_down"),
        (httpx.Response(502, text="<html>"), TryLater, "provider_down"),
        (httpx.ConnectError("refused"), TryLater, "provider_down"),
        (httpx.ReadTimeout("slow"), TryLater, "provider_down"),
        (httpx.Response(200, text="<html>"), Unknown, "timed_out"),
    ],
)
async def test_a_lost_answer_to_a_push_may_be_asked_again(
    answer: httpx.Response | Exception, failure: type[Exception], reason: str
) -> None:
    with pytest.raises((Refused, TryLater, Stopped, Unknown)) as raised:
        await MessagingApi(answer).send(text="x")
    assert isinstance(raised.value, failure)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (httpx.ReadTimeout("slow"), Unknown),
        (refusal(500, "Internal server error"), Unknown),
        (httpx.ConnectError("refused"), TryLater),
        (refusal(401, "Authentication failed"), Stopped),
        (refusal(429, "The API rate limit has been exceeded"), TryLater),
    ],
)
async def test_a_lost_answer_to_a_reply_leaves_it_uncertain(
    answer: httpx.Response | Exception, failure: type[Exception]
) -> None:
    api = MessagingApi(answer)
    with pytest.raises(failure):
        await api.send(to=FRESH, text="x")
    assert len(api.asked) == 1


async def test_a_refusal_names_what_is_at_fault() -> None:
    details = [{"message": "May not be empty", "property": "messages[0].text"}]
    with pytest.raises(Refused) as refused:
        await MessagingApi(refusal(400, "1 error(s)", details=details)).send(text="x")
    assert refused.value.detail == "1 error(s) (messages[0].text: May not be empty)"


# --- files that came -------------------------------------------------------------------------------


async def fetched(answer: httpx.Response | Exception, **which: Any) -> tuple[Fetched, Any]:
    api = MessagingApi(answer)
    wanted = Attachment(mime="audio/mp4", name="a", **which)
    return await line().fetch(wanted, config(), api.net), api.asked[0]


async def test_a_file_is_fetched_by_its_messages_id_with_our_token() -> None:
    answer = httpx.Response(200, content=b"abc", headers={"content-type": "audio/x-m4a"})
    found, asked = await fetched(answer, id="444")
    assert (found.content, found.mime, found.name) == (b"abc", "audio/x-m4a", "a")
    assert str(asked.url) == "https://api-data.line.me/v2/bot/message/444/content"
    assert asked.headers["authorization"] == "Bearer token-uji"


async def test_a_file_kept_elsewhere_is_fetched_without_our_token() -> None:
    found, asked = await fetched(httpx.Response(200, content=b"abc"), url="https://a.id/b")
    assert (found.content, found.mime) == (b"abc", "audio/mp4")
    assert str(asked.url) == "https://a.id/b"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    ("answer", "which", "failure"),
    [
        (httpx.Response(202), {"id": "4"}, TryLater),
        (httpx.Response(404), {"id": "4"}, Refused),
        (httpx.Response(410), {"id": "4"}, Refused),
        (httpx.Response(401), {"id": "4"}, Stopped),
        (httpx.Response(429), {"id": "4"}, TryLater),
        (httpx.Response(500), {"id": "4"}, TryLater),
        (httpx.ReadTimeout("slow"), {"id": "4"}, TryLater),
        (httpx.Response(200), {}, Refused),
        (httpx.Response(404), {"url": "https://a.id/b"}, Refused),
        (httpx.Response(503), {"url": "https://a.id/b"}, TryLater),
        (httpx.ReadTimeout("slow"), {"url": "https://a.id/b"}, TryLater),
        (httpx.Response(200), {"url": "ftp://a.id/b"}, Refused),
    ],
)
async def test_a_file_that_does_not_come(
    answer: httpx.Response | Exception, which: dict[str, str], failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        await fetched(answer, **which)


# --- people, and the connection itself -------------------------------------------------------------

SHOWN = {"displayName": "Rina", "userId": USER, "pictureUrl": "https://p", "language": "id"}


@pytest.mark.parametrize(
    ("handle", "address", "path"),
    [
        (RINA, "", f"/v2/bot/profile/{USER}"),
        (RINA, FRESH, f"/v2/bot/profile/{USER}"),
        (RINA, GROUP, f"/v2/bot/group/{GROUP}/member/{USER}"),
        (RINA, "R1", f"/v2/bot/room/R1/member/{USER}"),
    ],
)
async def test_a_customers_name_is_asked_for_where_they_wrote(
    handle: Handle, address: str, path: str
) -> None:
    api = MessagingApi(httpx.Response(200, json=SHOWN))
    found = await line().profile(handle, config(), api.net, address=address)
    assert found == Profile(name="Rina", locale="id", avatar="https://p")
    assert api.paths == [path]


async def test_groups_have_names_and_rooms_have_none() -> None:
    api = MessagingApi(httpx.Response(200, json={"groupName": "Reseller"}))
    group, room = Handle("line_group", GROUP), Handle("line_group", "R1")
    assert await line().profile(group, config(), api.net) == Profile(name="Reseller")
    assert api.paths == [f"/v2/bot/group/{GROUP}/summary"]
    assert await line().profile(room, config(), api.net) is None


async def test_who_blocked_us_tells_nothing() -> None:
    assert await line().profile(RINA, config(), MessagingApi(refusal(404, "Not found")).net) is None


def ok(**body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


INFO = ok(displayName="Toko", basicId="@toko", chatMode="bot")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((ok(type="none"), ok(endpoint="https://a", active=True)), ""),
        (
            (
                ok(type="limited", value=500),
                ok(totalUsage=120),
                ok(endpoint="https://a", active=True),
            ),
            "120 of this month's 500",
        ),
        ((ok(type="none"), ok(endpoint="https://a", active=False)), "not switched on"),
        ((ok(type="none"), refusal(404, "Not found")), "not switched on"),
        ((refusal(500, "down"),), ""),
    ],
)
async def test_a_check_says_who_it_is_what_is_left_and_whether_webhooks_come(
    answers: tuple[httpx.Response, ...], said: str
) -> None:
    sentence = await line().check(config(), MessagingApi(INFO, *answers).net)
    assert "Toko @toko" in sentence
    assert said in sentence
    assert sentence.count(" / ") == (2 if said else 1)


async def test_a_wrong_token_stops_the_connection() -> None:
    with pytest.raises(Stopped):
        await line().check(config(), MessagingApi(refusal(401, "Authentication failed")).net)


async def test_the_webhook_is_set_where_line_can_be_told() -> None:
    api = MessagingApi(ok())
    await line().register("https://a.id/hooks/1", config(), api.net)
    assert (api.asked[0].method, api.paths) == ("PUT", ["/v2/bot/channel/webhook/endpoint"])
    assert api.body == {"endpoint": "https://a.id/hooks/1"}
