"""Twilio: every recorded payload, who may speak, what is sent, and what its errors mean."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from twilio.request_validator import RequestValidator

from sambung.channels import (
    Attachment,
    Channel,
    ConsentStated,
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    OutAttachment,
    Outbound,
    Receipt,
    Refused,
    Rejected,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
    all_channels,
)
from sambung.core import configs
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "sms_twilio"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
TOKEN = "twilio-auth-token-uji-0001"
SID = "AC0123456789abcdef0123456789abcdef"
URL = "https://cc.contoh.id/hooks/twilio/sms"
FORM = {"content-type": "application/x-www-form-urlencoded"}
PHONE = Handle("phone", "+6281234567890")


def twilio() -> Channel[Any]:
    return all_channels()["sms_twilio"]


def config(**changes: Any) -> Any:
    given = {"account_sid": SID, "auth_token": TOKEN, "from": "+622150998877"}
    return twilio().config.model_validate(given | changes)


def recorded(case: str) -> tuple[dict[str, Any], Request]:
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    asked = expected["request"]
    headers = {name.lower(): value for name, value in asked["headers"].items()}
    body = (FOLDER / expected["payload_file"]).read_bytes()
    return expected, Request(body, headers, asked["method"], asked["url"])


def received(**form: str) -> list[Item]:
    return list(twilio().receive(Request(urlencode(form).encode(), FORM)))


def described(item: Item) -> dict[str, Any]:
    """An item in the words of the expected files."""
    match item:
        case Inbound():
            return {
                "type": "message",
                "account_id": item.to,
                "sender": item.sender.handles[-1].value,
                "name": item.sender.name or None,
                "kind": item.kind,
                "text": item.text or None,
                "media": [(one.url, one.mime) for one in item.attachments],
                "id": item.id,
                "timestamp": item.at,
                "interactive": item.extra.get("interactive"),
                "sub_channel": item.extra.get("sub_channel"),
                "can_reply": item.extra.get("can_reply"),
            }
        case StatusReported():
            return {
                "type": "status",
                "account_id": item.to,
                "target": item.target,
                "status": item.state,
                "provider_status": item.extra["provider_status"],
                "code": item.code or None,
            }
        case ConsentStated():
            return {"type": "opt_out", "sender": item.sender.handles[0].value, "to": item.to}
    raise AssertionError(item)


def wanted(event: Mapping[str, Any]) -> dict[str, Any]:
    match event["type"]:
        case "message":
            return {
                "type": "message",
                "account_id": event["account_id"],
                "sender": event["sender"]["id"],
                "name": event["sender"]["name"],
                "kind": event["kind"],
                "text": event["text"],
                "media": [(one["ref"], one["mime"]) for one in event["media"]],
                "id": event["provider_message_id"],
                "timestamp": event["timestamp"],
                "interactive": event.get("interactive"),
                "sub_channel": event.get("sub_channel"),
                "can_reply": event.get("can_reply"),
            }
        case "status":
            return {
                "type": "status",
                "account_id": event["account_id"],
                "target": event["target_message_id"],
                "status": event["status"],
                "provider_status": event["provider_status"],
                "code": event.get("error", {}).get("code"),
            }
    return {"type": event["type"], "sender": event["sender"]["id"], "to": event["account_id"]}


@pytest.mark.parametrize("case", CASES)
def test_what_twilio_posts_is_read(case: str) -> None:
    expected, request = recorded(case)
    twilio().verify(request, config())
    items = list(twilio().receive(request))
    assert [described(item) for item in items] == [wanted(event) for event in expected["events"]]
    for item, event in zip(items, expected["events"], strict=True):
        if isinstance(item, StatusReported) and "error" in event:
            assert item.reason is not None
            assert (item.reason in {"timed_out", "rate_limited"}) is event["error"]["retryable"]


@pytest.mark.parametrize("case", CASES)
def test_a_changed_byte_a_wrong_token_or_another_address_is_refused(case: str) -> None:
    _, request = recorded(case)
    for other in (
        Request(request.body + b"x", request.headers, "POST", request.url),
        Request(request.body, request.headers, "POST", request.url + "/x"),
        Request(request.body, {}, "POST", request.url),
    ):
        with pytest.raises(Rejected):
            twilio().verify(other, config())
    with pytest.raises(Rejected):
        twilio().verify(request, config(auth_token="another"))
    twilio().verify(request, config(auth_token="another", auth_token_previous=TOKEN))


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=6),
    st.sampled_from([URL, "https://x.id:8443/a?b=c&d=%20e", "http://x.id/hook?x"]),
)
def test_signatures_agree_with_twilios_own_validator(form: dict[str, str], url: str) -> None:
    body = urlencode(form, errors="surrogatepass").encode()
    read = {key: value[0] for key, value in parse_qs(body.decode(), keep_blank_values=True).items()}
    given_ = RequestValidator(TOKEN).compute_signature(url, read)
    request = Request(body, FORM | {"x-twilio-signature": given_}, "POST", url)
    twilio().verify(request, config())


def test_the_default_port_may_be_written_or_not() -> None:
    validator = RequestValidator(TOKEN)
    for spelled in ("https://cc.contoh.id:443/hooks/x?a=b", "https://cc.contoh.id/hooks/x?a=b"):
        signature = validator.compute_signature(spelled, {"Body": "ya"})
        for seen in ("https://cc.contoh.id:443/hooks/x?a=b", "https://cc.contoh.id/hooks/x?a=b"):
            request = Request(b"Body=ya", FORM | {"x-twilio-signature": signature}, "POST", seen)
            twilio().verify(request, config())


def test_json_is_known_by_its_hash_in_the_address() -> None:
    body = b'{"MessageSid":"SM1","MessageStatus":"sent"}'
    digest = hashlib.sha256(body).hexdigest()
    url = f"{URL}?bodySHA256={digest}"
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(url, {}),
    }
    request = Request(body, headers, "POST", url, {"bodySHA256": digest})
    twilio().verify(request, config())
    (item,) = twilio().receive(request)
    assert isinstance(item, StatusReported)
    with pytest.raises(Rejected):
        twilio().verify(Request(b"{}", headers, "POST", url, {"bodySHA256": digest}), config())
    unhashed = RequestValidator(TOKEN).compute_signature(URL, {})
    with pytest.raises(Rejected):
        twilio().verify(
            Request(body, headers | {"x-twilio-signature": unhashed}, "POST", URL), config()
        )


# --- the finer points ----------------------------------------------------------------------------


def test_a_service_takes_what_came_to_any_of_its_numbers() -> None:
    _, request = recorded("text")
    service = config(**{"from": "MGfedcba9876543210fedcba9876543210"})
    hinted = Request(request.body, {**request.headers, **twilio().hints(service)})
    (item,) = twilio().receive(hinted)
    assert item.to == ""


def test_a_whatsapp_customer_without_a_phone_is_known_and_answered_by_their_user_id() -> None:
    (item,) = received(MessageSid="SM1", SmsStatus="received", From="whatsapp:ID.99", Body="hai")
    assert isinstance(item, Inbound)
    assert item.sender.handles == (Handle("whatsapp", "ID.99"),)
    assert item.address == "whatsapp:ID.99"
    (item,) = received(
        MessageSid="SM1",
        SmsStatus="received",
        From="whatsapp:+6281234567890",
        ExternalUserId="ID.99",
        ParentExternalUserId="ID.1",
        Body="hai",
    )
    assert isinstance(item, Inbound)
    assert [handle.kind for handle in item.sender.handles] == [
        "whatsapp",
        "phone",
        "whatsapp_parent",
    ]


@pytest.mark.parametrize(
    ("form", "kind", "extra"),
    [
        (
            {"Latitude": "-6.2", "Longitude": "106.8", "Label": "Toko", "Address": "Jl. 1"},
            "location",
            {"location": {"lat": -6.2, "lon": 106.8, "name": "Toko", "address": "Jl. 1"}},
        ),
        (
            {"ButtonText": "Ya", "ButtonPayload": "yes", "Body": "Ya"},
            "interactive_reply",
            {"interactive": {"type": "button", "id": "yes", "title": "Ya"}},
        ),
        (
            {"FlowData": '{"a": 1}', "Body": ""},
            "interactive_reply",
            {"interactive": {"type": "flow", "title": "", "data": {"a": 1}}},
        ),
        (
            {"Body": "hai", "ReferralSourceId": "12", "ReferralCtwaClid": "c", "Forwarded": "true"},
            "text",
            {"referral": {"source_id": "12", "click_id": "c"}, "forwarded": True},
        ),
        ({"MessageType": "order", "Body": ""}, "unsupported", {"type": "order"}),
        ({"Latitude": "NaN", "Longitude": "1", "Body": "x"}, "text", {}),
    ],
)
def test_what_whatsapp_adds_is_kept(form: dict[str, str], kind: str, extra: dict[str, Any]) -> None:
    (item,) = received(
        MessageSid="SM1", SmsStatus="received", From="whatsapp:+6281234567890", **form
    )
    assert isinstance(item, Inbound)
    assert item.kind == kind
    assert dict(item.extra) == extra | {"sub_channel": "whatsapp"}


def test_start_gives_back_what_stop_took() -> None:
    common = {"MessageSid": "SM1", "SmsStatus": "received", "From": "+6281234567890"}
    _, consent = received(**common, OptOutType="START", Body="START")
    assert isinstance(consent, ConsentStated)
    assert (consent.purpose, consent.granted) == ("service", True)
    assert len(received(**common, OptOutType="HELP", Body="HELP")) == 1


def test_what_nobody_knows_is_kept_raw() -> None:
    assert isinstance(received(MessageSid="SM1", MessageStatus="vaporised")[0], Ignored)
    assert isinstance(received(CallSid="CA1")[0], Ignored)
    assert isinstance(received(MessageSid="SM1", SmsStatus="received", Body="x")[0], Ignored)


def test_a_status_names_our_own_message() -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": "sent"}).encode()
    (item,) = twilio().receive(Request(body, FORM, query={"message": "018f"}))
    assert isinstance(item, StatusReported)
    assert item.message == "018f"


@given(st.binary(max_size=200), st.sampled_from(["GET", "POST"]))
def test_no_bytes_break_it(body: bytes, method: str) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json"):
        request = Request(body, {"content-type": kind}, method, URL)
        with pytest.raises(Rejected):
            twilio().verify(request, config())
        try:
            list(twilio().receive(request))
        except Malformed:
            continue


@given(st.sampled_from(CASES), st.data())
def test_no_change_of_a_recorded_form_breaks_it(case: str, data: st.DataObject) -> None:
    _, request = recorded(case)
    pairs = parse_qs(request.body.decode(), keep_blank_values=True)
    dropped = data.draw(st.sets(st.sampled_from(sorted(pairs))))
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(pairs)), st.text(max_size=20)))
    form = {key: value[0] for key, value in pairs.items() if key not in dropped} | changed
    body = urlencode(form, errors="surrogatepass").encode()
    assert list(twilio().receive(Request(body, FORM))) or not body


# --- sending -------------------------------------------------------------------------------------


class Provider:
    """A Twilio that remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else accepted()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.asked[-1].content.decode(), keep_blank_values=True)

    async def send(self, settings: Any = None, **message: Any) -> Receipt:
        given: dict[str, Any] = {"id": "018f", "to": "+6281234567890", "handle": PHONE} | message
        return await twilio().send(Outbound(**given), settings or config(), self.net)


