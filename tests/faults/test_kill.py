"""The server is killed under load, over and over. Nothing acknowledged is lost, nothing is there twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.conftest import DATABASE
from tests.faults.graph import graph
from tests.faults.listening import Listener
from tests.faults.load import PEOPLE, Customers
from tests.faults.product import Product, database
from tests.faults.replies import Writers

from sambung.bench import traffic
from sambung.core import eventlog
from sambung.core.eventlog import Entry
from sambung.core.messages import IN, OUT, Message
from sambung.kit.db import Store, Tx

pytestmark = pytest.mark.slow

DEATHS = 5
LISTENERS = 3
A_LIFE = (15, 40)
"""How many posts, and how many replies, are taken between a start and the next death: at random between these."""
PATIENCE = 60.0
"""Seconds for what is left to be done."""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with database(DATABASE, tmp_path) as url:
        product = Product(tmp_path, url)
        yield product
        product.stop()


async def test_what_was_acknowledged_outlives_five_deaths(product: Product) -> None:
    """Every message once, every position once on every socket, every reply sent once at most and none forgotten."""
    async with graph(PEOPLE, hook=f"{product.url}/hooks/{traffic.CHANNEL}") as provider:
        product.set_up(api_base=provider.url)
        await product.start()
        writers = Writers(product.url, product.key)
        conversations = await writers.opened(PEOPLE)
        dice = random.Random(2026)
        customers = Customers(f"{product.url}/hooks/{product.connection}", dice)
        listeners = [Listener(product.url, product.key) for _ in range(LISTENERS)]
        listening = [asyncio.create_task(one.run()) for one in listeners]
        load = [
            asyncio.create_task(customers.run()),
            asyncio.create_task(writers.run(conversations)),
        ]

        for _ in range(DEATHS):
            await _taken(load, customers, writers, dice.randint(*A_LIFE))
            product.kill()
            product.let_leases_run_out()
            await product.start()
        await _taken(load, customers, writers, A_LIFE[0])
        customers.finish()
        writers.finish()
        await asyncio.wait_for(asyncio.gather(*load), PATIENCE)

        store = Store(product.database)
        async with asyncio.timeout(PATIENCE):
            while await store.read(_waiting, product):  # noqa: ASYNC110  another process works
                await asyncio.sleep(0.1)
        await provider.cloud.settle()
        end: int = await store.read(eventlog.end, product.account)
        await asyncio.wait_for(asyncio.gather(*(one.heard(end) for one in listeners)), PATIENCE)
        for task in listening:
            task.cancel()

    received = await store.read(_received, product)
    positions = await store.read(_positions, product)
    replies = await store.read(_replies, product)
    await store.close()
    everything = list(range(1, end + 1))
    assert Counter(received) == Counter(customers.acknowledged | writers.answered)
    assert positions == everything
    for listener in listeners:
        assert listener.connected > DEATHS
        assert listener.positions == everything
    _check_replies(writers.written, replies, provider.sent())


def _check_replies(written: list[str], replies: list[Any], sent: Counter[str]) -> None:
    assert sorted(row.text for row in replies) == sorted(written)
    assert max(sent.values()) == 1
    for row in replies:
        assert row.status in ("sent", "delivered", "read", "unknown")
        assert row.status == "unknown" or sent[row.text] == 1


async def _taken(
    load: list["asyncio.Task[None]"], customers: Customers, writers: Writers, more: int
) -> None:
    """Wait until the product has taken so many more posts and replies."""
    enough = customers.posts + more, len(writers.written) + more
    while customers.posts < enough[0] or len(writers.written) < enough[1]:
        await asyncio.sleep(0.01)
        for task in load:
            if task.done():
                task.result()


def _received(tx: Tx, product: Product) -> list[Any]:
    mine = Message.account == product.account, Message.direction == IN
    return tx.values(select(Message.provider_id).where(*mine))


def _positions(tx: Tx, product: Product) -> list[Any]:
    mine = select(Entry.position).where(Entry.account == product.account)
    return tx.values(mine.order_by(Entry.position))


def _waiting(tx: Tx, product: Product) -> list[Any]:
    mine = Message.account == product.account, Message.status.in_(("queued", "sending"))
    return tx.values(select(Message.id).where(*mine))


def _replies(tx: Tx, product: Product) -> list[Any]:
    mine = Message.account == product.account, Message.direction == OUT
    return list(tx.all(select(Message.text, Message.status).where(*mine)))
