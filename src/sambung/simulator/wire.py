"""A stand-in's line to the product, and what goes wrong on it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar

import httpx
from starlette.requests import Request
from starlette.responses import Response

from sambung.kit import clock
from sambung.kit.net import Net
from sambung.simulator.courier import Courier
from sambung.simulator.faults import Faults
from sambung.simulator.refusal import Refusal
from sambung.simulator.town import Town

NUMBERS_FROM = 1_600_000_000
"""Unix time from which `Wire.number` counts, so that its numbers fit 32 bits."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Wire:
    """The provider of the channel `name`: running or not, and answering as faults have it."""

    name: ClassVar[str]

    def __init__(self, town: Town) -> None:
        self.town = town
        self.faults = Faults(town.seed)
        self.courier = Courier(self.faults, patience=town.patience)
        self._net: Net | None = None
        self._doing: set[asyncio.Task[None]] = set()
        self._last_number = 0
        self._secrets: dict[str, str] = {}

    def refusal(self, code: str) -> Refusal:
        """The provider's answer for one of its error codes."""
        status = int(code) if code.isdigit() and 400 <= int(code) < 600 else 400
        return Refusal(status, {"code": code})

    def took(self, answer: httpx.Response) -> bool:
        """Whether the product took what was posted; what it did not take is posted again."""
        return answer.is_success

    async def open(self) -> None:
        """Open listeners of one's own (SMPP …), before the connection's settings are asked."""

    async def start(self, net: Net) -> None:
        """From now on what customers do is told to the product."""
        self._net = net

    async def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._doing:
            await asyncio.wait(set(self._doing))
        await self.courier.settle()

    async def stop(self) -> None:
        """Tell nothing any more, and close what `open` opened."""
        self.faults.release()
        for task in self._doing:
            task.cancel()
        await asyncio.gather(*self._doing, return_exceptions=True)
        await self.courier.stop()
        self._net = None

    @property
    def url(self) -> str:
        """Where the product reaches this stand-in."""
        return f"{self.town.here}/{self.name}"

    @property
    def hook(self) -> str:
        """Where the product takes this channel's events; "" = nowhere."""
        return self.town.product and f"{self.town.product}/hooks/{self.name}"

    @property
    def net(self) -> Net:
        """The network; RuntimeError before `start`."""
        if self._net is None:
            raise RuntimeError("the stand-in has not been started")
        return self._net

    def secret(self, name: str) -> str:
        """A secret of the demo's connection, the same after a restart."""
        if name not in self._secrets:
            self._secrets[name] = self.town.secret(self.name, name)
        return self._secrets[name]

    def number(self) -> int:
        """A number greater than every one before, also after a restart: for ids that count up."""
        seconds = int(clock.now().timestamp()) - NUMBERS_FROM
        self._last_number = max(self._last_number + 1, seconds)
        return self._last_number

    def sends(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint that sends a message: faults make it fail, or never answer."""

        async def call(request: Request) -> Response:
            code = "" if self.faults.settings.late else self.faults.next_error()
            if code:
                raise self.refusal(code)
            answer = await endpoint(request)
            return Response(status_code=504) if await self.faults.pass_silence() else answer

        return call

    def later(self, doing: Coroutine[Any, Any, None]) -> None:
        """Do it in the background; `settle` waits for it and `stop` ends it."""
        task: asyncio.Task[None] = asyncio.create_task(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
