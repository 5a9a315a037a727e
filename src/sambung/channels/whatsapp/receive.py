"""A webhook of WhatsApp's, taken apart: entry × change × element, each on its own.

One body may carry several business accounts, and hundreds of updates; an element that cannot be
read becomes an `Ignored` with its raw JSON, and never costs the others.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sambung.channels import (
    AccountNotice,
    CallProgressed,
    ConsentStated,
    DeliveryState,
    IdentityChanged,
    Ignored,
    Item,
    Malformed,
    StatusReported,
)
from sambung.channels.whatsapp import errors, messages, notices, people
from sambung.channels.whatsapp.messages import Batch, Incomplete
from sambung.kit import meta
from sambung.kit.untrusted import (
    Record,
    Unreadable,
    decode,
    each,
    moment,
    only,
    record,
    records,
    text,
)

_BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def receive(body: bytes) -> Iterator[Item]:
    """Every fact in a webhook's body. Raises Malformed when it is not a JSON object."""
    try:
        document = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if not isinstance(document, dict):
        raise Malformed("the body is not a JSON object")
    if document.get("object") != "whatsapp_business_account":
        yield Ignored(what="not WhatsApp", raw=document)
        return
    for entry in each(document.get("entry")):
        for change in each(record(entry).get("changes")):
            yield from _change(record(entry), change)
        if not isinstance(entry, dict) or "changes" not in entry:
            yield Ignored(what="entry", raw=_raw(entry))


def _change(entry: Record, change: Any) -> Iterator[Item]:
    field = text(record(change), "field")
    value = record(record(change).get("value"))
    metadata = record(value.get("metadata"))
    batch = Batch(
        to=text(metadata, "phone_number_id") or text(entry, "id"),
        contacts=records(value.get("contacts")),
        errors=records(value.get("errors")),
    )
    lists = [(name, read) for name, read in _ELEMENTS.items() if name in value]
    for name, read in lists:
        for element in each(value[name]):
            yield from _element(name, read, element, batch)
    if batch.errors and "messages" not in value:
        yield _trouble(entry, batch)
    elif not lists:
        yield notices.notice(field, value, entry) or Ignored(
            what=field or "change", raw=_raw(change), to=batch.to
        )


def _element(
    name: str, read: Callable[[Record, Batch], Iterator[Item]], element: Any, batch: Batch
) -> Iterator[Item]:
    if not isinstance(element, dict):
        yield Ignored(what=name, raw=_raw(element), to=batch.to)
        return
    try:
        yield from list(read(element, batch))
    except _BROKEN as error:
        yield Ignored(what=f"{name}: {error}", raw=element, to=batch.to)


def _raw(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"value": value}


def _trouble(entry: Record, batch: Batch) -> Item:
    """Errors of the account itself, tied to no message."""
    first = batch.errors[0]
    return AccountNotice(
        id=notices.key("errors", first, entry),
        what="errors",
        detail={"code": text(first, "code"), "text": meta.sentence(first), "raw": batch.errors},
        alert=True,
        at=moment(entry.get("time")),
        to=batch.to,
    )


_STATES: Mapping[str, DeliveryState] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def _status(element: Record, batch: Batch) -> Iterator[Item]:
    said = text(element, "status")
    if text(element, "type") == "call" or said in ("RINGING", "ACCEPTED", "REJECTED"):
        yield from _call_status(element, batch)
        return
    if said not in _STATES or not text(element, "id"):
        raise Incomplete(f"status {said}")
    extra = only(element, "pricing", "conversation")
    if said == "played":
        extra["played"] = True
    if recipient := people.handles(
        phone=text(element, "recipient_id"), user=text(element, "recipient_user_id")
    ):
        extra["recipient"] = {handle.kind: handle.value for handle in reversed(recipient)}
    problem = next(iter(records(element.get("errors"))), {})
    code = text(problem, "code")
    yield StatusReported(
        target=text(element, "id"),
        state=_STATES[said],
        message=text(element, "biz_opaque_callback_data"),
        reason=errors.rule(code).reason if said == "failed" else None,
        code=code,
        detail=meta.sentence(problem),
        at=moment(element.get("timestamp")),
        to=batch.to,
        extra=extra,
    )


