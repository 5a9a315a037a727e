"""One message to a customer: checked, put in Telegram's words, handed over.

Texts go without parse_mode: what an agent writes is never formatting gone wrong.
"""

import json
from dataclasses import replace
from typing import Any

from sambung.channels import OutAttachment, Outbound, Receipt, Refused, Unknown
from sambung.channels.telegram import addresses, api, files, keyboards
from sambung.channels.telegram.addresses import Address, message_id
from sambung.channels.telegram.config import TelegramConfig
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, each, record, records, text

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
ALBUM = 10


async def send(message: Outbound, config: TelegramConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown.

    A group that became a supergroup is written to under its new id.
    """
    address = addresses.read(message.to or message.handle.value)
    try:
        return await _send(message, address, config, net)
    except api.Migrated as moved:
        now = replace(address, chat=moved.chat)
    try:
        return await _send(replace(message, reply_to=""), now, config, net)
    except api.Migrated as moved:
        raise Refused("the group moved twice", reason="undeliverable") from moved


async def _send(message: Outbound, address: Address, config: TelegramConfig, net: Net) -> Receipt:
    if message.reaction is not None:
        return await _react(message, config, net)
    method, fields, uploads = _said(message)
    if message.reply_to:
        _, number = addresses.message_number(message.reply_to)
        fields["reply_parameters"] = {
            "message_id": number,
            "allow_sending_without_reply": True,  # an answer counts more than what it quotes
        }
    body = address.fields | fields
    if uploads:
        given: dict[str, Any] = {"data": _form(body), "files": uploads, "timeout": 120.0}
    else:
        given = {"json": body}
    told = await api.call(config, net, method, repeatable=False, **given)
    return _receipt(told)


def _form(body: dict[str, Any]) -> dict[str, str]:
    """Members of a multipart request: objects as JSON."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in body.items()
    }


def _receipt(told: Any) -> Receipt:
    ids = [
        message_id(text(record(one.get("chat")), "id"), text(one, "message_id"))
        for one in records(told)
    ]
    found = [id for id in ids if id]
    if not found:
        raise Unknown("Telegram's answer names no message", reason="timed_out")
    return Receipt(found[0], "sent", tuple(found[1:]))


async def _react(message: Outbound, config: TelegramConfig, net: Net) -> Receipt:
    reaction = message.reaction or {}
    chat, number = addresses.message_number(reaction.get("target", ""))
    emoji = reaction.get("emoji", "")
    body = {
        "chat_id": chat,
        "message_id": number,
        "reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
    }
    await api.call(config, net, "setMessageReaction", json=body)
    return Receipt(reaction["target"], "sent")


_Said = tuple[str, dict[str, Any], dict[str, Any]]
"""Method, its fields, and the files that go with it."""


def _said(message: Outbound) -> _Said:
    if message.template is not None:
        raise Refused("Telegram has no templates", reason="invalid")
    if message.interactive is not None:
        said, markup = keyboards.build(message.interactive, body=message.text)
        if message.attachments:
            method, fields, uploads = _files(message, said)
            if method == "sendMediaGroup":
                raise Refused("an album has no buttons", reason="media_invalid")
            return method, fields | {"reply_markup": markup}, uploads
        return "sendMessage", {"text": _text(said), "reply_markup": markup}, {}
    if message.attachments:
        return _files(message, message.text)
    if message.kind == "location":
        return _location(record(message.extra.get("location")))
    if message.kind == "contacts":
        return _contact(records(message.extra.get("contacts")))
    return "sendMessage", {"text": _text(message.text)}, {}


def _text(body: str) -> str:
    if not body.strip():
        raise Refused("the message is empty", reason="invalid")
    return _fits(body, LONGEST_TEXT)


def _fits(body: str, most: int) -> str:
    if len(body) > most:
        raise Refused(
            f"the text has {len(body):,} characters; at most {most:,} here", reason="invalid"
        )
    return body


def _files(message: Outbound, caption: str) -> _Said:
    found = message.attachments
    kinds = [files.kind_of(file, message.kind) for file in found]
    _fits(caption, LONGEST_CAPTION)
    if len(found) > 1:
        return _album(found, kinds, caption)
    file, kind = found[0], kinds[0]
    files.check(file, kind)
    if kind == "sticker" and caption:
        raise Refused("Telegram shows no text beside a sticker", reason="invalid")
    member = files.MEMBERS[kind]
    method = f"send{member.capitalize()}"
    return method, {"caption": caption} if caption else {}, {member: _upload(file)}


def _album(found: tuple[OutAttachment, ...], kinds: list[str], caption: str) -> _Said:
    """Photos and films may stand together; sounds and documents only among their own kind."""
    if len(found) > ALBUM:
        raise Refused(f"{len(found)} files; Telegram takes {ALBUM} at once", reason="media_invalid")
    if not (set(kinds) <= {"image", "video"} or set(kinds) == {"audio"}):
        kinds = ["document"] * len(kinds)
    media: list[dict[str, Any]] = []
    uploads: dict[str, Any] = {}
    for place, (file, kind) in enumerate(zip(found, kinds, strict=True)):
        files.check(file, kind)
        uploads[f"file{place}"] = _upload(file)
        media.append({"type": files.MEMBERS[kind], "media": f"attach://file{place}"})
    if caption:
        # Shown below the album when on its first photo, but below the last of documents.
        media[-1 if kinds[0] == "document" else 0]["caption"] = caption
    return "sendMediaGroup", {"media": media}, uploads


def _upload(file: OutAttachment) -> tuple[str, bytes, str]:
    return file.name or "file", file.content, files.mime_of(file)


def _location(place: Record) -> _Said:
    latitude, longitude = place.get("lat"), place.get("lon")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise Refused("the location has no coordinates", reason="invalid")
    fields: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    name, street = text(place, "name"), text(place, "address")
    if name and street:
        return "sendVenue", fields | {"title": name, "address": street}, {}
    return "sendLocation", fields, {}


def _contact(cards: list[Record]) -> _Said:
    card = cards[0] if cards else {}
    numbers = [phone for phone in each(card.get("phones")) if isinstance(phone, str) and phone]
    if len(cards) != 1 or not numbers or not text(card, "name"):
        raise Refused("one contact with a name and a phone number is needed", reason="invalid")
    return "sendContact", {"phone_number": numbers[0], "first_name": text(card, "name")}, {}
