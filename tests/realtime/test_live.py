"""The agents' socket, over real WebSockets on loopback."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from tests.realtime.conftest import Running
from websockets.asyncio.client import ClientConnection, connect

from sambung.core import api_keys, eventlog, sessions, users
from sambung.core.events import SYSTEM
from sambung.realtime import live as lives
from sambung.realtime.live import Live

COOKIE = "sambung_session"
SARI = "+6281230000001"


class Site:
    """The socket, served."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.live = Live(running.store, running.hub, running.presence, cookie=COOKIE)
        app = Starlette(routes=[WebSocketRoute("/api/v1/live", self.live)])
        self.server = uvicorn.Server(
            uvicorn.Config(
                app,
                host="127.0.0.1",
                port=0,
                ws="websockets-sansio",
                lifespan="off",
                log_config=None,
                ws_per_message_deflate=False,
            )
        )

    @property
    def port(self) -> int:
        return int(self.server.servers[0].sockets[0].getsockname()[1])

    async def session(self, name: str = "Dewi", role: str = "agent") -> tuple[UUID, str]:
        actor = await self.running.do(lambda world: world.user(name, role))
        assert actor.id is not None
        token = await self.running.store.write(sessions.start, self.running.account, user=actor.id)
        return actor.id, token

    def open(self, token: str = "", query: str = "", **options: Any) -> connect:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return connect(
            f"ws://127.0.0.1:{self.port}/api/v1/live{query}",
            additional_headers=headers | options.pop("headers", {}),
            compression=None,
            **options,
        )


@pytest.fixture
async def site(running: Running) -> AsyncIterator[Site]:
    site = Site(running)
    serving = asyncio.create_task(site.server.serve())
    while not site.server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    yield site
    site.server.should_exit = True
    await serving


_PASSED_OVER: WeakKeyDictionary[ClientConnection, list[dict[str, Any]]] = WeakKeyDictionary()


async def read(socket: ClientConnection, type: str) -> dict[str, Any]:
    """The next frame of a type; others wait for their turn, for what is of the moment has no fixed order."""
    waiting = _PASSED_OVER.setdefault(socket, [])
    for frame in waiting:
        if frame["type"] == type:
            waiting.remove(frame)
            return frame
    async with asyncio.timeout(10):
        while True:
            frame = msgspec.json.decode(await socket.recv(), type=dict[str, Any])
            if frame["type"] == type:
                return frame
            waiting.append(frame)


async def closed(socket: ClientConnection) -> int | None:
    """The code by which the server closes."""
    async with asyncio.timeout(10):
        await socket.wait_closed()
    return socket.close_code