def accepted() -> httpx.Response:
    return httpx.Response(201, json={"sid": "SM9", "status": "queued", "error_code": None})


async def test_a_text_goes_out_with_our_id_to_come_back() -> None:
    provider = Provider()
    receipt = await provider.send(text="Halo", extra={"hook_url": "https://s.id/hooks/1"})
    assert receipt == Receipt("SM9")
    assert str(provider.asked[0].url) == (
        f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    )
    assert provider.asked[0].headers["authorization"].startswith("Basic ")
    assert provider.form == {
        "To": ["+6281234567890"],
        "From": ["+622150998877"],
        "Body": ["Halo"],
        "StatusCallback": ["https://s.id/hooks/1?message=018f"],
    }


async def test_whatsapp_is_answered_from_whatsapp_and_a_service_by_its_name() -> None:
    provider = Provider()
    await provider.send(to="whatsapp:+6281234567890", text="Halo")
    assert provider.form["From"] == ["whatsapp:+622150998877"]
    service = "MGfedcba9876543210fedcba9876543210"
    await provider.send(config(**{"from": service}), text="Halo")
    assert provider.form["MessagingServiceSid"] == [service]
    assert "From" not in provider.form


async def test_files_go_as_addresses_and_templates_by_their_content_sid() -> None:
    provider = Provider()
    file = OutAttachment("a.jpg", "image/jpeg", b"x", url="https://s.id/files/a")
    await provider.send(attachments=(file, file))
    assert provider.form["MediaUrl"] == ["https://s.id/files/a"] * 2
    name = "resi_kirim HX0123456789abcdef0123456789abcdef"
    await provider.send(template={"name": name, "language": "id", "variables": {"1": "Budi"}})
    assert provider.form["ContentSid"] == ["HX0123456789abcdef0123456789abcdef"]
    assert provider.form["ContentVariables"] == ['{"1": "Budi"}']


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": " "}, "invalid"),
        ({"text": "x" * 1601}, "invalid"),
        ({"text": "x", "to": "BANKUJI"}, "undeliverable"),
        ({"text": "x", "interactive": {"type": "buttons"}}, "invalid"),
        ({"template": {"name": "resi"}}, "template_invalid"),
        ({"attachments": (OutAttachment("a", "image/png", b"x"),)}, "media_invalid"),
        (
            {"attachments": (OutAttachment("a", "image/png", b"x", url="https://s.id/a"),) * 11},
            "media_invalid",
        ),
    ],
)
async def test_what_cannot_go_is_refused_before_anything_is_asked(
    message: dict[str, Any], reason: str
) -> None:
    provider = Provider()
    with pytest.raises(Refused) as refused:
        await provider.send(**message)
    assert refused.value.reason == reason
    assert provider.asked == []


