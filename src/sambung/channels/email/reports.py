"""Mail about mail: bounces (RFC 3464 and older), read receipts (RFC 8098), complaints (RFC 5965)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

from flufl.bounce import all_failures

from sambung.channels import (
    ConsentStated,
    DeliveryState,
    Handle,
    Ignored,
    Item,
    Reason,
    Sender,
    StatusReported,
)
from sambung.channels.email.charsets import clean, one_line
from sambung.channels.email.headers import Headers, addresses, message_ids, moment
from sambung.channels.email.tags import message_bounced

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45])\d\d\b")
_QUOTED_ID = re.compile(r"^[ \t>]*Message-I[Dd]:\s*<([^<>\s]+)>", re.MULTILINE)
_BOUNCE_SENDER = re.compile(r"(?:mailer-daemon|postmaster|mail-?daemon)@", re.IGNORECASE)
_STATES: dict[str, DeliveryState] = {
    "failed": "failed",
    "delayed": "sent",
    "delivered": "delivered",
    "relayed": "sent",
    "expanded": "sent",
}
_DETECTOR_ERRORS = (LookupError, ValueError, TypeError, AttributeError, AssertionError)
"""What flufl.bounce's detectors raise on mails that only resemble a bounce."""
_LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Report:
    """A mail with what every kind of report needs of it."""

    message: Message
    headers: Headers
    id: str
    recipients: Sequence[str]
    to: str
    null_sender: bool


def read(report: Report) -> Iterator[Item] | None:
    """The facts of a report; None when the mail is not one."""
    parts = {part.get_content_type().lower(): part for part in _shallow(report.message)}
    if "message/feedback-report" in parts:
        return _complaint(report, parts)
    if "message/disposition-notification" in parts:
        return _receipt(report, parts["message/disposition-notification"])
    for kind in ("message/delivery-status", "message/global-delivery-status"):
        if kind in parts:
            return _delivery_status(report, parts[kind], _original_id(parts))
    return _old_bounce(report) if _resembles_bounce(report) else None


