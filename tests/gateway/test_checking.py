"""Connections are tried at night: what stopped working is known by morning, what works again resumes."""

from datetime import timedelta
from uuid import UUID

import httpx
from tests.gateway.world import Shop

from sambung.core import checks, connections, health, nightly
from sambung.core.events import SYSTEM
from sambung.gateway.checking import Checking
from sambung.kit import clock
from sambung.kit.db import Tx
from sambung.kit.runner import Runner

REVOKED = httpx.Response(401, json={"error": {"code": 190, "message": "revoked", "type": "x"}})


async def night(shop: Shop) -> None:
    await shop.directory.load()
    await shop.store.write(nightly.schedule, checks.CHECK, {})
    workers = {checks.CHECK: Checking(shop.store, shop.directory, shop.graph.net)}
    with clock.at(clock.now().replace(hour=nightly.HOUR, minute=1)):
        clock.advance(timedelta(days=1))
        await Runner(shop.store, workers).until_idle()


async def state(shop: Shop, account: UUID, connection: UUID) -> str:
    return (await shop.store.read(health.of, account, connection)).state


async def test_a_revoked_token_is_known_by_morning(shop: Shop) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    shop.graph.answers = [REVOKED]
    await night(shop)
    assert await state(shop, account, connection) == "stopped"
    # Somebody has mended it at the provider's.
    shop.graph.answers = [httpx.Response(200, json={"id": "1", "verified_name": "Toko"})] * 3
    await night(shop)
    assert await state(shop, account, connection) == "ok"


async def test_what_is_switched_off_is_left_alone(shop: Shop) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    await shop.store.write(_switch_off, account, connection)
    await night(shop)
    assert shop.graph.asked == []


async def test_a_provider_that_is_down_stops_nothing(shop: Shop) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    shop.graph.answers = [httpx.ConnectError("down")]
    await night(shop)
    found = await shop.store.read(health.of, account, connection)
    assert (found.state, found.warnings) == ("warning", ["check"])


def _switch_off(tx: Tx, account: UUID, connection: UUID) -> None:
    connections.change(tx, account, connection, by=SYSTEM, status=connections.DISABLED)
