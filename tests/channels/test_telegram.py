"""Telegram's updates: every recorded one, the finer points, and what nobody's bytes may break."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.channels.telegram_cases import (
    CASES,
    HEADER,
    RIZKY,
    SETTINGS,
    config,
    message,
    received,
    recorded,
    telegram,
    update,
)

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Deleted,
    Edited,
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Reacted,
    Rejected,
    Request,
    Sender,
)

# --- our items in the words of the expected files ------------------------------------------------


def person(sender: Sender) -> dict[str, Any]:
    assert all(handle.verified and not handle.scope for handle in sender.handles)
    first = sender.handles[0]
    phones = [handle.value for handle in sender.handles if handle.kind == "phone"]
    return {
        "id": first.value,
        "name": sender.name or None,
        "username": sender.username or None,
        "phone_e164": phones[0] if phones else None,
        "email": None,
        "other_ids": {"telegram_user_id": first.value},
    }


def described(item: Item) -> dict[str, Any]:
    at = getattr(item, "at", None)
    when = {"timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ")} if at else {}
    match item:
        case Inbound():
            return when | {
                "type": "postback" if item.extra.get("interactive") else "message",
                "direction": "outbound" if item.outgoing else "inbound",
                "sender": person(item.sender),
                "kind": item.kind,
                "text": item.text or None,
                "media": [
                    {"ref": file.id, "mime": file.mime, "filename": file.name, "size": file.size}
                    for file in item.attachments
                ],
                "provider_message_id": item.id,
                "reply_to": item.reply_to or None,
                "conversation_key": item.address,
                "album_id": item.extra.get("album", {}).get("id"),
                **{
                    key: item.extra[key]
                    for key in ("contacts", "identifies_sender", "quote", "command", "location")
                    if key in item.extra
                },
            }
        case Edited():
            return when | {
                "type": "message_edit",
                "text": item.text or None,
                "target_message_id": item.target,
            }
        case Deleted():
            return {"type": "message_delete", "target_message_id": [item.target]}
        case Reacted():
            return when | {
                "type": "reaction",
                "sender": person(item.sender),
                "target_message_id": item.target,
                "reaction": {"emoji": item.emoji or None, "action": "set", "all": [item.emoji]},
            }
        case ConsentStated():
            return when | {
                "type": "opt_in" if item.granted else "opt_out",
                "sender": person(item.sender),
            }
        case IdentityChanged():
            return when | {
                "type": "identity_change",
                "identity": {
                    "old": {"chat_id": item.old[0].value},
                    "new": {"chat_id": item.new[0].value},
                },
            }
        case AccountNotice():
            return when | {"type": "account"}
        case Ignored():
            return {"type": "ignored", "reason": item.what}
    raise AssertionError(f"Telegram reports no {item}")


def joined(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The expected files tell of several deletions at once."""
    if len(found) < 2:
        return found
    targets = [target for one in found for target in one["target_message_id"]]
    return [{**found[0], "target_message_id": targets}]


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_update_says_what_it_says(case: str) -> None:
    expected, request = recorded(case)
    telegram().verify(request, config())
    items = list(telegram().receive(request))
    assert all(item.to == "" for item in items)  # the secret says whose it is, the update does not
    found = joined([described(item) for item in items])
    assert len(found) == len(expected["events"])
    for ours, theirs in zip(found, expected["events"], strict=True):
        for key in sorted(ours.keys() & theirs.keys() - {"media"}):
            assert ours[key] == theirs[key], key
        assert len(ours.get("media", [])) == len(theirs["media"])
        for file, wanted in zip(ours.get("media", []), theirs["media"], strict=True):
            for key in file.keys() & wanted.keys():
                assert file[key] == wanted[key], key


@pytest.mark.parametrize("case", CASES)
def test_another_secret_is_rejected(case: str) -> None:
    _, request = recorded(case)
    with pytest.raises(Rejected):
        telegram().verify(request, config(webhook_secret="another"))
    with pytest.raises(Rejected):
        telegram().verify(Request(request.body), config())
    with pytest.raises(Rejected):
        telegram().verify(Request(request.body, {HEADER: "é"}), config())


def test_the_previous_secret_is_accepted_while_it_is_being_changed() -> None:
    _, request = recorded("text")
    before = SETTINGS["webhook_secret"]
    telegram().verify(request, config(webhook_secret="new", webhook_secret_previous=before))
    with pytest.raises(Rejected):
        telegram().verify(request, config(webhook_secret="new", webhook_secret_previous=""))
    empty = Request(request.body, {HEADER: ""})
    with pytest.raises(Rejected):
        telegram().verify(empty, config(webhook_secret="new", webhook_secret_previous=""))


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_token": "AAE"},
        {"bot_token": "7:"},
        {"bot_token": "7:a/../b"},
        {"bot_token": "7:a b"},
        {"webhook_secret": ""},
        {"webhook_secret": "a b"},
        {"webhook_secret": "x" * 257},
        {"delivery": "pigeon"},
        {"api_base": "ftp://x"},
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        config(**changes)
    assert SETTINGS["bot_token"] not in str(refused.value)