@pytest.mark.parametrize(
    ("answer", "raised", "reason"),
    [
        (httpx.Response(400, json={"code": 21211, "message": "bad To"}), Refused, "undeliverable"),
        (httpx.Response(400, json={"code": 21610, "message": "STOP"}), Refused, "opted_out"),
        (httpx.Response(400, json={"code": 63016, "message": "late"}), Refused, "window_closed"),
        (httpx.Response(400, json={"code": 99999, "message": "?"}), Refused, "invalid"),
        (httpx.Response(401, json={"code": 20003, "message": "auth"}), Stopped, "auth"),
        (httpx.Response(403, text="no"), Stopped, "auth"),
        (httpx.Response(400, json={"code": 21606, "message": "From"}), Stopped, "auth"),
        (httpx.Response(429, json={"code": 20429, "message": "slow"}), TryLater, "rate_limited"),
        (httpx.Response(429, text="slow"), TryLater, "rate_limited"),
        (httpx.Response(503, text="busy"), TryLater, "provider_down"),
        (httpx.Response(502, text="<html>"), Unknown, "provider_down"),
        (httpx.Response(201, text="?"), Unknown, "timed_out"),
        (httpx.ReadTimeout("slow"), Unknown, "timed_out"),
        (httpx.ConnectError("no"), TryLater, "provider_down"),
        (
            httpx.Response(201, json={"sid": "SM1", "status": "failed", "error_code": 30006}),
            Refused,
            "undeliverable",
        ),
    ],
)
async def test_each_failure_is_told_for_what_it_is(
    answer: httpx.Response | Exception, raised: type[Any], reason: str
) -> None:
    with pytest.raises(raised) as failure:
        await Provider(answer).send(text="Halo")
    assert type(failure.value) is raised
    assert failure.value.reason == reason
    assert TOKEN not in str(failure.value)


