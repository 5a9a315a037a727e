"""Signatures of others over the raw bytes they sent, compared in constant time."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any


def same(given: str, expected: str) -> bool:
    """Whether both are equal, compared as bytes: a header may hold anything."""
    return hmac.compare_digest(
        given.encode("utf-8", "replace"), expected.encode("utf-8", "replace")
    )


def hexadecimal(digest: bytes) -> str:
    """As most providers write a digest."""
    return digest.hex()


def signed_by(
    secrets: Iterable[str],
    body: bytes,
    given: str,
    *,
    written: Callable[[bytes], str] = hexadecimal,
    hash: Callable[..., Any] = hashlib.sha256,
) -> bool:
    """Whether `given` is the HMAC of `body` under one of `secrets`, as `written` writes it.

    An empty secret signs nothing: anybody could.
    """
    return any(
        same(given, written(hmac.digest(secret.encode(), body, hash)))
        for secret in secrets
        if secret
    )
