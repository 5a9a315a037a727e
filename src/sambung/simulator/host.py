"""Runs an ASGI app on a port of its own: the simulator beside a product that runs elsewhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    """uvicorn inside somebody else's process: signals are not its business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.port = self.servers[0].sockets[0].getsockname()[1]
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def hosted(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the app while the block runs; its base URL. Port 0 = a free one."""
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", lifespan="off", ws="websockets-sansio"
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await server.listening.wait()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.should_exit = True
        await serving
