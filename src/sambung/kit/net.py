"""The network as the rest of the system may use it: outgoing HTTP with a guard, mail, and sockets of ours.

`Net` is handed to channels, so that tests and the simulator decide what it reaches.
"""

import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import anyio.to_thread
import httpx


class Forbidden(Exception):
    """The address is not one we fetch from: private, loopback, or not http(s)."""


class TooLarge(Exception):
    """The answer is longer than the cap in bytes."""


@dataclass(slots=True)
class Net:
    """`http` for calls to configured providers; `download` for addresses that others gave us.

    allow_private  let `download` reach loopback and private ranges (the simulator's stand-ins, tests)
    """

    http: httpx.AsyncClient
    allow_private: bool = False

    async def download(
        self, url: str, *, headers: Mapping[str, str] | None = None, largest: int
    ) -> tuple[bytes, str]:
        """Bytes and content type of a URL given by others; ≤ 3 redirects, each host checked anew.

        Authorization is dropped when the host changes. Raises Forbidden, TooLarge, httpx.HTTPError.
        """
        sent = dict(headers or {})
        host = urlsplit(url).netloc
        for _ in range(4):
            await self._guard(url)
            async with self.http.stream("GET", url, headers=sent, follow_redirects=False) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["location"])
                    if urlsplit(url).netloc != host:
                        sent = {k: v for k, v in sent.items() if k.lower() != "authorization"}
                    continue
                answer.raise_for_status()
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > largest:
                        raise TooLarge(url)
                return bytes(body), answer.headers.get("content-type", "")
        raise Forbidden("too many redirects")

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> int:
        """Send bytes to an address given by others, without following redirects; the status answered.

        Raises Forbidden, httpx.HTTPError.
        """
        await self._guard(url)
        async with self.http.stream(
            "POST", url, content=body, headers=dict(headers), follow_redirects=False
        ) as answer:
            return answer.status_code

    async def _guard(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Forbidden(url)
        if self.allow_private:
            return
        found = await anyio.to_thread.run_sync(
            lambda: socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        )
        for *_, address in found:
            ip = ipaddress.ip_address(str(address[0]).split("%")[0])
            if not ip.is_global or ip.is_multicast:
                raise Forbidden(url)


@asynccontextmanager
async def open_net(*, allow_private: bool = False, **client: Any) -> AsyncIterator[Net]:
    """A `Net` for the life of the process. `client`: httpx.AsyncClient options (a test's transport)."""
    timeout = httpx.Timeout(15, connect=5)
    async with httpx.AsyncClient(timeout=timeout, **client) as http:
        yield Net(http=http, allow_private=allow_private)
