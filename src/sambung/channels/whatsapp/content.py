"""What a message says, by its type: kind, readable text, files and details."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sambung.channels import Attachment, Kind
from sambung.channels.whatsapp import people
from sambung.kit import meta
from sambung.kit.untrusted import Record, Unreadable, decode, each, only, record, records, text


@dataclass(frozen=True, slots=True)
class Content:
    """The part of an `Inbound` that depends on the message's type.

    own_phones  numbers the customer shared as their own, on our request
    """

    kind: Kind
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    own_phones: tuple[str, ...] = ()


def read(message: Record) -> Content | None:
    """The content of a message; None when its type is unknown or the part it names is missing."""
    reader = _READERS.get(text(message, "type"))
    return reader(message) if reader else None


def _said(message: Record) -> Content | None:
    body = text(record(message.get("text")), "body")
    return Content("text", body) if body else None


def _file(message: Record) -> Content | None:
    kind = text(message, "type")
    media = record(message.get(kind))
    if not text(media, "id"):
        return None
    voice = kind == "audio" and media.get("voice") is True
    attachment = Attachment(
        mime=text(media, "mime_type"),
        name=text(media, "filename"),
        id=text(media, "id"),
        sha256=_hexadecimal(text(media, "sha256")),
        voice=voice,
    )
    return Content(
        "voice" if voice else _FILES[kind],
        text(media, "caption"),
        (attachment,),
        {"animated": True} if media.get("animated") is True else {},
    )


_FILES: Mapping[str, Kind] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
}


def _hexadecimal(digest: str) -> str:
    """Webhooks spell SHA-256 in base64, the media endpoint in hex."""
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def _location(message: Record) -> Content | None:
    place = record(message.get("location"))
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return Content(
        "location",
        extra={
            "location": {"lat": latitude, "lon": longitude} | only(place, "name", "address", "url")
        },
    )


def _contacts(message: Record) -> Content | None:
    cards = people.shared(message.get("contacts"))
    if not cards:
        return None
    extra: dict[str, Any] = {"contacts": cards}
    own = _own_phones(message)
    if own:
        extra["identifies_sender"] = True
    return Content("contacts", extra=extra, own_phones=own)


def _own_phones(message: Record) -> tuple[str, ...]:
    """Numbers that answer a contact request. Meta's page leaves open on which level `origin` sits."""
    found: list[str] = []
    for contact in records(message.get("contacts")):
        for phone in records(contact.get("phones")):
            origins = (text(level, "origin") for level in (message, contact, phone))
            if "contact_request" in origins:
                found += people.phones(text(phone, "wa_id") or text(phone, "phone"))
    return tuple(found)


def _interactive(message: Record) -> Content | None:
    spec = record(message.get("interactive"))
    kind = text(spec, "type")
    reply = record(spec.get(kind))
    match kind:
        case "button_reply" | "list_reply" if reply:
            details = {"type": kind.removesuffix("_reply")} | only(
                reply, "id", "title", "description"
            )
            return _picked(details, text(reply, "title"))
        case "nfm_reply" if reply:
            details = {"type": "flow"} | only(reply, "name", "body")
            return _picked(details | {"answers": _answers(reply)}, text(reply, "body"))
        case "call_permission_reply" if text(reply, "response"):
            details = {"type": "call_permission", "id": text(reply, "response")}
            return _picked(
                details | only(reply, "expiration_timestamp", "response_source", "is_permanent"), ""
            )
    body = text(record(spec.get("body")), "text")
    return Content("interactive", body, extra={"interactive": dict(spec)}) if body else None


def _picked(details: dict[str, Any], title: str) -> Content:
    return Content("interactive_reply", title, extra={"interactive": details})


def _answers(reply: Record) -> Any:
    """What was filled into a Flow: an object, or the text as it came when it is not JSON."""
    filled = text(reply, "response_json")
    try:
        return decode(filled.encode())
    except Unreadable:
        return filled


def _button(message: Record) -> Content | None:
    button = record(message.get("button"))
    title = text(button, "text")
    if not title and not text(button, "payload"):
        return None
    return _picked(
        {"type": "template_button", "id": text(button, "payload"), "title": title}, title
    )


def _order(message: Record) -> Content | None:
    order = record(message.get("order"))
    items = [
        {
            "sku": text(item, "product_retailer_id"),
            "quantity": item.get("quantity"),
            "price": item.get("item_price"),
            "currency": text(item, "currency"),
        }
        for item in records(order.get("product_items"))
    ]
    if not items:
        return None
    lines = (f"{item['quantity']} × {item['sku']}" for item in items)
    return Content(
        "order",
        text(order, "text") or "\n".join(lines),
        extra={"order": {"catalog_id": text(order, "catalog_id"), "items": items}},
    )


def _template(message: Record) -> Content | None:
    """A template the business sent from its phone or another system (echoes only)."""
    template = record(message.get("template"))
    if not template:
        return None
    return Content("template", text(template, "name"), extra={"template": dict(template)})


def _welcome(message: Record) -> Content | None:
    """The customer opened the chat and has said nothing yet."""
    return Content("context", extra={"event": "chat_opened"})


_READERS: Mapping[str, Callable[[Record], Content | None]] = {
    "text": _said,
    **dict.fromkeys(_FILES, _file),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "template": _template,
    "request_welcome": _welcome,
}


def unsupported(message: Record, errors: Any) -> Content:
    """A message we cannot show: said so, its raw form kept, so that nobody waits in vain."""
    problem = next(iter(records(message.get("errors")) or records(errors)), {})
    details = {
        "provider_type": text(record(message.get("unsupported")), "type") or text(message, "type"),
        "code": problem.get("code"),
        "detail": meta.sentence(problem),
    }
    return Content("unsupported", extra={"unsupported": details, "raw": dict(message)})


def about(message: Record) -> dict[str, Any]:
    """What came with a message of any type: the ad it answers, forwarding, the product, the group."""
    found: dict[str, Any] = {}
    if referral := record(message.get("referral")):
        found["referral"] = {
            "source": text(referral, "source_type"),
            "ad_id": text(referral, "source_id"),
            "click_id": text(referral, "ctwa_clid"),
            "headline": text(referral, "headline"),
            "url": text(referral, "source_url"),
        } | only(referral, "body", "media_type", "image_url", "video_url", "thumbnail_url")
        if welcome := text(record(referral.get("welcome_message")), "text"):
            found["referral"]["welcome"] = welcome
    context = record(message.get("context"))
    for flag in ("forwarded", "frequently_forwarded"):
        if context.get(flag) is True:
            found[flag] = True
    if product := record(context.get("referred_product")):
        found["product"] = {
            "catalog_id": text(product, "catalog_id"),
            "sku": text(product, "product_retailer_id"),
        }
    if group := text(message, "group_id"):
        found["group_id"] = group
    return found


def codes(message: Record) -> tuple[str, ...]:
    """Error codes that came with a message."""
    return tuple(text(item, "code") for item in each(message.get("errors")) if record(item))
