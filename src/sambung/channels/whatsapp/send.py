"""One message to a customer: checked, put in WhatsApp's words, handed over."""

import re
from collections.abc import Mapping
from typing import Any

from sambung.channels import Outbound, Receipt, Refused, Unknown
from sambung.channels.whatsapp import graph, interactive, media, templates
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.channels.whatsapp.messages import GROUP
from sambung.kit.net import Net
from sambung.kit.untrusted import only, record, records, text

LONGEST_TEXT = 4096
_LONGEST_CAPTION = 1024
_LINK = re.compile(r"https?://\S")
_PHONE = re.compile(r"\+?[\d\s().-]{5,24}")
_CAPTIONED = ("image", "video", "document")


async def send(message: Outbound, config: WhatsAppConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown."""
    envelope: dict[str, Any] = {"messaging_product": "whatsapp", **_recipient(message)}
    said = await _said(message, config, net)
    if message.reply_to and message.reaction is None:
        envelope["context"] = {"message_id": message.reply_to}
    if message.id:  # comes back in every status: knows the message before our own answer does
        envelope["biz_opaque_callback_data"] = message.id[:512]
    answer = await graph.call(
        config,
        net,
        "POST",
        f"{config.phone_number_id}/messages",
        repeatable=message.reaction is not None,
        json=envelope | said,
    )
    accepted = next(iter(records(answer.get("messages"))), {})
    if not text(accepted, "id"):
        raise Unknown("WhatsApp's answer names no message", reason="timed_out")
    held = text(accepted, "message_status") in ("held_for_quality_assessment", "paused")
    return Receipt(text(accepted, "id"), "sending" if held else "sent")


def _recipient(message: Outbound) -> dict[str, str]:
    """`to` for a phone, `recipient` for a BSUID: a customer with a username may have no phone."""
    address = (message.to or message.handle.value).strip()
    if address.startswith(GROUP):
        return {"recipient_type": "group", "to": address.removeprefix(GROUP)}
    if _PHONE.fullmatch(address):
        return {"recipient_type": "individual", "to": re.sub(r"\D", "", address)}
    if not address:
        raise Refused("nobody to write to", reason="invalid")
    return {"recipient_type": "individual", "recipient": address}


async def _said(message: Outbound, config: WhatsAppConfig, net: Net) -> dict[str, Any]:
    """The message's `type` and the part named by it."""
    if message.reaction is not None:
        return _typed("reaction", _reaction(message.reaction))
    if message.template is not None:
        return _typed("template", templates.build(message.template))
    if message.interactive is not None:
        return _typed("interactive", await _interactive(message, config, net))
    if message.attachments:
        return await _file(message, config, net)
    if message.extra.get("link"):
        return _linked(message)
    if message.kind == "location":
        return _typed("location", _location(record(message.extra.get("location"))))
    if message.kind == "contacts":
        return _typed("contacts", records(message.extra.get("contacts")))
    return _typed("text", _text(message.text))


def _typed(kind: str, part: Any) -> dict[str, Any]:
    if not part:
        raise Refused(f"the {kind} is empty", reason="invalid")
    return {"type": kind, kind: part}


def _text(body: str) -> dict[str, Any]:
    if not body.strip():
        raise Refused("the message is empty", reason="invalid")
    _fits(body, LONGEST_TEXT)
    return {"body": body, "preview_url": bool(_LINK.search(body))}


def _fits(body: str, most: int) -> None:
    if len(body) > most:
        raise Refused(
            f"the text has {len(body):,} characters; at most {most:,} here", reason="invalid"
        )


def _reaction(reaction: Mapping[str, str]) -> dict[str, str]:
    if not reaction.get("target"):
        raise Refused("a reaction to nothing", reason="invalid")
    return {"message_id": reaction["target"], "emoji": reaction.get("emoji", "")}


def _location(place: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(place.get("lat"), int | float) or not isinstance(
        place.get("lon"), int | float
    ):
        raise Refused("the location has no coordinates", reason="invalid")
    return {"latitude": place["lat"], "longitude": place["lon"]} | only(place, "name", "address")


async def _interactive(message: Outbound, config: WhatsAppConfig, net: Net) -> dict[str, Any]:
    built = interactive.build(message.interactive or {}, body=message.text, token=message.id)
    if message.attachments:
        kind = media.kind_of(message.attachments[0], "")
        if kind not in _CAPTIONED:
            raise Refused(
                f"a message with buttons cannot begin with {kind}", reason="media_invalid"
            )
        built["header"] = await _file(message, config, net, caption="")
    return built


async def _file(
    message: Outbound, config: WhatsAppConfig, net: Net, *, caption: str | None = None
) -> dict[str, Any]:
    if len(message.attachments) > 1:
        raise Refused("WhatsApp takes one file a message", reason="media_invalid")
    file = message.attachments[0]
    kind = media.kind_of(file, "" if message.interactive else message.kind)
    wire = "audio" if kind == "voice" else kind
    part = _captioned(wire, message.text if caption is None else caption)
    media.check(file, kind)
    if kind == "voice":
        part["voice"] = True
    if kind == "document" and file.name:
        part["filename"] = file.name
    part["id"] = await media.upload(file, config, net)
    return _typed(wire, part)


def _linked(message: Outbound) -> dict[str, Any]:
    """A file WhatsApp is to fetch by itself from a public address."""
    wire = "audio" if message.kind == "voice" else message.kind
    if wire not in ("image", "video", "audio", "document", "sticker"):
        raise Refused(f"a link cannot be sent as {wire}", reason="media_invalid")
    part = _captioned(wire, message.text)
    part["link"] = text(message.extra, "link")
    if wire == "document":
        part |= only(message.extra, "filename")
    return _typed(wire, part)


def _captioned(wire: str, caption: str) -> dict[str, Any]:
    if not caption:
        return {}
    if wire not in _CAPTIONED:
        raise Refused(f"WhatsApp shows no text beside {wire}: send it by itself", reason="invalid")
    _fits(caption, _LONGEST_CAPTION)
    return {"caption": caption}
