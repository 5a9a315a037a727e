"""The agents' WebSocket, /api/v1/live: every event they may see, from a position on, and who is here.

A browser proves itself by its cookie, and its Origin must be ours; a program by `Authorization`, or by a first frame
`{"type": "auth", "token": …}`. The socket ends when the session does.
"""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from sambung.core import api_keys, permissions, sessions
from sambung.kit import clock
from sambung.kit.db import Store, Tx
from sambung.realtime import frames
from sambung.realtime.frames import Frame
from sambung.realtime.hub import Hub, Subscription
from sambung.realtime.presence import Presence

log = logging.getLogger(__name__)

SIGNED_OUT, FOREIGN, TOO_SLOW = 4401, 4403, 1013
"""Close codes: no (or no longer a) session; another site's page; come again from your last position."""
PATIENCE = 10.0
"""Seconds for the first frame of those who bring no token before."""
LOOKED_AGAIN = 15.0
"""Seconds between looks whether sessions still live: as long as a revoked key or one signed out may still listen."""
MOST_FRAMES = 40
"""Frames of a client in ten seconds; what is more is passed over."""
LARGEST_FRAME = 4_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who listens: a person (`user`) or a program."""

    account: UUID
    user: UUID | None
    name: str
    permissions: frozenset[str]
    token: str


class ClientFrame(msgspec.Struct):
    """Anything a client may send."""

    type: str
    conversation: UUID | None = None
    on: bool = True
    mode: str = "reply"
    status: str = "online"
    token: str = ""


class Live:
    """An ASGI app. cookie: the session cookie's name. origins: of pages that may use it, beside those of this host."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        presence: Presence,
        *,
        cookie: str,
        origins: Collection[str] = (),
    ) -> None:
        self._store = store
        self._hub = hub
        self._presence = presence
        self._cookie = cookie
        self._origins = frozenset(origins)
        self._open: set[_Socket] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        try:
            token = await self._token(websocket)
            if token is None:
                await websocket.close(FOREIGN)
                return
            viewer = await self._store.read(find, token)
            if viewer is None:
                await websocket.close(SIGNED_OUT)
                return
            await self._serve(websocket, viewer)
        except WebSocketDisconnect:
            return

    async def run(self) -> None:
        """For ever: keep who is here in step with other processes, and with the sessions that ended."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._presence.run())
            group.create_task(self._look_again())

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOKED_AGAIN)
            for socket in list(self._open):
                with suppress(SQLAlchemyError):
                    await socket.look_again()

    async def _token(self, websocket: WebSocket) -> str | None:
        """The token, "" when there is none; None when another site's page used the cookie."""
        scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
        if kept := websocket.cookies.get(self._cookie, ""):
            return kept if self._is_ours(websocket) else None
        with suppress(TimeoutError, msgspec.DecodeError):
            async with asyncio.timeout(PATIENCE):
                first = _read(await _text(websocket))
                return first.token if first.type == "auth" else ""
        return ""

    def _is_ours(self, websocket: WebSocket) -> bool:
        origin = websocket.headers.get("origin", "")
        try:
            site = urlsplit(origin).netloc
        except ValueError:
            return False
        return origin in self._origins or (bool(site) and site == websocket.headers.get("host"))

    async def _serve(self, websocket: WebSocket, viewer: Viewer) -> None:
        socket = _Socket(websocket, viewer, self._store, self._hub, self._presence)
        self._open.add(socket)
        try:
            await socket.serve(_position(websocket.query_params.get("after")))
        finally:
            self._open.discard(socket)


