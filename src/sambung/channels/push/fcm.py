"""A notification by Firebase Cloud Messaging, HTTP v1.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from datetime import timedelta
from typing import Any

import httpx
import jwt

from sambung.channels import Gone, Handle, Receipt, Refused, Stopped, TryLater
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, wait_of
from sambung.channels.push.config import FCM_HOST, GOOGLE_TOKEN, PushConfig
from sambung.channels.push.notification import KEPT_FOR, Notification, written
from sambung.channels.push.tokens import Tokens
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import record, records, text

LONGEST = 4096
"""Bytes."""
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
HOUR = timedelta(hours=1)
QUOTA_WAIT = 60.0
"""Seconds, where the answer names none."""

_tokens = Tokens()


async def send(told: Notification, device: Handle, config: PushConfig, net: Net) -> Receipt:
    token = await access_token(config, net)
    project = text(config.account, "project_id")
    message = {
        "token": device.value,
        "notification": {"title": told.title, "body": told.body},
        "data": told.data,
        "android": {
            "priority": "high",
            "ttl": f"{KEPT_FOR}s",
            "notification": {"tag": told.id},
        },
    }
    answer = await ask(
        net,
        "POST",
        f"{config.api_base or FCM_HOST}/v1/projects/{project}/messages:send",
        content=written({"message": message}, LONGEST),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    if answer.status_code == 200:
        return Receipt(id=text(document(answer) or {}, "name") or told.id, state="sent")
    if answer.status_code == 401:
        _tokens.drop(config.api_base, plain(config.fcm_service_account_private_key))
    raise failure(answer)


async def access_token(config: PushConfig, net: Net) -> str:
    """A token of the service account (RFC 7523), an hour's. Raises Stopped, TryLater."""
    made_with = config.api_base, plain(config.fcm_service_account_private_key)
    if kept := _tokens.get(*made_with):
        return kept
    account, now = config.account, clock.now()
    where = f"{config.api_base}/token" if config.api_base else GOOGLE_TOKEN
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": GOOGLE_TOKEN,
        "iat": int(now.timestamp()),
        "exp": int((now + HOUR).timestamp()),
    }
    assertion = jwt.encode(claims, account["private_key"], algorithm="RS256")
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    answer = await ask(net, "POST", where, data={"grant_type": grant, "assertion": assertion})
    given = document(answer) or {}
    if answer.status_code in (400, 401, 403):
        why = text(given, "error_description") or text(given, "error") or "no reason given"
        raise Stopped(f"Google does not take the service account: {why}", reason="auth")
    token = text(given, "access_token")
    if answer.status_code != 200 or not token:
        raise TryLater(f"Google gave no token: HTTP {answer.status_code}")
    return _tokens.keep(token, HOUR - timedelta(minutes=5), *made_with)


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped:
    """What FCM means: https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode"""
    error: Any = record((document(answer) or {}).get("error"))
    named = (text(detail, "errorCode") for detail in records(error.get("details")))
    code = next(filter(None, named), "") or text(error, "status") or str(answer.status_code)
    told = text(error, "message")[:300] or f"FCM answered {answer.status_code}"
    match code:
        case "UNREGISTERED":
            return Gone(told, reason="undeliverable", code=code)
        case "SENDER_ID_MISMATCH":
            return Refused(told, reason="undeliverable", code=code)
        case "QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED":
            wait = wait_of(answer) or QUOTA_WAIT
            return TryLater(told, seconds=wait, reason="rate_limited", code=code)
        case "THIRD_PARTY_AUTH_ERROR" | "PERMISSION_DENIED":
            return Stopped(told, reason="auth", code=code)
    if answer.status_code == 401:
        # The token was made anew a moment ago, or will be: an account that is refused says so there.
        return TryLater(told, reason="auth", code=code)
    if answer.status_code >= 500:
        return TryLater(told, seconds=wait_of(answer) or 10.0, code=code)
    return Refused(told, reason="invalid", code=code)
