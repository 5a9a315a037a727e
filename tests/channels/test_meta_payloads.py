"""Every recorded payload of Messenger and Instagram: its signature, and what it says."""

from typing import Any

import pytest
from tests.channels.meta_cases import CASES, channel, config, recorded

from sambung.channels import (
    AccountNotice,
    Deleted,
    Edited,
    Ignored,
    Inbound,
    Item,
    Reacted,
    ReadUpTo,
    Rejected,
    Request,
    Sender,
    StatusReported,
)

_ID = {"messenger": "psid", "instagram": "igsid"}
_KINDS = {"share": "text"}  # a shared post is read out: what it is called, and where it is


def person(name: str, sender: Sender, account: str) -> dict[str, Any]:
    (handle,) = sender.handles
    assert (handle.kind, handle.scope, handle.verified) == (name, account, True)
    return {
        "id": handle.value,
        "name": sender.name or None,
        "username": sender.username or None,
        "phone_e164": None,
        "email": None,
        "other_ids": {_ID[name]: handle.value},
    }


def described(name: str, item: Item) -> dict[str, Any]:
    """An item in the words of the expected files."""
    if isinstance(item, Ignored):
        assert item.what
        return {"type": "ignored"}
    at = item.at if not hasattr(item, "on") else None
    found: dict[str, Any] = {"account_id": item.to, "timestamp": written(at)}
    match item:
        case Inbound():
            customer = person(name, item.sender, item.to)
            return found | {
                "type": "message",
                "direction": "outbound" if item.outgoing else "inbound",
                "recipient" if item.outgoing else "sender": customer,
                "kind": item.kind,
                "text": item.text or None,
                "media": [file.url for file in item.attachments],
                "provider_message_id": item.id,
                "reply_to": item.reply_to or None,
                **item.extra,
            }
        case Edited():
            return found | {
                "type": "message_edit",
                "text": item.text,
                "target_message_id": item.target,
            }
        case Deleted():
            return found | {"type": "message_delete", "target_message_id": item.target}
        case Reacted():
            return found | {
                "type": "reaction",
                "direction": "outbound" if item.outgoing else "inbound",
                "sender": person(name, item.sender, item.to),
                "target_message_id": item.target,
                "reaction": {
                    "emoji": item.emoji or None,
                    "action": "add" if item.emoji else "remove",
                },
            }
        case StatusReported() | ReadUpTo():
            return found | {
                "type": "status",
                "provider_message_id": item.target or None,
                "state": item.state,
            }
        case AccountNotice():
            return found | {"type": "account", "account_event": {"what": item.what, **item.detail}}
    raise AssertionError(item)


def written(at: Any) -> str | None:
    if at is None:
        return None
    seconds: str = at.strftime("%Y-%m-%dT%H:%M:%S")
    return seconds + (f".{at.microsecond // 1000:03}Z" if at.microsecond else "Z")


def agrees(found: dict[str, Any], event: dict[str, Any]) -> None:
    """Everything both speak of is the same."""
    assert found["type"] == event["type"]
    shared = event.keys() & found.keys()
    if event["type"] == "status":
        assert found["state"] == event["status"]["state"]
        shared -= {"status"}
    for key in sorted(shared):
        ours, theirs = found[key], event[key]
        if key == "media":
            theirs = [one["ref"] for one in theirs]
        elif key == "kind":
            theirs = _KINDS.get(theirs, theirs)
        elif key in ("account_event", "referral"):  # we keep more of these
            ours = {each: ours[each] for each in theirs}
        elif (key == "text" and event.get("kind") == "share") or (
            key == "sender" and theirs is None
        ):
            continue
        assert ours == theirs, key


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_recorded_payload_says_what_it_says(name: str, case: str) -> None:
    expected, request = recorded(name, case)
    channel(name).verify(request, config(name))
    items = list(channel(name).receive(request))
    assert len(items) == len(expected["events"])
    for item, event in zip(items, expected["events"], strict=True):
        agrees(described(name, item), event)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_another_secret_or_another_byte_is_rejected(name: str, case: str) -> None:
    _, request = recorded(name, case)
    with pytest.raises(Rejected):
        channel(name).verify(request, config(name, app_secret="another"))
    with pytest.raises(Rejected):
        channel(name).verify(Request(request.body + b" ", request.headers), config(name))
    with pytest.raises(Rejected):
        channel(name).verify(Request(request.body), config(name))
    rotated = config(name, app_secret="new", app_secret_previous="meta-app-secret-uji-0001")
    channel(name).verify(request, rotated)