def test_a_bot_is_addressed_by_the_number_its_token_begins_with() -> None:
    pasted = config(bot_token=SETTINGS["bot_token"] + "\n", api_base="http://127.0.0.1:1/")
    assert telegram().addresses(pasted) == ("7000000077",)
    assert pasted.api_base == "http://127.0.0.1:1"


# --- what the samples do not pin down --------------------------------------------------------------


def inbound(**content: Any) -> Inbound:
    (item,) = received(update(message=message(**content)))
    assert isinstance(item, Inbound)
    return item


FILE = {"file_id": "F1", "file_unique_id": "U1"}


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        ({"video": FILE}, "video", "video/mp4"),
        ({"video_note": {**FILE, "duration": 3, "length": 240}}, "video", "video/mp4"),
        ({"audio": {**FILE, "performer": "A", "title": "B"}}, "audio", "audio/mpeg"),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, "document", "application/pdf"),
        ({"sticker": {**FILE, "emoji": "👍"}}, "sticker", "image/webp"),
        ({"sticker": {**FILE, "is_animated": True}}, "sticker", "application/x-tgsticker"),
        ({"sticker": {**FILE, "is_video": True}}, "sticker", "video/webm"),
        ({"live_photo": {**FILE}, "photo": [FILE]}, "image", "image/jpeg"),
    ],
)
def test_each_kind_of_file_is_one_attachment(content: dict[str, Any], kind: str, mime: str) -> None:
    item = inbound(**content)
    assert item.kind == kind
    assert [(file.id, file.mime) for file in item.attachments] == [("F1", mime)]
    assert item.text == ""


def test_a_venue_is_one_place_with_its_name_and_a_live_location_says_so() -> None:
    place = {"latitude": -6.2, "longitude": 106.8}
    venue = {"location": place, "title": "Toko", "address": "Jl. Satu 1"}
    item = inbound(venue=venue, location=place)
    named = {"lat": -6.2, "lon": 106.8, "name": "Toko", "address": "Jl. Satu 1"}
    assert (item.kind, item.extra["location"]) == ("location", named)
    assert inbound(location={**place, "live_period": 60}).extra["location"]["live"] is True
    (moved,) = received(update(edited_message=message(location=place, edit_date=1794279700)))
    assert isinstance(moved, Edited)
    assert moved.text == ""


@pytest.mark.parametrize(
    ("content", "named", "text"),
    [
        ({"poll": {"question": "Ukuran?", "options": [{"text": "42"}]}}, "poll", "Ukuran?\n– 42"),
        ({"dice": {"emoji": "🎲", "value": 5}}, "dice", "🎲 5"),
        ({"story": {"id": 1}}, "story", ""),
        ({"paid_media": {"star_count": 1}, "caption": "beli"}, "paid_media", "beli"),
        ({"hologram": {"x": 1}}, "hologram", ""),
        ({}, "", ""),
    ],
)
def test_what_cannot_be_shown_is_said_and_kept(
    content: dict[str, Any], named: str, text: str
) -> None:
    item = inbound(**content)
    assert (item.kind, item.text) == ("unsupported", text)
    assert item.extra["unsupported"] == {"provider_type": named}
    assert item.extra["raw"]["message_id"] == 101


def test_entities_count_utf_16_units() -> None:
    text = "👍 lihat sini"
    entities = [{"type": "text_link", "offset": 3, "length": 5, "url": "https://a.id"}]
    item = inbound(text=text, entities=entities)
    assert item.text == text
    assert item.extra["links"] == [{"text": "lihat", "url": "https://a.id"}]
    named = [{"type": "bot_command", "offset": 0, "length": 12}]
    assert inbound(text="/start@TokoB x", entities=named).extra["command"] == {
        "name": "start",
        "args": "x",
    }


def test_only_the_senders_own_number_identifies_them() -> None:
    card = {"phone_number": "+62 812 1234 5678", "first_name": "Rizky"}
    own = inbound(contact={**card, "user_id": 5512345678})
    assert own.sender.handles == (RIZKY, Handle("phone", "+6281212345678"))
    for other in ({**card, "user_id": 1}, card, {**card, "user_id": "é"}):
        assert inbound(contact=other).sender.handles == (RIZKY,)
    local = inbound(contact={"phone_number": "0812", "first_name": "R", "user_id": 5512345678})
    assert local.sender.handles == (RIZKY,)
    assert local.extra["contacts"] == [{"name": "R", "phones": ["0812"]}]


TOPIC = {"id": -100123, "type": "supergroup", "title": "Grup", "is_forum": True}


def test_a_group_is_answered_where_it_was_written_in_the_topic() -> None:
    begun = {"message_id": 7, "forum_topic_created": {}, "chat": TOPIC}
    item = inbound(
        chat=TOPIC, text="x", message_thread_id=7, is_topic_message=True, reply_to_message=begun
    )
    assert item.id == "-100123:101"
    assert item.address == "-100123;thread=7"
    assert item.reply_to == ""
    assert item.sender.handles == (RIZKY,)
    assert item.extra["group"] == {"id": "-100123", "title": "Grup"}


