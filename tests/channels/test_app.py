"""The chat in a business's own app: signed posts both ways, and the socket."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sambung.channels import (
    DeviceRegistered,
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Malformed,
    OutAttachment,
    Outbound,
    ReadUpTo,
    Refused,
    Rejected,
    Request,
    StatusReported,
    Stopped,
    TryLater,
    all_channels,
)
from sambung.kit import clock, standard_webhooks
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "app"
SECRET, IDENTITY = "app-signing-secret-uji-0001", "app-identity-secret-uji-0001-long-enough"
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
SITE = "0197f1c2-0000-7000-8000-00000000000a"
SARI = Handle("external", "cust-1")
app = all_channels()["app"]


def config(**changes: Any) -> Any:
    settings = {"secret": SECRET, "identity_secret": IDENTITY, **changes}
    return app.config.model_validate(settings)


def posted(body: Any, secret: str = SECRET) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = standard_webhooks.headers(secret, "1", NOW, raw)
    return Request(raw, headers, url=f"https://cc.example/hooks/{SITE}")


def received(body: Any) -> list[Item]:
    return list(app.receive(posted(body)))


def token(**claims: Any) -> str:
    said = {"sub": "cust-1", "aud": SITE, "exp": NOW + timedelta(minutes=5), **claims}
    return jwt.encode(said, IDENTITY, algorithm="HS256")


def test_a_post_of_every_event_says_what_it_says() -> None:
    expected = json.loads((FOLDER / "mixed.expected.json").read_bytes())
    items = received((FOLDER / expected["payload_file"]).read_bytes())
    assert [type(item).__name__ for item in items] == expected["events"]
    first, second, _, read, status = items[:5]
    assert isinstance(first, Inbound)
    assert first.sender.handles == (SARI, Handle("email", "sari@contoh.id"))
    assert (first.id, first.text, first.address, first.at) == ("m-1", "Halo", "cust-1", NOW)
    assert first.extra == {"data": {"screen": "cart"}}
    assert isinstance(second, Inbound)
    assert second.sender.handles == (Handle("visitor", "install-1", scope=SITE),)
    assert (second.kind, second.reply_to) == ("image", "r-1")
    assert [file.url for file in second.attachments] == ["https://app.contoh.id/f/1.jpg"]
    assert isinstance(read, ReadUpTo)
    assert read.target == "r-1"
    assert isinstance(status, StatusReported)
    assert (status.message, status.state) == ("r-1", "delivered")
    changed, device = items[8:10]
    assert isinstance(changed, IdentityChanged)
    assert (changed.old, changed.new) == ((Handle("visitor", "install-1", scope=SITE),), (SARI,))
    assert isinstance(device, DeviceRegistered)
    assert device.device == Handle("push", "ab" * 32, scope="apns")


def test_a_button_is_an_answer() -> None:
    action = {"type": "message", "id": "1", "customer": {"id": "cust-1"}}
    (item,) = received({**action, "action": {"id": "yes", "title": "Ya"}, "reply_to": "r-1"})
    assert isinstance(item, Inbound)
    assert (item.kind, item.text) == ("interactive_reply", "Ya")
    assert item.extra["interactive"] == {"id": "yes", "title": "Ya"}


def test_a_token_passed_on_is_proved_and_believed() -> None:
    body = {"type": "message", "id": "1", "text": "x", "customer": {"visitor": "v"}}
    with clock.at(NOW):
        proven = posted({**body, "jwt": token(email="sari@contoh.id")})
        app.verify(proven, config())
        for bad in (token(aud="other"), token(exp=NOW), "x", 5):
            with pytest.raises(Rejected):
                app.verify(posted({**body, "jwt": bad}), config())
        with pytest.raises(Rejected):
            app.verify(proven, config(identity_secret=None))
    (item,) = app.receive(proven)
    assert isinstance(item, Inbound)
    assert item.sender.handles[0] == SARI
    assert Handle("email", "sari@contoh.id") in item.sender.handles


def test_only_who_knows_the_secret_may_post() -> None:
    with clock.at(NOW):
        app.verify(posted({}), config())
        app.verify(posted({}), config(secret="n" * 16, secret_previous=SECRET))
        with pytest.raises(Rejected):
            app.verify(posted({}, "another"), config())
    with clock.at(NOW + timedelta(hours=1)), pytest.raises(Rejected):
        app.verify(posted({}), config())


# --- the socket ------------------------------------------------------------------------------------


def framed(*frames: Any, **headers: str) -> Request:
    given = {"x-visitor": "v1", "x-site": SITE, **headers}
    return Request(json.dumps([{"t": "hello"}, *frames]).encode(), given, url="wss://cc/widget/s")


def test_a_native_app_may_hold_the_socket_and_a_page_only_if_listed() -> None:
    app.verify(framed(), config())
    app.verify(framed(origin="https://x.example"), config())
    listed = config(site_origins=["https://app.example", "capacitor://localhost"])
    app.verify(framed(), listed)
    app.verify(framed(origin="capacitor://localhost"), listed)
    with pytest.raises(Rejected):
        app.verify(framed(origin="https://x.example"), listed)


def test_frames_mean_what_they_mean_in_the_widget() -> None:
    frames = (
        {"t": "message", "cid": "c1", "text": "halo"},
        {"t": "device", "cid": "c2", "provider": "apns", "token": "ab" * 32},
        {"t": "device", "cid": "c3", "provider": "apns", "token": "x"},
        {"t": "device_removed", "cid": "c4", "provider": "apns", "token": "ab" * 32},
    )
    message, device, bad, gone = app.receive(framed(*frames))
    assert isinstance(message, Inbound)
    assert message.id == "v1:c1"
    assert isinstance(device, DeviceRegistered)
    assert device.owner is not None
    assert device.owner.handles == (Handle("visitor", "v1", scope=SITE),)
    assert isinstance(bad, Ignored)
    assert bad.what == "bad_device"
    assert isinstance(gone, DeviceRegistered)
    assert gone.owner is None


def test_where_only_those_who_signed_in_may_write() -> None:
    message = {"t": "message", "cid": "c1", "text": "halo"}
    strict = config(require_identity=True)
    with pytest.raises(Rejected):
        app.verify(framed(message), strict)
    with clock.at(NOW):
        app.verify(framed({"t": "identify", "jwt": token()}, message), strict)


# --- what leaves -----------------------------------------------------------------------------------


class Server:
    """The business's own, which remembers."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(202, json={"id": "p-1"})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def send(self, settings: Any = None, **message: Any) -> Any:
        given: dict[str, Any] = {"id": "018f", "to": "cust-1", "handle": SARI, "text": "Baik"}
        settings = settings or config(deliver_url="https://app.contoh.id/sambung")
        with clock.at(NOW):
            return await app.send(Outbound(**given | message), settings, self.net)