async def test_it_waits_as_long_as_it_is_told() -> None:
    slow = httpx.Response(429, json={"code": 20429}, headers={"retry-after": "7"})
    with pytest.raises(TryLater) as later:
        await Provider(slow).send(text="Halo")
    assert later.value.seconds == 7


async def test_a_file_is_fetched_with_the_token_and_not_shown_to_others() -> None:
    moved = httpx.Response(302, headers={"location": "https://cdn.contoh.id/x"})
    provider = Provider(moved, httpx.Response(200, content=b"jpeg"))
    url = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1"
    fetched = await twilio().fetch(Attachment("image/jpeg", url=url), config(), provider.net)
    assert fetched.content == b"jpeg"
    assert ["authorization" in one.headers for one in provider.asked] == [True, False]
    elsewhere = Attachment("image/jpeg", url="https://jahat.contoh.id/x")
    await twilio().fetch(elsewhere, config(), Provider(httpx.Response(200)).net)
    early = Provider(httpx.Response(404, json={"code": 20404}))
    with pytest.raises(TryLater):
        await twilio().fetch(Attachment("image/jpeg", url=url), config(), early.net)


async def test_the_account_and_its_templates_are_read() -> None:
    account = httpx.Response(200, json={"friendly_name": "Toko", "status": "active"})
    assert "Toko" in await twilio().check(config(), Provider(account).net)
    closed = httpx.Response(200, json={"friendly_name": "Toko", "status": "suspended"})
    with pytest.raises(Stopped):
        await twilio().check(config(), Provider(closed).net)
    content = {
        "sid": "HX1",
        "friendly_name": "resi",
        "language": "id",
        "variables": {"1": "Budi"},
        "types": {"twilio/text": {"body": "Halo {{1}}"}},
        "approval_requests": {"status": "approved", "category": "UTILITY"},
    }
    listed = Provider(httpx.Response(200, json={"contents": [content]}))
    (template,) = await twilio().templates(config(), listed.net)
    assert template["name"] == "resi HX1"
    assert (template["status"], template["variables"]) == ("approved", ["1"])


def test_settings_are_kept_under_the_names_they_were_given() -> None:
    kept = configs.seal(config())
    assert kept["from"] == "+622150998877"
    assert configs.read("sms_twilio", kept) == config()
    for wrong in ({"account_sid": "x"}, {"auth_token": " "}, {"from": ""}, {"api_base": "x"}):
        with pytest.raises(ValidationError):
            config(**wrong)
