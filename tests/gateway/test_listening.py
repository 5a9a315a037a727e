"""A mailbox that cannot be reached is told of, but not for a hiccup; and no longer once it is listened to again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from tests.gateway.world import Shop

from sambung.channels import Listened, TryLater, all_channels
from sambung.core import connections
from sambung.gateway import listeners
from sambung.gateway.listeners import Listeners


class Mailbox:
    """Cannot be reached so many times, then is quiet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, down: int) -> None:
        self.down = down
        self.quiet = asyncio.Event()
        monkeypatch.setattr(listeners, "SHORTEST_PAUSE", 0.01)
        monkeypatch.setattr(listeners, "LONGEST_PAUSE", 0.01)
        monkeypatch.setattr(type(all_channels()["whatsapp"]), "listen", self._listen)

    def _listen(self, config: Any, state: Mapping[str, Any], net: Any) -> AsyncIterator[Listened]:
        return self._heard()

    async def _heard(self) -> AsyncIterator[Listened]:
        if self.down:
            self.down -= 1
            raise TryLater("nobody answers")
        self.quiet.set()
        await asyncio.Event().wait()
        yield Listened(None, {})


async def problem_of(shop: Shop, account: UUID, connection: UUID) -> Any:
    return (await shop.store.read(connections.get, account, connection)).problem


async def test_a_hiccup_is_not_told_of(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox(monkeypatch, down=1)
    account = await shop.open()
    connection = await shop.connect(account)
    working = Listeners(shop.store, shop.directory, shop.gateway, shop.graph.net)
    task = asyncio.create_task(working.run())
    async with asyncio.timeout(5):
        await mailbox.quiet.wait()
    assert await problem_of(shop, account, connection) is None
    task.cancel()


async def test_what_was_told_of_is_forgotten_when_it_is_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "STEADY", 0.3)
    mailbox = Mailbox(monkeypatch, down=3)
    account = await shop.open()
    connection = await shop.connect(account)
    working = Listeners(shop.store, shop.directory, shop.gateway, shop.graph.net)
    task = asyncio.create_task(working.run())
    async with asyncio.timeout(5):
        await mailbox.quiet.wait()
        problem = await problem_of(shop, account, connection)
        assert (problem["reason"], problem["detail"]) == ("provider_down", "nobody answers")
        while True:
            if await problem_of(shop, account, connection) is None:
                break
            await asyncio.sleep(0.01)
    task.cancel()
