"""What came from outside, made fit for any database: no NUL, no half of a surrogate pair.

JSON may carry both; PostgreSQL takes neither, and one such character must not lose a message.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
NUL = rb"\u0000"
"""As JSON has it."""


def storable(item: T) -> T:
    """The item with all its texts mended; itself when there is nothing to mend."""
    mended: T = item if _is_fit(item) else _mend(item)
    return mended


def _is_fit(item: Any) -> bool:
    """A cheap look that may wrongly say no. An item with files is not looked through."""
    try:
        return not getattr(item, "attachments", ()) and NUL not in msgspec.json.encode(item)
    except (UnicodeEncodeError, TypeError):
        return False


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _mend_text(value)
    if isinstance(value, Mapping):
        return {_mend(key): _mend(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_mend(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        mended = {name: _mend(part) for name, part in found.items()}
        return value if mended == found else dataclasses.replace(value, **mended)
    return value


def _mend_text(text: str) -> str:
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode()