def test_a_chat_that_speaks_as_itself_is_the_sender() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    item = inbound(**{"from": anonymous}, chat=TOPIC, sender_chat=TOPIC, text="x")
    assert item.sender == Sender((Handle("telegram_chat", "-100123"),), name="Grup")
    assert not item.automatic
    assert inbound(**{"from": {"id": 5, "is_bot": True}}, text="x").automatic


def test_a_business_accounts_chat_knows_who_writes() -> None:
    owner = {"id": 99, "is_bot": False, "first_name": "Bu Sri"}
    bought = {"business_connection_id": "BC1", "text": "x"}
    (theirs,) = received(update(business_message=message(**bought)))
    (ours,) = received(update(business_message=message(**bought, **{"from": owner})))
    assert isinstance(theirs, Inbound)
    assert isinstance(ours, Inbound)
    assert (theirs.outgoing, ours.outgoing) == (False, True)
    assert theirs.sender.handles == ours.sender.handles == (RIZKY,)
    assert ours.sender.name == "Rizky"
    assert theirs.address == "5512345678;business=BC1"


def test_a_business_account_that_leaves_is_an_alert() -> None:
    told = {"id": "BC1", "user": {"id": 99, "first_name": "Bu Sri"}, "date": 1794279600}
    (lost,) = received(update(business_connection={**told, "is_enabled": False}))
    given = {**told, "is_enabled": True, "rights": {"can_reply": True}}
    (had,) = received(update(business_connection=given))
    assert isinstance(lost, AccountNotice)
    assert isinstance(had, AccountNotice)
    assert (lost.alert, had.alert) == (True, False)
    assert had.detail["owner"] == "Bu Sri"


def test_a_tapped_button_says_its_title_and_what_it_stands_under() -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
    query = {"id": "44", "from": message()["from"], "data": "y"}
    (item,) = received(
        update(callback_query={**query, "message": message(message_id=99, reply_markup=markup)})
    )
    assert isinstance(item, Inbound)
    assert (item.id, item.kind, item.text) == ("callback:44", "interactive_reply", "Ya")
    assert item.extra["interactive"] == {"type": "callback", "id": "y", "title": "Ya"}
    assert (item.address, item.reply_to) == ("5512345678", "5512345678:99")
    (alone,) = received(update(callback_query=query))
    assert isinstance(alone, Inbound)
    assert (alone.address, alone.reply_to) == ("5512345678", "")


@pytest.mark.parametrize(("status", "granted"), [("kicked", False), ("member", True)])
def test_blocking_the_bot_is_consent_taken_back(status: str, granted: bool) -> None:
    told = {**message(), "new_chat_member": {"status": status}}
    (item,) = received(update(my_chat_member=told))
    assert isinstance(item, ConsentStated)
    assert (item.purpose, item.granted) == ("service", granted)
    (elsewhere,) = received(update(my_chat_member={**told, "chat": TOPIC}))
    assert isinstance(elsewhere, Ignored)


def test_reactions_taken_off_paid_and_custom() -> None:
    told = {**message(), "user": message()["from"], "old_reaction": []}
    emojis = []
    for now in ([], [{"type": "paid"}], [{"type": "custom_emoji", "custom_emoji_id": "1"}]):
        (item,) = received(update(message_reaction={**told, "new_reaction": now}))
        assert isinstance(item, Reacted)
        emojis.append(item.emoji)
    assert emojis == ["", "⭐", "❔"]


@pytest.mark.parametrize(
    "body",
    [
        update(inline_query={"id": "1"}),
        update(message_reaction_count={"chat": {}}),
        update(channel_post=message(text="x")),
        update(message=message(new_chat_members=[])),
        update(message=message(migrate_from_chat_id=-1)),
        update(message={"text": "x"}),
        update(message=5),
        update(),
        {},
    ],
)
def test_what_is_nothing_for_the_record_is_ignored(body: dict[str, Any]) -> None:
    (item,) = received(body)
    assert isinstance(item, Ignored)


# --- whatever comes ------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PAYLOADS = [json.loads(recorded(case)[1].body) for case in CASES]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def storable(items: list[Item]) -> None:
    for item in items:
        if isinstance(item, Inbound | Edited | Deleted | Reacted | IdentityChanged | AccountNotice):
            assert item.id
        if isinstance(item, Inbound):
            assert item.address
        for member in ("raw", "extra", "detail"):
            json.dumps(getattr(item, member, None), allow_nan=False, ensure_ascii=False).encode()


@given(st.binary())
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        storable(received(body))


@given(JSON)
def test_any_json_is_read_or_malformed(value: Any) -> None:
    try:
        storable(received(json.dumps(value)))
    except Malformed:
        assert not isinstance(value, dict)


@given(st.data())
def test_an_update_with_anything_in_any_place_is_read(data: st.DataObject) -> None:
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


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        received(body)
