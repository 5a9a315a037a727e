"""Webhooks of X: the X Activity API's envelope, and the older one of the Account Activity API.

https://docs.x.com/x-api/activity · a user may be told of both ways at once: messages are known by their id.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from sambung.channels import (
    AccountNotice,
    Handle,
    Ignored,
    Inbound,
    Item,
    ReadUpTo,
    Sender,
    TypingSeen,
)
from sambung.channels._rest.elements import Incomplete, body_of, named, read
from sambung.channels.x import content
from sambung.kit.untrusted import Record, each, moment_ms, only, record, records, text

PERSON = "x"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an event's elements share. to: our account; kind: the activity's name, "" in the older envelope."""

    to: str
    kind: str
    users: Record


def receive(body: bytes) -> Iterator[Item]:
    """Every fact in a webhook's body. Raises Malformed when it is not a JSON object."""
    document = body_of(body)
    if "data" not in document:
        yield from _account_activity(document)
        return
    for data in records(document.get("data")):
        to = text(record(data.get("filter")), "user_id")
        payload, kind = record(data.get("payload")), text(data, "event_type")
        envelope = Envelope(to, kind, record(payload.get("users")))
        if not (yield from _lists(payload, envelope)):
            yield from read(kind or "event", data, partial(_lone, envelope=envelope), to)


def _account_activity(document: Record) -> Iterator[Item]:
    envelope = Envelope(text(document, "for_user_id"), "", record(document.get("users")))
    if (yield from _lists(document, envelope)):
        return
    if revoked := record(record(document.get("user_event")).get("revoke")):
        yield _revoked(revoked, envelope.to or text(record(revoked.get("source")), "user_id"))
        return
    what = next((key for key in document if key.endswith("_events")), "event")
    yield Ignored(what=what, raw=document, to=envelope.to)


def _lists(payload: Record, envelope: Envelope) -> Generator[Item, None, bool]:
    """The elements of every list we know; returns whether there was any such list."""
    known = False
    for name, reader in _LISTS.items():
        if name in payload:
            known = True
            for element in each(payload[name]):
                yield from read(name, element, partial(reader, envelope=envelope), envelope.to)
    return known


def _lone(data: Record, envelope: Envelope) -> Iterator[Item]:
    """Activities that are their own payload."""
    payload, kind = record(data.get("payload")), envelope.kind
    if kind.startswith("chat."):
        yield from _chat(payload, envelope)
    elif "last_read_event_id" in payload:
        yield from _read(payload, envelope)
    elif kind == "dm.indicate_typing" and "sender_id" in payload:
        yield from _typing(payload, envelope)
    elif "message_create" in payload:
        yield from _message(payload, envelope)
    else:
        yield Ignored(what=kind or "event", raw=data, to=envelope.to)


def _message(element: Record, envelope: Envelope) -> Iterator[Item]:
    created = record(element.get("message_create"))
    if text(element, "type") not in ("message_create", "") or not created:
        yield Ignored(what=text(element, "type") or "event", raw=element, to=envelope.to)
        return
    author = text(created, "sender_id")
    addressee = text(record(created.get("target")), "recipient_id")
    outgoing = author == envelope.to or envelope.kind == "dm.sent"
    other, id = addressee if outgoing else author, text(element, "id")
    if not other or not id:
        raise Incomplete("message")
    said = content.of(record(created.get("message_data")))
    yield Inbound(
        id=id,
        sender=_person(other, envelope.users),
        address=other,
        to=envelope.to or (author if outgoing else addressee),
        kind=said.kind,
        text=said.text,
        attachments=said.attachments,
        at=moment_ms(element.get("created_timestamp")),
        outgoing=outgoing,
        extra=said.extra | only(element, "initiated_via"),
    )


def _chat(payload: Record, envelope: Envelope) -> Iterator[Item]:
    """XChat is encrypted from end to end: that something was said is all there is to show."""
    author, id = text(payload, "sender_id"), text(payload, "id")
    parties = text(payload, "conversation_id").replace("-", ":").split(":")
    outgoing = author == envelope.to
    other = next((one for one in parties if one and one != author), "") if outgoing else author
    if not other or not id or envelope.kind not in ("chat.received", "chat.sent"):
        yield Ignored(what=envelope.kind, raw=payload, to=envelope.to)
        return
    told = only(payload, "conversation_id", "conversation_key_version")
    yield Inbound(
        id=id,
        sender=_person(other, envelope.users),
        address=other,
        to=envelope.to,
        kind="unsupported",
        at=moment_ms(payload.get("created_at_msec")),
        outgoing=outgoing,
        extra={"unsupported": {"type": "xchat_encrypted", **told}},
    )


def _read(element: Record, envelope: Envelope) -> Iterator[Item]:
    reader, last = text(element, "sender_id"), text(element, "last_read_event_id")
    if not reader or not last:
        raise Incomplete("receipt")
    if reader == envelope.to:  # the business read in X's own app
        yield Ignored(what="own receipt", raw=element, to=envelope.to)
        return
    yield ReadUpTo(
        sender=_person(reader, envelope.users),
        target=last,
        at=moment_ms(element.get("created_timestamp")),
        to=envelope.to,
    )


def _typing(element: Record, envelope: Envelope) -> Iterator[Item]:
    writer = text(element, "sender_id")
    if not writer:
        raise Incomplete("typing")
    if writer == envelope.to:
        yield Ignored(what="own typing", raw=element, to=envelope.to)
        return
    yield TypingSeen(sender=_person(writer, envelope.users), to=envelope.to)


def _revoked(told: Record, to: str) -> Item:
    return AccountNotice(
        id=named("authorization_revoked", told, ""),
        what="authorization_revoked",
        detail=told,
        alert=True,
        to=to,
    )


def _person(id: str, users: Record) -> Sender:
    """Wrapped in `data` by the newer envelope, which also says `username` for `screen_name`."""
    told = record(users.get(id))
    told = record(told.get("data")) or told
    username = text(told, "username") or text(told, "screen_name")
    return Sender((Handle(PERSON, id),), name=text(told, "name"), username=username)


_LISTS: Mapping[str, Callable[..., Iterator[Item]]] = {
    "direct_message_events": _message,
    "direct_message_indicate_typing_events": _typing,
    "direct_message_mark_read_events": _read,
}
