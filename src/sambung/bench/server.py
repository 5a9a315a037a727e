"""The product in a process of its own, as somebody runs it."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

COMMAND = Path(sys.executable).with_name("sambung")
PATIENCE = 60.0
"""Seconds for it to answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """log: what it writes, standard output and all."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def cpu(self) -> float:
        """Seconds of CPU it has used, all threads; 0 where the system does not tell (only Linux does so)."""
        try:
            stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return 0.0
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def ready(self) -> None:
        """Wait until it answers. Raises Died, TimeoutError."""
        async with httpx.AsyncClient() as http, asyncio.timeout(PATIENCE):
            while not await _answers(http, f"{self.url}/readyz"):
                if self.process.poll() is not None:
                    raise Died(self.log.read_text(errors="replace")[-4000:])
                await asyncio.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end; make it."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Died(Exception):
    """The server ended by itself; the end of its log."""


def launch(data: Path, database: str, *, port: int, settings: Mapping[str, str]) -> Server:
    """Start it, with settings as in the environment but without `SAMBUNG_`."""
    log = data / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  our own command
            [COMMAND, "serve", "--data", data, "--database", database, "--port", str(port)],
            env=os.environ | {f"SAMBUNG_{name}": value for name, value in settings.items()},
            stdout=out,
            stderr=out,
        )
    return Server(process, f"http://127.0.0.1:{port}", log)


@asynccontextmanager
async def serving(data: Path, database: str, settings: Mapping[str, str]) -> AsyncIterator[Server]:
    """It runs while the block does."""
    server = launch(data, database, port=free_port(), settings=settings)
    try:
        await server.ready()
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.HTTPError:
        return False
