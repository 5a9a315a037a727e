"""JSON as it comes off the wire, made safe to read and to store.

Nothing here raises on a wrong shape: what is not what it should be reads as empty.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

Record = Mapping[str, Any]

_DEEPEST = 64
"""Levels of nesting kept; providers' own documents have about ten."""


class Unreadable(ValueError):
    """Not JSON at all."""


def decode(body: bytes) -> Any:
    """The JSON value in `body`, storable: no NUL, no lone surrogate, no endless number. Raises Unreadable.

    A name cut in the middle of an emoji makes text that strict parsers refuse; it must not cost the batch.
    """
    try:
        found = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        try:
            found = json.loads(body.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            raise Unreadable("the body is not JSON") from error
    return _storable(found, _DEEPEST)


def _storable(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        if levels == 0:
            return None
        return {_text(key): _storable(item, levels - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item, levels - 1) for item in value] if levels else None
    if isinstance(value, float):
        return value if abs(value) < 1e308 else None
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)[:40]
    return value


def _text(value: str) -> str:
    if "\0" in value:
        value = value.replace("\0", "")
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text(record: Record, key: str) -> str:
    """The string or whole number at `key`, as a string; else ""."""
    value = record.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def record(value: Any) -> Record:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def each(value: Any) -> list[Any]:
    """The items of a list; a lone value is a list of one, nothing is none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def records(value: Any) -> list[Record]:
    """The objects of a list."""
    return [item for item in each(value) if isinstance(item, dict)]


def only(record: Record, *keys: str) -> dict[str, Any]:
    """The named members that say something."""
    return {key: record[key] for key in keys if record.get(key) not in (None, "")}


def moment(value: Any) -> datetime | None:
    """A Unix time in seconds (a number, or one in a string) as UTC; None when it is none."""
    if not isinstance(value, str | int):
        return None
    try:
        seconds = int(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def moment_ms(value: Any) -> datetime | None:
    """A Unix time in milliseconds (a number, or one in a string) as UTC; None when it is none."""
    if not isinstance(value, str | int):
        return None
    try:
        whole, milliseconds = divmod(int(value), 1000)
        if whole <= 0:
            return None
        return datetime.fromtimestamp(whole, UTC).replace(microsecond=milliseconds * 1000)
    except (ValueError, OverflowError, OSError):
        return None
