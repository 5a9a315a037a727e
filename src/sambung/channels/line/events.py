"""What LINE posts: a batch of events. https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects

Each event stands alone; redelivered ones have the ids of the first delivery.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sambung.channels import (
    AccountNotice,
    Attachment,
    ConsentStated,
    Deleted,
    Ignored,
    Inbound,
    Item,
    Kind,
    Malformed,
)
from sambung.channels.line import people
from sambung.kit.untrusted import (
    Record,
    Unreadable,
    decode,
    each,
    moment_ms,
    only,
    record,
    records,
    text,
)


def receive(body: bytes) -> Iterator[Item]:
    """Every fact of a batch. Raises Malformed."""
    try:
        batch = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if not isinstance(batch, dict):
        raise Malformed("the body is not an object")
    events = each(batch.get("events"))
    if not events:
        yield Ignored(what="verification", raw=batch)
    for event in events:
        if not isinstance(event, dict):
            yield Ignored(what="event", raw={"event": event})
            continue
        reader = _READERS.get(text(event, "type"))
        if reader is None:
            yield Ignored(what=text(event, "type") or "event", raw=event)
        else:
            yield from reader(event)


def _message(event: Record) -> Iterator[Item]:
    message = record(event.get("message"))
    sender, id = people.of_event(event), text(message, "id")
    if sender is None or not id:
        yield Ignored(what="message without sender or id", raw=event)
        return
    kind, body, files, extra = _content(message)
    yield Inbound(
        id=id,
        sender=sender,
        address=str(people.address_of(event)),
        kind=kind,
        text=body,
        at=moment_ms(event.get("timestamp")),
        attachments=files,
        reply_to=text(message, "quotedMessageId"),
        extra={**extra, **_about(event)},
    )


def _about(event: Record) -> dict[str, Any]:
    """What is true of an event of any type. standby: another module of the account answers this chat."""
    found: dict[str, Any] = {}
    if group := people.group_of(event):
        found["group"] = group
    if text(event, "mode") == "standby":
        found["standby"] = True
    return found


_Content = tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]


def _content(message: Record) -> _Content:
    kind = text(message, "type")
    match kind:
        case "text" if text(message, "text"):
            return "text", text(message, "text"), (), _mentions(message)
        case "image" | "video" | "audio":
            return _FILES[kind][0], "", (_file(message),), _details(message)
        case "file":
            return "document", "", (_file(message),), {}
        case "sticker":
            named = {
                "package": text(message, "packageId"),
                "id": text(message, "stickerId"),
                "type": text(message, "stickerResourceType"),
            }
            extra = {"sticker": named | only(message, "keywords", "text")}
            return "sticker", "", (), extra
        case "location" if _is_place(message):
            place = {"lat": message["latitude"], "lon": message["longitude"]}
            named = {"name": text(message, "title"), "address": text(message, "address")}
            return "location", "", (), {"location": place | only(named, "name", "address")}
    extra = {"unsupported": {"provider_type": kind}, "raw": dict(message)}
    return "unsupported", text(message, "text"), (), extra


_FILES: Mapping[str, tuple[Kind, str]] = {
    "image": ("image", "image/jpeg"),
    "video": ("video", "video/mp4"),
    "audio": ("audio", "audio/mp4"),
    "file": ("document", "application/octet-stream"),
}
"""LINE's type → our kind, and the media type, which LINE tells only with the bytes."""


def _file(message: Record) -> Attachment:
    """Kept by LINE under the message's id, unless whoever sent it keeps it at an address of their own."""
    provider, size = record(message.get("contentProvider")), message.get("fileSize")
    url = text(provider, "originalContentUrl") if text(provider, "type") == "external" else ""
    return Attachment(
        mime=_FILES[text(message, "type")][1],
        name=text(message, "fileName"),
        id="" if url else text(message, "id"),
        url=url,
        size=size if isinstance(size, int) else None,
    )


def _details(message: Record) -> dict[str, Any]:
    found: dict[str, Any] = {}
    duration = message.get("duration")
    if isinstance(duration, int):
        found["duration"] = duration / 1000
    if images := record(message.get("imageSet")):
        found["album"] = only(images, "id", "index", "total")
    return found


def _is_place(message: Record) -> bool:
    return all(isinstance(message.get(name), int | float) for name in ("latitude", "longitude"))


def _mentions(message: Record) -> dict[str, Any]:
    mentioned = records(record(message.get("mention")).get("mentionees"))
    return {"mentioned": True} if any(one.get("isSelf") is True for one in mentioned) else {}


def _unsent(event: Record) -> Iterator[Item]:
    target = text(record(event.get("unsend")), "messageId")
    if not target:
        yield Ignored(what="unsend of nothing", raw=event)
        return
    yield Deleted(id=_id(event), target=target, at=moment_ms(event.get("timestamp")))


def _tapped(event: Record) -> Iterator[Item]:
    """A button or a date picker; what was shown in the customer's chat LINE does not tell."""
    postback, sender = record(event.get("postback")), people.of_event(event)
    if sender is None or not postback or not text(event, "webhookEventId"):
        yield Ignored(what="postback", raw=event)
        return
    details: dict[str, Any] = {"type": "postback", "id": text(postback, "data"), "title": None}
    params = record(postback.get("params"))
    if params:
        details["params"] = dict(params)
    chosen = [text(params, key) for key in ("date", "time", "datetime") if text(params, key)]
    yield Inbound(
        id=_id(event),
        sender=sender,
        address=str(people.address_of(event)),
        kind="interactive_reply",
        at=moment_ms(event.get("timestamp")),
        extra={"interactive": details | ({"chosen": chosen[0]} if chosen else {}), **_about(event)},
    )


def _follow(event: Record) -> Iterator[Item]:
    """Added as a friend (anew), or blocked."""
    sender = people.of_event(event)
    if sender is None:
        yield Ignored(what=text(event, "type"), raw=event)
        return
    yield ConsentStated(
        id=_id(event),
        sender=sender,
        purpose="service",
        granted=text(event, "type") == "follow",
        at=moment_ms(event.get("timestamp")),
    )


def _notice(event: Record) -> Iterator[Item]:
    what = text(event, "type")
    yield AccountNotice(
        id=_id(event),
        what=what,
        detail=dict(event),
        alert=what == "botSuspended",
        at=moment_ms(event.get("timestamp")),
    )


def _id(event: Record) -> str:
    """LINE's name for the event; old ones had none, so type and time must do."""
    return text(event, "webhookEventId") or f"{text(event, 'type')}:{text(event, 'timestamp')}"


_READERS: Mapping[str, Callable[[Record], Iterator[Item]]] = {
    "message": _message,
    "unsend": _unsent,
    "postback": _tapped,
    "follow": _follow,
    "unfollow": _follow,
    "botSuspended": _notice,
    "botResumed": _notice,
    "activated": _notice,
    "deactivated": _notice,
}
"""Joins, leaves, beacons, account links, memberships and watched films are nothing for the record."""
