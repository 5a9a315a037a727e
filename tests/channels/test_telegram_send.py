"""What we ask of the Bot API, what its answers mean, and that its token is never told."""

import json
from typing import Any

import httpx
import pytest
from tests.channels.telegram_cases import (
    RIZKY,
    TOKEN,
    BotApi,
    config,
    file,
    refusal,
    result,
    telegram,
)

from sambung.channels import (
    Attachment,
    OutAttachment,
    Receipt,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)

MB = 1024 * 1024


async def test_a_text_goes_to_the_chat_and_comes_back_with_its_id() -> None:
    api = BotApi()
    receipt = await api.send(text="Halo <b>", reply_to="5512345678:99")
    assert receipt == Receipt("5512345678:201", "sent")
    (asked,) = api.asked
    assert str(asked.url) == f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    assert api.body == {
        "chat_id": "5512345678",
        "text": "Halo <b>",
        "reply_parameters": {"message_id": 99, "allow_sending_without_reply": True},
    }


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("-100123;thread=7", {"chat_id": "-100123", "message_thread_id": 7}),
        ("5512345678;business=BC1", {"chat_id": "5512345678", "business_connection_id": "BC1"}),
        ("", {"chat_id": "5512345678"}),
    ],
)
async def test_an_address_names_the_topic_or_the_business_account(
    to: str, wanted: dict[str, Any]
) -> None:
    api = BotApi()
    await api.send(to=to, text="x")
    assert api.body == {**wanted, "text": "x"}


BUTTONS = {"type": "button", "body": "Benar?", "buttons": [{"id": "y", "title": "Ya"}, "Tidak"]}
INLINE = {
    "inline_keyboard": [
        [{"text": "Ya", "callback_data": "y"}],
        [{"text": "Tidak", "callback_data": "Tidak"}],
    ]
}


@pytest.mark.parametrize(
    ("message", "method", "wanted"),
    [
        ({"interactive": BUTTONS}, "sendMessage", {"text": "Benar?", "reply_markup": INLINE}),
        (
            {
                "text": "Pilih",
                "interactive": {
                    "header": "H",
                    "footer": "F",
                    "rows": [{"id": "a", "title": "Retur", "description": "7 hari"}],
                },
            },
            "sendMessage",
            {
                "text": "H\n\nPilih\n\nF",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "Retur – 7 hari", "callback_data": "a"}]]
                },
            },
        ),
        (
            {
                "interactive": {
                    "type": "cta_url",
                    "body": "x",
                    "title": "Buka",
                    "url": "https://a.id",
                }
            },
            "sendMessage",
            {
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "Buka", "url": "https://a.id"}]]},
            },
        ),
        (
            {"interactive": {"type": "contact_request", "body": "Nomor?", "title": "Kirim"}},
            "sendMessage",
            {
                "text": "Nomor?",
                "reply_markup": {
                    "keyboard": [[{"text": "Kirim", "request_contact": True}]],
                    "resize_keyboard": True,
                    "one_time_keyboard": True,
                },
            },
        ),
        (
            {"interactive": {"body": "x", "reply_markup": {"force_reply": True}}},
            "sendMessage",
            {"text": "x", "reply_markup": {"force_reply": True}},
        ),
        (
            {"kind": "location", "extra": {"location": {"lat": 1, "lon": 2}}},
            "sendLocation",
            {"latitude": 1, "longitude": 2},
        ),
        (
            {
                "kind": "location",
                "extra": {"location": {"lat": 1, "lon": 2, "name": "T", "address": "J"}},
            },
            "sendVenue",
            {"latitude": 1, "longitude": 2, "title": "T", "address": "J"},
        ),
        (
            {"kind": "contacts", "extra": {"contacts": [{"name": "A", "phones": ["+62812"]}]}},
            "sendContact",
            {"phone_number": "+62812", "first_name": "A"},
        ),
    ],
)
async def test_each_kind_in_telegrams_words(
    message: dict[str, Any], method: str, wanted: dict[str, Any]
) -> None:
    api = BotApi()
    await api.send(**message)
    assert api.methods == [method]
    assert api.body == {"chat_id": "5512345678", **wanted}


@pytest.mark.parametrize(("emoji", "sent"), [("👍", [{"type": "emoji", "emoji": "👍"}]), ("", [])])
async def test_a_reaction_is_put_on_or_taken_off(emoji: str, sent: list[Any]) -> None:
    api = BotApi(result(True))
    await api.send(kind="reaction", reaction={"target": "5512345678:99", "emoji": emoji})
    assert api.methods == ["setMessageReaction"]
    assert api.body == {"chat_id": "5512345678", "message_id": 99, "reaction": sent}


