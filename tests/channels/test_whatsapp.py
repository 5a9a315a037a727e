"""WhatsApp's webhooks: who may speak, the finer points, and what nobody's bytes may break."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from tests.channels.whatsapp_cases import (
    CASES,
    FOLDER,
    SETTINGS,
    config,
    received,
    recorded,
    whatsapp,
)

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Deleted,
    Edited,
    Handle,
    IdentityChanged,
    Inbound,
    Item,
    Malformed,
    Reacted,
    Rejected,
    Reply,
    Request,
)

# --- who may speak -------------------------------------------------------------------------------


def test_the_previous_secret_is_accepted_while_it_is_being_changed() -> None:
    _, request = recorded("text")
    whatsapp().verify(request, config(app_secret="new", app_secret_previous=SETTINGS["app_secret"]))
    with pytest.raises(Rejected):
        whatsapp().verify(request, config(app_secret="new", app_secret_previous=""))


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "verify-token-uji"}, Reply(200, "1158")),
        ({"hub.mode": "subscribe", "hub.verify_token": "é"}, Reply(403)),
        ({"hub.mode": "subscribe"}, Reply(403)),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "verify-token-uji"}, Reply(403)),
    ],
)
def test_the_handshake_is_answered_to_who_knows_the_token(
    query: dict[str, str], reply: Reply
) -> None:
    request = Request(b"", method="GET", query={**query, "hub.challenge": "1158"})
    assert whatsapp().handshake(request, config()) == reply


def test_a_post_and_a_plain_get_are_no_handshake() -> None:
    assert whatsapp().handshake(Request(b"{}"), config()) is None
    assert whatsapp().handshake(Request(b"", method="GET"), config()) is None


def test_a_connection_is_addressed_by_its_number_and_by_its_account() -> None:
    assert whatsapp().addresses(config()) == ("552100000000011", "108554321098765")


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": " \n"},
        {"access_token": "tökén"},
        {"access_token": "a\nb"},
        {"app_secret": ""},
        {"verify_token": ""},
        {"phone_number_id": "1/../2"},
        {"api_base": "ftp://x"},
        {"api_version": "26"},
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        config(**changes)


def test_a_pasted_token_loses_its_line_end_and_the_api_address_its_slash() -> None:
    given = config(access_token="abc\n", api_base="http://127.0.0.1:1/")
    assert given.access_token == SecretStr("abc")
    assert given.api_base == "http://127.0.0.1:1"


def test_every_field_of_the_form_is_explained_in_both_languages() -> None:
    for name, field in whatsapp().config.model_json_schema()["properties"].items():
        for key in ("title", "description", "title_id", "description_id"):
            assert field.get(key), f"{name} lacks {key}"


# --- details the recorded payloads do not pin down -----------------------------------------------


def test_a_click_on_an_ad_opens_three_days_and_keeps_the_click() -> None:
    _, request = recorded("ad_referral")
    (item,) = whatsapp().receive(request)
    assert isinstance(item, Inbound)
    assert item.window == timedelta(hours=72)
    assert item.extra["referral"]["click_id"] == "ARAuji1"


def test_call_permission_is_recorded_as_consent_with_its_end() -> None:
    _, request = recorded("call_permission_reply")
    said, consent = whatsapp().receive(request)
    assert isinstance(said, Inbound)
    assert isinstance(consent, ConsentStated)
    assert (consent.purpose, consent.granted) == ("calls", True)
    assert consent.until == datetime(2026, 11, 17, 3, 20, tzinfo=UTC)
    assert consent.id != said.id


def test_a_customer_without_a_phone_is_answered_by_bsuid() -> None:
    _, request = recorded("text_username_no_phone")
    (item,) = whatsapp().receive(request)
    assert isinstance(item, Inbound)
    assert item.address == "ID.9920017745310088"
    assert item.sender.handles == (Handle("whatsapp", "ID.9920017745310088"),)


def test_old_and_new_spelling_of_a_number_are_both_known() -> None:
    _, request = recorded("own_brazil_ninth_digit")
    (item,) = whatsapp().receive(request)
    assert isinstance(item, Inbound)
    assert item.address == "551187654321"
    assert [handle.value for handle in item.sender.handles] == [
        "BR.55",
        "+5511987654321",
        "+551187654321",
    ]


def test_a_notice_delivered_twice_has_one_id_and_another_has_another() -> None:
    approved, rejected = recorded("template_status")[1], recorded("own_template_rejected")[1]
    ids = [
        item.id
        for request in (approved, approved, rejected)
        for item in whatsapp().receive(request)
        if isinstance(item, AccountNotice)
    ]
    assert ids[0] == ids[1] != ids[2]


# --- whatever comes ------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PAYLOADS = [json.loads(recorded(case)[1].body.replace(b"\\ud83d\\u0000", b"")) for case in CASES]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def storable(items: list[Item]) -> None:
    for item in items:
        assert item.to is not None
        if isinstance(item, Inbound | Edited | Deleted | Reacted | IdentityChanged | AccountNotice):
            assert item.id
        for member in ("raw", "extra", "detail"):
            text = json.dumps(getattr(item, member, None), allow_nan=False, ensure_ascii=False)
            assert "\\u0000" not in text
            text.encode()


@given(st.binary())
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        storable(received(body))
    with pytest.raises(Rejected):
        whatsapp().verify(Request(body, {"x-hub-signature-256": "sha256=é"}), config())


@given(JSON)
def test_any_json_is_read_or_malformed(value: Any) -> None:
    try:
        storable(received(json.dumps(value)))
    except Malformed:
        assert not isinstance(value, dict)


@given(st.data())
def test_a_payload_with_anything_in_any_place_is_read(data: st.DataObject) -> None:
    payload = json.loads(json.dumps(data.draw(st.sampled_from(PAYLOADS))))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(payload))))
        if data.draw(st.booleans()):
            container[key] = data.draw(JSON)
        else:
            del container[key]
        if not payload:
            break
    storable(received(payload))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"[" * 100_000, b"\xff", b"1" * 9999])
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        received(body)


def test_a_deep_or_endless_value_costs_nothing_but_itself() -> None:
    deep = '{"a":' * 500 + "1" + "}" * 500
    text = (FOLDER / "text.json").read_text().replace('"entry"', f'"x":{deep},"y":1e999,"entry"')
    (item,) = received(text)
    assert isinstance(item, Inbound)
