"""What WhatsApp says about the business's own account: templates, quality, limits, sanctions."""

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from sambung.channels import AccountNotice
from sambung.kit.untrusted import Record, moment, record, text


def notice(field: str, value: Record, entry: Record) -> AccountNotice | None:
    """The notice in a change of the account; None for fields we know nothing of."""
    if field not in _FIELDS or not value:
        return None
    what, alarming, named = _FIELDS[field]
    detail = {ours: value[theirs] for ours, theirs in named.items() if theirs in value}
    return AccountNotice(
        id=key(what, value, entry),
        what=what,
        detail={**detail, "raw": dict(value)},
        alert=alarming(value),
        at=moment(entry.get("time")),
        to=text(entry, "id"),
    )


def key(what: str, value: Record, entry: Record) -> str:
    """What makes a notice that is delivered twice one notice: these have no id of their own."""
    digest = hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:20]
    return f"{what}:{text(entry, 'id')}:{text(entry, 'time')}:{digest}"


def _says(member: str, *alarming: str) -> Callable[[Record], bool]:
    return lambda value: text(value, member).upper() in alarming


def _always(value: Record) -> bool:
    return True


def _never(value: Record) -> bool:
    return False


def _alarming(value: Record) -> bool:
    severity = text(value, "alert_severity") or text(
        record(value.get("alert_info")), "alert_severity"
    )
    return severity.upper() != "INFORMATIONAL"


_TEMPLATE = {
    "template": "message_template_name",
    "language": "message_template_language",
    "template_id": "message_template_id",
}

_FIELDS: Mapping[str, tuple[str, Callable[[Record], bool], Mapping[str, str]]] = {
    "message_template_status_update": (
        "template_status",
        _says("event", "REJECTED", "PAUSED", "DISABLED", "FLAGGED", "LOCKED", "LIMIT_EXCEEDED"),
        {**_TEMPLATE, "state": "event", "reason": "reason"},
    ),
    "message_template_quality_update": (
        "template_quality",
        _says("new_quality_score", "RED"),
        {**_TEMPLATE, "before": "previous_quality_score", "state": "new_quality_score"},
    ),
    "template_category_update": (
        "template_category",
        _always,  # another category is another price
        {**_TEMPLATE, "before": "previous_category", "state": "new_category"},
    ),
    "message_template_components_update": ("template_components", _never, _TEMPLATE),
    "phone_number_quality_update": (
        "phone_quality",
        _says("event", "FLAGGED", "DOWNGRADE"),
        {"phone": "display_phone_number", "state": "event", "limit": "current_limit"},
    ),
    "phone_number_name_update": (
        "phone_name",
        _says("decision", "REJECTED"),
        {"phone": "display_phone_number", "state": "decision", "name": "requested_verified_name"},
    ),
    "account_update": (
        "account",
        _says(
            "event",
            "ACCOUNT_VIOLATION",
            "ACCOUNT_RESTRICTION",
            "ACCOUNT_DELETED",
            "ACCOUNT_OFFBOARDED",
            "DISABLED_UPDATE",
            "PARTNER_REMOVED",
            "PARTNER_APP_UNINSTALLED",
        ),
        {"state": "event"},
    ),
    "account_review_update": (
        "account_review",
        _says("decision", "REJECTED"),
        {"state": "decision"},
    ),
    "account_alerts": (
        "account_alert",
        _alarming,
        {"state": "alert_severity", "reason": "alert_description", "info": "alert_info"},
    ),
    "business_capability_update": (
        "messaging_limit",
        _never,
        {"limit": "max_daily_conversation_per_phone"},
    ),
    "business_username_update": (
        "username",
        _never,
        {"phone": "display_phone_number", "name": "username", "state": "status"},
    ),
    "security": ("security", _always, {"phone": "display_phone_number", "state": "event"}),
    "flows": ("flow", _says("new_status", "BLOCKED", "THROTTLED"), {"state": "new_status"}),
}
"""Webhook field → our word, whether a person must know, and our names for its members."""