@pytest.mark.parametrize(
    ("kind", "attachment", "method"),
    [
        ("text", file("image/jpeg"), "sendPhoto"),
        ("text", file("image/jpeg", 10 * MB + 1), "sendDocument"),
        ("document", file("image/jpeg"), "sendDocument"),
        ("text", file("image/gif"), "sendAnimation"),
        ("text", file("video/mp4"), "sendVideo"),
        ("text", file("video/webm"), "sendDocument"),
        ("text", file("audio/mpeg"), "sendAudio"),
        ("text", file("audio/ogg; codecs=opus", voice=True), "sendVoice"),
        ("voice", file("audio/ogg"), "sendVoice"),
        ("text", file("audio/wav", voice=True), "sendDocument"),
        ("sticker", file("image/webp"), "sendSticker"),
        ("text", file("application/pdf"), "sendDocument"),
    ],
)
async def test_a_file_goes_with_its_message(
    kind: str, attachment: OutAttachment, method: str
) -> None:
    api = BotApi()
    await api.send(kind=kind, attachments=(attachment,), reply_to="5512345678:99")
    assert api.methods == [method]
    content = api.asked[0].content
    assert attachment.content in content
    assert b'name="chat_id"\r\n\r\n5512345678' in content
    assert b'{"message_id": 99, "allow_sending_without_reply": true}' in content


async def test_several_files_are_one_album_with_one_caption() -> None:
    api = BotApi()
    photos = (file("image/png"), file("video/mp4"))
    assert await api.send(attachments=photos, text="Ini") == Receipt(
        "5512345678:201", "sent", ("5512345678:202",)
    )
    assert api.methods == ["sendMediaGroup"]
    assert _media(api) == [
        {"type": "photo", "media": "attach://file0", "caption": "Ini"},
        {"type": "video", "media": "attach://file1"},
    ]
    await api.send(attachments=(file("image/png"), file("application/pdf")), text="Ini")
    assert [one["type"] for one in _media(api)] == ["document", "document"]
    assert _media(api)[1]["caption"] == "Ini"


def _media(api: BotApi) -> list[dict[str, Any]]:
    part = api.asked[-1].content.split(b'name="media"\r\n\r\n')[1].partition(b"\r\n")[0]
    found: list[dict[str, Any]] = json.loads(part)
    return found


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": " "}, "invalid"),
        ({"text": "x" * 4097}, "invalid"),
        ({"to": "budi", "text": "x"}, "invalid"),
        ({"to": "1;thread=x", "text": "x"}, "invalid"),
        ({"reply_to": "abc", "text": "x"}, "invalid"),
        ({"template": {"name": "a"}}, "invalid"),
        ({"reaction": {"emoji": "👍"}}, "invalid"),
        ({"kind": "location"}, "invalid"),
        ({"kind": "contacts"}, "invalid"),
        ({"attachments": (file("image/png", 0),)}, "media_invalid"),
        ({"attachments": (file("video/mp4", 50 * MB + 1),)}, "media_invalid"),
        ({"attachments": (file("image/png"),) * 11}, "media_invalid"),
        ({"attachments": (file("image/png"),), "text": "x" * 1025}, "invalid"),
        ({"attachments": (file("image/png"),) * 2, "interactive": BUTTONS}, "media_invalid"),
        ({"kind": "sticker", "attachments": (file("image/webp"),), "text": "x"}, "invalid"),
        ({"interactive": {"body": "x", "buttons": []}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": [""]}}, "invalid"),
        ({"interactive": {"body": "x", "buttons": ["é" * 33]}}, "invalid"),
        ({"interactive": {"buttons": ["x"]}}, "invalid"),
        ({"interactive": {"type": "flow", "body": "x"}}, "invalid"),
        ({"interactive": {"type": "cta_url", "body": "x", "url": "a"}}, "invalid"),
    ],
)
async def test_what_telegram_would_refuse_is_refused_at_once(
    message: dict[str, Any], reason: str
) -> None:
    api = BotApi()
    with pytest.raises(Refused) as refused:
        await api.send(**message)
    assert refused.value.reason == reason
    assert not api.asked


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (refusal(400, "Bad Request: chat not found"), Refused, "undeliverable"),
        (refusal(400, "Bad Request: message is too long"), Refused, "invalid"),
        (refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"), Refused, "media_invalid"),
        (refusal(403, "Forbidden: bot was blocked by the user"), Refused, "opted_out"),
        (refusal(403, "Forbidden: user is deactivated"), Refused, "undeliverable"),
        (refusal(403, "Forbidden: something new"), Refused, "undeliverable"),
        (refusal(413, "Request Entity Too Large"), Refused, "media_invalid"),
        (refusal(401, "Unauthorized"), Stopped, "auth"),
        (refusal(404, "Not Found"), Stopped, "auth"),
        (refusal(429, "Too Many Requests", retry_after=17), TryLater, "rate_limited"),
        (refusal(500, "Internal Server Error"), Unknown, "provider_down"),
        (httpx.Response(502, text="<html>"), Unknown, "provider_down"),
        (httpx.Response(200, text="<html>"), Unknown, "timed_out"),
        (result({}), Unknown, "timed_out"),
        (httpx.ConnectError("refused"), TryLater, "provider_down"),
        (httpx.PoolTimeout("full"), TryLater, "provider_down"),
        (httpx.ReadTimeout("slow"), Unknown, "timed_out"),
        (httpx.RemoteProtocolError("cut"), Unknown, "timed_out"),
    ],
)
async def test_an_answer_is_final_or_passing_or_stops_the_connection_or_is_not_known(
    answer: httpx.Response | Exception, failure: type[Exception], reason: str
) -> None:
    with pytest.raises((Refused, TryLater, Stopped, Unknown)) as raised:
        await BotApi(answer).send(text="x")
    assert type(raised.value) is failure
    assert raised.value.reason == reason
    if isinstance(raised.value, TryLater) and reason == "rate_limited":
        assert raised.value.seconds == 17


