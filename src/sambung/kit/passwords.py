"""Passwords, hashed with argon2id (RFC 9106). Slow on purpose: call off the event loop, outside transactions."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

SHORTEST = 10
"""Characters (NIST SP 800-63B asks for at least 8)."""
LONGEST = 200
"""Characters; hashing work must not grow with what a stranger sends."""
FEWEST_LETTERS = 5
"""Different characters: "aaaaaaaaaa" is long and no secret."""

# Each takes 64 MiB and a tenth of a second: two at a time, so that nobody can fill the memory by signing in.
_threads = ThreadPoolExecutor(2, thread_name_prefix="password")
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_nobody: str = ""


def is_weak(password: str) -> bool:
    """Whether anybody would guess it."""
    return len(set(password)) < FEWEST_LETTERS


def hash_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. With nothing kept (`None`) it takes as long and is False."""
    try:
        return _hasher.verify(_dummy() if kept is None else kept, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


async def hash_soon(password: str) -> str:
    """`hash_of`, beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_of, password)


async def matches_soon(kept: str | None, password: str) -> bool:
    """`matches`, beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, matches, kept, password)


def outdated(kept: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def cheap() -> None:
    """Hash fast and badly from now on: for tests and benchmarks only."""
    global _hasher, _nobody
    _hasher, _nobody = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), ""


def _dummy() -> str:
    global _nobody
    _nobody = _nobody or _hasher.hash("nobody has this password")
    return _nobody
