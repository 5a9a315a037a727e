"""One message to a customer: by the reply token while it lives, which is free, else pushed.

A push carries a retry key made of our message's id, so that repeating it after a lost answer is safe for a day.
A reply has none: when its answer is lost, nobody knows.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sambung.channels import Outbound, Receipt, Refused, Unknown
from sambung.channels.line import api, choices, media, people
from sambung.channels.line.config import LineConfig
from sambung.channels.line.people import Address
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, records, text

LONGEST_TEXT = 5000
MOST_AT_ONCE = 5
"""Message objects in one request."""
_TOKEN_LIVES = timedelta(seconds=50)
"""LINE says a minute, and that it may change; the way there takes a while."""


async def send(message: Outbound, config: LineConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown."""
    address = people.read(message.to or message.handle.value)
    said = _said(message)
    if _alive(address):
        body = {"replyToken": address.token, "messages": said}
        try:
            told = await api.call(
                config, net, "POST", "/v2/bot/message/reply", repeatable=False, json=body
            )
        except api.Invalid:
            # Used or expired. Were the message itself at fault, a push would be told so too.
            return await _push(message, address.to, said, config, net)
        return _receipt(told)
    return await _push(message, address.to, said, config, net)


def _alive(address: Address) -> bool:
    if not address.token:
        return False
    written = datetime.fromtimestamp(min(address.at, 253_402_300_000_000) / 1000, UTC)
    return clock.now() - written < _TOKEN_LIVES


async def _push(
    message: Outbound, to: str, said: list[dict[str, Any]], config: LineConfig, net: Net
) -> Receipt:
    told = await api.call(
        config,
        net,
        "POST",
        "/v2/bot/message/push",
        headers={"x-line-retry-key": _retry_key(message)},
        json={"to": to, "messages": said},
    )
    return _receipt(told)


def _retry_key(message: Outbound) -> str:
    """The same for the same message, whatever its id looks like: LINE wants a UUID."""
    return str(UUID(bytes=sha256(message.id.encode()).digest()[:16], version=4))


def _receipt(told: Record) -> Receipt:
    """409 tells of what was accepted before; at least the name of that request."""
    ids = [text(sent, "id") for sent in records(told.get("sentMessages"))]
    found = [id for id in ids if id]
    if not found and (accepted := text(told, "acceptedRequestId")):
        return Receipt(f"request:{accepted}", "sent")
    if not found:
        raise Unknown("LINE's answer names no message", reason="timed_out")
    return Receipt(found[0], "sent", tuple(found[1:]))


def _said(message: Outbound) -> list[dict[str, Any]]:
    """The message objects of one request."""
    if message.template is not None:
        raise Refused("LINE has no approved templates", reason="invalid")
    if message.reaction is not None:
        raise Refused("LINE lets nobody react by this way", reason="invalid")
    said = [media.message_of(file) for file in message.attachments]
    if message.interactive is not None:
        said.append(choices.build(message.interactive, body=message.text))
    elif message.text.strip():
        said.insert(0, {"type": "text", "text": _fits(message.text)})
    if message.kind == "location" and not said:
        said.append(_location(record(message.extra.get("location"))))
    if message.kind == "sticker" and not said:
        said.append(_sticker(record(message.extra.get("sticker"))))
    if not said:
        raise Refused("the message is empty", reason="invalid")
    if len(said) > MOST_AT_ONCE:
        raise Refused(f"LINE takes {MOST_AT_ONCE} parts at once", reason="media_invalid")
    return said


def _fits(body: str) -> str:
    if choices.units(body) > LONGEST_TEXT:
        raise Refused(
            f"the text has {choices.units(body):,} characters; at most {LONGEST_TEXT:,} here",
            reason="invalid",
        )
    return body


def _location(place: Record) -> dict[str, Any]:
    latitude, longitude = place.get("lat"), place.get("lon")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise Refused("the location has no coordinates", reason="invalid")
    street = text(place, "address") or f"{latitude}, {longitude}"
    title = text(place, "name") or street
    return {
        "type": "location",
        "title": title[:100],
        "address": street[:100],
        "latitude": latitude,
        "longitude": longitude,
    }


def _sticker(named: Record) -> dict[str, Any]:
    package, id = text(named, "package"), text(named, "id")
    if not package or not id:
        raise Refused("the sticker is not named", reason="invalid")
    return {"type": "sticker", "packageId": package, "stickerId": id}
