"""The bus between processes: PostgreSQL where the tests run on it, NATS by its own small server."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sambung.kit import bus as buses
from sambung.kit.bus import Bus, NatsBus, PostgresBus, open_bus

ONE, OTHER = UUID(int=1), UUID(int=2)
DATABASE = os.environ.get("SAMBUNG_TEST_DATABASE", "sqlite://")
ON_POSTGRES = DATABASE.startswith("postgresql")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buses, "AGAIN", 0.05)


class Ear:
    def __init__(self, bus: Bus) -> None:
        self.woken: list[tuple[UUID, int]] = []
        self.heard: list[tuple[UUID, Any]] = []
        self._some = asyncio.Event()
        bus.listen(woken=self._on_woken, heard=self._on_heard)

    def _on_woken(self, account: UUID, position: int) -> None:
        self.woken.append((account, position))
        self._some.set()

    def _on_heard(self, account: UUID, note: Any) -> None:
        self.heard.append((account, note))
        self._some.set()

    async def until(self, woken: int = 0, heard: int = 0) -> None:
        async with asyncio.timeout(10):
            while len(self.woken) < woken or len(self.heard) < heard:
                self._some.clear()
                await self._some.wait()


@asynccontextmanager
async def nats_server(folder: Path) -> AsyncIterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or "nats-server"
    server = await asyncio.create_subprocess_exec(
        *(program, "-a", "127.0.0.1", "-p", str(port), "-P", str(folder / "pid")),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.terminate()
        await server.wait()


@asynccontextmanager
async def two_on_nats(folder: Path) -> AsyncIterator[tuple[Bus, Bus]]:
    async with nats_server(folder) as url, open_bus(url) as one, open_bus(url) as other:
        assert isinstance(one, NatsBus)
        assert isinstance(other, NatsBus)
        async with asyncio.timeout(20):
            await one.listening.wait()
            await other.listening.wait()
        yield one, other


@asynccontextmanager
async def two_on_postgres(folder: Path) -> AsyncIterator[tuple[Bus, Bus]]:
    async with open_bus("", DATABASE) as one, open_bus("", DATABASE) as other:
        assert isinstance(one, PostgresBus)
        assert isinstance(other, PostgresBus)
        async with asyncio.timeout(20):
            await one.listening.wait()
            await other.listening.wait()
        yield one, other


async def test_within_a_process_words_are_told_at_once() -> None:
    async with open_bus() as bus:
        ear = Ear(bus)
        bus.announce({ONE: 5, OTHER: 2})
        bus.say(ONE, "not for me")
        assert ear.woken == [(ONE, 5), (OTHER, 2)]
        assert ear.heard == []


@pytest.mark.parametrize("kind", [two_on_nats, *([two_on_postgres] if ON_POSTGRES else [])])
async def test_the_other_process_is_told_once_and_oneself_at_once(
    kind: Any, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        one, other = await stack.enter_async_context(kind(tmp_path))
        near, far = Ear(one), Ear(other)
        one.announce({ONE: 7})
        one.announce({ONE: 8, OTHER: 1})
        one.say(OTHER, {"typing": True})
        assert near.woken == [(ONE, 7), (ONE, 8), (OTHER, 1)]
        await far.until(woken=2, heard=1)
        # Gathered on the way: only the latest position counts.
        assert sorted(far.woken) == [(ONE, 8), (OTHER, 1)]
        assert far.heard == [(OTHER, {"typing": True})]
        other.say(ONE, "back")
        await near.until(heard=1)
        assert near.heard == [(ONE, "back")]


@pytest.mark.parametrize("kind", [two_on_nats, *([two_on_postgres] if ON_POSTGRES else [])])
async def test_much_at_once_goes_in_several_parcels(kind: Any, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        one, other = await stack.enter_async_context(kind(tmp_path))
        far = Ear(other)
        many = {UUID(int=n): n for n in range(1, 600)}
        one.announce(many)
        for n in range(60):
            one.say(ONE, "x" * 300 + str(n))
        one.say(ONE, "x" * 20_000)
        await far.until(woken=len(many), heard=60)
        assert dict(far.woken) == many
        assert [note[300:] for _, note in far.heard] == [str(n) for n in range(60)]


def test_a_damaged_parcel_is_passed_over() -> None:
    bus = NatsBus("nats://127.0.0.1:1")
    ear = Ear(bus)
    for raw in (b"", b"{}", b'["s",{"no id":1},[]]', b'["s",{},[["no id",1]]]'):
        bus._received(raw)
    assert (ear.woken, ear.heard) == ([], [])


async def test_without_nats_a_process_still_hears_itself() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with open_bus(f"nats://127.0.0.1:{port}") as bus:
        ear = Ear(bus)
        bus.announce({ONE: 1})
        await asyncio.sleep(0.05)
        assert ear.woken == [(ONE, 1)]
