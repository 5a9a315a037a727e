"""Signed requests to the shop's API, and what its codes mean: https://partner.tiktokshop.com/docv2

50 requests a second for each app, shop and method.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx

from sambung.channels import Refused, Stopped, TryLater
from sambung.channels._rest.fields import plain
from sambung.channels._rest.questions import ask, document, page, wait_of
from sambung.channels._rest.tokens import Renewed, expired
from sambung.channels.tiktok_shop.config import TikTokShopConfig
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, records, text

_LIFETIME = 7 * 86_400.0
_UNSIGNED = ("sign", "access_token")


def sign(secret: str, path: str, query: Mapping[str, str], body: str = "") -> str:
    """Of a request. body: "" for multipart ones."""
    pairs = "".join(f"{key}{query[key]}" for key in sorted(query) if key not in _UNSIGNED)
    said = f"{secret}{path}{pairs}{body}{secret}"
    return hmac.digest(secret.encode(), said.encode(), hashlib.sha256).hex()


async def call(
    config: TikTokShopConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    of_shop: bool = True,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
) -> Record:
    """The answer's `data`. of_shop: whether the shop is named. Raises Refused, TryLater, Stopped, Unknown."""
    query = {"app_key": config.app_key, "timestamp": str(int(clock.now().timestamp()))}
    query |= params or {}
    if of_shop:
        query["shop_cipher"] = await cipher(config, net)
    said = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    query["sign"] = sign(config.secrets[0], path, query, said)
    headers = {"x-tts-access-token": config.token}
    options: dict[str, Any] = {"files": files, "timeout": 60.0} if files else {}
    if body is not None:
        headers["content-type"] = "application/json"
        options["content"] = said.encode()
    url = f"{config.api}{path}"
    answer = await ask(
        net, method, url, repeatable=repeatable, params=query, headers=headers, **options
    )
    told = document(answer)
    if told is not None and "code" in told:
        if text(told, "code") == "0":
            return record(told.get("data"))
        raise _failure(told, answer, config)
    raise page(answer, repeatable=repeatable)


async def cipher(config: TikTokShopConfig, net: Net) -> str:
    """The shop's name in requests."""
    if config.shop_cipher:
        return config.shop_cipher
    path = "/authorization/202309/shops"
    found = await call(config, net, "GET", path, of_shop=False)
    for shop in records(found.get("shops")):
        if text(shop, "id") == config.shop_id and text(shop, "cipher"):
            return text(shop, "cipher")
    raise Stopped(f"shop {config.shop_id} has not authorised this app", reason="auth")


_PASSING = ("36009003", "36009007")
_BUSY = {"36009002": 2.0, "45111012": 2.0, "45101004": 3600.0}
"""Too many requests, or (the last) the day's 10,000 messages: seconds to wait."""
_UNAUTHORISED = ("105001", "105003", "105005", "106001", "106011", "36009004")
"""No such token, no such permission, a wrong signature, or a clock that is wrong by minutes."""


def _failure(
    told: Record, answer: httpx.Response, config: TikTokShopConfig
) -> Refused | TryLater | Stopped:
    code, said = text(told, "code"), text(told, "message") or "no reason given"
    if code in _BUSY or answer.status_code == 429:
        wait = wait_of(answer) or _BUSY.get(code)
        return TryLater(said, seconds=wait, reason="rate_limited", code=code)
    if code in _PASSING or answer.status_code == 503:
        return TryLater(said, seconds=wait_of(answer), code=code)
    if code == "105002":
        return expired(said, config, code=code)
    if code in _UNAUTHORISED or answer.status_code == 401:
        return Stopped(said, reason="auth", code=code)
    if code == "45101006":
        return Refused(said, reason="spam", code=code)
    if code == "45109001":
        return Refused(said, reason="window_closed", code=code)
    return Refused(said, reason="invalid", code=code)


async def renew(config: TikTokShopConfig, net: Net) -> Renewed:
    """A new token. Raises Stopped, TryLater, Refused."""
    asked = {
        "app_key": config.app_key,
        "app_secret": config.secrets[0],
        "refresh_token": plain(config.refresh_token),
        "grant_type": "refresh_token",
    }
    answer = await ask(net, "GET", f"{config.tokens}/api/v2/token/refresh", params=asked)
    told = document(answer) or {}
    code = text(told, "code")
    if code == "0":
        return Renewed.of(_with_lifetime(record(told.get("data"))), lifetime=_LIFETIME)
    said = text(told, "message") or f"HTTP {answer.status_code}"
    if not code or code in _BUSY or code in _PASSING or answer.status_code == 429:
        raise TryLater(said, seconds=wait_of(answer), code=code)
    raise Stopped(said, reason="auth", code=code)


def _with_lifetime(data: Record) -> dict[str, Any]:
    """`access_token_expire_in` is the moment of its death, in spite of its name."""
    dies = data.get("access_token_expire_in")
    lives = dies - clock.now().timestamp() if isinstance(dies, int) else None
    return {**data, "expires_in": lives}
