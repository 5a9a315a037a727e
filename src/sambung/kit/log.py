"""One line of JSON per log record on standard error, with secrets and addresses of people blotted out."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BLOT = "•••"
LONGEST = 20_000
"""Characters of one text; what a stranger sent may be in it, and there is no end to that."""

_SECRET_NAME = re.compile(
    r"(pass(word|wd)?|secret|token|authorization|cookie|api_?key|otp|signature)", re.IGNORECASE
)
_PATTERNS = (
    # A header, an assignment or a JSON member that names a secret.
    re.compile(
        r"(?P<keep>(?:pass(?:word|wd)?|secret|(?:access_)?token|authorization|api_?key)"
        r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|basic\s+)?)[^\s\"',;&}]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\bbearer\s+)[\w.~+/=-]+", re.IGNORECASE),
    # Our own tokens, and a password inside a URL.
    re.compile(r"(?P<keep>\b(?:ses|key)_)[\w-]{16,}"),
    re.compile(r"(?P<keep>://[^\s:/@]*:)[^\s/@]+(?=@)"),
    # A bot's token, which its provider wants in the path.
    re.compile(r"(?P<keep>\bbot\d{5,}:)[\w-]{16,}"),
    # People: the domain and the last three digits are enough to find one's way.
    # Begun at a word's beginning only: at each of its letters would take the square of its length.
    re.compile(r"(?P<keep>)(?<![\w.+-])[\w.+-]+(?=@[\w-]+\.[\w.-]+)"),
    re.compile(r"(?P<keep>)\+\d{5,12}(?=\d{3}\b)"),
)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "taskName"),
    "color_message",  # uvicorn's own text once more, coloured
}


def redact(text: str) -> str:
    """The text without secrets, tokens, email addresses and phone numbers, and without its middle if it is long."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<keep>{BLOT}", text)
    return text


class Structured(logging.Formatter):
    """`{"at", "level", "from", "text", …extra, "error"}` on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "text": redact(record.getMessage()),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _OWN}
        line |= _clean(extra)
        if record.exc_info:
            line["error"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str = "INFO") -> None:
    """Log to standard error from `level` up; uvicorn's own lines included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Structured())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # One line per request of ours or of a client says little and costs much.
    for name in ("uvicorn.access", "httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # These say every word of a mail and of a socket when they debug.
    for name in ("mail.log", "uvicorn.error", "websockets"):
        if logging.getLogger(name).getEffectiveLevel() < logging.INFO:
            logging.getLogger(name).setLevel(logging.INFO)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _clean_value(name, value) for name, value in values.items()}


def _clean_value(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name):
        return BLOT
    if isinstance(value, Mapping):
        return _clean(value)
    return redact(value) if isinstance(value, str) else value
