"""Webhooks of TikTok's Business Messaging. What was said stands as JSON inside a string.

https://business-api.tiktok.com/portal/docs?id=1832190670631937
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sambung.channels import (
    AccountNotice,
    Attachment,
    Handle,
    Ignored,
    Inbound,
    Item,
    Kind,
    Reacted,
    ReadUpTo,
    Sender,
)
from sambung.channels._rest.elements import Incomplete, body_of, inner, named, read
from sambung.kit.untrusted import Record, each, moment, moment_ms, only, record, text

PERSON = "tiktok"
_PLAYER = "https://www.tiktok.com/player/v1/"


def receive(body: bytes) -> Iterator[Item]:
    """What the one event in a webhook says. Raises Malformed when it is not a JSON object."""
    document = body_of(body)
    event, to = text(document, "event"), text(document, "user_openid")
    reader = _EVENTS.get(event)
    if reader is None:
        yield Ignored(what=event or "event", raw=document, to=to)
        return
    yield from read(event, document, partial(_with_content, reader=reader), to)


def _with_content(document: Record, reader: Callable[..., Iterator[Item]]) -> Iterator[Item]:
    yield from reader(document, inner(document.get("content")))


def _message(document: Record, said: Record) -> Iterator[Item]:
    to, chat, id = text(document, "user_openid"), *_names(said)
    author, addressee = record(said.get("from_user")), record(said.get("to_user"))
    ours = text(author, "id") == to or text(author, "role") == "business_account"
    outgoing = ours or text(document, "event") == "im_send_msg"
    person = _person(
        addressee if outgoing else author, text(said, "to" if outgoing else "from"), to
    )
    at = moment_ms(said.get("timestamp")) or moment(document.get("create_time"))
    if text(said, "type") == "reaction":
        yield from _reactions(said, id, person, outgoing, at, to)
        return
    kind, words, attachments, extra = _content(said, chat, id)
    yield Inbound(
        id=id,
        sender=person,
        address=chat,
        to=to,
        kind=kind,
        text=words,
        attachments=attachments,
        reply_to=text(record(said.get("referenced_message_info")), "referenced_message_id"),
        outgoing=outgoing,
        at=at,
        extra=extra | only(said, "message_tag", "is_follower", "reply_source_payload"),
    )


def _names(said: Record) -> tuple[str, str]:
    chat, id = text(said, "conversation_id"), text(said, "message_id")
    if not chat or not id:
        raise Incomplete("message")
    return chat, id


def _person(user: Record, username: str, business: str) -> Sender:
    """TikTok names people by an id that only this business knows them by."""
    id = text(user, "id")
    if not id:
        raise Incomplete("user")
    return Sender((Handle(PERSON, id, scope=business),), username=username)


def _content(
    said: Record, chat: str, id: str
) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    wire = text(said, "type")
    part = record(said.get(wire))
    match wire:
        case "text":
            return "text", text(part, "body"), (), {}
        case "image" | "video" if text(part, "media_id"):
            file = " ".join((chat, id, text(part, "media_id"), wire.upper()))
            mime = "image/jpeg" if wire == "image" else "video/mp4"
            return ("image" if wire == "image" else "video"), "", (Attachment(mime, id=file),), {}
        case "sticker" if text(part, "url"):
            return "sticker", "", (Attachment("image/webp", url=text(part, "url")),), {}
        case "emoji" if text(part, "emoji") or text(part, "body"):
            return "text", text(part, "emoji") or text(part, "body"), (), {}
        case "share_post":
            video = text(part, "video_id") or text(part, "item_id")
            url = text(part, "embed_url") or (f"{_PLAYER}{video}" if video else "")
            if url:
                share = {"type": "video", "url": url} | ({"id": video} if video else {})
                return "text", url, (), {"share": share}
    return "unsupported", "", (), {"unsupported": {"type": wire, "raw": dict(said)}}


def _reactions(
    said: Record, id: str, person: Sender, outgoing: bool, at: datetime | None, to: str
) -> Iterator[Item]:
    for place, one in enumerate(each(said.get("reaction"))):
        target, emoji = text(one, "original_msg_id"), text(one, "emoji")
        on = text(one, "operation") != "REMOVE"
        if not target or (on and not emoji):  # a drawn one has an address, and no character
            yield Ignored(what="reaction", raw=dict(one), to=to)
            continue
        yield Reacted(
            id=f"{id}:{place}" if place else id,
            target=target,
            sender=person,
            emoji=emoji if on else "",
            outgoing=outgoing,
            at=at,
            to=to,
        )


def _read(document: Record, said: Record) -> Iterator[Item]:
    """Everything up to a moment."""
    to = text(document, "user_openid")
    reader = record(said.get("from_user"))
    at = moment_ms(record(said.get("read")).get("last_read_timestamp"))
    if text(reader, "id") == to or text(reader, "role") == "business_account":
        yield Ignored(what="own receipt", raw=document, to=to)
        return
    if at is None:
        raise Incomplete("receipt")
    yield ReadUpTo(sender=_person(reader, text(said, "from"), to), target="", at=at, to=to)


def _referral(document: Record, said: Record) -> Iterator[Item]:
    """Somebody came by an advertisement or a link, and has not said anything yet."""
    to, chat = text(document, "user_openid"), text(said, "conversation_id")
    if not chat:
        raise Incomplete("referral")
    yield Inbound(
        id=named("referral", said, text(said, "message_id")),
        sender=_person(record(said.get("from_user")), text(said, "from"), to),
        address=chat,
        to=to,
        kind="context",
        at=moment_ms(said.get("timestamp")) or moment(document.get("create_time")),
        extra={"referral": dict(record(said.get("referral")) or said)},
    )


def _removed(document: Record, said: Record) -> Iterator[Item]:
    yield AccountNotice(
        id=named("authorization_revoked", document, ""),
        what="authorization_revoked",
        detail=dict(said),
        alert=True,
        at=moment(document.get("create_time")),
        to=text(document, "user_openid"),
    )


_EVENTS: Mapping[str, Callable[[Record, Record], Iterator[Item]]] = {
    "im_receive_msg": _message,
    "im_send_msg": _message,
    "im_mark_read_msg": _read,
    "im_referral_msg": _referral,
    "authorization.removed": _removed,
}
