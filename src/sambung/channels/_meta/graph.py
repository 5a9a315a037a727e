"""Requests to Meta's Graph API on behalf of one connection."""

from collections.abc import Callable
from typing import Any, Protocol

import httpx
from pydantic import SecretStr

from sambung.channels import Refused, Stopped, TryLater, Unknown
from sambung.kit.net import Net

Failure = Refused | TryLater | Stopped | Unknown
_NOT_WRITTEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Access(Protocol):
    """What a connection's settings say of the Graph API."""

    access_token: SecretStr
    api_version: str

    @property
    def graph(self) -> str:
        """The API's address, without a slash at its end."""
        ...


def bearer(access: Access) -> dict[str, str]:
    """The header that proves who asks."""
    return {"authorization": f"Bearer {access.access_token.get_secret_value()}"}


async def call(
    access: Access,
    net: Net,
    method: str,
    path: str,
    *,
    failure: Callable[[httpx.Response], Failure],
    repeatable: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Ask the Graph API; `path` begins with a node's id. `options`: json, params, data, files.

    Raises what `failure` makes of an answer that is no success, TryLater, Refused. Only where a repetition
    would send a second message (`repeatable=False`) a lost answer is Unknown; elsewhere it is TryLater.
    """
    url = f"{access.graph}/{access.api_version}/{path}"
    try:
        answer = await net.http.request(method, url, headers=bearer(access), **options)
    except _NOT_WRITTEN as error:
        raise TryLater(f"cannot reach {access.graph}: {error}") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Refused(f"{url}: {error}", reason="invalid") from error
    except httpx.RequestError as error:
        raise _lost(str(error) or type(error).__name__, repeatable=repeatable) from error
    if not answer.is_success:
        problem = failure(answer)
        if repeatable and isinstance(problem, Unknown):
            raise TryLater(problem.detail, code=problem.code)
        raise problem
    try:
        found = answer.json()
    except ValueError as error:
        raise _lost("the answer is not JSON", repeatable=repeatable) from error
    if not isinstance(found, dict):
        raise _lost("the answer is not an object", repeatable=repeatable)
    return found


def _lost(detail: str, *, repeatable: bool) -> TryLater | Unknown:
    return TryLater(detail) if repeatable else Unknown(detail, reason="timed_out")
