"""Every recorded payload of WhatsApp's: its signature, and what it says."""

from base64 import b64decode
from typing import Any

import pytest
from tests.channels.whatsapp_cases import CASES, config, recorded, whatsapp

from sambung.channels import (
    AccountNotice,
    CallProgressed,
    ConsentStated,
    Deleted,
    Edited,
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Reacted,
    Rejected,
    Request,
    Sender,
    StatusReported,
)

# --- our items in the words of the expected files ------------------------------------------------


def person(sender: Sender) -> dict[str, Any]:
    """As `sender` stands in the expected files."""
    phones = [handle.value for handle in sender.handles if handle.kind == "phone"]
    bsuids = [handle.value for handle in sender.handles if handle.kind == "whatsapp"]
    parents = [handle.value for handle in sender.handles if handle.kind == "whatsapp_parent"]
    assert all(handle.verified and not handle.scope for handle in sender.handles)
    return {
        "id": sender.handles[0].value,
        "name": sender.name or None,
        "username": sender.username or None,
        "phone_e164": phones[0] if phones else None,
        "email": None,
        "other_ids": {
            "bsuid": bsuids[0] if bsuids else None,
            "wa_id": phones[-1].removeprefix("+") if phones else None,
            **({"parent_bsuid": parents[0]} if parents else {}),
        },
    }


def identity(handles: tuple[Handle, ...]) -> dict[str, Any]:
    by_kind = {handle.kind: handle.value for handle in reversed(handles)}
    return {"bsuid": by_kind.get("whatsapp"), "phone_e164": by_kind.get("phone")}


def described(item: Item) -> dict[str, Any]:
    """An item in the words of the expected files."""
    common: dict[str, Any] = {"account_id": item.to}
    if not isinstance(item, Ignored):
        at = getattr(item, "at", None)
        common["timestamp"] = at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
    match item:
        case Inbound():
            return common | inbound(item)
        case Edited():
            return common | {
                "type": "message_edit",
                "text": item.text or None,
                "provider_message_id": item.id,
                "target_message_id": item.target,
            }
        case Deleted():
            return common | {
                "type": "message_delete",
                "provider_message_id": item.id,
                "target_message_id": item.target,
            }
        case Reacted():
            return common | {
                "type": "reaction",
                "direction": "outbound" if item.outgoing else "inbound",
                "recipient" if item.outgoing else "sender": person(item.sender),
                "provider_message_id": item.id,
                "target_message_id": item.target,
                "reaction": {
                    "emoji": item.emoji or None,
                    "action": "add" if item.emoji else "remove",
                },
            }
        case StatusReported():
            return common | status(item)
        case IdentityChanged():
            return common | {
                "type": "identity_change",
                "identity": {"old": identity(item.old), "new": identity(item.new)},
            }
        case ConsentStated():
            return common | {
                "type": "opt_in" if item.granted else "opt_out",
                "sender": person(item.sender),
                "consent": {"scope": item.purpose, "granted": item.granted},
            }
        case CallProgressed():
            return common | call(item)
        case AccountNotice():
            named = {"what": item.what, "state": item.detail.get("state")}
            template = {key: item.detail.get(key) for key in ("template", "language")}
            event = named | (template if template["template"] else {})
            return common | {"type": "account", "account_event": event, "alert": item.alert}
        case Ignored():
            assert item.what
            return common | {"type": "ignored"}
    raise AssertionError(f"WhatsApp reports no {item}")


def inbound(item: Inbound) -> dict[str, Any]:
    interactive = dict(item.extra.get("interactive", {}))
    permission = interactive.get("type") == "call_permission"
    if permission:
        interactive = {"type": "call_permission", "id": interactive["id"], "title": None}
    address = (person(item.sender)["other_ids"]["wa_id"]) or item.sender.handles[0].value
    unsupported = item.extra.get("unsupported", {})
    return {
        "type": "postback" if permission else "message",
        "direction": "outbound" if item.outgoing else "inbound",
        "recipient" if item.outgoing else "sender": person(item.sender),
        "kind": item.kind,
        "text": item.text or None,
        "media": [
            {
                "ref_type": "media_id",
                "ref": file.id,
                "mime": file.mime,
                "sha256": file.sha256,
                **({"filename": file.name} if file.name else {}),
                **({"animated": True} if item.extra.get("animated") else {}),
            }
            for file in item.attachments
        ],
        "provider_message_id": item.id,
        "reply_to": item.reply_to or None,
        "automatic": item.automatic,
        "address": None if item.address == address else item.address,
        **({"interactive": interactive} if interactive else {}),
        **{
            key: item.extra[key]
            for key in (
                "contacts",
                "forwarded",
                "frequently_forwarded",
                "group_id",
                "identifies_sender",
                "location",
                "order",
                "product",
                "referral",
            )
            if key in item.extra
        },
        **(
            {"unsupported": {key: unsupported[key] for key in ("provider_type", "code")}}
            if unsupported
            else {}
        ),
    }


