"""Gateways of many spellings, each by its mapping: the recorded payloads, sending, and what fails."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sambung.channels import (
    Channel,
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Outbound,
    Receipt,
    Refused,
    Rejected,
    Reply,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
    all_channels,
)
from sambung.kit import clock
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "sms_http"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "channels" / "sms_http.md"
NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
MAPPINGS: dict[str, dict[str, Any]] = {
    "mo_batch_results": {"receive": {"list": "results", "id": "messageId", "at": "receivedAt"}},
    "mo_concat_parts": {
        "receive": {
            "sender": "msisdn",
            "id": "messageId",
            "part": {"ref": "concat-ref", "no": "concat-part", "of": "concat-total"},
        }
    },
    "mo_get_query": {
        "receive": {"sender": "msisdn", "id": "messageId", "at": "message-timestamp"},
    },
    "mo_hex_ucs2": {"receive": {"id": "id", "hex": "hex"}},
}


def gateway() -> Channel[Any]:
    return all_channels()["sms_http"]


def config(mapping: Any = None, **changes: Any) -> Any:
    given = {
        "url": "https://sms.contoh.id/kirim",
        "mapping": {} if mapping is None else mapping,
        "secret": "sms-gateway-secret-uji-0001",
        "key_secret": "kunci",
    }
    return gateway().config.model_validate(given | changes)


def recorded(case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    asked = expected["request"]
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    body = (FOLDER / expected["payload_file"]).read_bytes()
    query = dict(parse_qsl(urlsplit(asked["url"]).query, keep_blank_values=True))
    return expected, Request(body, headers, asked["method"], asked["url"], query)


def settings_of(case: str, expected: dict[str, Any]) -> Any:
    secret = expected["signature"].get("secret") or expected["signature"]["token"]
    return config(MAPPINGS[case], secret=secret)


def read(request: Request, settings: Any) -> list[Item]:
    with clock.at(NOW):
        hints = gateway().hints(settings)
    hinted = Request(
        request.body, {**request.headers, **hints}, request.method, request.url, request.query
    )
    return list(gateway().receive(hinted))


def form(body: str, **mapping: Any) -> list[Item]:
    return read(Request(body.encode(), {"content-type": FORM}), config(mapping))


@pytest.mark.parametrize("case", sorted(MAPPINGS))
def test_what_gateways_post_is_read(case: str) -> None:
    expected, request = recorded(case)
    settings = settings_of(case, expected)
    gateway().verify(request, settings)
    items = read(request, settings)
    assert len(items) == len(expected["events"])
    for item, event in zip(items, expected["events"], strict=True):
        assert isinstance(item, Inbound)
        assert item.sender.handles == (Handle("phone", event["sender"]["phone_e164"]),)
        assert item.address == event["sender"]["phone_e164"]
        assert (item.text, item.id, item.kind) == (
            event["text"],
            event["provider_message_id"],
            event["kind"],
        )
        at = item.at.strftime("%Y-%m-%dT%H:%M:%SZ") if item.at else None
        assert at == event["timestamp"]
        assert item.extra.get("part") == event.get("part")


@pytest.mark.parametrize("case", sorted(MAPPINGS))
def test_who_does_not_know_the_secret_is_refused(case: str) -> None:
    expected, request = recorded(case)
    secret = settings_of(case, expected).secret.get_secret_value()
    with pytest.raises(Rejected):
        gateway().verify(request, config(MAPPINGS[case], secret="another secret"))
    gateway().verify(request, config({}, secret="another secret", secret_previous=secret))
    changed = Request(request.body + b" ", {}, request.method, "https://cc.contoh.id/hooks/x")
    with pytest.raises(Rejected):
        gateway().verify(changed, config(MAPPINGS[case], secret=secret))


def test_each_way_to_prove_oneself() -> None:
    body, secret = b'{"a":1}', "sms-gateway-secret-uji-0001"
    raw = digest(secret.encode(), body, sha256)
    signed = {"kind": "hmac", "header": "X-Sig", "prefix": "", "encoding": "base64"}
    good = Request(body, {"x-sig": b64encode(raw).decode()})
    gateway().verify(good, config({"verify": signed}))
    by_header = {"kind": "header", "header": "Authorization", "prefix": "Bearer "}
    gateway().verify(
        Request(body, {"authorization": f"Bearer {secret}"}), config({"verify": by_header})
    )
    by_token = Request(body, query={"token": secret})
    gateway().verify(by_token, config({"verify": {"kind": "token"}}))
    for other in ({"verify": signed}, {"verify": by_header}):
        with pytest.raises(Rejected):
            gateway().verify(by_token, config(other))


def test_a_bare_get_is_a_probe_and_one_with_a_message_is_not() -> None:
    assert gateway().handshake(Request(b"", method="GET"), config()) == Reply(200, "ok")
    told = Request(b"", method="GET", query={"from": "1"})
    assert gateway().handshake(told, config()) is None
    assert gateway().handshake(Request(b"{}"), config()) is None


# --- the finer points ----------------------------------------------------------------------------


def test_numbers_at_home_names_and_short_codes() -> None:
    for written, kind, value in (
        ("0812-3456-7890", "phone", "+6281234567890"),
        ("+6281234567890", "phone", "+6281234567890"),
        ("00601123456789", "phone", "+601123456789"),
        ("BANKUJI", "sms_sender", "BANKUJI"),
        ("98887", "sms_sender", "98887"),
    ):
        (item,) = form(f"from={written.replace('+', '%2B')}&text=ya&id=1")
        assert isinstance(item, Inbound)
        assert item.sender.handles == (Handle(kind, value),)


def test_a_message_without_an_id_is_one_when_it_is_repeated_at_once() -> None:
    (first,), (again,), (other,) = (
        form("from=0811234567&text=ya"),
        form("from=0811234567&text=ya"),
        form("from=0811234567&text=tidak"),
    )
    assert isinstance(first, Inbound)
    assert isinstance(again, Inbound)
    assert isinstance(other, Inbound)
    assert first.id == again.id != other.id


@pytest.mark.parametrize(
    ("written", "mapping"),
    [
        ("1794279600", {}),
        ("1794279600000", {}),
        ("2026-11-10T03:00:00Z", {}),
        ("2026-11-10T10:00:00%2B07:00", {}),
        ("2026-11-10 10:00:00", {"timezone": "Asia/Jakarta"}),
        ("10/11/2026 10.00", {"timezone": "Asia/Jakarta", "time_format": "%d/%m/%Y %H.%M"}),
    ],
)
def test_times_of_every_spelling(written: str, mapping: dict[str, Any]) -> None:
    (item,) = form(f"from=0811234567&text=ya&id=1&at={written}", receive={"at": "at"}, **mapping)
    assert isinstance(item, Inbound)
    assert item.at == NOW


def test_old_encodings_are_read() -> None:
    (item,) = form("from=0811234567&id=1&text=caf%E9", charset="iso-8859-1")
    assert isinstance(item, Inbound)
    assert item.text == "café"


def test_one_broken_element_does_not_cost_the_others() -> None:
    body = {"results": [{"from": ""}, 5, {"from": "0811234567", "text": "ya", "id": "2"}]}
    items = read(Request(json.dumps(body).encode()), config({"receive": {"list": "results"}}))
    assert [type(item) for item in items] == [Ignored, Ignored, Inbound]


def test_reports_are_known_from_messages() -> None:
    mapping = {
        "status": {
            "list": "results",
            "id": "messageId",
            "state": "status.name",
            "states": {"DELIVERED_TO_HANDSET": "delivered", "REJECTED_NETWORK": "failed"},
            "code": "error.id",
            "reasons": {"6": "undeliverable"},
            "message": "ref",
            "at": "doneAt",
        }
    }
    results = [
        {"messageId": "m1", "ref": "018f", "status": {"name": "DELIVERED_TO_HANDSET"}},
        {"messageId": "m2", "status": {"name": "REJECTED_NETWORK"}, "error": {"id": 6}},
        {"messageId": "m3", "status": {"name": "PENDING"}},
        {"messageId": "m4", "status": {"name": "EXPIRED"}, "doneAt": "2026-11-10T03:00:00Z"},
    ]
    items = read(Request(json.dumps({"results": results}).encode()), config(mapping))
    one, two, three, four = items
    assert isinstance(one, StatusReported)
    assert (one.target, one.message, one.state) == ("m1", "018f", "delivered")
    assert isinstance(two, StatusReported)
    assert (two.state, two.reason, two.code) == ("failed", "undeliverable", "6")
    assert isinstance(three, Ignored)
    assert isinstance(four, StatusReported)
    assert (four.state, four.reason, four.at) == ("failed", "other", NOW)


def test_messages_and_reports_in_one_hook_are_told_apart_by_what_they_say() -> None:
    mapping = {
        "receive": {"when": {"path": "event", "equals": ["mo"]}},
        "status": {"when": {"path": "event", "equals": ["dlr"]}},
    }
    (message,) = form("event=mo&from=0811234567&text=ya&id=1&status=new", **mapping)
    (report,) = form("event=dlr&id=1&status=DELIVRD&text=ya", **mapping)
    (other,) = form("event=ping", **mapping)
    assert [type(item) for item in (message, report, other)] == [Inbound, StatusReported, Ignored]


@given(st.binary(max_size=200), st.sampled_from(["GET", "POST"]), st.sampled_from(["", FORM]))
def test_no_bytes_break_it(body: bytes, method: str, kind: str) -> None:
    request = Request(body, {"content-type": kind}, method, "https://x.id/hooks/1?" + body.hex())
    with pytest.raises(Rejected):
        gateway().verify(request, config())
    for mapping in MAPPINGS.values():
        try:
            read(request, config(mapping))
        except Malformed:
            continue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["results", "from", "text", "messageId", "status", "hex"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_breaks_it(value: Any) -> None:
    for mapping in MAPPINGS.values():
        read(
            Request(json.dumps(value).encode(), {"content-type": "application/json"}),
            config(mapping),
        )


# --- sending -------------------------------------------------------------------------------------


class Provider:
    """A gateway that remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, json={"id": "m1"})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def send(self, settings: Any, **message: Any) -> Receipt:
        given: dict[str, Any] = {
            "id": "018f",
            "to": "+6281234567890",
            "handle": Handle("phone", "+6281234567890"),
            "text": "Halo & café",
        }
        return await gateway().send(Outbound(**(given | message)), settings, self.net)


