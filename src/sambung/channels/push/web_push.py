"""Web Push: a message encrypted for one browser (RFC 8291, RFC 8188), from a known sender (RFC 8292)."""

import base64
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sambung.channels._posted.devices import decoded
from sambung.kit import ids

RECORD = 4096
"""Bytes of the one record a message is; push services take no more (RFC 8030 §7.2)."""
LONGEST = 3993
"""Bytes of a message: what the record has beside its header (86), its tag (16) and its end (1)."""
TOKEN_LIVES = timedelta(hours=12)
"""At most 24 h (RFC 8292 §2); half, for clocks differ."""
_CURVE = ec.SECP256R1()


def encrypted(
    message: bytes,
    key: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    ours: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The message for the browser whose public key and secret these are. Raises ValueError for no such key.

    salt (16 bytes), ours: fresh for every message; given only to check against known answers.
    """
    salt = bytes.fromhex(ids.hexadecimal(16)) if salt is None else salt
    ours = ours or ec.generate_private_key(_CURVE)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key)
    public = point(ours)
    info = b"WebPush: info\0" + key + public
    material = _derived(ours.exchange(ec.ECDH(), theirs), auth, info, 32)
    content_key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, message + b"\x02", None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public + sealed


def authorization(
    endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime
) -> str:
    """Who sends, for this push service alone. contact: a mailto: or https: address to complain to."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "sub": contact,
    }
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={encoded(point(key))}"


def private_key(written: str) -> ec.EllipticCurvePrivateKey:
    """From 32 bytes as base64url, as VAPID tools write them. Raises ValueError."""
    raw = decoded(written.strip().rstrip("="))
    if len(raw) != 32:
        raise ValueError("not a VAPID private key of 32 bytes as base64url")
    return ec.derive_private_key(int.from_bytes(raw, "big"), _CURVE)


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public key as browsers want it: 65 bytes, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
