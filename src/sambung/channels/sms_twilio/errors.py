"""Twilio's error codes, in answers and in status callbacks: https://www.twilio.com/docs/api/errors"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.kit.untrusted import record, text

Course = Literal["refused", "later", "stopped"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means. meaning: a sentence where Twilio's callbacks give none."""

    course: Course
    reason: Reason
    meaning: str = ""


def _table() -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}

    def put(course: Course, reason: Reason, codes: Mapping[int, str]) -> None:
        rules.update({str(code): Rule(course, reason, said) for code, said in codes.items()})

    put(
        "stopped",
        "auth",
        {
            20003: "authentication failed",
            20008: "test credentials",
            20404: "no such account",
            21603: "no sender",
            21606: "the sender is not a number of this account",
            21659: "the sender is not a number of this account",
            21660: "the sender does not belong to this account",
        },
    )
    put("stopped", "blocked", {20005: "account not active", 30002: "account suspended"})
    put("stopped", "payment", {30034: "unregistered sender", 30035: "sender not registered"})
    put(
        "later",
        "rate_limited",
        {
            20429: "too many requests",
            14107: "too many messages",
            21611: "the sender's queue is full",
            30001: "queue overflow",
            30022: "carrier's rate exceeded",
            63018: "channel's rate exceeded",
        },
    )
    put(
        "later",
        "provider_down",
        {20500: "internal error", 20503: "unavailable", 30017: "carrier congested"},
    )
    put("later", "timed_out", {30003: "the phone is off or out of reach"})
    put(
        "refused",
        "undeliverable",
        {
            21211: "not a valid number",
            21214: "not a number that can be reached",
            21217: "not a valid number",
            21265: "a short code cannot be written to",
            21266: "sender and receiver are the same",
            21408: "region not enabled",
            21421: "not a valid number",
            21612: "no route to this number",
            21614: "not a mobile number",
            30005: "unknown number",
            30006: "landline or unreachable carrier",
            63003: "not on this channel",
            63024: "not a valid recipient",
        },
    )
    put(
        "refused", "opted_out", {21610: "the customer wrote STOP", 63033: "blocked by the customer"}
    )
    put("refused", "blocked", {30004: "blocked by the phone or its carrier"})
    put("refused", "spam", {30007: "filtered by the carrier", 63013: "against WhatsApp's policy"})
    put("refused", "held_back", {63049: "held back by Meta", 63032: "held back by Meta"})
    put("refused", "window_closed", {63016: "outside the 24 hours"})
    put("refused", "invalid", {21602: "empty", 21605: "too long", 21617: "too long"})
    put("refused", "invalid", {21604: "no recipient", 21619: "empty", 63021: "content not valid"})
    put(
        "refused",
        "media_invalid",
        {
            11200: "the file cannot be fetched",
            12300: "not a type that can be sent",
            21620: "not a valid file address",
            21623: "too many files",
            30019: "the file is too large",
            63019: "the file cannot be fetched",
        },
    )
    put("refused", "other", {30008: "unknown error"})
    put("refused", "template_invalid", {63027: "no such template", 63028: "blanks do not fit"})
    put("refused", "template_invalid", {21655: "not a template", 21656: "blanks not valid"})
    put("refused", "template_invalid", {63040: "rejected", 63041: "paused", 63042: "disabled"})
    return rules


_RULES = _table()
_OTHER = Rule("refused", "other")


def rule(code: str) -> Rule:
    """What a code means; codes we do not know are refusals for other reasons."""
    return _RULES.get(code, _OTHER)


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped | Unknown:
    """What an answer other than success means."""
    status = answer.status_code
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    fault = record(body)
    code = text(fault, "code")
    detail = text(fault, "message") or f"HTTP {status}"
    found = _RULES.get(code)
    if status == 429 or (found and found.course == "later"):
        reason = found.reason if found and found.course == "later" else "rate_limited"
        return TryLater(detail, seconds=_wait(answer), reason=reason, code=code or "429")
    if found is not None:
        refused = Stopped if found.course == "stopped" else Refused
        return refused(detail, reason=found.reason, code=code)
    if status in (401, 403):
        return Stopped(detail, reason="auth", code=code or str(status))
    if status == 503 or (status >= 500 and code):
        return TryLater(detail, seconds=_wait(answer), code=code or str(status))
    if status >= 500:  # a gateway's page does not say whether the message was taken
        return Unknown(detail, reason="provider_down", code=str(status))
    return Refused(detail, reason="invalid", code=code or str(status))


def _wait(answer: httpx.Response) -> float | None:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() else None