async def test_a_group_that_moved_is_written_to_at_its_new_place() -> None:
    moved = refusal(400, "group chat was upgraded", migrate_to_chat_id=-1001888777999)
    api = BotApi(moved)
    await api.send(to="-555444", text="x", reply_to="-555444:7")
    assert api.body == {"chat_id": "-1001888777999", "text": "x"}
    with pytest.raises(Refused):
        await BotApi(moved, moved).send(to="-555444", text="x")


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), httpx.Response(502)])
async def test_a_lost_answer_to_a_reaction_may_be_asked_again(
    lost: httpx.Response | Exception,
) -> None:
    with pytest.raises(TryLater):
        await BotApi(lost).send(reaction={"target": "1:2", "emoji": "👍"})


# --- files that came -------------------------------------------------------------------------------


async def fetched(
    *answers: httpx.Response | Exception, size: int | None = 3, **changes: Any
) -> Any:
    api = BotApi(*answers)
    wanted = Attachment(mime="image/jpeg", name="a.jpg", id="F1", size=size)
    return await telegram().fetch(wanted, config(**changes), api.net), api


PATH = result({"file_id": "F1", "file_path": "photos/a b.jpg"})


async def test_a_file_is_fetched_by_the_address_its_id_stands_for() -> None:
    found, api = await fetched(PATH, httpx.Response(200, content=b"abc"))
    assert (found.content, found.mime, found.name) == (b"abc", "image/jpeg", "a.jpg")
    assert str(api.asked[1].url) == (f"https://api.telegram.org/file/bot{TOKEN}/photos/a%20b.jpg")


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ((refusal(400, "Bad Request: file is too big"),), Refused),
        ((result({}),), TryLater),
        ((result({"file_path": "/var/lib/a"}),), Refused),
        ((PATH, httpx.Response(404)), Refused),
        ((PATH, httpx.Response(401)), Stopped),
        ((PATH, httpx.Response(500)), TryLater),
        ((PATH, httpx.Response(200, content=b"x" * (20 * MB + 1))), Refused),
        ((PATH, httpx.ReadTimeout("slow")), TryLater),
    ],
)
async def test_a_file_that_does_not_come(
    answers: tuple[httpx.Response | Exception, ...], failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        await fetched(*answers)


async def test_a_file_over_twenty_megabytes_is_not_asked_for_but_of_a_server_of_ones_own() -> None:
    with pytest.raises(Refused) as refused:
        await fetched(size=73_400_320)
    assert refused.value.reason == "media_invalid"
    found, _ = await fetched(
        PATH,
        httpx.Response(200, content=b"abc"),
        size=73_400_320,
        api_base="http://127.0.0.1:8081",
    )
    assert found.content == b"abc"


@pytest.mark.parametrize(
    "broken",
    [
        httpx.ReadTimeout(f"https://api.telegram.org/bot{TOKEN}/x"),
        httpx.ConnectError(f"https://api.telegram.org/bot{TOKEN}/x"),
        httpx.UnsupportedProtocol(f"https://api.telegram.org/bot{TOKEN}/x"),
    ],
)
async def test_the_token_is_part_of_no_error(broken: Exception) -> None:
    secret = TOKEN.partition(":")[2]
    for answers in ((broken,), (PATH, broken)):
        with pytest.raises((Refused, TryLater)) as raised:
            await fetched(*answers)
        assert secret not in str(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__
    with pytest.raises((Refused, TryLater, Unknown)) as sent:
        await BotApi(broken).send(text="x")
    assert secret not in str(sent.value)
    assert secret not in repr(config())


# --- the connection itself -------------------------------------------------------------------------

ME = result({"id": 7000000077, "first_name": "Toko", "username": "tokobot"})
HOOK = {"url": "https://a.id/hooks/1", "pending_update_count": 3}


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (HOOK, ""),
        ({"url": ""}, "No webhook is set"),
        ({**HOOK, "last_error_message": "502 Bad Gateway"}, "502 Bad Gateway); 3 are waiting"),
        ({**HOOK, "allowed_updates": ["message"]}, "every kind"),
    ],
)
async def test_a_check_says_who_it_is_and_whether_updates_come(
    hook: dict[str, Any], said: str
) -> None:
    api = BotApi(ME, result(hook))
    sentence = await telegram().check(config(), api.net)
    assert "Toko (@tokobot)" in sentence
    assert said in sentence
    assert sentence.count("/") == (2 if said else 1)