def documented() -> list[dict[str, Any]]:
    """The worked examples of the page, in order."""
    blocks = DOCUMENTED.read_text().split("```json\n")[1:]
    return [json.loads(block.partition("```")[0]) for block in blocks]


async def test_the_first_example_of_the_page_works() -> None:
    """JSON both ways, a bearer, batches, a signature."""
    provider = Provider(httpx.Response(200, json={"messages": [{"messageId": "m1"}]}))
    settings = config(documented()[0])
    assert await provider.send(settings, extra={"hook_url": "https://s.id/h"}) == Receipt("m1")
    (asked,) = provider.asked
    assert asked.headers["authorization"] == "App kunci"
    sent = json.loads(asked.content)["messages"][0]
    assert sent["destinations"] == [{"to": "6281234567890", "messageId": "018f"}]
    assert (sent["from"], sent["text"]) == ("TOKO", "Halo & café")
    assert sent["notifyUrl"] == "https://s.id/h"
    _, request = recorded("mo_batch_results")
    assert [type(item) for item in read(request, settings)] == [Inbound, Inbound]


async def test_the_second_example_of_the_page_works() -> None:
    """GET with everything in the address, local numbers, an answer in words."""
    provider = Provider(
        httpx.Response(200, text="0|Terkirim|8812"), httpx.Response(200, text="7|x")
    )
    settings = config(documented()[1], url="https://sms.contoh.id/api?user=toko&pass={key}")
    assert await provider.send(settings) == Receipt("8812")
    asked = provider.asked[0].url
    assert dict(asked.params) == {
        "user": "toko",
        "pass": "kunci",
        "nohp": "081234567890",
        "pesan": "Halo & café",
    }
    with pytest.raises(Refused):
        await provider.send(settings)
    (item,) = read(
        Request(b"", method="GET", url="https://x/?nohp=0811234567&isi=ya&waktu=10-11-2026+10:00"),
        settings,
    )
    assert isinstance(item, Inbound)
    assert (item.text, item.at) == ("ya", NOW)


