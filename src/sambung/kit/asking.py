"""One question to a provider's HTTP API, and the ways in which it gets no answer.

No text made here holds more of the address than its host: some providers want their secret in the path.
"""

from typing import Any

import httpx

from sambung.kit.net import Net

_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Unreached(Exception):
    """The question was surely not written: it may be asked again."""


class Unanswered(Exception):
    """The question was written, at least in part, and no answer came: it may have been obeyed."""


class Unaskable(Exception):
    """The address is none."""


async def ask(net: Net, method: str, url: str, **options: Any) -> httpx.Response:
    """The provider's answer, whatever its status. `options`: json, data, files, params, headers, timeout.

    Raises Unreached, Unanswered, Unaskable.
    """
    try:
        return await net.http.request(method, url, **options)
    except _NOT_WRITTEN as error:
        raise Unreached(f"cannot reach {_host(url)}: {_kind(error)}") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Unaskable(f"{_host(url)} cannot be asked: {_kind(error)}") from None
    except httpx.RequestError as error:
        raise Unanswered(f"no answer from {_host(url)}: {_kind(error)}") from None


def _kind(error: Exception) -> str:
    return type(error).__name__


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "the provider"
    except httpx.InvalidURL:
        return "the provider"
