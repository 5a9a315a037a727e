"""Connecting to the checked address keeps what the name's certificate proves."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.peers.certificates import make_certificate

from sambung.kit import net
from sambung.kit.net import open_net


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Any, int]]:
    """A TLS server for `localhost` on loopback, which here counts as public; its client's trust and its port."""
    monkeypatch.setattr(net, "_is_public", lambda ip: True)
    certificate, key = make_certificate(tmp_path, "localhost")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(host), host))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    trust = ssl.create_default_context(cafile=str(certificate))
    yield trust, server.sockets[0].getsockname()[1]
    server.close()


async def test_the_name_is_proved_though_the_address_is_connected_to(
    served: tuple[Any, int],
) -> None:
    trust, port = served
    async with open_net(verify=trust) as reached:
        body, _ = await reached.download(f"https://localhost:{port}/", largest=100)
    assert body.lower() == f"host: localhost:{port}".encode()


async def test_another_name_at_the_same_address_is_not_believed(
    served: tuple[Any, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, port = served

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with open_net(verify=trust) as reached:
        with pytest.raises(httpx.ConnectError, match="certificate"):
            await reached.download(f"https://lain.contoh.example:{port}/", largest=100)
