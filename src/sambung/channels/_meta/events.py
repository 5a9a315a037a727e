"""What is no message: taps, receipts, where customers came from, consent, and notices of Meta's."""

import hashlib
import json
from collections.abc import Iterator

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Inbound,
    Item,
    ReadUpTo,
    StatusReported,
)
from sambung.channels._meta import content
from sambung.channels._meta.messages import STANDBY
from sambung.channels._meta.parties import Incomplete, Parties, when
from sambung.kit.untrusted import Record, each, only, record, text

CHECK = "sambung_subscription"
"""Field of the change in which `poll` tells what it found of the webhook's subscription."""


def postback(element: Record, parties: Parties) -> Iterator[Item]:
    """A tap on a button of a template, the menu, an ice breaker or "Get started"."""
    tapped = record(element.get("postback"))
    title, payload = text(tapped, "title"), text(tapped, "payload")
    if not title and not payload:
        raise Incomplete("no button")
    said = content.picked("postback", payload, title)
    standby = {"standby": True} if parties.standby else {}
    yield Inbound(
        id=text(tapped, "mid") or parties.key("postback", payload[:200]),
        sender=parties.sender,
        address=parties.customer,
        to=parties.to,
        kind=said.kind,
        text=title or payload,
        at=parties.at,
        warnings=(STANDBY,) if parties.standby else (),
        extra=said.extra | content.about(tapped) | standby,
    )


def referral(element: Record, parties: Parties) -> Iterator[Item]:
    """A customer who is known came back through an ad, a link or a code. They have said nothing yet."""
    origin = content.referral(record(element.get("referral")))
    yield Inbound(
        id=parties.key("referral", origin.get("ref", ""), origin.get("ad_id", "")),
        sender=parties.sender,
        address=parties.customer,
        to=parties.to,
        kind="context",
        text=origin.get("headline", "") or origin.get("ref", ""),
        at=parties.at,
        automatic=True,
        extra={"referral": origin},
    )


def read(element: Record, parties: Parties) -> Iterator[Item]:
    """Messenger says up to when the customer has read, Instagram up to which message."""
    seen = record(element.get("read"))
    target, watermark = text(seen, "mid"), when(seen.get("watermark"))
    if not target and watermark is None:
        raise Incomplete("read nothing")
    at = parties.at if target else watermark
    yield ReadUpTo(sender=parties.sender, target=target, at=at, to=parties.to)


def delivery(element: Record, parties: Parties) -> Iterator[Item]:
    """Messages that reached the customer: by name, else all up to a moment."""
    told = record(element.get("delivery"))
    watermark = when(told.get("watermark"))
    mids = [mid for mid in each(told.get("mids")) if isinstance(mid, str) and mid]
    for mid in mids:
        yield StatusReported(
            target=mid, state="delivered", at=watermark or parties.at, to=parties.to
        )
    if mids:
        return
    if watermark is None:
        raise Incomplete("delivered nothing")
    yield ReadUpTo(sender=parties.sender, target="", state="delivered", at=watermark, to=parties.to)


def optin(element: Record, parties: Parties) -> Iterator[Item]:
    """A plugin or a request for marketing messages was agreed to, or the latter stopped."""
    told = record(element.get("optin"))
    type, status = text(told, "type"), text(told, "notification_messages_status")
    marketing = type in ("notification_messages", "one_time_notif_req")
    until = when(told.get("token_expiry_timestamp"))
    yield ConsentStated(
        id=parties.key("optin", type, status or text(told, "ref") or text(told, "payload")),
        sender=parties.sender,
        purpose="marketing" if marketing else "service",
        granted="STOP" not in status.upper(),
        until=until,
        at=parties.at,
        to=parties.to,
    )


def thread_control(name: str, element: Record, parties: Parties) -> Iterator[Item]:
    """Another app of the business (Meta's own inbox, a bot) took the thread, gave it or wants it."""
    told = record(element.get(name))
    apps = {
        "new_owner_app": text(told, "new_owner_app_id"),
        "previous_owner_app": text(told, "previous_owner_app_id"),
        "requested_owner_app": text(told, "requested_owner_app_id"),
    }
    detail = {"event": name, "customer": parties.customer}
    detail |= only(apps, *apps) | only(told, "metadata")
    yield AccountNotice(
        id=parties.key("thread_control", name),
        what="thread_control",
        detail=detail,
        at=parties.at,
        to=parties.to,
    )


def app_roles(element: Record, parties: Parties) -> Iterator[Item]:
    """Which app answers first."""
    yield _notice("app_roles", record(element.get("app_roles")), parties)


def policy_enforcement(element: Record, parties: Parties) -> Iterator[Item]:
    """Meta warned, blocked or unblocked the account."""
    name = "policy_enforcement" if "policy_enforcement" in element else "policy-enforcement"
    told = record(element.get(name))
    yield _notice("policy_enforcement", told, parties, alert=text(told, "action") != "unblock")


def response_feedback(element: Record, parties: Parties) -> Iterator[Item]:
    """The customer found an answer good or bad."""
    told = {**record(element.get("response_feedback")), "customer": parties.customer}
    yield _notice("response_feedback", told, parties)


def template_status(value: Record, parties: Parties) -> Iterator[Item]:
    """A utility template was approved, refused or paused."""
    detail = {
        "template": text(value, "message_template_name"),
        "language": text(value, "message_template_language"),
        "state": text(value, "event"),
        **only(value, "reason"),
    }
    if not detail["state"]:
        raise Incomplete("no state")
    bad = detail["state"] not in ("APPROVED", "PENDING")
    yield _notice("template_status", detail, parties, alert=bad, at=value.get("entry_time"))


def subscription(value: Record, parties: Parties) -> Iterator[Item]:
    """The daily look found that Meta no longer sends us what it should."""
    yield _notice("subscription", value, parties, alert=True, at=value.get("entry_time"))


def _notice(
    what: str, told: Record, parties: Parties, *, alert: bool = False, at: object = None
) -> AccountNotice:
    known = when(at) or parties.at
    written = json.dumps([told, str(known)], sort_keys=True, default=str).encode()
    return AccountNotice(
        id=f"{what}:{hashlib.sha256(written).hexdigest()[:32]}",
        what=what,
        detail={key: value for key, value in told.items() if key != "entry_time"},
        alert=alert,
        at=known,
        to=parties.to,
    )
