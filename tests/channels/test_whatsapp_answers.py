"""What the Graph API's answers mean, and what else we ask it: files, templates, whether we are heard."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.channels.whatsapp_cases import Graph, config, file, whatsapp

from sambung.channels import Attachment, Refused, Stopped, TryLater, Unknown

MB = 1024 * 1024


# --- what the answers mean -------------------------------------------------------------------------


def error(code: int, status: int = 400, headers: Any = None, **more: Any) -> httpx.Response:
    told = {"message": "m", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return httpx.Response(status, json={"error": told}, headers=headers)


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        *(
            (error(code), TryLater, "provider_down")
            for code in (1, 2, 131000, 131016, 131057, 133016)
        ),
        *((error(code), TryLater, "rate_limited") for code in (4, 80007, 130429, 131056)),
        *(
            (error(code), Stopped, "auth")
            for code in (0, 3, 10, 190, 200, 299, 131005, 131045, 133010)
        ),
        *((error(code), Stopped, "blocked") for code in (368, 131031)),
        (error(131042), Stopped, "payment"),
        *(
            (error(code), Refused, "invalid")
            for code in (100, 131008, 131009, 131021, 131037, 131051)
        ),
        *((error(code), Refused, "invalid") for code in (131062, 131063, 131064, 135000, 137000)),
        *((error(code), Refused, "undeliverable") for code in (131026, 131030)),
        (error(131047), Refused, "window_closed"),
        (error(131048), Refused, "spam"),
        *((error(code), Refused, "held_back") for code in (130472, 131049)),
        (error(131050), Refused, "opted_out"),
        *((error(code), Refused, "media_invalid") for code in (131052, 131053)),
        (error(130497), Refused, "blocked"),
        (error(134011), Refused, "payment"),
        *(
            (error(code), Refused, "template_invalid")
            for code in (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132068)
        ),
        (error(132999), Refused, "template_invalid"),
        (error(999999), Refused, "other"),
        (error(999999, is_transient=True), TryLater, "provider_down"),
        (error(999999, 500), TryLater, "provider_down"),
        (httpx.Response(429), TryLater, "rate_limited"),
        (httpx.Response(503), TryLater, "provider_down"),
        (httpx.Response(500), Unknown, "provider_down"),
        (httpx.Response(504, text="<html>"), Unknown, "provider_down"),
        (httpx.Response(401), Stopped, "auth"),
        (httpx.Response(404, text="no"), Refused, "invalid"),
        (httpx.Response(200, text="<html>"), Unknown, "timed_out"),
        (httpx.Response(200, json=[]), Unknown, "timed_out"),
        (httpx.Response(200, json={}), Unknown, "timed_out"),
        (httpx.ConnectError("refused"), TryLater, "provider_down"),
        (httpx.ConnectTimeout("slow"), TryLater, "provider_down"),
        (httpx.PoolTimeout("full"), TryLater, "provider_down"),
        (httpx.ReadTimeout("slow"), Unknown, "timed_out"),
        (httpx.WriteTimeout("slow"), Unknown, "timed_out"),
        (httpx.ReadError("cut"), Unknown, "timed_out"),
        (httpx.RemoteProtocolError("cut"), Unknown, "timed_out"),
    ],
)
async def test_an_answer_is_final_or_passing_or_stops_the_connection_or_is_not_known(
    answer: httpx.Response | Exception, failure: type[Exception], reason: str
) -> None:
    with pytest.raises((Refused, TryLater, Stopped, Unknown)) as raised:
        await Graph(answer).send(text="x")
    assert type(raised.value) is failure
    assert raised.value.reason == reason


async def test_a_failure_says_what_and_when() -> None:
    details = {"messaging_product": "whatsapp", "details": "Too many messages"}
    answer = error(130429, 429, {"retry-after": "17"}, error_data=details)
    with pytest.raises(TryLater) as later:
        await Graph(answer).send(text="x")
    assert (later.value.seconds, later.value.code) == (17, "130429")
    assert later.value.detail == "Too many messages (fbtrace_id A1)"
    with pytest.raises(TryLater) as pair:
        await Graph(error(131056)).send(text="x")
    assert pair.value.seconds == 6


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), httpx.Response(502)])
async def test_a_lost_answer_to_an_upload_or_a_reaction_may_be_asked_again(
    lost: httpx.Response | Exception,
) -> None:
    with pytest.raises(TryLater):
        await Graph(lost).send(attachments=(file("image/png"),))
    with pytest.raises(TryLater):
        await Graph(lost).send(reaction={"target": "wamid.1", "emoji": "👍"})


# --- files that came -------------------------------------------------------------------------------

URL = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"
ADDRESS = {"url": URL, "mime_type": "image/jpeg", "file_size": 3, "id": "1"}


def address(**changes: Any) -> httpx.Response:
    return httpx.Response(200, json=ADDRESS | changes)


async def fetched(*answers: httpx.Response | Exception, id: str = "1") -> tuple[Any, Graph]:
    graph = Graph(*answers)
    found = await whatsapp().fetch(Attachment(mime="", name="a.jpg", id=id), config(), graph.net)
    return found, graph


async def test_a_file_is_fetched_by_its_id_with_our_token() -> None:
    found, graph = await fetched(address(), httpx.Response(200, content=b"abc"))
    assert (found.content, found.mime, found.name) == (b"abc", "image/jpeg", "a.jpg")
    asked, download = graph.asked
    assert asked.url.path == "/v26.0/1"
    assert str(download.url) == URL
    assert download.headers["authorization"] == "Bearer token-uji"


async def test_an_address_that_died_is_asked_for_again() -> None:
    gone = httpx.Response(404)
    found, graph = await fetched(address(), gone, address(), httpx.Response(200, content=b"abc"))
    assert found.content == b"abc"
    assert len(graph.asked) == 4


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ((address(), httpx.Response(404), address(), httpx.Response(404)), Refused),
        ((error(100, error_subcode=33),), Refused),
        ((error(190, 401),), Stopped),
        ((address(file_size=101 * MB),), Refused),
        ((address(url=""),), TryLater),
        ((address(url="http://lookaside.fbsbx.com/1"),), Refused),
        ((address(url="https://[bad"),), Refused),
        ((address(), httpx.Response(500)), TryLater),
        ((address(), httpx.ReadTimeout("slow")), TryLater),
        ((httpx.ReadTimeout("slow"),), TryLater),
        ((httpx.Response(502),), TryLater),
    ],
)
async def test_a_file_that_does_not_come_says_whether_to_ask_again(
    answers: tuple[httpx.Response | Exception, ...], failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        await fetched(*answers)


async def test_a_file_longer_than_announced_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sambung.channels.whatsapp.media.LARGEST", 4)
    with pytest.raises(Refused, match="over"):
        await fetched(address(), httpx.Response(200, content=b"12345"))


async def test_a_private_address_is_not_fetched_from() -> None:
    graph = Graph(address(url="https://127.0.0.1/secret"))
    graph.net.allow_private = False
    with pytest.raises(Refused):
        await whatsapp().fetch(Attachment(mime="", id="1"), config(), graph.net)
    assert len(graph.asked) == 1


async def test_an_attachment_without_id_or_with_a_path_for_one_reaches_nothing_else() -> None:
    with pytest.raises(Refused):
        await fetched(id="")
    _, graph = await fetched(address(), httpx.Response(200, content=b"abc"), id="../me?x=1")
    assert graph.asked[0].url.raw_path.startswith(b"/v26.0/..%2Fme%3Fx%3D1?")


# --- courtesies, templates, the test button --------------------------------------------------------


@pytest.mark.parametrize("typing", [False, True])
async def test_read_ticks_and_typing_are_shown(typing: bool) -> None:
    graph = Graph(httpx.Response(200, json={"success": True}))
    await whatsapp().seen("wamid.IN1", config(), graph.net, typing=typing)
    wanted = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}
    assert graph.body == wanted | ({"typing_indicator": {"type": "text"}} if typing else {})


async def test_templates_are_listed_over_all_pages_with_their_blanks() -> None:
    nota = {
        "name": "nota",
        "language": "id",
        "category": "UTILITY",
        "status": "APPROVED",
        "components": [
            {"type": "HEADER", "format": "DOCUMENT"},
            {"type": "BODY", "text": "Halo {{1}}, total {{2}}. Terima kasih, {{1}}!"},
            {"type": "FOOTER", "text": "Toko"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Batal"},
                    {"type": "URL", "text": "Lacak", "url": "https://a.id/{{1}}"},
                    {"type": "COPY_CODE", "text": "HEMAT"},
                ],
            },
        ],
    }
    halo = {
        "name": "halo",
        "language": "en",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Hi {{nama}}"},
            {"type": "BODY", "text": "Welcome"},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Copy"}]},
        ],
    }
    page = {"data": [nota], "paging": {"cursors": {"after": "QVFI"}, "next": "https://elsewhere"}}
    last = {"data": [halo, "rubbish"], "paging": {"cursors": {"after": "QVFJ"}}}
    graph = Graph(httpx.Response(200, json=page), httpx.Response(200, json=last))
    first, second = await whatsapp().templates(config(), graph.net)
    assert first == {
        "name": "nota",
        "language": "id",
        "category": "UTILITY",
        "status": "APPROVED",
        "header": "[document]",
        "body": "Halo {{1}}, total {{2}}. Terima kasih, {{1}}!",
        "footer": "Toko",
        "buttons": [
            {"type": "quick_reply", "text": "Batal", "url": ""},
            {"type": "url", "text": "Lacak", "url": "https://a.id/{{1}}"},
            {"type": "copy_code", "text": "HEMAT", "url": ""},
        ],
        "variables": ["header.document", "1", "2", "button.1.url", "button.2.copy_code"],
    }
    assert second["variables"] == ["header.nama", "button.0.url"]
    assert [str(asked.url.host) for asked in graph.asked] == ["graph.facebook.com"] * 2
    assert graph.asked[1].url.params["after"] == "QVFI"


NUMBER = {"verified_name": "Toko", "display_phone_number": "+62 21 5099", "quality_rating": "GREEN"}


@pytest.mark.parametrize(
    ("second", "warned"),
    [
        (lambda: httpx.Response(200, json={"data": [{}]}), False),
        (lambda: httpx.Response(200, json={"data": []}), True),
        (lambda: error(100), False),
    ],
)
async def test_the_test_button_says_what_it_found_in_both_languages(
    second: Callable[[], httpx.Response], warned: bool
) -> None:
    graph = Graph(httpx.Response(200, json=NUMBER), second())
    sentence = await whatsapp().check(config(), graph.net)
    assert "Terhubung ke Toko, +62 21 5099; mutu nomor GREEN." in sentence
    assert "Connected to Toko, +62 21 5099" in sentence
    assert ("no webhook subscription" in sentence) == warned


async def test_the_test_button_says_that_the_token_is_dead() -> None:
    with pytest.raises(Stopped):
        await whatsapp().check(config(), Graph(error(190, 401)).net)