async def test_the_webhook_is_set_with_its_secret_and_every_kind_of_update() -> None:
    api = BotApi(result(True))
    await telegram().register("https://a.id/hooks/1", config(), api.net)
    assert api.methods == ["setWebhook"]
    assert api.body["url"] == "https://a.id/hooks/1"
    assert api.body["secret_token"] == "tg-secret_token-UJI-1"
    assert {"message_reaction", "business_message"} <= set(api.body["allowed_updates"])
    await telegram().register("https://a.id/hooks/1", config(delivery="polling"), api.net)
    assert len(api.asked) == 1


async def test_a_tap_is_acknowledged_and_typing_shown() -> None:
    api = BotApi(result(True), result(True))
    await telegram().acknowledge("callback:44", config(), api.net)
    assert (api.methods, api.body) == (["answerCallbackQuery"], {"callback_query_id": "44"})
    await telegram().acknowledge("5512345678:99", config(), api.net)
    await telegram().seen("5512345678:99", config(), api.net)
    assert len(api.asked) == 1
    await telegram().seen("5512345678:99", config(), api.net, typing=True)
    assert api.body == {"chat_id": "5512345678", "action": "typing"}


# --- long polling ----------------------------------------------------------------------------------


async def test_updates_are_asked_for_from_the_last_recorded_one_on() -> None:
    two = [{"update_id": 5, "message": {}}, {"update_id": 6}]
    api = BotApi(result(True), result(two), result([]), refusal(401, "Unauthorized"))
    polled = config(delivery="polling")
    heard = telegram().listen(polled, {"offset": 5}, api.net)
    assert heard is not None
    got = []
    for one in [await anext(heard), await anext(heard)]:
        assert one.request is not None
        telegram().verify(one.request, polled)
        got.append((json.loads(one.request.body), dict(one.state)))
    with pytest.raises(Stopped):
        await anext(heard)
    assert got == [(two[0], {"offset": 6}), (two[1], {"offset": 7})]
    assert api.methods == ["deleteWebhook", "getUpdates", "getUpdates", "getUpdates"]
    asked = [json.loads(request.content) for request in api.asked[1:]]
    assert [one["offset"] for one in asked] == [5, 7, 7]
    assert api.asked[1].extensions["timeout"]["read"] > asked[0]["timeout"]


@pytest.mark.parametrize(
    "answer",
    [
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(400, "Bad Request"),
        refusal(500, "Internal"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_a_listener_that_is_disturbed_comes_again(
    answer: httpx.Response | Exception,
) -> None:
    api = BotApi(result(True), answer)
    heard = telegram().listen(config(delivery="polling"), {}, api.net)
    assert heard is not None
    with pytest.raises(TryLater):
        await anext(heard)


def test_a_bot_with_a_webhook_is_not_listened_to() -> None:
    assert telegram().listen(config(), {}, BotApi().net) is None
    assert telegram().address_of(RIZKY) == "5512345678"
