"""Lazada's pushes: the chat with buyers (2 and 19), and everything else, kept whole.

https://open.lazada.com/apps/doc/doc?nodeId=29526
"""

from collections.abc import Iterator
from typing import Any

from sambung.channels import (
    AccountNotice,
    Attachment,
    Deleted,
    Handle,
    Ignored,
    Inbound,
    Item,
    Kind,
    ReadUpTo,
    Sender,
    StatusReported,
)
from sambung.channels._rest.elements import Incomplete, body_of, inner, named, read
from sambung.kit.untrusted import Record, moment, moment_ms, record, text

PERSON = "lazada"
_BUYER = "1"
_NOTICES = {"0": "order_status", "8": "authorisation_expiring"}


def receive(body: bytes) -> Iterator[Item]:
    """What a push says. Raises Malformed when it is not a JSON object."""
    push = body_of(body)
    kind, to = text(push, "message_type"), text(push, "seller_id")
    if kind == "2":
        yield from read("message", push, _message, to)
    elif kind == "19":
        yield from read("session", push, _session, to)
    elif not kind:
        yield Ignored(what="push", raw=push, to=to)
    else:
        yield from read(f"type {kind}", push, _notice, to)


def _message(push: Record) -> Iterator[Item]:
    said, to = record(push.get("data")), text(push, "seller_id")
    id, session = text(said, "message_id"), text(said, "session_id")
    if not id or not session:
        raise Incomplete("message")
    at = moment_ms(said.get("send_time")) or moment_ms(push.get("timestamp"))
    if text(said, "status") == "1":
        yield Deleted(id=f"{id}:1", target=id, at=at, to=to)
        return
    outgoing = text(said, "from_account_type") != _BUYER
    buyer = text(said, "to_account_id" if outgoing else "from_account_id") or _buyer_of(session)
    if not buyer:
        raise Incomplete("buyer")
    kind, words, attachments, extra = _content(said)
    blocked = text(said, "process_msg")
    yield Inbound(
        id=id,
        sender=_person(buyer, text(said, "site_id") or text(push, "site")),
        address=session,
        to=to,
        kind=kind,
        text=words,
        attachments=attachments,
        outgoing=outgoing,
        automatic=said.get("auto_reply") is True,
        at=at,
        warnings=(f"Lazada: {blocked}",) if blocked and not outgoing else (),
        extra=extra,
    )
    if blocked and outgoing:  # the seller sees it in the chat, and the buyer never will
        yield StatusReported(
            target=id,
            state="failed",
            reason="spam",
            code="process_msg",
            detail=blocked,
            at=at,
            to=to,
        )


def _person(buyer: str, site: str) -> Sender:
    """Numbers of buyers are each country's own."""
    return Sender((Handle(PERSON, buyer, scope=site.removeprefix("lazada_").upper()),))


def _buyer_of(session: str) -> str:
    """A session is called seller_2_buyer_1_…: each party with its type."""
    parts = session.split("_")
    pairs = zip(parts[0::2], parts[1::2], strict=False)
    return next((party for party, kind in pairs if kind == _BUYER), "")


def _content(said: Record) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]:
    template, part = text(said, "template_id"), inner(said.get("content") or {})
    words = text(part, "txt")
    match template:
        case "1":
            return "text", words, (), {}
        case "4" if words:
            return "text", words, (), {}
        case "3" if url := _first(part, "imgUrl", "img_url", "imageUrl", "url"):
            return "image", words, (Attachment("image/jpeg", url=url),), {}
        case "6" if url := _first(part, "videoUrl", "video_url", "vedioUrl", "url"):
            return "video", words, (Attachment("video/mp4", url=url),), {}
        case "10006" if item := _first(part, "itemId", "item_id"):
            product = {"id": item} | _named(part)
            return "order", "", (), {"product": product}
        case "10007" if order := _first(part, "orderId", "order_id"):
            return "order", "", (), {"order": {"id": order} | _named(part)}
    unknown = {"unsupported": {"type": template, "raw": dict(part)}}
    return "unsupported", words, (), unknown


def _first(part: Record, *keys: str) -> str:
    """Of the spellings that have been seen."""
    return next((found for key in keys if (found := text(part, key))), "")


def _named(part: Record) -> dict[str, str]:
    name = _first(part, "title", "itemTitle")
    return {"name": name} if name else {}


def _session(push: Record) -> Iterator[Item]:
    """How far either side has read; only the buyer's side is news."""
    said, to = record(push.get("data")), text(push, "seller_id")
    position = text(said, "to_position")
    buyer = _buyer_of(text(said, "session_id"))
    if not position or position == "0" or not buyer:
        yield Ignored(what="session", raw=push, to=to)
        return
    moment_of = moment_ms(position) if len(position) == 13 and position.isdigit() else None
    yield ReadUpTo(
        sender=_person(buyer, text(said, "site_id") or text(push, "site")),
        target="" if moment_of else position,
        at=moment_of or moment_ms(push.get("timestamp")),
        to=to,
    )


def _notice(push: Record) -> Iterator[Item]:
    kind, data = text(push, "message_type"), record(push.get("data"))
    what = _NOTICES.get(kind, f"event_{kind}")
    changed = moment(data.get("status_update_time"))
    id = named(kind, {key: push[key] for key in push if key != "timestamp"}, "")
    yield AccountNotice(
        id=id,
        what=what,
        detail=push,
        alert=what == "authorisation_expiring",
        at=changed or moment_ms(push.get("timestamp")),
        to=text(push, "seller_id"),
    )
