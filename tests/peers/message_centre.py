"""A carrier's message centre that is not ours: node-smpp's server, in smpp-server/."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import frontend

SERVER = Path(__file__).parent / "smpp-server" / "server.js"


class MessageCentre:
    """Tell it what to do; wait for what happens there."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._seen: list[dict[str, Any]] = []
        self.port = 0

    async def expect(self, event: str, **wanted: Any) -> dict[str, Any]:
        """The next such event, those before it kept for later."""
        async with asyncio.timeout(10):
            while True:
                for n, one in enumerate(self._seen):
                    if one["event"] == event and wanted.items() <= one.items():
                        return self._seen.pop(n)
                assert self._process.stdout is not None
                line = await self._process.stdout.readline()
                assert line, "the message centre died"
                self._seen.append(json.loads(line))

    def do(self, what: str, **more: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")

    def deliver(self, text: str = "", tag: str = "", **fields: Any) -> None:
        pdu = {
            "source_addr_ton": 1,
            "source_addr_npi": 1,
            "source_addr": "6281234567890",
            "destination_addr": "628119900",
        }
        if text:
            pdu["short_message"] = text
        self.do("deliver", tag=tag, pdu=pdu | fields)

    def report(self, id: str, stat: str = "DELIVRD", tag: str = "") -> None:
        said = f"id:{id} sub:001 dlvrd:001 submit date:2611100300 done date:2611100301 stat:{stat}"
        self.deliver(f"{said} err:000 text:Halo", tag, esm_class=4)


@asynccontextmanager
async def message_centre(port: int = 0) -> AsyncIterator[MessageCentre]:
    process = await asyncio.create_subprocess_exec(
        str(frontend.node()),
        str(SERVER),
        str(port),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    centre = MessageCentre(process)
    try:
        centre.port = (await centre.expect("listening"))["port"]
        yield centre
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