def status(item: StatusReported) -> dict[str, Any]:
    recipient = item.extra.get("recipient", {})
    error = None
    if item.state == "failed":
        error = {
            "code": int(item.code) if item.code else None,
            "reason": item.reason,
        }
    else:
        assert item.reason is None
    pricing = item.extra.get("pricing")
    return {
        "type": "status",
        "provider_message_id": item.target,
        "status": {
            "state": item.state,
            "recipient": {
                "bsuid": recipient.get("whatsapp"),
                "phone_e164": recipient.get("phone"),
            },
            "error": error,
            "correlation": item.message or None,
            "played": item.extra.get("played", False),
            "pricing": {key: pricing[key] for key in ("type", "category")} if pricing else None,
        },
    }


def call(item: CallProgressed) -> dict[str, Any]:
    session = item.extra.get("session", {})
    return {
        "type": "call",
        "direction": "outbound" if item.outgoing else "inbound",
        "sender": person(item.sender),
        "kind": "call",
        "call_event_id": item.id,
        "call": {
            "call_id": item.call,
            "state": item.event,
            "duration_seconds": item.extra.get("duration"),
            "sdp_type": session.get("sdp_type"),
            "answered": item.extra.get("answered"),
        },
    }


# --- and the two compared --------------------------------------------------------------------------

ACTIONS = {"window_closed_use_template": "window_closed"}


def wanted(event: dict[str, Any]) -> dict[str, Any]:
    """An expected event, with what it leaves unsaid."""
    if event["type"] in ("message", "postback"):
        event = {"automatic": False, "address": None, **event}
    if event["type"] == "status":
        said = {"correlation": None, "played": False, "pricing": None, **event["status"]}
        error = said["error"] and {
            "code": said["error"]["code"],
            "reason": said["error"].get("reason") or ACTIONS[said["error"]["action"]],
        }
        keys = ("state", "recipient", "correlation", "played", "pricing")
        event = {**event, "status": {key: said[key] for key in keys} | {"error": error}}
    return event


def agrees(found: dict[str, Any], event: dict[str, Any]) -> None:
    """Everything both speak of is the same."""
    expected = wanted(event)
    for key in sorted(expected.keys() & found.keys()):
        ours, theirs = found[key], expected[key]
        if key == "text" and theirs is None and expected["kind"] in ("location", "contacts"):
            continue  # ours reads the place or the card out, for lists and search
        if key == "media":
            agree_on_media(ours, theirs)
        elif key in ("call", "location", "referral"):  # we keep more of these
            assert ours.items() >= theirs.items(), key
        elif key != "sender" or theirs:
            assert ours == theirs, key


def agree_on_media(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        for key in ("ref_type", "ref", "mime", "filename", "animated"):
            assert ours.get(key) == theirs.get(key), key
        assert bytes.fromhex(ours["sha256"]) == b64decode(theirs["sha256_b64"])


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_payload_says_what_it_says(case: str) -> None:
    expected, request = recorded(case)
    if not expected["signature"].get("valid", True):
        with pytest.raises(Rejected):
            whatsapp().verify(request, config())
        return
    whatsapp().verify(request, config())
    items = list(whatsapp().receive(request))
    consents = [
        item for item in items if isinstance(item, ConsentStated) and item.purpose == "calls"
    ]
    found = [described(item) for item in items if item not in consents]
    assert len(found) == len(expected["events"])
    for ours, theirs in zip(found, expected["events"], strict=True):
        agrees(ours, theirs)
    permissions = [event["consent"] for event in expected["events"] if event["type"] == "postback"]
    assert [item.granted for item in consents] == [each["granted"] for each in permissions]


@pytest.mark.parametrize("case", CASES)
def test_another_secret_or_another_byte_is_rejected(case: str) -> None:
    _, request = recorded(case)
    with pytest.raises(Rejected):
        whatsapp().verify(request, config(app_secret="another"))
    with pytest.raises(Rejected):
        whatsapp().verify(Request(request.body + b" ", request.headers), config())
    with pytest.raises(Rejected):
        whatsapp().verify(Request(request.body), config())
