"""Error codes of the Send API: what to do, and what to tell the agent. A subcode says more than its code.

https://developers.facebook.com/docs/messenger-platform/error-codes; those of Instagram begin with 2534.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.kit import meta
from sambung.kit.meta import Fault

Course = Literal["refused", "later", "stopped"]

_ANSWERED = ("2534025", "10900")
"""The comment has had its one private reply: Instagram's subcode, Messenger's code."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code or subcode means."""

    course: Course
    reason: Reason


def _table(*rows: tuple[Course, Reason, tuple[int, ...]]) -> Mapping[str, Rule]:
    return {str(code): Rule(course, reason) for course, reason, codes in rows for code in codes}


_SUBCODES = _table(
    ("refused", "window_closed", (2018278, 2018065, 2534022)),
    ("refused", "undeliverable", (2018001, 2018108, 2018344, 1545041, 2534001, 2534014)),
    ("refused", "media_invalid", (2018008, 2018047, 2018074, 2018109, 2018294)),
    ("refused", "blocked", (2018300, 2534037)),  # another app has the thread
    ("refused", "invalid", (2534025,)),
    ("stopped", "blocked", (1893063,)),
)
_CODES = _table(
    ("later", "provider_down", (1, 2)),
    ("later", "rate_limited", (4, 17, 32, 341, 613, 80002, 80006)),
    ("stopped", "auth", (3, 10, 102, 190, *range(200, 230), *range(231, 300))),
    ("stopped", "blocked", (368,)),
    ("refused", "undeliverable", (230, 551, 10903)),  # 230: who never wrote to us has no profile
    ("refused", "invalid", (100, 10900)),
)


def answered(refused: Refused) -> bool:
    """Whether a comment could not be answered because it was before."""
    return any(code in _ANSWERED for code in refused.code.split("/"))


def unless_dead(failure: Refused | Stopped) -> None:
    """Raise what means that the token is dead. A permission that is lacking for a side matter stops nothing else."""
    if failure.code.split("/")[0] in ("102", "190"):
        raise failure


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped | Unknown:
    """What an answer other than success means. `code` of it: "10/2018278" where there is a subcode."""
    fault = meta.fault(answer)
    code = "/".join(filter(None, (fault.code or str(fault.status), fault.subcode)))
    rule = _SUBCODES.get(fault.subcode) or _CODES.get(fault.code) or _by_status(fault)
    if rule is None:
        return Unknown(fault.detail, reason="provider_down", code=code)
    if rule.course == "stopped" and fault.status != 429:
        return Stopped(fault.detail, reason=rule.reason, code=code)
    if rule.course == "later" or fault.status == 429:
        reason: Reason = rule.reason if rule.course == "later" else "rate_limited"
        return TryLater(fault.detail, seconds=fault.wait, reason=reason, code=code)
    return Refused(fault.detail, reason=rule.reason, code=code)


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
    return Rule("refused", "other" if fault.body else "invalid")
