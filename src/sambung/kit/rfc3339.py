"""Times as the API writes them (RFC 3339, UTC, with a Z)."""

from datetime import datetime
from typing import overload


@overload
def text(moment: datetime) -> str: ...
@overload
def text(moment: None) -> None: ...
@overload
def text(moment: datetime | None) -> str | None: ...
def text(moment: datetime | None) -> str | None:
    return None if moment is None else zulu(moment.isoformat())


def zulu(written: str) -> str:
    """A time kept as text, in the same form."""
    return written.removesuffix("+00:00") + "Z" if written.endswith("+00:00") else written
