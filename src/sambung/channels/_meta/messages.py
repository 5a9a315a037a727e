"""Messages: what customers write, edit, take back and react with, and the echoes of what the business wrote."""

from collections.abc import Iterator, Mapping

from sambung.channels import (
    Deleted,
    Edited,
    Ignored,
    Inbound,
    Item,
    Reacted,
    StatusReported,
)
from sambung.channels._meta import content
from sambung.channels._meta.parties import Incomplete, Parties
from sambung.kit.untrusted import Record, only, record, text

OURS = "sambung:"
"""Begins the metadata of what we send; our message's id follows."""
REACTIONS: Mapping[str, str] = {
    "love": "❤️",
    "like": "👍",
    "dislike": "👎",
    "smile": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
}
STANDBY = "standby"
"""Warning: another app of the business has this thread."""


def message(element: Record, parties: Parties) -> Iterator[Item]:
    """A message, an echo of one, or one that was taken back."""
    said = record(element.get("message"))
    id = text(said, "mid")
    if said.get("is_self") is True or parties.customer == parties.to != "":
        yield Ignored(what="to itself", raw=element, to=parties.to)
        return
    if not id:
        raise Incomplete("no mid")
    if said.get("is_deleted") is True:
        yield Deleted(id=f"{id}:deleted", target=id, at=parties.at, to=parties.to)
        return
    metadata = text(said, "metadata")
    if parties.outgoing and metadata.startswith(OURS):
        ours = metadata.removeprefix(OURS)
        yield StatusReported(target=id, state="sent", message=ours, at=parties.at, to=parties.to)
        return
    yield _inbound(id, said, parties)


def _inbound(id: str, said: Record, parties: Parties) -> Inbound:
    found = content.read(said)
    answered = record(said.get("reply_to"))
    extra = found.extra | content.about(said)
    if parties.standby:
        extra["standby"] = True
    if parties.outgoing:
        extra |= {key: text(said, key) for key in only(said, "app_id", "metadata")}
    return Inbound(
        id=id,
        sender=parties.sender,
        address=parties.customer,
        to=parties.to,
        kind=found.kind,
        text=found.text,
        at=parties.at,
        attachments=found.attachments,
        reply_to=text(answered, "mid"),
        outgoing=parties.outgoing,
        warnings=(STANDBY,) if parties.standby else (),
        extra=extra,
    )


def edit(element: Record, parties: Parties) -> Iterator[Item]:
    """What a message says now. May come before the message itself, even with `num_edit` 0."""
    edited = record(element.get("message_edit"))
    target = text(edited, "mid")
    if not target:
        raise Incomplete("edit of nothing")
    number = text(edited, "num_edit") or parties.stamp
    yield Edited(
        id=f"{target}:edit:{number}",
        target=target,
        text=text(edited, "text"),
        at=parties.at,
        to=parties.to,
    )


def reaction(element: Record, parties: Parties) -> Iterator[Item]:
    """Put on or taken off. Only some reactions have an emoji beside their name."""
    told = record(element.get("reaction"))
    target, name = text(told, "mid"), text(told, "reaction")
    if not target:
        raise Incomplete("reaction to nothing")
    emoji = ""
    if text(told, "action") != "unreact":
        emoji = text(told, "emoji") or REACTIONS.get(name, "") or "👍"
    yield Reacted(
        id=parties.key("reaction", target),
        target=target,
        sender=parties.sender,
        emoji=emoji,
        outgoing=parties.outgoing,
        at=parties.at,
        to=parties.to,
    )
