"""Shopee's pushes: the chat with buyers (code 10), and everything else that happens to the shop, kept whole.

https://open.shopee.com/push-mechanism. The chat's shapes are not in the public reference; these are what apps
that were granted it receive.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from sambung.channels import AccountNotice, Attachment, Handle, Ignored, Inbound, Item, Kind, Sender
from sambung.channels._rest.elements import Incomplete, body_of, named, read
from sambung.kit.untrusted import Record, each, moment, record, text

PERSON = "shopee"
SHOP_USER = "sambung-shop-user"
"""The hint that holds the shop's own user id."""

_CHAT = "10"
_NOTICES = {
    "1": "authorised",
    "2": "deauthorised",
    "3": "order_status",
    "4": "order_tracking",
    "5": "shopee_updates",
    "6": "banned_item",
    "7": "item_promotion",
    "8": "reserved_stock",
    "9": "promotion_update",
    "11": "video_upload",
    "12": "authorisation_expiring",
    "13": "brand_register",
    "15": "shipping_document",
    "16": "violation",
    "22": "price_update",
    "23": "booking_status",
    "24": "booking_tracking",
}
_ALARMING = ("deauthorised", "authorisation_expiring", "banned_item", "violation")


def receive(body: bytes, *, shop_user: str = "") -> Iterator[Item]:
    """Every fact in a push. Raises Malformed when it is not a JSON object."""
    push = body_of(body)
    code, to = text(push, "code"), text(push, "shop_id")
    if code == _CHAT:
        yield from read("webchat", push, partial(_chat, shop_user=shop_user), to)
    elif code in ("", "0"):  # the console's try-out
        yield Ignored(what="push", raw=push, to=to)
    else:
        yield from read(f"push {code}", push, _notices, to)


def _chat(push: Record, shop_user: str) -> Iterator[Item]:
    data, shop = record(push.get("data")), text(push, "shop_id")
    said = record(data.get("content"))
    if text(data, "type") != "message":
        yield Ignored(what=f"webchat {text(data, 'type')}", raw=push, to=shop)
        return
    id = text(said, "message_id")
    outgoing = _from_the_shop(said, shop, shop_user)
    side = "to" if outgoing else "from"
    person, name = text(said, f"{side}_id"), text(said, f"{side}_user_name")
    if not id or not person:
        raise Incomplete("message")
    kind, words, attachments, extra = _content(said)
    yield Inbound(
        id=id,
        sender=Sender((Handle(PERSON, person),), name=name, username=name),
        address=person,
        to=shop or text(said, "shop_id"),
        kind=kind,
        text=words,
        attachments=attachments,
        reply_to=text(record(said.get("quoted_msg")), "message_id"),
        outgoing=outgoing,
        at=moment(said.get("created_timestamp")) or moment(push.get("timestamp")),
        extra={"conversation": text(said, "conversation_id"), **_about(said), **extra},
    )


def _from_the_shop(said: Record, shop: str, shop_user: str) -> bool:
    """Whether it is what the shop wrote: the push names its writer, and only at times the writer's shop."""
    if shop_user:
        return text(said, "from_id") == shop_user
    nobody = ("", "0")
    if (author_shop := text(said, "from_shop_id")) not in nobody:
        return author_shop == (shop or text(said, "shop_id"))
    if text(said, "to_shop_id") not in nobody:
        return False
    return text(said, "sub_account_id") not in nobody  # a clerk of the shop's


def _about(said: Record) -> dict[str, Any]:
    """What page of the shop the buyer wrote from."""
    source = record(said.get("source_content"))
    found: dict[str, Any] = {}
    if item := text(source, "item_id"):
        found["product"] = {"id": item}
    if order := text(source, "order_sn"):
        found["order"] = {"id": order}
    return found


def _content(said: Record) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    wire, part = text(said, "message_type"), record(said.get("content"))
    url = text(part, "url") or text(part, "image_url") or text(part, "video_url")
    match wire:
        case "text":
            return "text", text(part, "text"), (), {}
        case "image" if url:
            return "image", text(part, "text"), (Attachment("image/jpeg", url=url),), {}
        case "video" if url:
            return "video", "", (Attachment("video/mp4", url=url),), {}
        case "sticker":
            names = {"id": text(part, "sticker_id"), "package": text(part, "sticker_package_id")}
            return "sticker", "", (), {"sticker": names}
        case "item" if text(part, "item_id"):
            product = {"id": text(part, "item_id"), "shop": text(part, "shop_id")}
            return "order", "", (), {"product": product}
        case "order" if text(part, "order_sn"):
            return "order", "", (), {"order": {"id": text(part, "order_sn")}}
    unknown = {"unsupported": {"type": wire, "raw": dict(part)}}
    return "unsupported", text(part, "text"), (), unknown


def _notices(push: Record) -> Iterator[Item]:
    """What is no chat, whole; of the app as such (no shop named) one for each shop it speaks of."""
    code, data = text(push, "code"), record(push.get("data"))
    what = _NOTICES.get(code, f"push_{code}")
    id = named(code, push, text(push, "msg_id"))
    at = moment(push.get("timestamp"))
    if what == "order_status":
        changed = data.get("update_time")
        id = f"{code}:{text(data, 'ordersn')}:{text(data, 'status')}:{changed}"
        at = moment(changed) or at
    for shop in _shops(push, data) or [""]:
        yield AccountNotice(id=id, what=what, detail=push, alert=what in _ALARMING, at=at, to=shop)


def _shops(push: Record, data: Record) -> list[str]:
    named = [push.get("shop_id"), data.get("shop_id")]
    named += [*each(data.get("shop_id_list")), *each(data.get("shop_expire_soon"))]
    known = [str(one) for one in named if isinstance(one, int | str) and str(one).isdigit()]
    return list(dict.fromkeys(one for one in known if one != "0"))
