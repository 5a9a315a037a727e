"""LINE's webhooks: every recorded one, the finer points, and what nobody's bytes may break."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator
from pydantic import ValidationError
from tests.channels.line_cases import (
    CASES,
    GROUP,
    RINA,
    SECRET,
    USER,
    batch,
    config,
    event,
    line,
    received,
    recorded,
    signature,
)

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Deleted,
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Rejected,
    Request,
    Sender,
)

# --- our items in the words of the expected files ------------------------------------------------


def person(sender: Sender) -> dict[str, Any]:
    """A group that keeps back who writes is nobody in the expected files."""
    first = sender.handles[0]
    assert first.verified
    known = first.value if first.kind == "line" else None
    named: dict[str, Any] = {"id": known, "name": None, "username": None}
    others = {"other_ids": {"line_user_id": known}} if known else {}
    return named | {"phone_e164": None, "email": None} | others


def described(item: Item) -> dict[str, Any]:
    at = getattr(item, "at", None)
    when = {"timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None}
    match item:
        case Inbound():
            interactive = item.extra.get("interactive")
            group = item.extra.get("group")
            return when | {
                "type": "postback" if interactive else "message",
                "direction": "inbound",
                "sender": person(item.sender),
                "kind": item.kind,
                "text": item.text or None,
                "media": [
                    {
                        "ref": file.id,
                        "filename": file.name,
                        "size": file.size,
                        "duration": item.extra.get("duration"),
                    }
                    for file in item.attachments
                ],
                "provider_message_id": None if interactive else item.id,
                "reply_to": item.reply_to or None,
                "standby": item.extra.get("standby", False),
                "group": {"id": group["id"]} if group else None,
                "interactive": interactive
                and {key: interactive.get(key) for key in ("type", "id", "title", "params")},
            }
        case Deleted():
            return when | {"type": "message_delete", "target_message_id": item.target}
        case ConsentStated():
            return when | {
                "type": "opt_in" if item.granted else "opt_out",
                "sender": person(item.sender),
                "consent": {"scope": "all", "granted": item.granted},
            }
        case AccountNotice():
            return when | {"type": "account"}
        case Ignored():
            return {"type": "verification" if item.what == "verification" else "ignored"}
    raise AssertionError(f"LINE reports no {item}")


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_batch_says_what_it_says(case: str) -> None:
    expected, request = recorded(case)
    line().verify(request, config())
    items = list(line().receive(request))
    assert all(item.to == "" for item in items)  # the signature says whose it is
    found = [described(item) for item in items]
    assert len(found) == len(expected["events"])
    for ours, theirs in zip(found, expected["events"], strict=True):
        for key in sorted(ours.keys() & theirs.keys() - {"media"}):
            assert ours[key] == theirs[key], key
        assert len(ours.get("media", [])) == len(theirs["media"])
        for file, wanted in zip(ours.get("media", []), theirs["media"], strict=True):
            for key in file.keys() & wanted.keys():
                assert file[key] == wanted[key], key


@pytest.mark.parametrize("case", CASES)
def test_another_secret_or_another_byte_is_rejected(case: str) -> None:
    _, request = recorded(case)
    with pytest.raises(Rejected):
        line().verify(request, config(channel_secret="another"))
    with pytest.raises(Rejected):
        line().verify(Request(request.body + b" ", request.headers), config())
    with pytest.raises(Rejected):
        line().verify(Request(request.body), config())
    line().verify(request, config(channel_secret="new", channel_secret_previous=SECRET))


def accepted(body: str, given: str, secret: str) -> bool:
    request = Request(body.encode(), {"x-line-signature": given})
    try:
        line().verify(request, config(channel_secret=secret))
    except Rejected:
        return False
    return True


@given(st.text(), st.text(min_size=1), st.text())
def test_lines_own_validator_agrees(body: str, secret: str, other: str) -> None:
    theirs = SignatureValidator(secret)
    for sent in (signature(body.encode(), secret), other):
        assert accepted(body, sent, secret) == theirs.validate(body, sent)


@pytest.mark.parametrize(
    "changes",
    [
        {"channel_secret": ""},
        {"access_token": " \n"},
        {"access_token": "tökén"},
        {"channel_id": "1/2"},
        {"api_base": "ftp://x"},
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        config(**changes)


def test_files_are_fetched_from_lines_other_host_or_from_the_stand_in() -> None:
    assert config().data_base == "https://api-data.line.me"
    assert config(api_base="http://127.0.0.1:1/").data_base == "http://127.0.0.1:1"
    assert line().addresses(config()) == ("1234567890",)


# --- what the samples do not pin down --------------------------------------------------------------


def inbound(content: dict[str, Any], **members: Any) -> Inbound:
    (item,) = received(batch(event("message", message={"id": "444", **content}, **members)))
    assert isinstance(item, Inbound)
    return item


def test_a_reply_token_goes_along_in_the_address() -> None:
    said = {"type": "text", "text": "halo"}
    assert inbound(said).address == USER
    assert inbound(said, replyToken="nHuyWiB7").address == f"{USER};reply=nHuyWiB7@1794279600000"
    assert inbound(said, replyToken="0" * 32).address == USER
    assert inbound(said, replyToken="a;b").address == USER
    source = {"type": "group", "groupId": GROUP, "userId": USER}
    item = inbound(said, source=source, replyToken="nHuyWiB7")
    assert item.address == f"{GROUP};reply=nHuyWiB7@1794279600000"
    assert item.sender.handles == (RINA,)
    assert item.extra["group"] == {"id": GROUP, "type": "group"}
    room = inbound(said, source={"type": "room", "roomId": "R1"})
    assert (room.address, room.sender.handles) == ("R1", (Handle("line_group", "R1"),))


def test_pictures_sent_together_are_one_album() -> None:
    images = {"id": "E005D41A", "index": 1, "total": 2}
    item = inbound({"type": "image", "contentProvider": {"type": "line"}, "imageSet": images})
    assert item.extra["album"] == images
    (picture,) = item.attachments
    assert (picture.id, picture.url, picture.mime) == ("444", "", "image/jpeg")


def test_a_file_kept_elsewhere_is_fetched_there() -> None:
    provider = {"type": "external", "originalContentUrl": "https://a.id/b.mp4"}
    item = inbound({"type": "video", "contentProvider": provider, "duration": 1500})
    (film,) = item.attachments
    assert (film.id, film.url, item.extra["duration"]) == ("", "https://a.id/b.mp4", 1.5)


def test_a_sticker_and_a_place() -> None:
    sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
    item = inbound({"type": "sticker", **sticker, "keywords": ["love"]})
    assert (item.kind, item.attachments) == ("sticker", ())
    named = {"package": "446", "id": "1988", "type": "STATIC", "keywords": ["love"]}
    assert item.extra["sticker"] == named
    place = inbound({"type": "location", "latitude": -6.2, "longitude": 106.8, "title": "Toko"})
    assert place.extra["location"] == {"lat": -6.2, "lon": 106.8, "name": "Toko"}


def test_a_mention_of_the_account_is_noted() -> None:
    mentioned = {"mentionees": [{"index": 0, "length": 5, "type": "user", "isSelf": True}]}
    item = inbound({"type": "text", "text": "@Toko", "mention": mentioned})
    assert item.extra == {"mentioned": True}


@pytest.mark.parametrize(
    "content",
    [{"type": "hologram"}, {"type": "text"}, {"type": "location", "latitude": "x"}, {}],
)
def test_what_cannot_be_shown_is_said_and_kept(content: dict[str, Any]) -> None:
    item = inbound(content)
    assert item.kind == "unsupported"
    assert item.extra["unsupported"] == {"provider_type": content.get("type", "")}
    assert item.extra["raw"]["id"] == "444"


def test_a_batch_is_read_event_by_event() -> None:
    items = received(
        batch(
            event("message", message={"id": "1", "type": "text", "text": "a"}),
            event("hologram"),
            "broken",
            event("unsend", unsend={"messageId": "1"}),
            event("unfollow"),
            event("botSuspended"),
            event("join"),
            event("message", message={"id": "2", "type": "text", "text": "b"}),
        )
    )
    kinds = [type(item) for item in items]
    assert kinds == [
        *(Inbound, Ignored, Ignored, Deleted, ConsentStated, AccountNotice, Ignored, Inbound)
    ]
    deleted, left, notice = items[3:6]
    assert isinstance(deleted, Deleted)
    assert isinstance(left, ConsentStated)
    assert isinstance(notice, AccountNotice)
    assert deleted.target == "1"
    assert (left.granted, left.purpose) == (False, "service")
    assert notice.alert


@pytest.mark.parametrize(
    "one",
    [
        event("message", source={}, message={"id": "1", "type": "text", "text": "x"}),
        event("message", message={"type": "text", "text": "x"}),
        event("unsend"),
        event("postback"),
        event("follow", source=None),
    ],
)
def test_what_says_too_little_is_ignored(one: dict[str, Any]) -> None:
    (item,) = received(batch(one))
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
        if isinstance(item, Inbound | Deleted | ConsentStated | AccountNotice):
            assert item.id
        if isinstance(item, Inbound):
            assert item.address
        for member in ("raw", "extra", "detail"):
            json.dumps(getattr(item, member, None), allow_nan=False, ensure_ascii=False).encode()


@given(st.binary())
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        storable(received(body))
    with pytest.raises(Rejected):
        line().verify(Request(body, {"x-line-signature": "é"}), config())


@given(JSON)
def test_any_json_is_read_or_malformed(value: Any) -> None:
    try:
        storable(received(json.dumps(value)))
    except Malformed:
        assert not isinstance(value, dict)


@given(st.data())
def test_a_batch_with_anything_in_any_place_is_read(data: st.DataObject) -> None:
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
