"""Recording a message: beside the bare driver doing the same statements, and beside a commit for each.

The message is a text of somebody who has written before: the commonest case by far.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import event
from sqlalchemy.engine import Connection

from sambung import main
from sambung.bench import raw, traffic
from sambung.bench.asgi import post
from sambung.bench.figures import Figure, Took, median, timed
from sambung.bench.ground import Ground, know_the_tables
from sambung.channels import Inbound
from sambung.core import receiving
from sambung.kit.db import Store
from sambung.kit.writer import take_turns

PEOPLE = 1000
IN_FLIGHT = 64
ROUNDS = 7


def run(ground: Ground, scale: float) -> list[Figure]:
    """The figures on one database."""
    return asyncio.run(_measured(ground, scale))


async def _measured(ground: Ground, scale: float) -> list[Figure]:
    take_turns()
    store = ground.store()
    many, few = max(int(2000 * scale), IN_FLIGHT), max(int(150 * scale), 10)
    await _grouped(store, ground, traffic.inbound(PEOPLE, people=PEOPLE))
    know_the_tables(store)
    bare, grouped, single, slowly_grouped, slowly_single = [], [], [], [], []
    for _ in range(ROUNDS):
        # One after the other in each round, so that a slow moment of the machine meets all three.
        bare.append(_bare(store, ground, traffic.inbound(many, people=PEOPLE)))
        grouped.append(await _grouped(store, ground, traffic.inbound(many, people=PEOPLE)))
        single.append(_single(store, ground, traffic.inbound(few, people=PEOPLE)))
        with _slower_disk(store):
            slowly_grouped.append(
                await _grouped(store, ground, traffic.inbound(many, people=PEOPLE))
            )
            slowly_single.append(_single(store, ground, traffic.inbound(few, people=PEOPLE)))
    await store.close()
    hooks = [await _hooked(ground, many) for _ in range(3)]

    def rates(tooks: Sequence[Took], count: int) -> list[float]:
        return [count / took.wall for took in tooks]

    a, b, c = rates(bare, many), rates(grouped, many), rates(single, few)
    slowly = _ratio(rates(slowly_grouped, many), rates(slowly_single, few))

    def cost(tooks: Sequence[Took], count: int) -> float:
        return median([took.cpu for took in tooks]) / count * 1e6

    return [
        Figure("store.write(receive) to bare driver", _ratio(b, a), "×", 2, "≥ 0.5 ×"),
        Figure("the same, by CPU of this process", cost(bare, many) / cost(grouped, many), "×", 2),
        Figure("store.write(receive) to a commit each", _ratio(b, c), "×", 1),
        Figure("the same, every commit taking 1 ms more", slowly, "×", 1, "≥ 10 ×"),
        Figure("  bare driver, batches of 64", median(a), "/s"),
        Figure("  store.write(receive), 64 in flight", median(b), "/s"),
        Figure("  one commit per message", median(c), "/s"),
        Figure("  one fsync of this disk", _fsync(ground) * 1000, "ms", 2),
        Figure("CPU of a message, bare driver", cost(bare, many), "µs"),
        Figure("CPU of a message, store.write", cost(grouped, many), "µs"),
        Figure("CPU of a signed webhook, all told", cost(hooks, many), "µs", 0, "≤ 250 µs"),
    ]


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median([one / other for one, other in zip(ours, theirs, strict=True)])


def _bare(store: Store, ground: Ground, messages: list[Inbound]) -> Took:
    verbs = [partial(receiving.receive, link=ground.link, inbound=one) for one in messages]
    batches = raw.recorded(store, list(verbs), batch=IN_FLIGHT)
    with timed() as took:
        raw.replay(store, batches)
    return took


async def _grouped(store: Store, ground: Ground, messages: list[Inbound]) -> Took:
    waiting = iter(messages)

    async def client() -> None:
        for one in waiting:
            await store.write(receiving.receive, ground.link, one)

    with timed() as took:
        await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    return took


def _single(store: Store, ground: Ground, messages: list[Inbound]) -> Took:
    with timed() as took:
        for one in messages:
            with store.begin() as tx:
                receiving.receive(tx, ground.link, one)
    return took


async def _hooked(ground: Ground, count: int) -> Took:
    """As the HTTP server hands requests over: signature, translation, record, answer."""
    async with main.assembled(ground.settings) as parts:
        await parts.directory.load()
        app = main.application(parts)
        posts = iter(list(traffic.hook(count, people=PEOPLE)))

        async def client() -> None:
            for body, headers in posts:
                await post(app, f"/hooks/{ground.link.id}", body, headers)

        with timed() as took:
            await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    return took


@contextmanager
def _slower_disk(store: Store) -> Iterator[None]:
    """As on a disk that needs a millisecond more for every commit."""

    def wait(_: Connection) -> None:
        time.sleep(0.001)

    event.listen(store.engine, "commit", wait)
    yield
    event.remove(store.engine, "commit", wait)


def _fsync(ground: Ground) -> float:
    """Seconds, the median of fifty."""
    took = []
    path = ground.settings.data / "fsync"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    for _ in range(50):
        os.write(descriptor, bytes(4096))
        began = time.perf_counter()
        os.fsync(descriptor)
        took.append(time.perf_counter() - began)
    os.close(descriptor)
    return median(took)
