"""What `Net.download` reaches: public addresses only, and only the one that was checked."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sambung.kit.net import Forbidden, Net, TooLarge, open_net

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What each name resolves to, one list element per address."""
    known: dict[str, list[str]] = {}

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        if host not in known:
            known.setdefault(host, [host])
        return [(2, 1, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@asynccontextmanager
async def net_answering(answer: Answer, **given: Any) -> AsyncIterator[Net]:
    async with open_net(transport=httpx.MockTransport(answer), **given) as net:
        yield net


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"asked {request.url}")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
async def test_a_private_address_is_not_fetched_from(
    names: dict[str, list[str]], address: str
) -> None:
    names["files.contoh.example"] = [address]
    async with net_answering(never) as net:
        with pytest.raises(Forbidden):
            await net.download("https://files.contoh.example/a", largest=10)


async def test_one_private_address_among_public_ones_is_enough(names: dict[str, list[str]]) -> None:
    names["files.contoh.example"] = ["93.184.216.34", "127.0.0.1"]
    async with net_answering(never) as net:
        with pytest.raises(Forbidden):
            await net.download("https://files.contoh.example/a", largest=10)


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "https:///x", "x"])
async def test_only_the_web_is_fetched_from(names: dict[str, list[str]], url: str) -> None:
    async with net_answering(never) as net:
        with pytest.raises((Forbidden, httpx.InvalidURL)):
            await net.download(url, largest=10)


async def test_the_address_that_was_checked_is_the_one_connected_to(
    names: dict[str, list[str]],
) -> None:
    """A name that means another address the second time gains nothing: it is asked for once."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        names["files.contoh.example"] = ["127.0.0.1"]
        return httpx.Response(200, content=b"isi", headers={"content-type": "text/plain"})

    names["files.contoh.example"] = ["93.184.216.34"]
    async with net_answering(answer) as net:
        found = await net.download("https://files.contoh.example:8443/a?b=c", largest=10)
    assert found == (b"isi", "text/plain")
    (request,) = asked
    assert str(request.url) == "https://93.184.216.34:8443/a?b=c"
    assert request.headers["host"] == "files.contoh.example:8443"
    assert request.extensions["sni_hostname"] == "files.contoh.example"


async def test_every_redirect_is_checked(names: dict[str, list[str]]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://dalam.contoh.example/meta"})

    names["files.contoh.example"] = ["93.184.216.34"]
    names["dalam.contoh.example"] = ["169.254.169.254"]
    async with net_answering(answer) as net:
        with pytest.raises(Forbidden):
            await net.download("https://files.contoh.example/a", largest=10)


async def test_redirects_end(names: dict[str, list[str]]) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"location": "/again"})

    names["files.contoh.example"] = ["93.184.216.34"]
    async with net_answering(answer) as net:
        with pytest.raises(Forbidden):
            await net.download("https://files.contoh.example/a", largest=10)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://files.contoh.example/b", True),
        ("/b", True),
        ("https://lain.contoh.example/b", False),
        ("http://files.contoh.example/b", False),
    ],
)
async def test_authorization_stays_with_its_host(
    names: dict[str, list[str]], target: str, shown: bool
) -> None:
    names["files.contoh.example"] = names["lain.contoh.example"] = ["93.184.216.34"]
    seen: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append("authorization" in request.headers)
        if request.url.path == "/a":
            return httpx.Response(302, headers={"location": target})
        return httpx.Response(200, content=b"isi")

    async with net_answering(answer) as net:
        headers = {"Authorization": "Bearer rahasia"}
        await net.download("https://files.contoh.example/a", headers=headers, largest=10)
    assert seen == [True, shown]


async def test_a_long_answer_is_cut_off(names: dict[str, list[str]]) -> None:
    served: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for n in range(1000):
            served.append(n)
            yield b"x" * 100

    names["files.contoh.example"] = ["93.184.216.34"]
    async with net_answering(lambda _: httpx.Response(200, content=endless())) as net:
        with pytest.raises(TooLarge):
            await net.download("https://files.contoh.example/a", largest=1000)
    assert len(served) < 20


async def test_a_name_that_leads_nowhere_is_a_network_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any, **__: Any) -> Iterator[Any]:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    async with net_answering(never) as net:
        with pytest.raises(httpx.ConnectError):
            await net.download("https://tiada.contoh.example/a", largest=10)


async def test_the_simulator_may_be_reached_where_it_is_allowed() -> None:
    answer = httpx.Response(200, content=b"isi")
    async with net_answering(lambda _: answer, allow_private=True) as net:
        body, _ = await net.download("http://127.0.0.1:9/a", largest=10)
    assert body == b"isi"


async def test_what_one_server_says_to_remember_is_not_told_to_it_again() -> None:
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "who=first; Path=/"})

    async with net_answering(answer) as net:
        for _ in range(2):
            await net.http.get("https://graph.contoh.example/me")
    assert sent == [None, None]
