"""Requests to X's API, and what its answers mean: https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""

from typing import Any

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, lost, page, wait_of
from sambung.channels._rest.tokens import Renewed, expired
from sambung.channels.x.config import XConfig
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, records, text

_LIFETIME = 7200.0


def bearer(config: XConfig) -> dict[str, str]:
    """The header that shows our token."""
    return {"Authorization": f"Bearer {config.token}"}


async def call(
    config: XConfig, net: Net, method: str, path: str, *, repeatable: bool = True, **options: Any
) -> Record:
    """The answer's JSON, {} where it has none. Raises Refused, TryLater, Stopped, Unknown."""
    url = f"{config.api}{path}"
    headers = bearer(config)
    answer = await ask(net, method, url, repeatable=repeatable, headers=headers, **options)
    body = document(answer)
    if answer.is_success and (body is not None or not answer.content):
        return body or {}
    if answer.is_success:
        raise page(answer, repeatable=repeatable)
    raise _failure(answer, body or {}, config, repeatable=repeatable)


def _failure(
    answer: httpx.Response, body: Record, config: XConfig, *, repeatable: bool
) -> Refused | TryLater | Stopped | Unknown:
    status = answer.status_code
    first = next(iter(records(body.get("errors"))), {})
    said = text(body, "detail") or text(first, "message") or text(body, "title") or f"HTTP {status}"
    code = text(first, "code") or str(status)
    problem = text(body, "type").rpartition("/")[2]
    if problem in ("usage-capped", "credits-depleted") or status == 402:
        return Stopped(said, reason="payment", code=code)
    if status == 429:
        return TryLater(said, seconds=_until_reset(answer), reason="rate_limited", code=code)
    if status == 401:
        return expired(said, config, code=code)
    if status == 403:
        return _forbidden(said, code, problem)
    if status == 503:
        return TryLater(said, seconds=wait_of(answer), code=code)
    if status >= 500:
        return lost(said, repeatable=repeatable, code=code)
    reason: Reason = {404: "undeliverable", 413: "media_invalid"}.get(status, "invalid")  # type: ignore[assignment]
    return Refused(said, reason=reason, code=code)


_APP_PROBLEMS = (
    "client-forbidden",
    "oauth1-permissions",
    "unsupported-authentication",
    "not-authorized-for-resource",
)
_ACCOUNT_CODES = {"64", "261", "326"}
"""Suspended, the app may not write, locked."""


def _forbidden(said: str, code: str, problem: str) -> Refused | Stopped:
    """403 is about the app, the account, the text, or, most often, who does not take messages from us."""
    lower = said.lower()
    if problem in _APP_PROBLEMS or "oauth" in lower or "client-not-enrolled" in lower:
        return Stopped(said, reason="auth", code=code)
    if code in _ACCOUNT_CODES or ("suspended" in lower and "your account" in lower):
        return Stopped(said, reason="blocked", code=code)
    if code == "187" or "duplicate" in lower:
        return Refused(said, reason="invalid", code=code)
    if code == "226" or "automated" in lower:
        return Refused(said, reason="spam", code=code)
    return Refused(said, reason="undeliverable", code=code)


def _until_reset(answer: httpx.Response) -> float:
    """Seconds until the quarter of an hour, or the day where that is used up, is over; 60 where X does not say."""
    daily = answer.headers.get("x-user-limit-24hour-remaining") == "0"
    name = "x-user-limit-24hour-reset" if daily else "x-rate-limit-reset"
    given = answer.headers.get(name, "")
    if not (given.isascii() and given.isdigit()):
        return wait_of(answer) or 60.0
    return min(max(float(given) - clock.now().timestamp(), 1.0), 86_400.0)


async def renew(config: XConfig, net: Net) -> Renewed:
    """A new token, and a new refresh token: the old one is used up. https://docs.x.com/fundamentals/authentication

    Raises Stopped, TryLater, Refused.
    """
    form = {
        "grant_type": "refresh_token",
        "refresh_token": plain(config.refresh_token),
        "client_id": config.client_id,
    }
    secret = plain(config.client_secret)
    options: dict[str, Any] = {"auth": (config.client_id, secret)} if secret else {}
    answer = await ask(net, "POST", f"{config.api}/2/oauth2/token", data=form, **options)
    body = document(answer) or {}
    if answer.is_success:
        return Renewed.of(body, lifetime=_LIFETIME)
    said = text(body, "error_description") or text(body, "error") or f"HTTP {answer.status_code}"
    if answer.status_code in (400, 401, 403):
        raise Stopped(said, reason="auth", code=text(body, "error") or str(answer.status_code))
    raise TryLater(said, seconds=wait_of(answer), code=str(answer.status_code))