def _call_status(element: Record, batch: Batch) -> Iterator[Item]:
    """How far a call of the business's has come at the customer's phone."""
    person = people.sender(
        batch.contacts,
        phone=text(element, "recipient_id"),
        user=text(element, "recipient_user_id"),
    )
    call, said = text(element, "id"), text(element, "status").lower()
    if person is None or not call or not said:
        raise Incomplete("call status")
    yield CallProgressed(
        id=f"{call}:{said}",
        call=call,
        sender=person[0],
        event=said,
        outgoing=True,
        at=moment(element.get("timestamp")),
        to=batch.to,
        extra=only(element, "biz_opaque_callback_data"),
    )


def _call(element: Record, batch: Batch) -> Iterator[Item]:
    """A call offered, answered or ended. Its sound is WebRTC: the session goes along in `extra`."""
    outgoing = text(element, "direction") == "BUSINESS_INITIATED"
    side = "to" if outgoing else "from"
    lone = batch.contacts[0] if len(batch.contacts) == 1 else {}
    person = people.sender(
        batch.contacts,
        phone=text(element, side),
        user=text(element, f"{side}_user_id") or text(lone, "user_id"),
    )
    call, event = text(element, "id"), text(element, "event")
    if person is None or not call or not event:
        raise Incomplete("call")
    session = record(element.get("session"))
    state = event
    if event == "connect":
        state = "answered" if text(session, "sdp_type") == "answer" else "ringing"
    elif event == "terminate":
        state = text(element, "status").lower() or "ended"
    extra = only(element, "session", "duration", "start_time", "end_time", "errors")
    if event == "terminate":
        extra["answered"] = "start_time" in element
    yield CallProgressed(
        id=f"{call}:{event}",
        call=call,
        sender=person[0],
        event=state,
        outgoing=outgoing,
        at=moment(element.get("timestamp")),
        to=batch.to,
        extra=extra,
    )


def _user_id_update(element: Record, batch: Batch) -> Iterator[Item]:
    """The same person under a new BSUID."""
    user, parent = record(element.get("user_id")), record(element.get("parent_user_id"))
    previous, current = text(user, "previous"), text(user, "current")
    if not previous or not current:
        raise Incomplete("user id update")
    phone = text(element, "wa_id")
    person = people.sender(batch.contacts, phone=phone, user=current)
    yield IdentityChanged(
        id=f"user_id_update:{previous}:{current}",
        old=people.handles(user=previous, parent=text(parent, "previous")),
        new=people.handles(phone=phone, user=current, parent=text(parent, "current")),
        name=person[0].name if person else "",
        at=moment(element.get("timestamp")),
        to=batch.to,
    )


_GRANTED = {"stop": False, "resume": True, "signup": True}


def _preference(element: Record, batch: Batch) -> Iterator[Item]:
    """The customer stopped, resumed or asked for marketing messages, in WhatsApp's own settings."""
    person = people.sender(
        batch.contacts, phone=text(element, "wa_id"), user=text(element, "user_id")
    )
    value, category = text(element, "value"), text(element, "category")
    if person is None or value not in _GRANTED or not category:
        raise Incomplete("preference")
    sender, _ = person
    when = text(element, "timestamp")
    yield ConsentStated(
        id=f"pref:{sender.handles[0].value}:{category}:{value}:{when}",
        sender=sender,
        purpose=category.removesuffix("_messages"),
        granted=_GRANTED[value],
        at=moment(element.get("timestamp")),
        to=batch.to,
    )


_ELEMENTS: Mapping[str, Callable[[Record, Batch], Iterator[Item]]] = {
    "messages": messages.message,
    "message_echoes": messages.echo,
    "statuses": _status,
    "calls": _call,
    "user_id_update": _user_id_update,
    "user_preferences": _preference,
}
