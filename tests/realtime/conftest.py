"""A store whose commits reach a hub, as `main` connects them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import pytest
from tests.core.world import World

from sambung.core import accounts
from sambung.core.events import SYSTEM, Actor
from sambung.core.receiving import Link, Received
from sambung.kit.bus import Bus
from sambung.kit.db import Store
from sambung.realtime.hub import Hub
from sambung.realtime.presence import Presence

T = TypeVar("T")


@dataclass
class Running:
    store: Store
    bus: Bus
    hub: Hub
    presence: Presence
    account: UUID

    async def do(self, verb: Callable[[World], T]) -> T:
        """Run something in a transaction of its own."""
        return await self.store.write(lambda tx: verb(World(tx, self.account)))

    async def hears(self, link: Link, who: str, text: str) -> Received:
        return await self.do(lambda world: world.hears(link, who, text))

    async def user(self, name: str) -> Actor:
        return await self.do(lambda world: world.user(name))


def wire(store: Store, bus: Bus) -> None:
    """Have the store's commits announced on the bus."""
    loop = asyncio.get_running_loop()

    def committed(announced: dict[UUID, int]) -> None:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(bus.announce, announced)

    store.on_commit = committed


@pytest.fixture
async def running(store: Store) -> AsyncIterator[Running]:
    bus = Bus()
    wire(store, bus)
    hub = Hub(store, bus, base_url="https://toko.test")
    account = await store.write(accounts.open_account, "Toko Uji", by=SYSTEM)
    yield Running(store, bus, hub, Presence(hub, bus), account)
    await hub.close()
