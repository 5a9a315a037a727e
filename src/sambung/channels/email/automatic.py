"""Mail written by machines: never answered by a machine, reopens nothing (RFC 3834)."""

import re
from collections.abc import Mapping

_ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|no[._-]?reply|do[._-]?not[._-]?reply|tidak[._-]?(?:di)?balas|"
    r"jangan[._-]?(?:di)?balas|bounces?|auto[._-]?reply)(?:[+._-].*)?@.*",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"\s*(?:balasan otomatis|jawaban otomatis|auto(?:matic)?[ -]?(?:reply|response)|"
    r"auto\s*:|out of (?:the )?office|di luar kantor|sedang cuti)\b",
    re.IGNORECASE,
)
_PRECEDENCES = {"bulk", "junk", "list", "auto_reply"}
_SUPPRESSED = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
_PRESENT = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-loop",
    "list-id",
    "list-unsubscribe",
    "feedback-id",
)


def reasons(
    headers: Mapping[str, str], *, sender: str, subject: str, null_sender: bool, own: bool
) -> list[str]:
    """Why a mail counts as automatic; none when a person seems to have written it.

    null_sender  the envelope sender was <>; own  it comes from one of our own addresses
    """
    found = [name for name in _PRESENT if name in headers]
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    checks = {
        "auto-submitted": submitted not in ("no", ""),
        "null-sender": null_sender,
        "precedence": headers.get("precedence", "").strip().lower() in _PRECEDENCES,
        "suppressed": bool(_SUPPRESSED.search(headers.get("x-auto-response-suppress", ""))),
        "robot": bool(_ROBOTS.fullmatch(sender)),
        "subject": bool(_SUBJECTS.match(subject)),
        "own-address": own,
    }
    return found + [reason for reason, holds in checks.items() if holds]
