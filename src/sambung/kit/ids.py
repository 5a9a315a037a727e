"""Ids that sort by the moment they were made (UUIDv7, RFC 9562 §5.7)."""

import os
import secrets
import threading
from uuid import UUID

from sambung.kit import clock

_lock = threading.Lock()
_last = 0
SECOND = 1000 << 12
"""In ticks. A clock that is behind by less stands still or was corrected; by more, it was set."""


def new_id() -> UUID:
    """A UUIDv7 that is greater than every one this process made before while the clock goes forward.

    48 bits of milliseconds, then 12 bits counting up within a millisecond, then 62 random bits.
    """
    global _last
    ticks = (int(clock.now().timestamp() * 1_000_000) * 4096) // 1000
    with _lock:
        ticks = _last = _last + 1 if 0 <= _last - ticks < SECOND else ticks
    random = int.from_bytes(os.urandom(8), "big") >> 2
    milliseconds, counter = ticks >> 12, ticks & 0xFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0x2 << 62 | random)


def secret(length: int = 32) -> str:
    """A random URL-safe string of `length` bytes of entropy."""
    return secrets.token_urlsafe(length)


def hexadecimal(length: int) -> str:
    """A random string of `length` bytes of entropy that survives a change of case."""
    return secrets.token_hex(length)


def code(digits: int = 6) -> str:
    """A random number for a person to type."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"
