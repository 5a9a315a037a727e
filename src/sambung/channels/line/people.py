"""Who is at the other end, and where an answer goes.

User ids are of one provider's (in LINE's sense) channels; they are long and random enough to be nobody else's.
In a group LINE may keep back who wrote; then the group itself is all we know them by.

An address is `ID`, or `ID;reply=TOKEN@MILLISECONDS`: the reply token of the last message and when that was
written, for a reply with it is free, once and for about a minute.
"""

from dataclasses import dataclass

from sambung.channels import Handle, Refused, Sender
from sambung.kit.untrusted import Record, record, text

PERSON, GROUP = "line", "line_group"


def of_event(event: Record) -> Sender | None:
    """The person or, unnamed, the group; None when the event tells of neither."""
    source = record(event.get("source"))
    if user := text(source, "userId"):
        return Sender((Handle(PERSON, user),))
    group = _group(source)
    return Sender((Handle(GROUP, group),)) if group else None


def _group(source: Record) -> str:
    return text(source, "groupId") or text(source, "roomId")


def group_of(event: Record) -> dict[str, str]:
    """The group or room an event is from, for people to see; {} for a chat of two."""
    source = record(event.get("source"))
    group = _group(source)
    return {"id": group, "type": text(source, "type")} if group else {}


@dataclass(frozen=True, slots=True)
class Address:
    """at: Unix milliseconds."""

    to: str
    token: str = ""
    at: int = 0

    def __str__(self) -> str:
        return f"{self.to};reply={self.token}@{self.at}" if self.token else self.to


def address_of(event: Record) -> Address:
    """Where an answer to the event goes."""
    source, at = record(event.get("source")), event.get("timestamp")
    token = text(event, "replyToken")
    to = _group(source) or text(source, "userId")
    if not isinstance(at, int) or not token.isalnum() or len(token) > 200 or not token.strip("0"):
        return Address(to)
    return Address(to, token, at)


def read(written: str) -> Address:
    """The address a message is to go to. Raises Refused."""
    to, _, reply = written.strip().partition(";reply=")
    token, _, at = reply.partition("@")
    if not to or not to.isascii() or not to.isalnum():
        raise Refused("this is no LINE user, group or room", reason="invalid")
    return Address(to, token, int(at)) if token and at.isdecimal() else Address(to)
