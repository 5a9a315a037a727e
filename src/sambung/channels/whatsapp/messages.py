"""Messages: what customers write, and the echoes of what the business wrote on its phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sambung.channels import (
    ConsentStated,
    Deleted,
    Edited,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Reacted,
    Sender,
)
from sambung.channels.whatsapp import content, people
from sambung.kit.untrusted import Record, moment, record, text

_FREE_ENTRY = timedelta(hours=72)
"""Free-form replies after a click on an ad or a Page's button."""

_BSUID = r"[A-Z]{2}\.[A-Za-z0-9.]{1,160}"
_MOVED = re.compile(rf"changed from ({_BSUID}) to ({_BSUID})$")

GROUP = "group:"
"""Begins the reply address of a group chat."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What the elements of one `change` share."""

    to: str
    contacts: list[Record]
    errors: list[Record]


class Incomplete(ValueError):
    """An element lacks what makes it one: its id, its author, the message it is about."""


def message(element: Record, batch: Batch) -> Iterator[Item]:
    """What a customer sent, changed, took back or reacted with."""
    match text(element, "type"):
        case "system":
            yield _system(element, batch)
        case "edit" | "revoke":
            yield _change(element, batch)
        case _:
            person = people.sender(
                batch.contacts,
                phone=text(element, "from"),
                user=text(element, "from_user_id"),
                parent=text(element, "from_parent_user_id"),
            )
            yield from _utterance(element, batch, _known(person), outgoing=False)


def echo(element: Record, batch: Batch) -> Iterator[Item]:
    """What the business did in the WhatsApp Business app on its own phone."""
    if text(element, "type") in ("edit", "revoke"):
        yield _change(element, batch)
        return
    person = people.sender(
        batch.contacts,
        phone=text(element, "to"),
        user=text(element, "to_user_id"),
        parent=text(element, "to_parent_user_id"),
    )
    yield from _utterance(element, batch, _known(person), outgoing=True)


def _known(person: tuple[Sender, str] | None) -> tuple[Sender, str]:
    if person is None:
        raise Incomplete("nobody named")
    return person


def _utterance(
    element: Record, batch: Batch, person: tuple[Sender, str], *, outgoing: bool
) -> Iterator[Item]:
    if text(element, "type") == "reaction":
        yield _reaction(element, batch, person[0], outgoing=outgoing)
    else:
        yield from _inbound(element, batch, person, outgoing=outgoing)


def _inbound(
    element: Record, batch: Batch, person: tuple[Sender, str], *, outgoing: bool
) -> Iterator[Item]:
    sender, address = person
    about = content.about(element)
    said = content.read(element) or content.unsupported(element, batch.errors)
    id, at = _id(element), moment(element.get("timestamp"))
    yield Inbound(
        id=id,
        sender=sender,
        address=GROUP + about["group_id"] if "group_id" in about else address,
        to=batch.to,
        kind=said.kind,
        text=said.text,
        at=at,
        attachments=said.attachments,
        reply_to=text(record(element.get("context")), "id"),
        outgoing=outgoing,
        automatic=said.kind == "context",
        window=_FREE_ENTRY if "referral" in about else None,
        warnings=content.codes(element),
        extra={**said.extra, **about},
    )
    if said.own_phones:
        new = people.handles(phone=said.own_phones[0])
        yield IdentityChanged(
            id=f"{id}:phone", old=sender.handles, new=new, name=sender.name, at=at, to=batch.to
        )
    permission = record(said.extra.get("interactive"))
    if permission.get("type") == "call_permission" and not outgoing:
        yield ConsentStated(
            id=f"{id}:calls",
            sender=sender,
            purpose="calls",
            granted=permission.get("id") == "accept",
            until=moment(permission.get("expiration_timestamp")),
            at=at,
            to=batch.to,
        )


def _id(element: Record) -> str:
    if id := text(element, "id"):
        return id
    raise Incomplete("no id")


def _change(element: Record, batch: Batch) -> Item:
    """An edit or a revoke. Either may come before the message it is about."""
    kind = text(element, "type")
    change = record(element.get(kind))
    target = text(change, "original_message_id")
    if not target:
        raise Incomplete(f"{kind} of nothing")
    at = moment(element.get("timestamp"))
    if kind == "revoke":
        return Deleted(id=_id(element), target=target, at=at, to=batch.to)
    edited = record(change.get("message"))
    part = record(edited.get(text(edited, "type")))
    if not part:
        raise Incomplete("edit without what it says now")
    now = text(part, "body") or text(part, "caption")
    return Edited(id=_id(element), target=target, text=now, at=at, to=batch.to)


def _reaction(element: Record, batch: Batch, sender: Sender, *, outgoing: bool) -> Item:
    reaction = record(element.get("reaction"))
    if not text(reaction, "message_id"):
        raise Incomplete("reaction to nothing")
    return Reacted(
        id=_id(element),
        target=text(reaction, "message_id"),
        sender=sender,
        emoji=text(reaction, "emoji"),
        outgoing=outgoing,
        at=moment(element.get("timestamp")),
        to=batch.to,
    )


def _system(element: Record, batch: Batch) -> Item:
    """A customer moved to another phone number; so their BSUID changed too. No line of the chat."""
    system = record(element.get("system"))
    new = people.handles(
        phone=text(system, "wa_id") or text(system, "new_wa_id"),
        user=text(system, "user_id"),
        parent=text(system, "parent_user_id"),
    )
    old = people.handles(
        phone=text(element, "from"), user=text(element, "from_user_id") or _moved_from(system)
    )
    if not new or not old:
        return Ignored(what=f"system:{text(system, 'type')}", raw=element, to=batch.to)
    return IdentityChanged(
        id=_id(element), old=old, new=new, at=moment(element.get("timestamp")), to=batch.to
    )


def _moved_from(system: Record) -> str:
    """The BSUID someone had before, which stands only in the sentence «User NAME changed from OLD to NEW».

    NAME is the customer's own text, so only the sentence's very end counts, and only when NEW is
    the id that WhatsApp states beside it: nobody takes over another's record by their name.
    """
    moved = _MOVED.search(text(system, "body").rstrip(" ."))
    return moved[1] if moved and moved[2] == text(system, "user_id") else ""
