"""Any system: mapped by settings."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sambung.channels import (
    Handle,
    Inbound,
    Item,
    Malformed,
    Outbound,
    Refused,
    Rejected,
    Request,
    TryLater,
    all_channels,
)
from sambung.kit import standard_webhooks
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "webhook"
SECRET = "webhook-signing-secret-uji-0001"
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
INCOMING = {
    "messages": "data.events[*]",
    "id": "uid",
    "sender": "user.no",
    "name": "user.nama",
    "text": "isi",
    "at": "waktu",
    "attachments": "lampiran[*]",
    "file_url": "link",
    "file_mime": "tipe",
    "own": "mine",
}
webhook = all_channels()["webhook"]


def config(**changes: Any) -> Any:
    settings = {"secret": SECRET, "sender_kind": "phone", "incoming": INCOMING, **changes}
    return webhook.config.model_validate(settings)


def received(body: Any, settings: Any = None, **headers: str) -> list[Item]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    hinted = {**headers, **webhook.hints(settings or config())}
    return list(webhook.receive(Request(raw, hinted)))


def test_messages_are_found_where_the_mapping_says() -> None:
    expected = json.loads((FOLDER / "batch.expected.json").read_bytes())
    items = received((FOLDER / expected["payload_file"]).read_bytes())
    assert [type(item).__name__ for item in items] == expected["events"]
    first, second = items[:2]
    assert isinstance(first, Inbound)
    assert first.sender.handles == (Handle("phone", "+6281234567890"),)
    assert (first.id, first.text, first.sender.name, first.at) == ("w-1", "Halo", "Sari", NOW)
    assert (first.kind, first.address) == ("image", "+6281234567890")
    urls = [file.url for file in first.attachments]
    assert urls == ["https://x.contoh.id/1.jpg", "https://x.contoh.id/2.pdf"]
    assert isinstance(second, Inbound)
    assert second.outgoing
    assert len(second.id) == 32


@pytest.mark.parametrize(
    ("kind", "sender", "handle"),
    [
        ("phone", "anonymous", Handle("webhook", "anonymous", scope="crm")),
        ("email", "Sari@Contoh.id", Handle("email", "sari@contoh.id")),
        ("external", "cust-1", Handle("external", "cust-1")),
        ("webhook", "7", Handle("webhook", "7", scope="crm")),
    ],
)
def test_who_the_sender_is(kind: str, sender: str, handle: Handle) -> None:
    settings = config(sender_kind=kind, scope="crm", incoming={})
    (item,) = received({"id": 1, "from": sender, "text": "x"}, settings)
    assert isinstance(item, Inbound)
    assert item.sender.handles == (handle,)


def test_a_form_is_read_too() -> None:
    form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    (item,) = received(
        b"id=1&from=081234567890&text=Halo+%F0%9F%91%8B", config(incoming={}), **form
    )
    assert isinstance(item, Inbound)
    assert item.text == "Halo 👋"


def _hex(hash: str) -> str:
    return hmac.new(SECRET.encode(), b"{}", hash).hexdigest()


@pytest.mark.parametrize(
    ("proof", "shown"),
    [
        ("hmac_sha256", _hex("sha256")),
        ("hmac_sha256", "sha256=" + _hex("sha256").upper()),
        ("hmac_sha1", "sha1=" + _hex("sha1")),
        (
            "hmac_sha256_base64",
            base64.b64encode(hmac.digest(SECRET.encode(), b"{}", hashlib.sha256)).decode(),
        ),
        ("token", SECRET),
        ("token", f"Bearer {SECRET}"),
        ("standard", _hex("sha256")),
    ],
)
def test_each_proof(proof: str, shown: str) -> None:
    header = "x-signature" if proof == "standard" else "x-proof"
    settings = config(proof=proof, proof_header="X-Proof")
    webhook.verify(Request(b"{}", {header: shown}), settings)
    for headers in ({header: shown[:-1]}, {header: ""}, {}, {header: "é"}):
        with pytest.raises(Rejected):
            webhook.verify(Request(b"{}", headers), settings)


def test_a_post_to_no_connection_is_read_by_nobody() -> None:
    with pytest.raises(Malformed):
        list(webhook.receive(Request(b"{}")))


class System:
    """Remembers what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        transport = httpx.MockTransport(self._answer)
        self.net = Net(httpx.AsyncClient(transport=transport), allow_private=True)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else httpx.Response(200, json={"msg": {"id": 7}})

    async def send(self, text: str = 'Baik "kak"', **changes: Any) -> Any:
        more = {"send_url": "https://crm.contoh.id/u/{to}?k={key}", "send_token": "k&1", **changes}
        sender = Handle("webhook", "7")
        message = Outbound(id="018f", to="a/b", handle=sender, text=text)
        return await webhook.send(message, config(**more), self.net)


async def test_a_reply_is_posted_as_the_template_says() -> None:
    system = System()
    receipt = await system.send(
        send_body={"target": ["{to}"], "message": {"body": "{text}"}},
        send_headers={"Authorization": "Bearer {key}"},
        send_id="msg.id",
    )
    (request,) = system.asked
    assert str(request.url) == "https://crm.contoh.id/u/a%2Fb?k=k%261"
    assert json.loads(request.content) == {"target": ["a/b"], "message": {"body": 'Baik "kak"'}}
    assert request.headers["authorization"] == "Bearer k&1"
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    assert standard_webhooks.signed(dict(request.headers), request.content, (SECRET,), at)
    assert receipt.id == "7"


async def test_a_form_is_posted_too() -> None:
    system = System(httpx.Response(204))
    receipt = await system.send(send_format="form", api_base="http://127.0.0.1:9/")
    assert dict(httpx.QueryParams(system.asked[0].content.decode())) == {
        "to": "a/b",
        "text": 'Baik "kak"',
        "id": "018f",
    }
    assert str(system.asked[0].url).startswith("http://127.0.0.1:9/u/")
    assert receipt.id == "018f"


async def test_what_goes_wrong_is_told() -> None:
    for changes in ({"text": " "}, {"text": "x" * 5, "longest_text": 4}, {"send_url": ""}):
        with pytest.raises(Refused):
            await System().send(**changes)
    with pytest.raises(TryLater) as later:
        await System(httpx.Response(429, headers={"retry-after": "9"})).send()
    assert (later.value.seconds, later.value.reason) == (9, "rate_limited")


@pytest.mark.parametrize(
    "changes",
    [
        {"incoming": {"id": "a b"}},
        {"incoming": {"di": "x"}},
        {"send_id": "["},
        {"proof_header": "a b"},
        {"secret": "x"},
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        config(**changes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = st.sampled_from(["uid", "user", "isi", "waktu", "lampiran", "mine"])


@given(st.binary())
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        received(body)
    received(body, **{"content-type": "application/x-www-form-urlencoded"})


@given(st.dictionaries(MEMBERS, JSON))
def test_any_message_is_read_and_costs_the_others_nothing(members: dict[str, Any]) -> None:
    fine = {"uid": "1", "user": {"no": "081234567890"}, "isi": "x"}
    items = received({"data": {"events": [{**fine, **members}, fine]}})
    assert len(items) == 2
    assert isinstance(items[1], Inbound)
