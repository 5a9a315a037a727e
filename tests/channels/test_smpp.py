"""SMPP: the recorded frames, what a listener remembers, and what is refused before it is sent."""

import json
from pathlib import Path
from typing import Any

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
    Refused,
    Request,
    StatusReported,
    all_channels,
)
from sambung.kit.net import Net

FOLDER = Path(__file__).parent / "smpp"
CASES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


def smpp() -> Channel[Any]:
    return all_channels()["smpp"]


def config(**changes: Any) -> Any:
    given = {
        "host": "127.0.0.1",
        "port": 2775,
        "system_id": "ccuji",
        "password": "rahasia",
        "source": "628119900",
    }
    return smpp().config.model_validate(given | changes)


def recorded(case: str) -> tuple[dict[str, Any], list[bytes]]:
    """The expected events, and the frames of the centre in the order they came."""
    expected = json.loads((FOLDER / f"{case}.expected.json").read_bytes())
    pdus = json.loads((FOLDER / f"{case}.json").read_bytes())["pdus"]
    return expected, [bytes.fromhex(pdu["hex"]) for pdu in pdus if pdu["from"] == "smsc"]


def read(body: bytes, key: str = "", **headers: str) -> list[Item]:
    return list(smpp().receive(Request(body, headers, key=key)))


@pytest.mark.parametrize("case", CASES)
def test_what_a_message_centre_sends_is_read(case: str) -> None:
    expected, frames = recorded(case)
    items = [item for item in read(b"".join(frames)) if not isinstance(item, Ignored)]
    assert len(items) == len(expected["events"])
    for item, event in zip(items, expected["events"], strict=True):
        if isinstance(item, Inbound):
            assert event["type"] == "message"
            assert item.text == event["text"]
            assert item.sender.handles == (Handle("phone", event["sender"]["phone_e164"]),)
            assert item.address == event["sender"]["phone_e164"]
            assert item.to == event["account_id"]
            assert (item.kind, item.at, bool(item.id)) == (event["kind"], None, True)
        else:
            assert isinstance(item, StatusReported)
            assert event["type"] == "status"
            assert item.state == event["status"]
            assert item.target == event.get("target_message_id", "submit:70")
            if "target_message_id" in event:
                assert item.extra["provider_status"] == event["provider_status"]
                assert item.to == event["account_id"]
            assert item.code == event.get("error", {}).get("code", "")
    smpp().verify(Request(b""), config())


def test_who_listens_says_the_id_and_whose_it_is() -> None:
    _, (frame,) = recorded("mo_gsm7")
    (item,) = read(frame, "abc", **smpp().hints(config()))
    assert isinstance(item, Inbound)
    assert (item.id, item.to) == ("abc", "")


def test_a_piece_that_never_came_is_shown_as_a_gap() -> None:
    _, frames = recorded("mo_multipart_udh_out_of_order_duplicate")
    (item,) = read(frames[0])
    assert isinstance(item, Inbound)
    assert item.text.startswith("[…]nya masih sama")
    assert item.extra["parts"] == {"of": 2, "missing": [1]}
    (item,) = read(frames[2])
    assert isinstance(item, Inbound)
    assert item.text.endswith("[…]")


def test_a_broken_frame_does_not_cost_those_before_it() -> None:
    _, (frame,) = recorded("mo_gsm7")
    items = read(frame + b"\0\0\0\x08")
    assert [type(item) for item in items] == [Inbound, Ignored]
    for nothing in (b"", b"abc", b"\0\0\0\x10"):
        with pytest.raises(Malformed):
            read(nothing)


def test_names_and_short_codes_cannot_be_answered() -> None:
    _, (frame,) = recorded("mo_gsm7")
    named = frame.replace(b"\x01\x016281234567890\0", b"\x05\x00BANKUJI\0")
    named = len(named).to_bytes(4, "big") + named[4:]
    (item,) = read(named)
    assert isinstance(item, Inbound)
    assert item.sender.handles == (Handle("sms_sender", "BANKUJI"),)
    assert item.extra["can_reply"] is False


@given(st.binary(max_size=300))
def test_no_bytes_break_it(octets: bytes) -> None:
    framed = (len(octets) + 16).to_bytes(4, "big") + b"\0\0\0\x05\0\0\0\0\0\0\0\x01" + octets
    for body in (octets, framed):
        try:
            read(body)
        except Malformed:
            continue


@given(st.sampled_from(CASES), st.data())
def test_no_change_of_a_recorded_frame_breaks_it(case: str, data: st.DataObject) -> None:
    _, frames = recorded(case)
    body = bytearray(b"".join(frames))
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=4)):
        body[at] = data.draw(st.integers(0, 255))
    try:
        read(bytes(body))
    except Malformed:
        return


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"text": " "}, "invalid"),
        ({"text": "x" * 1531}, "invalid"),
        ({"text": "😀" * 900}, "invalid"),
        ({"text": "x", "to": "BANKUJI"}, "undeliverable"),
        ({"text": "x", "template": {"name": "x"}}, "media_invalid"),
    ],
)
async def test_what_cannot_go_is_refused_without_a_session(
    message: dict[str, Any], reason: str
) -> None:
    given: dict[str, Any] = {"id": "1", "to": "+6281234567890", "handle": Handle("phone", "")}
    with pytest.raises(Refused) as refused:
        await smpp().send(Outbound(**(given | message)), config(port=1), Net(httpx.AsyncClient()))
    assert refused.value.reason == reason


def test_the_sender_is_typed_as_carriers_expect() -> None:
    for source, ton, value in (
        ("+62 811".replace(" ", "") + "9900123", 1, "628119900123"),
        ("98887", 3, "98887"),
        ("TOKO", 5, "TOKO"),
    ):
        sender = config(source=source).sender
        assert (sender.ton, sender.value) == (ton, value)
    for wrong in ({"port": 0}, {"source": "tökö"}, {"system_id": "x" * 16}, {"host": "a b"}):
        with pytest.raises(ValidationError):
            config(**wrong)