def _shallow(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [p for p in payload if isinstance(p, Message)] if isinstance(payload, list) else []


def _delivery_status(report: Report, part: Message, original: str) -> Iterator[Item]:
    bounced = message_bounced(report.recipients)
    reported = False
    for fields in map(Headers, _shallow(part)):
        action = fields.get("action", "").strip().lower()
        if "final-recipient" not in fields or action not in _STATES:
            continue
        reported = True
        found = _STATUS.search(fields.get("status", ""))
        yield _status(
            report,
            target=original,
            message=bounced,
            action=action,
            code=found[1] if found else "",
            recipient=_mailbox(fields["final-recipient"]),
            detail=one_line(fields.get("diagnostic-code", "")),
        )
    if not reported:
        yield Ignored(what="delivery_status_without_recipient", raw={"id": report.id}, to=report.to)


def _old_bounce(report: Report) -> Iterator[Item] | None:
    """qmail, Exchange and others that write for people; which message it was is read from the copy below."""
    try:
        passing, lasting = all_failures(report.message)
    except _DETECTOR_ERRORS:
        return None
    text = clean(_text(report.message))
    found = _QUOTED_ID.search(text)
    target, bounced = found[1] if found else "", message_bounced(report.recipients)
    failed = [*((a, "failed") for a in lasting), *((a, "delayed") for a in passing)]
    if not failed:
        return None
    code = _STATUS.search(text)
    return iter(
        [
            _status(
                report,
                target=target,
                message=bounced,
                action=action,
                code=code[1] if code else "",
                recipient=_as_text(address),
                detail=_diagnosis(text, _as_text(address)),
            )
            for address, action in sorted(failed, key=str)
        ]
    )


def _status(
    report: Report,
    *,
    target: str,
    message: str,
    action: str,
    code: str,
    recipient: str,
    detail: str,
) -> Item:
    if not target and not message:
        return Ignored(
            what="bounce_of_unknown_message",
            raw={"id": report.id, "recipient": recipient},
            to=report.to,
        )
    state = _STATES[action]
    soft = code.startswith("4") or (not code and _first_digit(detail) == "4")
    return StatusReported(
        target=target,
        state=state,
        message=message,
        reason=_reason(code, detail) if state == "failed" else None,
        code=code,
        detail=detail[:_LONGEST_DETAIL],
        at=moment(report.headers.get("date", "")),
        to=report.to,
        extra={"recipient": recipient, "action": action, "retryable": soft},
    )


def _reason(code: str, detail: str) -> Reason:
    subject = code.partition(".")[2]
    if subject == "2.2" or "mailbox full" in detail.lower() or "quota" in detail.lower():
        return "mailbox_full"
    if subject in ("3.4", "2.3"):
        return "media_invalid"
    if subject == "4.7":
        return "timed_out"
    if subject.startswith("7."):
        return "spam" if "spam" in detail.lower() else "blocked"
    return "undeliverable"


def _receipt(report: Report, part: Message) -> Iterator[Item]:
    fields = next(map(Headers, _shallow(part)), Headers(Message()))
    target = next(iter(message_ids(fields.get("original-message-id", ""))), "")
    outcome = fields.get("disposition", "").partition(";")[2].partition("/")[0].strip().lower()
    if outcome != "displayed" or not target:
        yield Ignored(
            what="receipt_not_read", raw={"id": report.id, "disposition": outcome}, to=report.to
        )
        return
    yield StatusReported(
        target=target,
        state="read",
        at=moment(report.headers.get("date", "")),
        to=report.to,
        extra={"recipient": _mailbox(fields.get("final-recipient", ""))},
    )


def _complaint(report: Report, parts: dict[str, Message]) -> Iterator[Item]:
    """A mailbox provider says that the customer called our mail spam. Anyone can write such a report, so
    the address in it is merely claimed; at worst somebody gets no advertisements."""
    inner = _shallow(parts["message/feedback-report"])
    fields = Headers(inner[0]) if inner else Headers(Message())
    original = _original(parts)
    who = addresses(fields.get("original-rcpt-to", "")) or (
        original.addresses("to") if original else []
    )
    kind = fields.get("feedback-type", "abuse").strip().lower()
    if not who or kind == "not-spam":
        yield Ignored(what="feedback_report", raw={"id": report.id, "type": kind}, to=report.to)
        return
    for address in who:
        yield ConsentStated(
            id=f"{report.id}:{address.address}",
            sender=Sender((Handle("email", address.address, verified=False),), name=address.name),
            purpose="marketing",
            granted=False,
            at=moment(report.headers.get("date", "")),
            to=report.to,
        )


def _original_id(parts: dict[str, Message]) -> str:
    original = _original(parts)
    return next(iter(original.ids("message-id")), "") if original else ""


def _original(parts: dict[str, Message]) -> Headers | None:
    for kind in ("message/rfc822", "message/global"):
        inner = _shallow(parts[kind]) if kind in parts else []
        if inner:
            return Headers(inner[0])
    for kind in ("text/rfc822-headers", "message/global-headers"):
        if kind in parts:
            raw = parts[kind].get_payload(decode=True)
            if isinstance(raw, bytes):
                return Headers(BytesHeaderParser().parsebytes(raw.lstrip()))
    return None


def _resembles_bounce(report: Report) -> bool:
    sender = report.headers.get("from", "")
    return bool(_BOUNCE_SENDER.search(sender)) or (
        report.null_sender and bool(message_bounced(report.recipients))
    )


def _mailbox(value: str) -> str:
    """`rfc822; a@b` as `a@b`."""
    return one_line(value.rpartition(";")[2]).strip("<> ").lower()


def _first_digit(detail: str) -> str:
    found = _REPLY_CODE.search(detail)
    return found[1] if found else ""


def _diagnosis(text: str, recipient: str) -> str:
    """The paragraph that names the recipient."""
    after = text.lower().find(recipient)
    return one_line(text[after:].partition("\n\n")[0])[:_LONGEST_DETAIL] if after >= 0 else ""


def _text(message: Message) -> str:
    payloads = [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_maintype() in ("text", "message")
    ]
    return "\n".join(p.decode("utf-8", "replace") for p in payloads if isinstance(p, bytes))


def _as_text(address: bytes | str) -> str:
    return (address.decode("utf-8", "replace") if isinstance(address, bytes) else address).lower()
