"""Calls made elsewhere (a desk phone, a mobile, another exchange), told by whatever knows of them.

A post tells of a finished call, or of one in progress (`event`: ringing, answered, ended). The sound of a call is
not carried here; a recording is fetched from where it is kept. Fields: docs/channels/phone.md.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from sambung.channels import (
    Attachment,
    CallProgressed,
    Capabilities,
    Channel,
    Fetched,
    Handle,
    Inbound,
    Item,
    Outbound,
    Receipt,
    Refused,
    Request,
    Sender,
)
from sambung.channels._posted import events, secrets
from sambung.channels._posted.events import Incomplete, moment
from sambung.channels._rest.downloads import MB, download
from sambung.channels._rest.fields import asked
from sambung.channels._visitor.values import plain
from sambung.kit import phones
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, only, text

LARGEST_RECORDING = 100 * MB
OUT, IN = ("out", "outbound", "outgoing"), ("in", "inbound", "incoming")
ENDED = ("ended", "hangup", "completed", "terminate")
OUTCOMES = ("answered", "missed", "busy", "no_answer", "voicemail", "failed", "cancelled")
TERMINATE = "terminate"
"""How the record calls the end of a call."""


class PhoneConfig(secrets.SecretConfig):
    """Settings of one line, or of all."""

    numbers: list[str] = asked(
        "Own numbers",
        "Calls that name another line than these are left alone; empty takes all.",
        "Nomor sendiri",
        "Panggilan yang menyebut nomor lain dibiarkan; kosong menerima semua.",
        default_factory=list,
    )


class Phone(Channel[PhoneConfig]):
    """The log of calls."""

    name = "phone"
    title: ClassVar[Mapping[str, str]] = {"en": "Phone log", "id": "Catatan telepon"}
    config = PhoneConfig
    handle_kinds = ("phone",)
    capabilities = Capabilities(longest_text=0)
    quality: ClassVar[Mapping[str, str]] = {
        "verify": "done",
        "receive_text": "done",
        "receive_media": "done",
        "receive_all_kinds": "done",
        "receive_batches": "done",
        "edits_and_deletes": "exempt: a call that was made stays made",
        "reactions": "exempt: calls have none",
        "statuses": "done",
        "echoes": "done",
        "identity": "done",
        "send_text": "exempt: a log; nothing is sent",
        "send_media": "exempt: a log; nothing is sent",
        "send_interactive": "exempt: a log; nothing is sent",
        "templates": "exempt: a log; nothing is sent",
        "window": "exempt: a log; nothing is sent",
        "errors_mapped": "done",
        "rate_limits": "exempt: a log; nothing is sent",
        "stand_in": "exempt: one signed post; docs/channels/phone.md has it as a command",
        "docs": "done",
    }

    def addresses(self, config: PhoneConfig) -> tuple[str, ...]:
        return tuple(filter(None, (phones.e164(number) for number in config.numbers)))

    def hints(self, config: PhoneConfig) -> Mapping[str, str]:
        return {"x-own-numbers": " ".join(self.addresses(config))}

    def verify(self, request: Request, config: PhoneConfig) -> None:
        secrets.check(request, config)

    def receive(self, request: Request) -> Iterator[Item]:
        own = request.headers.get("x-own-numbers", "").split()
        return events.read(events.posted(request.body), lambda event: _call(event, own))

    async def send(self, message: Outbound, config: PhoneConfig, net: Net) -> Receipt:
        raise Refused("the phone log sends nothing; call, or answer elsewhere", reason="invalid")

    async def fetch(self, attachment: Attachment, config: PhoneConfig, net: Net) -> Fetched:
        return await download(attachment, net, largest=LARGEST_RECORDING)


def _call(event: Record, own: list[str]) -> Iterator[Item]:
    """The call as a message; what else is known of one that is a message already."""
    said = plain(event.get("direction")).strip().lower()
    if said not in (*OUT, *IN):
        raise Incomplete("direction")
    outgoing = said in OUT
    line, other = _number(event, "from"), _number(event, "to")
    if not outgoing:
        line, other = other, line
    caller = phones.e164(other)
    if not caller:
        # A withheld number: nobody's in particular, but the call was made.
        raise Incomplete("number")
    ours = phones.e164(line)
    to = ours if own and ours else ""
    id = events.named_or_made(event)
    sender = Sender((Handle("phone", caller),), name=plain(event.get("name"))[:200])
    at = moment(event.get("started_at")) or moment(event.get("at"))
    facts = _facts(event, line)
    now = plain(event.get("event")).strip().lower()
    if now and now not in ENDED:
        yield CallProgressed(
            id=f"{id}:{now}"[:200],
            call=id,
            sender=sender,
            event=now[:40],
            outgoing=outgoing,
            at=at,
            to=to,
            extra=facts,
        )
        return
    yield Inbound(
        id=id,
        sender=sender,
        address=caller,
        to=to,
        kind="call",
        text=events.words(event, "notes"),
        at=at,
        attachments=_recording(event),
        outgoing=outgoing,
        # A finished call needs no answer, unless nobody took it.
        automatic=not outgoing and facts.get("outcome") not in ("missed", "no_answer", "voicemail"),
        extra={"call": {"event": TERMINATE, **facts}},
    )
    yield CallProgressed(
        id=f"{id}:{TERMINATE}",
        call=id,
        sender=sender,
        event=TERMINATE,
        outgoing=outgoing,
        at=moment(event.get("ended_at")),
        to=to,
        extra={**facts, **only({"notes": events.words(event, "notes")}, "notes")},
    )


def _number(event: Record, key: str) -> str:
    return plain(text(event, key)).strip()[:40]


def _facts(event: Record, line: str) -> dict[str, Any]:
    started, answered, ended = (
        moment(event.get(key)) for key in ("started_at", "answered_at", "ended_at")
    )
    outcome = plain(event.get("outcome")).strip().lower().replace("-", "_").replace(" ", "_")
    if outcome not in OUTCOMES:
        outcome = "answered" if answered else "missed" if ended else ""
    seconds = (ended - answered) // timedelta(seconds=1) if ended and answered else None
    found: dict[str, Any] = {
        "line": line,
        "outcome": outcome,
        "started_at": started.isoformat() if started else "",
        "answered_at": answered.isoformat() if answered else "",
        "ended_at": ended.isoformat() if ended else "",
        "duration": seconds if seconds is None or seconds >= 0 else None,
        "agent": plain(event.get("agent"))[:200],
    }
    return only(found, *found)


def _recording(event: Record) -> tuple[Attachment, ...]:
    url = plain(event.get("recording_url")).strip()[:2000]
    return (Attachment(mime="audio/mpeg", name="recording.mp3", url=url),) if url else ()


channel = Phone()
