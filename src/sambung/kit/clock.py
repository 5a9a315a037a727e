"""The time, so that tests can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_fixed: datetime | None = None


def now() -> datetime:
    """The present moment, UTC."""
    return _fixed if _fixed is not None else datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` (tests, seeding of a past)."""
    global _fixed
    before, _fixed = _fixed, moment
    try:
        yield
    finally:
        _fixed = before


def advance(by: timedelta) -> None:
    """Move a set clock on."""
    global _fixed
    _fixed = now() + by
