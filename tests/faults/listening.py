"""Agents' sockets that come back after every break and go on where they were."""

import asyncio
import json
from dataclasses import dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

ABOUT_THE_SOCKET = {"hello", "behind"}


@dataclass
class Listener:
    """positions: of every event told, as they came."""

    url: str
    key: str
    positions: list[int] = field(default_factory=list)
    connected: int = 0

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self._listen()
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.05)

    async def heard(self, position: int) -> None:
        """Wait until the event at `position` was told."""
        while not self.positions or self.positions[-1] < position:  # noqa: ASYNC110  told by the network
            await asyncio.sleep(0.05)

    async def _listen(self) -> None:
        last = self.positions[-1] if self.positions else 0
        bearer = {"Authorization": f"Bearer {self.key}"}
        url = f"{self.url.replace('http', 'ws', 1)}/api/v1/live?after={last}"
        async with connect(url, additional_headers=bearer, max_queue=1000) as socket:
            self.connected += 1
            async for text in socket:
                frame = json.loads(text)
                if frame.get("position") is not None and frame["type"] not in ABOUT_THE_SOCKET:
                    self.positions.append(frame["position"])