class _Socket:
    def __init__(
        self, websocket: WebSocket, viewer: Viewer, store: Store, hub: Hub, presence: Presence
    ) -> None:
        self._websocket = websocket
        self._viewer = viewer
        self._store = store
        self._hub = hub
        self._presence = presence
        self._here = ""
        self._typing_in: UUID | None = None
        self._counted_from = clock.now()
        self._count = 0

    async def serve(self, after: int | None) -> None:
        """Until the client goes, falls behind, or its session ends."""
        viewer = self._viewer
        subscription = await self._hub.join(viewer.account, after, self._may_see)
        pump = None
        try:
            if viewer.user is not None:
                self._here = self._presence.enter(viewer.account, viewer.user, viewer.name)
            await self._greet(subscription)
            pump = asyncio.create_task(self._pump(subscription), name="live")
            await self._listen()
        finally:
            self._hub.leave(viewer.account, subscription)
            self._stop_typing()
            if self._here:
                self._presence.leave(viewer.account, self._here)
            if pump is not None:
                pump.cancel()
                await asyncio.gather(pump, return_exceptions=True)

    async def look_again(self) -> None:
        """Close the socket when its session has ended or its permissions have changed."""
        viewer = await self._store.read(find, self._viewer.token)
        if viewer != self._viewer:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self._websocket.close(SIGNED_OUT if viewer is None else TOO_SLOW)

    async def _greet(self, subscription: Subscription) -> None:
        viewer = self._viewer
        user = None if viewer.user is None else {"id": str(viewer.user), "name": viewer.name}
        hello = {"type": "hello", "position": subscription.position, "user": user}
        await self._websocket.send_text(frames.ENCODE(hello).decode())
        for type, data in self._presence.snapshot(viewer.account):
            await self._websocket.send_text(frames.of_the_moment(type, data).text)

    async def _pump(self, subscription: Subscription) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                for frame in await subscription.take():
                    await self._websocket.send_text(frame.text)
                    if frame.type == "UserChanged" and frame.data["user"] == str(self._viewer.user):
                        await self.look_again()
                if subscription.behind and not subscription.waiting:
                    await self._websocket.close(TOO_SLOW)
                    return

    async def _listen(self) -> None:
        while True:
            text = await _text(self._websocket)
            if not self._bearable(text):
                continue
            try:
                frame = _read(text)
            except msgspec.DecodeError:
                continue
            if frame.type == "ping":
                await self._websocket.send_text('{"type":"pong"}')
            elif self._here:
                self._did(frame)

    def _did(self, frame: ClientFrame) -> None:
        """What a person did."""
        account = self._viewer.account
        match frame.type:
            case "viewing":
                viewing = "" if frame.conversation is None else str(frame.conversation)
                self._presence.change(account, self._here, viewing=viewing)
            case "presence" if frame.status in ("online", "away"):
                self._presence.change(account, self._here, status=frame.status)
            case "typing" if frame.conversation is not None:
                if self._typing_in not in (None, frame.conversation):
                    self._stop_typing()
                self._typing_in = frame.conversation if frame.on else None
                self._types(frame.conversation, frame.mode, on=frame.on)

    def _types(self, conversation: UUID, mode: str, *, on: bool) -> None:
        viewer = self._viewer
        by = {"type": "user", "id": str(viewer.user), "name": viewer.name}
        data = {"conversation": str(conversation), "by": by, "on": on}
        mode = mode if mode in ("reply", "note") else "reply"
        self._hub.publish(viewer.account, "typing", {**data, "mode": mode})

    def _stop_typing(self) -> None:
        if self._typing_in is not None:
            self._types(self._typing_in, "reply", on=False)
            self._typing_in = None

    def _bearable(self, text: str) -> bool:
        now = clock.now()
        if (now - self._counted_from).total_seconds() > 10:
            self._counted_from, self._count = now, 0
        self._count += 1
        return self._count <= MOST_FRAMES and len(text) <= LARGEST_FRAME

    def _may_see(self, frame: Frame) -> bool:
        if frame.position is not None:
            return frames.permission_of(frame.type) in self._viewer.permissions
        # One's own typing is no news.
        return frame.type != "typing" or frame.data["by"]["id"] != str(self._viewer.user)


def find(tx: Tx, token: str) -> Viewer | None:
    """Whoever the token belongs to, if it is good."""
    if token.startswith(sessions.PREFIX):
        row = sessions.find(tx, token)
        user = None if row is None else row.user
    elif token.startswith(api_keys.PREFIX):
        row, user = api_keys.find(tx, token), None
    else:
        return None
    if row is None:
        return None
    return Viewer(row.account, user, row.name, permissions.of(row.role), token)


async def _text(websocket: WebSocket) -> str:
    """The next text frame, "" for one of bytes. Raises WebSocketDisconnect."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text") or ""


def _read(text: str) -> ClientFrame:
    return msgspec.json.decode(text, type=ClientFrame)


def _position(after: str | None) -> int | None:
    return int(after) if after is not None and after.isdecimal() and len(after) < 19 else None