async def test_a_reply_is_posted_signed() -> None:
    server = Server()
    receipt = await server.send(reply_to="m-1")
    (request,) = server.asked
    assert standard_webhooks.signed(dict(request.headers), request.content, (SECRET,), NOW)
    assert request.headers["webhook-id"] == "018f"
    assert json.loads(request.content) == {
        "type": "message",
        "id": "018f",
        "at": "2026-11-10T03:00:00Z",
        "customer": {"id": "cust-1", "address": "cust-1"},
        "kind": "text",
        "text": "Baik",
        "reply_to": "m-1",
    }
    assert (receipt.id, receipt.state) == ("p-1", "sent")


async def test_files_go_by_address_or_along() -> None:
    server = Server()
    linked = OutAttachment("a.pdf", "application/pdf", b"%PDF", url="https://cc.example/f/1")
    await server.send(kind="document", attachments=(linked, OutAttachment("b", "text/plain", b"b")))
    first, second = json.loads(server.asked[0].content)["attachments"]
    assert first == {
        "name": "a.pdf",
        "mime": "application/pdf",
        "size": 4,
        "url": "https://cc.example/f/1",
    }
    assert base64.b64decode(second["content"]) == b"b"


async def test_without_a_server_the_socket_shows_it() -> None:
    server = Server()
    assert (await server.send(config())).id == "018f"
    await app.seen("m-1", config(), server.net)
    assert "soket" in await app.check(config(), server.net)
    assert server.asked == []


async def test_a_server_is_told_of_what_we_saw_and_pinged() -> None:
    server = Server()
    settings = config(deliver_url="https://app.contoh.id/x", api_base="http://127.0.0.1:9")
    await app.seen("m-1", settings, server.net, typing=True)
    await app.check(settings, server.net)
    seen, ping = (json.loads(request.content) for request in server.asked)
    assert (seen["type"], seen["message"], seen["typing"]) == ("seen", "m-1", True)
    assert ping["type"] == "ping"
    assert str(server.asked[0].url) == "http://127.0.0.1:9/x"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (httpx.Response(401), Stopped, "auth"),
        (httpx.Response(404), Refused, "undeliverable"),
        (httpx.Response(422), Refused, "invalid"),
        (httpx.Response(429, headers={"retry-after": "7"}), TryLater, "rate_limited"),
        (httpx.Response(503), TryLater, "provider_down"),
        (httpx.ConnectError("down"), TryLater, "provider_down"),
        (httpx.ReadTimeout("late"), TryLater, "provider_down"),
    ],
)
async def test_what_the_servers_answers_mean(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises((Refused, TryLater, Stopped)) as raised:
        await Server(answer).send()
    assert type(raised.value) is kind
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    "message", [{"text": "x" * 10_001}, {"kind": "template"}, {"kind": "reaction"}]
)
async def test_what_an_app_cannot_show_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        await Server().send(**message)


@pytest.mark.parametrize(
    "changes", [{"secret": "x"}, {"deliver_url": "ftp://x"}, {"site_origins": ["x"]}]
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        config(**changes)


# --- whatever comes --------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
EVENTS = json.loads((FOLDER / "mixed.json").read_bytes())["events"][:10]


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        received(body)
    with suppress(Rejected), clock.at(NOW):
        app.verify(posted(body), config())
    with suppress(Malformed):
        list(app.receive(Request(body, {"x-visitor": "v"}, url="wss://cc/widget/s")))


@given(st.sampled_from(EVENTS), st.data())
def test_any_event_is_read(event: dict[str, Any], data: st.DataObject) -> None:
    changed = dict(event)
    changed[data.draw(st.sampled_from(sorted(event)))] = data.draw(JSON)
    for item in received([changed, EVENTS[0]]):
        json.dumps(getattr(item, "extra", None), allow_nan=False)


@given(JSON)
def test_any_token_is_proved_or_rejected(given_token: Any) -> None:
    with suppress(Rejected), clock.at(NOW):
        app.verify(posted({"type": "message", "jwt": given_token}), config())
