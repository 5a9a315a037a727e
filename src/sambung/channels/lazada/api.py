"""Signed requests to Lazada's API, and what its answers mean: https://open.lazada.com/apps/doc"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import httpx

from sambung.channels import Refused, Stopped, TryLater
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, page, wait_of
from sambung.channels._rest.tokens import Renewed, expired
from sambung.channels.lazada.config import LazadaConfig
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, text

_LIFETIME = 7 * 86_400.0


def sign(secret: str, path: str, parameters: Mapping[str, str]) -> str:
    """Over all parameters, wherever they stand, but files."""
    said = path + "".join(f"{key}{parameters[key]}" for key in sorted(parameters))
    return hmac.digest(secret.encode(), said.encode(), hashlib.sha256).hex().upper()


def _system(config: LazadaConfig) -> dict[str, str]:
    return {
        "app_key": config.app_key,
        "timestamp": str(int(clock.now().timestamp() * 1000)),
        "sign_method": "sha256",
    }


async def call(
    config: LazadaConfig,
    net: Net,
    path: str,
    given: Mapping[str, str],
    *,
    repeatable: bool = True,
    files: Mapping[str, Any] | None = None,
) -> Record:
    """Post; the whole answer. Raises Refused, TryLater, Stopped, Unknown."""
    query = _system(config) | {"access_token": config.token}
    query["sign"] = sign(config.secrets[0], path, {**query, **given})
    url = f"{config.api}{path}"
    options: dict[str, Any] = {"files": files, "timeout": 60.0} if files else {}
    answer = await ask(
        net, "POST", url, repeatable=repeatable, params=query, data=dict(given), **options
    )
    body = document(answer)
    if body is not None and "code" in body and text(body, "code") != "0":
        raise _failure(text(body, "code"), body, answer, config)
    if body is not None and body.get("success") is False:
        raise _refusal(body)
    if body is not None and answer.is_success:
        return body
    raise page(answer, repeatable=repeatable)


_DEAD = ("IllegalAccessToken", "InvalidAccessToken", "AccessTokenExpired")
_PASSING = ("ServiceUnavailable", "ServiceTimeout", "SystemError", "InternalError")
_FORBIDDEN = (
    *("IncompleteSignature", "InvalidSignature", "InvalidAppKey", "InsufficientPermission"),
    *("AppWhiteIpLimit", "InvalidTimestamp", "IllegalTimestamp", "AppAccessForbidden"),
)


def _failure(
    code: str, body: Record, answer: httpx.Response, config: LazadaConfig
) -> Refused | TryLater | Stopped:
    said = text(body, "message") or code
    if code in _DEAD:
        return expired(said, config, code=code)
    if code in _FORBIDDEN:
        return Stopped(said, reason="auth", code=code)
    if code.endswith("CallLimit") or answer.status_code == 429:
        return TryLater(said, seconds=wait_of(answer) or 1.0, reason="rate_limited", code=code)
    if code in _PASSING or text(body, "type") == "SYSTEM":
        return TryLater(said, code=code)
    return _refusal({"err_code": code, "err_message": said})


def _refusal(body: Record) -> Refused:
    """What the chat itself says no to."""
    code, said = text(body, "err_code"), text(body, "err_message") or "no reason given"
    lower = said.lower()
    if "sensitive" in lower or "spam" in lower or "forbidden word" in lower:
        return Refused(said, reason="spam", code=code)
    if "block" in lower:
        return Refused(said, reason="blocked", code=code)
    if "session" in lower:
        return Refused(said, reason="undeliverable", code=code)
    return Refused(said, reason="invalid", code=code)


async def renew(config: LazadaConfig, net: Net) -> Renewed:
    """A new token and a new refresh token. Raises Stopped, TryLater, Refused."""
    path = "/auth/token/refresh"
    query = _system(config) | {"refresh_token": plain(config.refresh_token)}
    query["sign"] = sign(config.secrets[0], path, query)
    answer = await ask(net, "POST", f"{config.tokens}{path}", params=query)
    body = document(answer) or {}
    code = text(body, "code")
    if answer.is_success and code in ("", "0") and text(body, "access_token"):
        return Renewed.of(body, lifetime=_LIFETIME)
    said = text(body, "message") or f"HTTP {answer.status_code}"
    if code in ("", "0", *_PASSING) or code.endswith("CallLimit"):
        raise TryLater(said, seconds=wait_of(answer), code=code)
    raise Stopped(said, reason="auth", code=code)
