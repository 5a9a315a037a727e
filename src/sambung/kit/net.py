"""The network as the rest of the system may use it: outgoing HTTP with a guard, mail, and sockets of ours.

`Net` is handed to channels, so that tests and the simulator decide what it reaches.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import anyio.to_thread
import httpx

from sambung.kit.sessions import Sessions

LONGEST = 120.0
"""Seconds that one exchange with an address of others may take in all."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(Exception):
    """The address is not one we fetch from: private, loopback, or not http(s)."""


class TooLarge(Exception):
    """The answer is longer than the cap in bytes."""


@dataclass(slots=True)
class Net:
    """`http` for calls to configured providers; `download` for addresses that others gave us.

    allow_private  let `download` reach loopback and private ranges (the simulator's stand-ins, tests)
    http2          for providers that speak nothing older (APNs); None = `http` will do
    sessions       connections that stay open, for providers that want one both ways
    """

    http: httpx.AsyncClient
    allow_private: bool = False
    http2: httpx.AsyncClient | None = None
    sessions: Sessions = field(default_factory=Sessions)

    def modern(self) -> "Net":
        """The same, speaking HTTP/2 to providers that can."""
        return self if self.http2 is None else replace(self, http=self.http2)

    async def download(
        self, url: str, *, headers: Mapping[str, str] | None = None, largest: int
    ) -> tuple[bytes, str]:
        """Bytes and content type of a URL given by others; ≤ 3 redirects, each host checked anew.

        Authorization is dropped when the host or the scheme changes. Raises Forbidden, TooLarge, httpx.HTTPError,
        httpx.InvalidURL.
        """
        sent = dict(headers or {})
        first = urlsplit(url)
        for _ in range(4):
            async with self._fetch("GET", url, sent) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["location"])
                    if urlsplit(url)[:2] != first[:2]:
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
        async with self._fetch("POST", url, headers, content=body) as answer:
            return answer.status_code

    async def exchange(
        self,
        method: str,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str],
        largest: int = 65536,
    ) -> httpx.Response:
        """As `post`, with the answer's headers and the first `largest` bytes of what it says.

        Raises Forbidden, httpx.HTTPError, httpx.InvalidURL.
        """
        async with self._fetch(method, url, headers, content=body) as answer:
            said = bytearray()
            async for chunk in answer.aiter_bytes():
                said += chunk
                if len(said) >= largest:
                    break
            # Of the headers only those that say something of the whole, for the body is decoded and cut.
            kept = {
                k: v
                for k, v in answer.headers.items()
                if not k.startswith(("content-e", "content-l"))
            }
            return httpx.Response(answer.status_code, headers=kept, content=bytes(said[:largest]))

    @asynccontextmanager
    async def _fetch(
        self, method: str, url: str, headers: Mapping[str, str], **given: Any
    ) -> AsyncIterator[httpx.Response]:
        """One request, to the very address that was checked: a name may mean another one a moment later."""
        asked = httpx.URL(url)
        if asked.scheme not in ("http", "https") or not asked.host:
            raise Forbidden(url)
        target, sent, extensions = asked, dict(headers), {}
        if not self.allow_private:
            target = asked.copy_with(host=await _public_address(asked))
            # A connection kept for its address could serve another name's request over this name's TLS.
            sent |= {"Host": asked.netloc.decode(), "Connection": "close"}
            extensions = {"sni_hostname": asked.host}
        stream = self.http.stream(
            method, target, headers=sent, follow_redirects=False, extensions=extensions, **given
        )
        try:
            async with asyncio.timeout(LONGEST), stream as answer:
                yield answer
        except TimeoutError as late:
            raise httpx.ReadTimeout(f"not done after {LONGEST:g} s: {url}") from late


async def _public_address(url: httpx.URL) -> str:
    """An address of the URL's host; Forbidden when any of them is not for everybody to reach."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await anyio.to_thread.run_sync(
            lambda: socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        )
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{url.host}: {error}") from error
    addresses = [str(address[0]).split("%")[0] for *_, address in found]
    if not addresses or not all(_is_public(ipaddress.ip_address(one)) for one in addresses):
        raise Forbidden(str(url))
    return addresses[0]


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether everybody may reach it; an IPv6 address that carries an IPv4 one (NAT64, 6to4) is judged by that."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(ip.packed[-4:])
        if inner is not None:
            return _is_public(inner)
    return ip.is_global and not ip.is_multicast


@asynccontextmanager
async def open_net(*, allow_private: bool = False, **client: Any) -> AsyncIterator[Net]:
    """A `Net` for the life of the process. `client`: httpx.AsyncClient options (a test's transport)."""
    timeout = httpx.Timeout(15, connect=5)
    # One client serves every business: what one's provider says to remember must not go along with another's.
    nothing = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    given = {"timeout": timeout, "cookies": nothing, **client}
    async with (
        httpx.AsyncClient(**given) as http,
        httpx.AsyncClient(**given, http2=True) as http2,
    ):
        yield Net(http=http, allow_private=allow_private, http2=http2)
