"""Devices that may be notified, as apps and browsers name them.

`{"provider": "fcm" | "apns", "token": …}` or `{"provider": "web", "subscription": PushSubscription.toJSON()}`.
The handle's value is what the provider calls the device; its scope the provider, for browsers with the keys that
messages to this one are encrypted with (RFC 8291): `web:P256DH.AUTH`.
"""

import base64
import binascii
import re
from urllib.parse import urlsplit

from sambung.channels import Handle
from sambung.channels._posted.events import LONGEST_ADDRESS, Incomplete, kind_of
from sambung.channels._visitor.values import plain
from sambung.kit.untrusted import Record, record

DEVICE = "push"
"""The kind of such handles."""
_FCM = re.compile(r"[A-Za-z0-9_:%./=-]{20,320}")
_APNS = re.compile(r"[0-9a-f]{64,200}")


def device_of(said: Record) -> Handle:
    """The device. Raises Incomplete for one that cannot be notified."""
    token = plain(said.get("token")).strip()
    match plain(said.get("provider")).strip().lower():
        case "fcm":
            if not _FCM.fullmatch(token):
                raise Incomplete("token")
            return Handle(DEVICE, token, scope="fcm")
        case "apns":
            if not _APNS.fullmatch(token.lower()):
                raise Incomplete("token")
            return Handle(DEVICE, token.lower(), scope="apns")
        case "web":
            return _browser(record(said.get("subscription")))
    raise Incomplete("provider")


def is_registration(event: Record) -> bool:
    return kind_of(event) in ("device", "device_removed")


def _browser(subscription: Record) -> Handle:
    endpoint = plain(subscription.get("endpoint")).strip()
    keys = record(subscription.get("keys"))
    key, auth = plain(keys.get("p256dh")).rstrip("="), plain(keys.get("auth")).rstrip("=")
    try:
        parts = urlsplit(endpoint)
    except ValueError as error:
        raise Incomplete("endpoint") from error
    if parts.scheme != "https" or not parts.hostname or len(endpoint) > LONGEST_ADDRESS:
        raise Incomplete("endpoint")
    if len(decoded(key)) != 65 or len(decoded(auth)) != 16:
        raise Incomplete("keys")
    return Handle(DEVICE, endpoint, scope=f"web:{key}.{auth}")


def decoded(text: str) -> bytes:
    """Base64url without padding (RFC 7515 §2); nothing for what is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
