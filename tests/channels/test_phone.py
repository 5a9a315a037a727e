"""The log of calls made elsewhere."""

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

from sambung.channels import (
    Attachment,
    CallProgressed,
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Outbound,
    Refused,
    Rejected,
    Request,
    all_channels,
)
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "phone"
SECRET = "phone-signing-secret-uji-0001"
SARI = Handle("phone", "+6281234567890")
phone = all_channels()["phone"]


def config(**changes: Any) -> Any:
    return phone.config.model_validate({"secret": SECRET, **changes})


def posted(body: Any, secret: str = SECRET, **headers: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Request(raw, {"x-signature": f"sha256={made}", **headers})


def received(body: Any, **settings: Any) -> list[Item]:
    """As the gateway has it read: with what the connection knows."""
    return list(phone.receive(posted(body, **phone.hints(config(**settings)))))


def test_a_post_of_calls_says_what_it_says() -> None:
    expected = json.loads((FOLDER / "finished.expected.json").read_bytes())
    items = received((FOLDER / expected["payload_file"]).read_bytes())
    assert [type(item).__name__ for item in items] == expected["events"]
    taken, _, missed, ended, *_, ringing = items
    assert isinstance(taken, Inbound)
    assert (taken.id, taken.kind, taken.text) == ("c-1", "call", "Tanya pesanan INV-2211")
    assert (taken.sender.handles, taken.sender.name, taken.address) == ((SARI,), "Sari", SARI.value)
    assert taken.at == datetime(2026, 11, 10, 3, tzinfo=UTC)
    assert taken.automatic
    assert taken.extra["call"]["duration"] == 120
    assert taken.extra["call"]["event"] == "terminate"
    assert [file.url for file in taken.attachments] == ["https://pbx.contoh.id/r/1.mp3"]
    assert isinstance(missed, Inbound)
    assert missed.extra["call"]["outcome"] == "no_answer"
    assert not missed.automatic
    assert isinstance(ended, CallProgressed)
    assert (ended.call, ended.event) == ("c-2", "terminate")
    assert isinstance(ringing, CallProgressed)
    assert (ringing.event, ringing.outgoing, ringing.sender.handles) == ("ringing", True, (SARI,))


def test_a_call_of_another_line_is_addressed_to_it() -> None:
    call = {"id": "1", "direction": "in", "from": "0812-3456-7890", "to": "(021) 5000-1000"}
    numbers = ["+622150001000"]
    assert phone.addresses(config(numbers=numbers)) == ("+622150001000",)
    assert {item.to for item in received(call, numbers=numbers)} == {"+622150001000"}
    assert {item.to for item in received(call)} == {""}


def test_a_call_without_an_id_is_named_by_what_it_says() -> None:
    call = {"direction": "out", "to": "081234567890", "ended_at": 1794279600}
    (first, _), (again, _) = received(call), received(call)
    assert isinstance(first, Inbound)
    assert isinstance(again, Inbound)
    assert first.id == again.id
    assert first.outgoing
    assert first.extra["call"]["outcome"] == "missed"


def test_only_who_knows_the_secret_may_post() -> None:
    phone.verify(posted({}), config())
    for request in (posted({}, "another"), Request(b"{}")):
        with pytest.raises(Rejected):
            phone.verify(request, config())


async def test_it_sends_nothing_and_fetches_recordings() -> None:
    http = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=b"ID3"))
    )
    net = Net(http, allow_private=True)
    with pytest.raises(Refused):
        await phone.send(Outbound(id="1", to="x", handle=SARI, text="halo"), config(), net)
    recording = Attachment(mime="audio/mpeg", url="https://pbx.contoh.id/r/1.mp3")
    assert (await phone.fetch(recording, config(), net)).content == b"ID3"
    assert not phone.capabilities.can_start


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = ("id", "from", "to", "event", "started_at", "answered_at", "ended_at", "outcome", "notes")


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        received(body)


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_any_call_is_read(members: dict[str, Any]) -> None:
    items = received({"direction": "in", "from": "081234567890", **members})
    assert items
    for item in items:
        assert isinstance(item, Inbound | CallProgressed | Ignored)
        json.dumps(getattr(item, "extra", None), allow_nan=False)
