"""Every recorded payload of X, TikTok and the marketplaces: its signature, and what it says."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.rest_cases import (
    CASES,
    SECRETS,
    SETTINGS,
    channel,
    config,
    described,
    received,
    recorded,
)

from sambung.channels import Item, Malformed, Rejected, Request

KINDS = {"product": "order", "order_card": "order", "share": "text"}
KEPT = {"order": "order_status", "inventory": "inventory"}
"""What happens to orders and stock is kept as a notice."""


def agrees(found: dict[str, Any], event: dict[str, Any]) -> None:
    """Everything both speak of is the same."""
    wanted = KEPT.get(event["type"])
    assert found["type"] == ("account" if wanted else event["type"])
    if wanted:
        assert found["what"] == wanted
    if event["type"] == "account":
        told = event["account_event"]
        assert found["what"] == (told["what"] if isinstance(told, dict) else told)
    if found["type"] == "account" and event["account_id"] is None:
        found["account_id"] = None
    if event["type"] == "ignored":
        return
    party = event.get("recipient") or (
        event["sender"] if event.get("direction") == "inbound" else None
    )
    if event["type"] == "message" and party:
        assert party["id"] in found["ids"]
        if party["username"]:
            assert found["username"] == party["username"]
    for key in sorted(found.keys() & event.keys() - {"type", "text", "media"}):
        theirs = KINDS.get(event[key], event[key]) if key == "kind" else event[key]
        assert found[key] == theirs, key
    if event["type"] == "message":
        assert found["media"] == [one["ref"] for one in event["media"] if one["ref_type"] == "url"]
        if event["kind"] != "share":  # a shared post is read out: where it is
            assert found["text"] == event["text"]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_recorded_payload_says_what_it_says(name: str, case: str) -> None:
    expected, request = recorded(name, case)
    channel(name).verify(request, config(name))
    items = [described(item) for item in channel(name).receive(request)]
    events = expected["events"]
    if case == "chat_blocked_by_filter":  # two facts: it was said, and it never arrived
        assert items.pop()["type"] == "StatusReported"
    assert len(items) == len(events)
    for item, event in zip(items, events, strict=True):
        agrees(item, event)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_another_secret_or_another_byte_is_rejected(name: str, case: str) -> None:
    _, request = recorded(name, case)
    key = SECRETS[name]
    with pytest.raises(Rejected):
        channel(name).verify(request, config(name, **{key: "another"}))
    other = Request(request.body + b" ", request.headers, url=request.url)
    with pytest.raises(Rejected):
        channel(name).verify(other, config(name))
    with pytest.raises(Rejected):
        channel(name).verify(Request(request.body, url=request.url), config(name))
    rotated = {key: "new", f"{key}_previous": SETTINGS[name][key]}
    channel(name).verify(request, config(name, **rotated))


@pytest.mark.parametrize("name", SETTINGS)
@given(header=st.text())
def test_no_header_breaks_the_check(name: str, header: str) -> None:
    given = dict.fromkeys(
        ("authorization", "tiktok-signature", "x-twitter-webhooks-signature"), header
    )
    with pytest.raises(Rejected):
        channel(name).verify(Request(b"{}", given), config(name))


@pytest.mark.parametrize("name", SETTINGS)
@given(body=st.binary())
def test_any_bytes_are_read_or_malformed(name: str, body: bytes) -> None:
    with suppress(Malformed):
        received(name, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("name", SETTINGS)
@given(data=st.data())
def test_no_mutation_of_a_payload_breaks_the_reading(name: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for folder, case in CASES if folder == name]))
    _, request = recorded(name, case)
    document = json.loads(request.body)
    if isinstance(document.get("content"), str):
        document["content"] = json.loads(document["content"])
    places = list(_places(document))
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(JSON)
    items: list[Item] = received(name, document)
    assert items is not None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
