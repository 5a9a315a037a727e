"""What the installation's one secret protects: values at rest, and things that must come back unforged.

`use(secret)` is called once at the start; each purpose derives its own key (HKDF, RFC 5869), so that a
signature made for one purpose means nothing for another.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes, as AES-GCM wants them."""
SIGNATURE = 16
"""Bytes kept of an HMAC-SHA-256: 128 bits, and short enough for an address."""
SEALED = "sealed:1:"
"""What an encrypted value begins with: the scheme and its version."""

_secret: bytes = b""


class Unreadable(Exception):
    """Encrypted with another secret, for another purpose, or damaged."""


class NoSecret(RuntimeError):
    """`use` was not called yet."""


def use(secret: str) -> None:
    """Derive every key from `secret` from now on."""
    global _secret
    _secret = secret.encode()
    _key.cache_clear()


def encrypt(purpose: str, value: str) -> str:
    """The value, readable only with the secret and for this purpose (AES-256-GCM, random nonce)."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_key(f"encrypt {purpose}")).encrypt(nonce, value.encode(), purpose.encode())
    return SEALED + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(purpose: str, sealed: str) -> str:
    """What `encrypt` was given. Raises Unreadable."""
    if not encrypted(sealed):
        raise Unreadable("not encrypted by this system")
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(SEALED))
        key = AESGCM(_key(f"encrypt {purpose}"))
        return key.decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("encrypted with another secret, or damaged") from error


def encrypted(value: str) -> bool:
    """Whether the value is what `encrypt` gives."""
    return value.startswith(SEALED)


def sign(purpose: str, value: str) -> str:
    """22 URL-safe characters that only we could have made for this value."""
    mac = hmac.new(_key(f"sign {purpose}"), value.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:SIGNATURE]).rstrip(b"=").decode()


def verify(purpose: str, value: str, signature: str) -> bool:
    """Whether `sign` made the signature."""
    return hmac.compare_digest(sign(purpose, value).encode(), signature.encode())


def fingerprint(token: str) -> bytes:
    """What is kept of a token of ours (32 bytes). Tokens are random, so a plain hash suffices."""
    # A stranger's token may hold half a character: it is then merely nobody's.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


@lru_cache(maxsize=64)
def _key(info: str) -> bytes:
    if not _secret:
        raise NoSecret("the installation's secret is not set")
    return HKDF(algorithm=SHA256(), length=32, salt=b"sambung", info=info.encode()).derive(_secret)
