"""Whether a mail comes from whom it says (RFC 8601, RFC 7489).

Only our own receiving server's word counts: the topmost Authentication-Results that bears its name.
Anyone can write such a header, so one with another name vouches for nothing, and without a
configured name every sender is merely claimed. A header that says "fail" is heeded whoever wrote it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?@?([^\s;\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verified`: a trusted server says DMARC passes. `failed`: somebody says it does not."""

    verified: bool = False
    failed: bool = False


def judge(results: Sequence[str], *, authserv_id: str, domain: str) -> Verdict:
    """Read the Authentication-Results headers, topmost first, for a mail From `domain`."""
    parsed = [_COMMENT.sub(" ", value) for value in results]
    failed = any(("dmarc", "fail") in _methods(value) for value in parsed)
    ours = next((value for value in parsed if authserv_id and _names(value, authserv_id)), "")
    passes = ("dmarc", "pass") in _methods(ours)
    said = _HEADER_FROM.search(ours)
    aligned = said is None or said[1].lower().rstrip(".") == domain
    return Verdict(verified=passes and aligned and bool(domain), failed=failed)


def _names(value: str, authserv_id: str) -> bool:
    words = value.partition(";")[0].split()
    return bool(words) and words[0].lower() == authserv_id.lower()


def _methods(value: str) -> set[tuple[str, str]]:
    return {(m[1].lower(), m[2].lower()) for m in _RESULT.finditer(value)}
