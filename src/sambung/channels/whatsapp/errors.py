"""WhatsApp's error codes: what to do, and what to tell the agent.

One table for the answers to our requests and for the errors of `failed` statuses, because the same
fault comes either way. Codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.kit import meta
from sambung.kit.meta import Fault

Course = Literal["refused", "later", "stopped"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means. `seconds`: the shortest wait that makes sense before trying again."""

    course: Course
    reason: Reason
    seconds: float | None = None


def _table() -> Mapping[str, Rule]:
    rules: dict[int, Rule] = {}

    def put(course: Course, reason: Reason, *codes: int, seconds: float | None = None) -> None:
        rules.update(dict.fromkeys(codes, Rule(course, reason, seconds)))

    put("later", "provider_down", 1, 2, 131000, 131016, 131057, 133016)
    put("later", "rate_limited", 4, 80007, 130429)
    put("later", "rate_limited", 131056, seconds=6)  # one message in six seconds to one customer
    put("stopped", "auth", 0, 3, 10, 190, *range(200, 300), 131005, 131045, 133010)
    put("stopped", "blocked", 368, 131031)
    put("stopped", "payment", 131042)
    put("refused", "invalid", 100, 131008, 131009, 131021, 131037, 131051)
    put("refused", "invalid", 131062, 131063, 131064, 135000, 137000)
    put("refused", "undeliverable", 131026, 131030)
    put("refused", "window_closed", 131047)
    put("refused", "spam", 131048)
    put("refused", "held_back", 130472, 131049)
    put("refused", "opted_out", 131050)
    put("refused", "media_invalid", 131052, 131053)
    put("refused", "blocked", 130497)
    put("refused", "payment", 134011)
    put("refused", "template_invalid", 132000, 132001, 132005, 132007, 132008, 132012)
    put("refused", "template_invalid", 132015, 132016, 132018, 132068, 132069)
    return {str(code): rule for code, rule in rules.items()}


_RULES = _table()
_OTHER = Rule("refused", "other")


def rule(code: str) -> Rule:
    """What a code means; codes we do not know are refusals for other reasons."""
    return _RULES.get(code, _OTHER)


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped | Unknown:
    """What an answer other than success means."""
    fault = meta.fault(answer)
    found = _RULES.get(fault.code) or _by_status(fault)
    code = fault.code or str(fault.status)
    if found is None:
        return Unknown(fault.detail, reason="provider_down", code=code)
    if found.course == "stopped":
        return Stopped(fault.detail, reason=found.reason, code=code)
    if found.course == "later" or fault.status == 429:
        reason: Reason = found.reason if found.course == "later" else "rate_limited"
        wait = fault.wait or found.seconds
        return TryLater(fault.detail, seconds=wait, reason=reason, code=code)
    return Refused(fault.detail, reason=found.reason, code=code)


def _by_status(fault: Fault) -> Rule | None:
    """For answers without a code we know. None: a gateway's 5xx, which does not say if it was done."""
    if fault.status == 429:
        return Rule("later", "rate_limited")
    if fault.transient or fault.status == 503:
        return Rule("later", "provider_down")
    if fault.status >= 500:
        return Rule("later", "provider_down") if fault.body else None
    if fault.status in (401, 403):
        return Rule("stopped", "auth")
    if fault.code.startswith("132"):
        return Rule("refused", "template_invalid")
    return Rule("refused", "invalid" if fault.status in (400, 404) and not fault.body else "other")
