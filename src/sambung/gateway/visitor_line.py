"""The wire to one visitor's browser: whole frames in at a bearable pace, frames out without anybody waiting."""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sambung.gateway.visitor_pace import Pace

LARGEST_FRAME = 100_000
"""Characters."""
FRAMES, WITHIN = 20, timedelta(seconds=10)
PATIENCE = 200
"""Frames over the limit before the line is cut."""
WAITING = 500
"""Frames that may wait for a slow browser before the line is cut; it comes back and resumes."""

REFUSED, GONE, BEHIND, ABUSE = 4403, 4404, 4408, 4429
"""Close codes: not here, another session, too slow, too fast."""


class Cut(Exception):
    """The line is to be closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Line:
    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._pace = Pace(FRAMES, WITHIN)
        self._excess = 0

    async def hold(self, listening: Coroutine[Any, Any, None]) -> None:
        """Listen and tell until one side has had enough; then close."""
        await self._socket.accept()
        tasks = [asyncio.create_task(listening), asyncio.create_task(self._pump())]
        ways_out: list[asyncio.Future[Any]] = [*tasks, self._ended]
        try:
            await asyncio.wait(ways_out, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        code = self._ended.result() if self._ended.done() else 1000
        for outcome in outcomes:
            if isinstance(outcome, Cut):
                code = outcome.code
            elif isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
                raise outcome
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code)

    def put(self, frame: dict[str, Any]) -> None:
        """Have a frame sent, after those before it."""
        try:
            self._out.put_nowait(frame)
        except asyncio.QueueFull:
            self.end(BEHIND)

    def end(self, code: int = GONE) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    async def frame(self) -> dict[str, Any]:
        """The next frame. Raises Cut, WebSocketDisconnect."""
        text = await self._socket.receive_text()
        if len(text) > LARGEST_FRAME:
            raise Cut(1009)
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError) as bad:
            raise Cut(1007) from bad
        if not isinstance(frame, dict):
            raise Cut(1007)
        return frame

    def in_time(self, frame: Mapping[str, Any]) -> bool:
        """Whether the visitor keeps to the pace; else they are told when to go on. Raises Cut."""
        seconds = self._pace.wait()
        if not seconds:
            return True
        self._excess += 1
        if self._excess > PATIENCE:
            raise Cut(ABUSE)
        self.put(error("slow_down", frame, retry_after=max(1, round(seconds))))
        return False

    async def _pump(self) -> None:
        while True:
            frame = await self._out.get()
            await self._socket.send_text(json.dumps(frame, separators=(",", ":")))


def error(code: str, frame: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the browser is told of a frame that was not taken."""
    return {"t": "error", "code": code, "cid": frame.get("cid"), **more}
