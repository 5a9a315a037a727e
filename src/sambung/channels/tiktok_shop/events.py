"""Webhooks of TikTok Shop and Tokopedia: the chat with buyers (type 14), and everything else, kept whole.

https://partner.tiktokshop.com/docv2 (Webhooks). A chat's messages come out of order: `extra["index"]` sorts them.
"""

from collections.abc import Iterator
from typing import Any

from sambung.channels import AccountNotice, Attachment, Handle, Ignored, Inbound, Item, Kind, Sender
from sambung.channels._rest.elements import Incomplete, body_of, inner, named, read
from sambung.kit.untrusted import Record, moment, only, record, text

CHAT, PERSON = "tiktok_shop", "tiktok_shop_user"
"""Buyers are known by their chat with the shop: what the shop writes names the chat, and no buyer."""

_NOTICES = {
    "1": "order_status",
    "3": "order_address",
    "4": "package",
    "5": "product_status",
    "6": "deauthorised",
    "7": "authorisation_expiring",
    "11": "order_cancellation",
    "12": "order_return",
    "27": "inventory",
    "35": "mirror_status",
}
_ALARMING = ("deauthorised", "authorisation_expiring")


def receive(body: bytes) -> Iterator[Item]:
    """What a webhook says. Raises Malformed when it is not a JSON object."""
    hook = body_of(body)
    kind, to = text(hook, "type"), text(hook, "shop_id")
    if kind == "14":
        yield from read("message", hook, _message, to)
    elif kind in ("", "13"):  # 13, "new conversation": a clerk has joined or left
        yield Ignored(what=f"type {kind}", raw=hook, to=to)
    else:
        yield from read(f"type {kind}", hook, _notice, to)


def _message(hook: Record) -> Iterator[Item]:
    said = record(hook.get("data"))
    chat, id = text(said, "conversation_id"), text(said, "message_id")
    if not chat or not id:
        raise Incomplete("message")
    author = record(said.get("sender"))
    role = text(author, "role")
    kind, words, attachments, extra = _content(said, chat, id)
    handles = [Handle(CHAT, chat)]
    if role == "BUYER" and text(author, "im_user_id"):
        handles.append(Handle(PERSON, text(author, "im_user_id")))
    entered = text(said, "type").startswith("BUYER_ENTER")
    yield Inbound(
        id=id,
        sender=Sender(tuple(handles)),
        address=chat,
        to=text(hook, "shop_id"),
        kind=kind,
        text=words,
        attachments=attachments,
        outgoing=role != "BUYER" and not entered,
        automatic=role in ("SHOP", "SYSTEM", "ROBOT") or kind == "context",
        at=moment(said.get("create_time")) or moment(hook.get("timestamp")),
        extra={
            **extra,
            **only(said, "index"),
            "role": role,
            **({"hidden": True} if said.get("is_visible") is False else {}),
        },
    )


def _content(
    said: Record, chat: str, id: str
) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    wire, part = text(said, "type"), inner(said.get("content") or {})
    words, url = text(part, "content"), text(part, "url")
    file = f"{chat} {id}"  # its address dies: by these it can be asked for anew
    match wire:
        case "TEXT":
            return "text", words, (), {}
        case "IMAGE" if url:
            return "image", "", (Attachment("image/jpeg", id=file, url=url),), {}
        case "EMOTICONS" if url:
            return "sticker", "", (Attachment("image/webp", id=file, url=url),), {}
        case "VIDEO" if url:
            size = part.get("size")
            bytes = size if isinstance(size, int) else None
            return "video", "", (Attachment("video/mp4", id=file, url=url, size=bytes),), {}
        case "PRODUCT_CARD" if text(part, "product_id"):
            return "order", "", (), _about(part)
        case "ORDER_CARD" if text(part, "order_id"):
            return "order", "", (), _about(part)
        case "RETURN_REFUND_CARD" if _about(part):
            return "order", "", (), _about(part)
        case "COUPON_CARD":
            return "unsupported", words, (), {"coupon": dict(part), **_unknown(wire, part)}
        case "NOTIFICATION" | "ALLOCATED_SERVICE":
            return "context", words, (), _about(part)
    if wire.startswith("BUYER_ENTER"):
        return "context", words, (), _about(part)
    return "unsupported", words, (), _unknown(wire, part)


def _unknown(wire: str, part: Record) -> dict[str, Any]:
    return {"unsupported": {"type": wire, "raw": dict(part)}}


def _about(part: Record) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if product := text(part, "product_id"):
        found["product"] = {"id": product}
    if order := text(part, "order_id"):
        found["order"] = {"id": order}
    if returned := text(part, "return_id") or text(part, "reverse_order_id"):
        found["return"] = {"id": returned}
    return found


def _notice(hook: Record) -> Iterator[Item]:
    kind, data = text(hook, "type"), record(hook.get("data"))
    what = _NOTICES.get(kind, f"event_{kind}")
    yield AccountNotice(
        id=named(kind, hook, text(hook, "tts_notification_id")),
        what=what,
        detail=hook,
        alert=what in _ALARMING,
        at=moment(data.get("update_time")) or moment(hook.get("timestamp")),
        to=text(hook, "shop_id"),
    )
