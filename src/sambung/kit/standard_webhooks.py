"""Signed posts between servers: Standard Webhooks (standardwebhooks.com), or a plain HMAC of the body.

Whoever posts to us may use either, and a library there is for the first in most languages:

    webhook-id, webhook-timestamp, webhook-signature: v1,BASE64   over "id.timestamp.body"; a replay goes stale
    x-signature: sha256=HEX                                       over the body alone
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from sambung.kit.signatures import same, signed_by

PREFIX = "whsec_"
"""Before a secret that is Base64; any other is taken as it is."""
TOLERANCE = 300
"""Seconds that the sender's clock may be off."""


def headers(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What goes along with a post of ours."""
    seconds = str(int(at.timestamp()))
    return {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": signature(secret, id, seconds, body),
    }


def signature(secret: str, id: str, seconds: str, body: bytes) -> str:
    """Version 1 of the standard."""
    said = f"{id}.{seconds}.".encode("utf-8", "replace") + body
    mac = hmac.digest(_key(secret), said, hashlib.sha256)
    return "v1," + base64.b64encode(mac).decode()


def signed(given: Mapping[str, str], body: bytes, secrets: Iterable[str], now: datetime) -> bool:
    """Whether one who knows one of the secrets posted this. given: headers, names lower-cased."""
    known = [secret for secret in secrets if secret]
    if "webhook-signature" not in given:
        plain = given.get("x-signature", "").removeprefix("sha256=").lower()
        return signed_by(known, body, plain)
    id, seconds = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not _fresh(seconds, now):
        return False
    offered = given["webhook-signature"].split()
    return any(
        same(one, signature(secret, id, seconds, body)) for secret in known for one in offered
    )


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def _fresh(seconds: str, now: datetime) -> bool:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return False
    return abs(int(seconds) - now.timestamp()) <= TOLERANCE