async def say(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(msgspec.json.encode(frame).decode())


async def test_an_agent_hears_what_happens(site: Site) -> None:
    user, token = await site.session()
    link = await site.running.do(lambda world: world.connect("whatsapp"))
    async with site.open(token) as socket:
        hello = await read(socket, "hello")
        assert hello["user"] == {"id": str(user), "name": "Dewi"}
        end = await site.running.store.read(eventlog.end, site.running.account)
        assert hello["position"] == end
        await site.running.hears(link, SARI, "Halo")
        frame = await read(socket, "MessageReceived")
        assert frame["data"]["message"]["text"] == "Halo"
        await say(socket, type="ping")
        await read(socket, "pong")


async def test_who_comes_back_is_told_what_they_missed(site: Site) -> None:
    _, token = await site.session()
    link = await site.running.do(lambda world: world.connect("whatsapp"))
    async with site.open(token) as socket:
        before = (await read(socket, "hello"))["position"]
    for text in ("satu", "dua"):
        await site.running.hears(link, SARI, text)
    async with site.open(token, f"?after={before}") as socket:
        assert (await read(socket, "hello"))["position"] == before
        upto = await site.running.store.read(eventlog.end, site.running.account)
        seen: list[int] = []
        while not seen or seen[-1] != upto:
            frame = msgspec.json.decode(await socket.recv())
            seen += [frame["position"]] if "position" in frame else []
        assert seen == list(range(before + 1, upto + 1))


async def test_a_cookie_counts_only_on_our_own_pages(site: Site) -> None:
    _, token = await site.session()
    cookie = {"Cookie": f"{COOKIE}={token}"}
    async with site.open(headers=cookie, origin="http://elsewhere.test") as socket:
        assert await closed(socket) == lives.FOREIGN
    async with site.open(headers=cookie) as socket:
        assert await closed(socket) == lives.FOREIGN
    own = f"http://127.0.0.1:{site.port}"
    async with site.open(headers=cookie, origin=own) as socket:
        await read(socket, "hello")


async def test_a_token_may_come_in_the_first_frame(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = await site.session()
    async with site.open() as socket:
        await say(socket, type="auth", token=token)
        await read(socket, "hello")
    async with site.open() as socket:
        await say(socket, type="auth", token="ses_wrong")
        assert await closed(socket) == lives.SIGNED_OUT
    async with site.open() as socket:
        await socket.send(b"\0")
        assert await closed(socket) == lives.SIGNED_OUT
    monkeypatch.setattr(lives, "PATIENCE", 0.01)
    async with site.open() as socket:
        assert await closed(socket) == lives.SIGNED_OUT


async def test_a_program_listens_with_its_key(site: Site) -> None:
    _, key = await site.running.store.write(
        api_keys.make, site.running.account, name="Kasir", role="agent", by=SYSTEM
    )
    async with site.open(key) as socket:
        assert (await read(socket, "hello"))["user"] is None
        await say(socket, type="viewing", conversation=str(UUID(int=5)))
        await say(socket, type="ping")
        await read(socket, "pong")
        assert list(site.running.presence.snapshot(site.running.account)) == []


async def test_typing_reaches_others_and_ends_with_the_socket(site: Site) -> None:
    user, token = await site.session("Dewi")
    _, other_token = await site.session("Rian")
    talk = str(UUID(int=5))
    async with site.open(other_token) as other:
        async with site.open(token) as socket:
            await read(socket, "hello")
            await say(socket, type="viewing", conversation=talk)
            await say(socket, type="typing", conversation=talk, on=True, mode="note")
            frame = await read(other, "typing")
            assert frame["data"] == {
                "conversation": talk,
                "by": {"type": "user", "id": str(user), "name": "Dewi"},
                "on": True,
                "mode": "note",
            }
            assert (await read(other, "viewing"))["data"]["users"] == [
                {"id": str(user), "name": "Dewi"}
            ]
            # A third one comes late.
            async with site.open(other_token) as late:
                assert (await read(late, "viewing"))["data"]["conversation"] == talk
        assert (await read(other, "typing"))["data"]["on"] is False
        assert (await read(other, "viewing"))["data"]["users"] == []


async def test_nonsense_and_floods_harm_nobody(site: Site) -> None:
    _, token = await site.session()
    async with site.open(token) as socket:
        await read(socket, "hello")
        for text in ("{", "[]", '{"type":"typing","conversation":7}', "x" * 9_000):
            await socket.send(text)
        await say(socket, type="ping")
        await read(socket, "pong")
        for _ in range(lives.MOST_FRAMES * 2):
            await say(socket, type="presence", status="away")
        await site.running.user("Rian")
        await read(socket, "UserAdded")


async def test_the_socket_ends_with_the_session(site: Site) -> None:
    user, token = await site.session()
    _, admin = await site.session("Admin", "admin")
    account = site.running.account
    async with site.open(token) as socket, site.open(admin) as other:
        await read(socket, "hello")
        await read(other, "hello")
        await site.running.do(
            lambda world: users.change(world.tx, account, user, by=SYSTEM, status=users.DISABLED)
        )
        assert await closed(socket) == lives.SIGNED_OUT
        assert (await read(other, "UserChanged"))["data"] == {"user": str(user)}


async def test_sessions_that_ended_elsewhere_are_noticed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lives, "LOOKED_AGAIN", 0.01)
    user, token = await site.session()
    keeping = asyncio.create_task(site.live.run())
    async with site.open(token) as socket:
        await read(socket, "hello")
        await site.running.store.write(sessions.end_all, site.running.account, user)
        assert await closed(socket) == lives.SIGNED_OUT
    keeping.cancel()