async def test_the_third_example_of_the_page_works() -> None:
    """A form in an old encoding, text in hexadecimal, codes that mean something."""
    settings = config(documented()[2])
    provider = Provider(httpx.Response(200, json={"status": "ok", "data": {"id": 7}}))
    assert await provider.send(settings) == Receipt("7")
    sent = dict(parse_qsl(provider.asked[0].content.decode(), encoding="iso-8859-1"))
    assert sent["hex"] == "Halo & café".encode("utf-16-be").hex().upper()
    assert provider.asked[0].headers["authorization"].startswith("Basic ")
    for code, raised, reason in (
        ("E01", Refused, "undeliverable"),
        ("E09", TryLater, "rate_limited"),
        ("E10", Stopped, "payment"),
        ("E77", Refused, "other"),
    ):
        answer = httpx.Response(200, json={"status": "error", "code": code})
        with pytest.raises(raised) as failure:
            await Provider(answer).send(settings)
        assert (type(failure.value), failure.value.reason) == (raised, reason)
    _, request = recorded("mo_hex_ucs2")
    (item,) = read(request, settings)
    assert isinstance(item, Inbound)
    assert item.text == "Halo 🙏"


@pytest.mark.parametrize(
    ("answer", "raised", "reason"),
    [
        (httpx.Response(401), Stopped, "auth"),
        (httpx.Response(429, headers={"retry-after": "9"}), TryLater, "rate_limited"),
        (httpx.Response(503), TryLater, "provider_down"),
        (httpx.Response(500), Unknown, "provider_down"),
        (httpx.Response(400, text="?"), Refused, "invalid"),
        (httpx.ReadTimeout("slow"), Unknown, "timed_out"),
        (httpx.ConnectError("no"), TryLater, "provider_down"),
    ],
)
async def test_each_failure_is_told_for_what_it_is(
    answer: httpx.Response | Exception, raised: type[Any], reason: str
) -> None:
    with pytest.raises(raised) as failure:
        await Provider(answer).send(config())
    assert (type(failure.value), failure.value.reason) == (raised, reason)
    assert "kunci" not in str(failure.value)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": ""}, "invalid"),
        ({"text": "x" * 1601}, "invalid"),
        ({"to": "BANKUJI"}, "undeliverable"),
        ({"template": {"name": "x"}}, "media_invalid"),
    ],
)
async def test_what_cannot_go_is_refused_before_anything_is_asked(
    message: dict[str, Any], reason: str
) -> None:
    provider = Provider()
    with pytest.raises(Refused) as refused:
        await provider.send(config(), **message)
    assert refused.value.reason == reason
    assert provider.asked == []


async def test_a_gateway_that_names_no_message_took_it_all_the_same() -> None:
    assert await Provider(httpx.Response(200, text="OK")).send(config()) == Receipt("own:018f")


def test_a_mapping_that_cannot_work_is_refused() -> None:
    wrongs: tuple[Any, ...] = (
        {"sent": {}},
        {"send": {"body": "xml"}},
        {"timezone": "Mars/Olympus"},
        {"send": {"id_pattern": "("}},
        "{",
    )
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            config(wrong)
    assert config('{"country": "60"}').map.country == "60"


async def test_the_settings_are_read_back_to_people() -> None:
    assert "sms.contoh.id" in await gateway().check(config(), Provider().net)
