"""A visitor's browser, as the gateway meets it: a real socket to a real server on loopback."""

import asyncio
import json
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

SITE = "https://toko.contoh.id"


class Browser:
    """One tab. `token` is what its page keeps."""

    def __init__(self, server: str, key: str, *, token: str = "", origin: str = SITE) -> None:
        self.server, self.key, self.token, self.origin = server, key, token, origin
        self.waiting: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        url = f"{self.server.replace('http', 'ws', 1)}/widget/{self.key}/socket"
        headers = {"Origin": self.origin}
        self.socket: ClientConnection = await connect(
            url, additional_headers=headers, max_queue=None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def hello(self, **more: Any) -> dict[str, Any]:
        """Say hello; what the server is ready with."""
        known = {"token": self.token} if self.token else {}
        await self.say(t="hello", v=1, site=self.key, locale="id-ID", **known, **more)
        return await self.ready()

    async def ready(self) -> dict[str, Any]:
        ready = await self.hear("ready")
        self.token = ready["token"] or self.token
        return ready

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def write(self, cid: str, text: str, **more: Any) -> dict[str, Any]:
        """Send a message; its acknowledgement."""
        await self.say(t="message", cid=cid, text=text, **more)
        return await self.hear("ack")

    async def hear(self, type: str, **like: Any) -> dict[str, Any]:
        """The next frame of a type with these values; others stay for later."""
        wanted = {"t": type, **like}
        while True:
            for frame in self.waiting:
                if wanted.items() <= frame.items():
                    self.waiting.remove(frame)
                    return frame
            async with asyncio.timeout(5):
                self.waiting.append(json.loads(await self.socket.recv()))

    async def silent(self, type: str) -> bool:
        """Whether no frame of the type comes before the answer to a ping sent now."""
        await self.say(t="ping")
        await self.hear("pong")
        return not any(frame["t"] == type for frame in self.waiting)

    async def closed(self) -> int:
        """The code the server closes with."""
        try:
            async with asyncio.timeout(5):
                while True:
                    await self.socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask as the frame does, with the token in the header."""
        return await self.ask("GET", path, **more)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        async with httpx.AsyncClient(base_url=f"{self.server}/widget/{self.key}/") as http:
            return await http.request(method, path, headers=headers, **more)
