"""Signed requests to Shopee's API, and what its answers mean: https://open.shopee.com/documents

It answers 200 to nearly everything: a non-empty `error` says that it failed.
"""

import hashlib
import hmac
from typing import Any

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, page, wait_of
from sambung.channels._rest.tokens import Renewed, expired
from sambung.channels.shopee.config import ShopeeConfig
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, text

_LIFETIME = 4 * 3600.0


def sign(key: str, partner: str, path: str, timestamp: int, token: str = "", shop: str = "") -> str:
    """Of a request: public ones name no token and no shop."""
    said = f"{partner}{path}{timestamp}{token}{shop}"
    return hmac.digest(key.encode(), said.encode(), hashlib.sha256).hex()


async def call(
    config: ShopeeConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    params: dict[str, Any] | None = None,
    **options: Any,
) -> Record:
    """The answer's `response`. Raises Refused, TryLater, Stopped, Unknown."""
    now = int(clock.now().timestamp())
    query = {
        "partner_id": config.partner_id,
        "timestamp": str(now),
        "access_token": config.token,
        "shop_id": config.shop_id,
        "sign": sign(config.secrets[0], config.partner_id, path, now, config.token, config.shop_id),
        **(params or {}),
    }
    url = f"{config.api}{path}"
    answer = await ask(net, method, url, repeatable=repeatable, params=query, **options)
    body = document(answer)
    if body is not None and "error" in body:
        if answer.is_success and not body.get("error"):
            return record(body.get("response")) or body
        raise _failure(text(body, "error"), body, answer, config)
    raise page(answer, repeatable=repeatable)


_DEAD = ("access_token", "acceess_token", "error_auth")
"""Shopee's own spelling has an e too many in places."""
_PASSING = ("error_server", "error_inner", "error_busy", "error_network", "error_system")
_FORBIDDEN = ("error_permission", "error_sign", "error_partner", "error_app", "invalid_partner")


def _failure(
    error: str, body: Record, answer: httpx.Response, config: ShopeeConfig
) -> Refused | TryLater | Stopped:
    said = text(body, "message") or error
    lower = f"{error} {said}".lower()
    if "limit" in error or "too many" in lower or "frequen" in lower or answer.status_code == 429:
        wait = wait_of(answer) or 5.0
        return TryLater(said, seconds=wait, reason="rate_limited", code=error)
    if any(sign in error for sign in _DEAD):
        return expired(said, config, code=error)
    if any(error.startswith(sign) for sign in _PASSING):
        return TryLater(said, code=error)
    if any(error.startswith(sign) for sign in _FORBIDDEN):
        return Stopped(said, reason="auth", code=error)
    reason: Reason = "invalid"
    if "sensitive" in lower or "spam" in lower:
        reason = "spam"
    elif "block" in lower:
        reason = "blocked"
    elif "not_found" in error or "to_id" in lower:
        reason = "undeliverable"
    return Refused(said, reason=reason, code=error)


async def renew(config: ShopeeConfig, net: Net) -> Renewed:
    """A new token and a new refresh token: the old one is good once. Raises Stopped, TryLater, Refused."""
    path, now = "/api/v2/auth/access_token/get", int(clock.now().timestamp())
    query = {
        "partner_id": config.partner_id,
        "timestamp": str(now),
        "sign": sign(config.secrets[0], config.partner_id, path, now),
    }
    asked = {
        "refresh_token": plain(config.refresh_token),
        "partner_id": int(config.partner_id),
        "shop_id": int(config.shop_id),
    }
    answer = await ask(net, "POST", f"{config.api}{path}", params=query, json=asked)
    body = document(answer) or {}
    error = text(body, "error")
    if answer.is_success and body and not error:
        return Renewed.of({**body, "expires_in": body.get("expire_in")}, lifetime=_LIFETIME)
    said = text(body, "message") or error or f"HTTP {answer.status_code}"
    if not error or error.startswith(_PASSING) or answer.status_code == 429:
        raise TryLater(said, seconds=wait_of(answer), code=error)
    raise Stopped(said, reason="auth", code=error)
