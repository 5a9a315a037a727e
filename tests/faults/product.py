"""The product as somebody runs it: `sambung serve` in a process of its own, to be killed without a word."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import create_engine, make_url, text, update

from sambung.bench import traffic
from sambung.core import accounts, api_keys, configs, connections
from sambung.core.events import SYSTEM
from sambung.kit import clock, crypto, ids, schema
from sambung.kit.db import Store
from sambung.kit.jobs import LEASE, Job

COMMAND = Path(sys.executable).with_name("sambung")
NONE_YET = UUID(int=0)
SECRET = "a secret that outlives the process"


@dataclass
class Product:
    """A business, its connection, a program's key; and a server that comes and goes.

    account, connection, key   known once `set_up` has been called
    """

    data: Path
    database: str
    port: int = field(default_factory=lambda: _free_port())
    account: UUID = NONE_YET
    connection: UUID = NONE_YET
    key: str = ""
    deaths: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set_up(self, **settings: Any) -> None:
        """Make the business; `settings` are its connection's, beside the usual ones."""
        crypto.use(SECRET)
        store = Store(self.database)
        schema.upgrade(store)
        with store.begin() as tx:
            self.account = accounts.open_account(tx, "Toko Uji", by=SYSTEM)
            self.connection = connections.add(
                tx,
                self.account,
                channel=traffic.CHANNEL,
                name="Nomor toko",
                config=configs.seal(traffic.config(**settings)),
                address=traffic.NUMBER.phone_number_id,
                by=SYSTEM,
            )
            _, self.key = api_keys.make(tx, self.account, name="uji", role="admin", by=SYSTEM)
        store.engine.dispose()

    async def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = self._launched()
        async with httpx.AsyncClient() as http, asyncio.timeout(30):
            while not await _answers(http, f"{self.url}/readyz"):
                assert self._process.poll() is None, self.said()
                await asyncio.sleep(0.05)

    def _launched(self) -> subprocess.Popen[bytes]:
        places = ["--port", str(self.port), "--data", str(self.data), "--database", self.database]
        settings = {"SECRET": SECRET, "REQUESTS_PER_SECOND": "0", "LOG_LEVEL": "WARNING"}
        env = os.environ | {f"SAMBUNG_{name}": value for name, value in settings.items()}
        with (self.data / "server.log").open("ab") as log:
            return subprocess.Popen([COMMAND, "serve", *places], env=env, stdout=log, stderr=log)

    def kill(self) -> None:
        """SIGKILL: it cannot say goodbye, finish or flush anything."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.deaths += 1

    def stop(self) -> None:
        """Ask it to end, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def said(self) -> str:
        """The end of the server's log."""
        return (self.data / "server.log").read_text(errors="replace")[-4000:]

    def let_leases_run_out(self) -> None:
        """As if the minute had passed in which a dead worker's jobs are its own."""
        store = Store(self.database)
        with store.begin() as tx:
            held = update(Job).where(Job.account == self.account, Job.lease_until.is_not(None))
            tx.run(held.values(lease_until=clock.now() - LEASE - timedelta(seconds=1)))
        store.engine.dispose()


@contextmanager
def database(url: str, folder: Path) -> Iterator[str]:
    """A database for the product alone: a file, or one beside the PostgreSQL database of the tests."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder}/sambung.db"
        return
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    name = f"faults_{ids.code(8)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield parsed.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
