"""Requests to TikTok's API for Business. It answers 200 to everything: the code inside says how it went.

https://business-api.tiktok.com/portal/docs (Business Messaging, Return codes)
"""

from typing import Any

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, lost, page, wait_of
from sambung.channels._rest.tokens import Renewed, expired
from sambung.channels.tiktok.config import TikTokConfig
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, text

_LIFETIME = 86_400.0


async def call(
    config: TikTokConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    **options: Any,
) -> Record:
    """The answer's `data`. Raises Refused, TryLater, Stopped, Unknown."""
    headers = {"Access-Token": config.token}
    url = f"{config.api}/{path}"
    answer = await ask(net, method, url, repeatable=repeatable, headers=headers, **options)
    body = document(answer)
    if body is not None and "code" in body:
        if text(body, "code") == "0":
            return record(body.get("data"))
        raise _failure(body, config, repeatable=repeatable)
    if answer.status_code in (401, 403):
        raise expired(f"HTTP {answer.status_code}", config, code=str(answer.status_code))
    raise page(answer, repeatable=repeatable)


_BUSY = ("frequen", "rate limit", "too many", "qps")
_DEAD = ("40102", "40105")
"""The token has expired, or is not (any more) one."""
_REASONS: dict[str, Reason] = {"40064": "blocked", "40908": "media_invalid"}


def _failure(
    body: Record, config: TikTokConfig, *, repeatable: bool
) -> Refused | TryLater | Stopped | Unknown:
    code, said = text(body, "code"), text(body, "message") or "no reason given"
    lower = said.lower()
    if code in ("40016", "40133") or any(word in lower for word in _BUSY):
        return TryLater(said, seconds=10, reason="rate_limited", code=code)
    if code in _DEAD:
        return expired(said, config, code=code)
    if code == "40001" or code.startswith("401"):
        return Stopped(said, reason="auth", code=code)
    if code in ("51065", "50002") or (code.startswith("5") and repeatable):
        return TryLater(said, code=code)
    if code.startswith("5"):
        return lost(said, repeatable=repeatable, code=code)
    if "window" in lower or "48 hour" in lower or "48h" in lower:
        return Refused(said, reason="window_closed", code=code)
    return Refused(said, reason=_REASONS.get(code, "invalid"), code=code)


async def renew(config: TikTokConfig, net: Net) -> Renewed:
    """A new token; the refresh token lives a year. Raises Stopped, TryLater, Refused."""
    asked = {
        "client_id": config.client_key,
        "client_secret": config.secrets[0],
        "grant_type": "refresh_token",
        "refresh_token": plain(config.refresh_token),
    }
    answer = await ask(net, "POST", f"{config.api}/tt_user/oauth2/refresh_token/", json=asked)
    body = document(answer) or {}
    code = text(body, "code")
    if code == "0":
        return Renewed.of(record(body.get("data")), lifetime=_LIFETIME)
    said = text(body, "message") or f"HTTP {answer.status_code}"
    if code.startswith("40") and not any(word in said.lower() for word in _BUSY):
        raise Stopped(said, reason="auth", code=code)
    raise TryLater(said, seconds=wait_of(answer), code=code)
