"""A notification by Apple's Push Notification service, over HTTP/2.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

from datetime import timedelta
from uuid import UUID

import httpx
import jwt

from sambung.channels import Gone, Handle, Receipt, Refused, Stopped, TryLater
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, wait_of
from sambung.channels.push.config import APNS_HOSTS, PushConfig
from sambung.channels.push.notification import KEPT_FOR, Notification, written
from sambung.channels.push.tokens import Tokens
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import text

LONGEST = 4096
"""Bytes."""
TOKEN_LIVES = timedelta(minutes=40)
"""Apple takes one for an hour, and minds a new one within 20 minutes."""
TOKEN_WAIT = 1200.0
DEVICE_WAIT = 60.0
"""Seconds to wait when we changed tokens too often, or wrote too often to one device."""

_tokens = Tokens()


async def send(told: Notification, device: Handle, config: PushConfig, net: Net) -> Receipt:
    now = clock.now()
    shown = {
        "aps": {"alert": {"title": told.title, "body": told.body}, "sound": "default"},
        **told.data,
    }
    headers = {
        "authorization": f"bearer {provider_token(config)}",
        "apns-topic": config.apns_topic,
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": str(int(now.timestamp()) + KEPT_FOR),
        "apns-collapse-id": told.id[:64],
    }
    if _is_uuid(told.id):
        headers["apns-id"] = told.id
    answer = await ask(
        net.modern(),
        "POST",
        f"{config.api_base or APNS_HOSTS[config.apns_environment]}/3/device/{device.value}",
        content=written(shown, LONGEST),
        headers=headers,
    )
    if answer.status_code == 200:
        return Receipt(id=answer.headers.get("apns-id", "")[:200] or told.id, state="sent")
    found = failure(answer)
    if found.code == "ExpiredProviderToken":
        _tokens.drop(*_made_with(config))
    raise found


def provider_token(config: PushConfig) -> str:
    """Ours to Apple, the same for a while."""
    if kept := _tokens.get(*_made_with(config)):
        return kept
    claims = {"iss": config.apns_team_id, "iat": int(clock.now().timestamp())}
    made = jwt.encode(
        claims,
        plain(config.apns_private_key),
        algorithm="ES256",
        headers={"kid": config.apns_key_id},
    )
    return _tokens.keep(made, TOKEN_LIVES, *_made_with(config))


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped:
    """What Apple means: .../usernotifications/handling-notification-responses-from-apns"""
    code = text(document(answer) or {}, "reason") or str(answer.status_code)
    told = f"Apple answered {answer.status_code} {code}"
    match answer.status_code, code:
        case 410, _:
            return Gone(told, reason="undeliverable", code=code)
        case 400, "BadDeviceToken" | "DeviceTokenNotForTopic":
            # Mostly the wrong environment: then every device would seem to be gone.
            why = f"{told}: registered in the other environment, or by another app?"
            return Refused(why, reason="undeliverable", code=code)
        case 403, "ExpiredProviderToken":
            return TryLater(told, reason="auth", code=code)
        case (403, _) | (400, "TopicDisallowed" | "BadTopic" | "MissingTopic"):
            return Stopped(told, reason="auth", code=code)
        case 429, "TooManyProviderTokenUpdates":
            return TryLater(told, seconds=TOKEN_WAIT, reason="rate_limited", code=code)
        case 429, _:
            wait = wait_of(answer) or DEVICE_WAIT
            return TryLater(told, seconds=wait, reason="rate_limited", code=code)
        case status, _ if status >= 500:
            return TryLater(told, seconds=wait_of(answer), code=code)
    return Refused(told, reason="invalid", code=code)


def _made_with(config: PushConfig) -> tuple[str, ...]:
    return plain(config.apns_private_key), config.apns_key_id, config.apns_team_id


def _is_uuid(id: str) -> bool:
    try:
        return str(UUID(id)) == id.lower()
    except ValueError:
        return False
