"""Requests to Meta's Graph API on behalf of one connection."""

from typing import Any

import httpx

from sambung.channels import Refused, TryLater, Unknown
from sambung.channels.whatsapp import errors
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.kit.net import Net

_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def bearer(config: WhatsAppConfig) -> dict[str, str]:
    """The header that proves who asks."""
    return {"authorization": f"Bearer {config.access_token.get_secret_value()}"}


async def call(
    config: WhatsAppConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Ask the Graph API; `path` begins with a node's id. `options`: json, params, data, files.

    Raises Refused, TryLater, Stopped. Only where a repetition would send a second message
    (`repeatable=False`) a lost answer is Unknown; elsewhere it is TryLater.
    """
    url = f"{config.api_base}/{config.api_version}/{path}"
    try:
        answer = await net.http.request(method, url, headers=bearer(config), **options)
    except _NOT_WRITTEN as error:
        raise TryLater(f"cannot reach {config.api_base}: {error}") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused(f"{url}: {error}", reason="invalid") from error
    except httpx.RequestError as error:
        raise _lost(str(error) or type(error).__name__, repeatable=repeatable) from error
    if not answer.is_success:
        failure = errors.failure(answer)
        if repeatable and isinstance(failure, Unknown):
            raise TryLater(failure.detail, code=failure.code)
        raise failure
    try:
        found = answer.json()
    except ValueError as error:
        raise _lost("the answer is not JSON", repeatable=repeatable) from error
    if not isinstance(found, dict):
        raise _lost("the answer is not an object", repeatable=repeatable)
    return found


def _lost(detail: str, *, repeatable: bool) -> TryLater | Unknown:
    return TryLater(detail) if repeatable else Unknown(detail, reason="timed_out")
