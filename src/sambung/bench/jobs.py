"""Jobs enqueued, claimed and done, in an empty table and in one where very many sleep."""

import asyncio
from datetime import timedelta

from sqlalchemy import insert

from sambung.bench.figures import Figure, timed
from sambung.bench.ground import Ground, know_the_tables
from sambung.kit import clock, ids, jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Job

WORKED = 5_000
SLEEPING = 1_000_000
AT_ONCE = 32
AT_A_TIME = 5_000
"""Sleeping jobs written by one statement."""


def run(ground: Ground, scale: float) -> list[Figure]:
    """The figures on one database."""
    return asyncio.run(_measured(ground, max(AT_ONCE, int(WORKED * scale)), int(SLEEPING * scale)))


async def _measured(ground: Ground, worked: int, sleeping: int) -> list[Figure]:
    store = ground.store()
    alone = await _rate(store, ground, worked)
    for start in range(0, sleeping, AT_A_TIME):
        await store.write(_lay_down, ground, min(AT_A_TIME, sleeping - start))
    know_the_tables(store)
    crowded = await _rate(store, ground, worked)
    await store.close()
    target = "≥ 5,000 /s SQLite, ≥ 2,000 /s PostgreSQL"
    return [
        Figure("jobs enqueued, claimed and done", alone, "/s", 0, target),
        Figure("the same beside sleeping ones", crowded, "/s", 0, "unchanged"),
        Figure("to the rate without them", crowded / alone, "×", 2),
        Figure("sleeping jobs", sleeping),
    ]


async def _rate(store: Store, ground: Ground, worked: int) -> float:
    with timed() as took:
        for start in range(0, worked, AT_ONCE):
            count = min(AT_ONCE, worked - start)
            await asyncio.gather(
                *(
                    store.write(jobs.enqueue, ground.account, "bench", {"n": n})
                    for n in range(count)
                )
            )
            leased = await store.write(jobs.claim, "bench", limit=AT_ONCE)
            await asyncio.gather(*(store.write(jobs.done, job) for job in leased))
    return worked / took.wall


def _lay_down(tx: Tx, ground: Ground, count: int) -> None:
    """Jobs for next week, a tenth of them in lanes."""
    now = clock.now()
    rows = [
        {
            "account": ground.account,
            "id": ids.new_id(),
            "queue": "default",
            "kind": "bench",
            "lane": f"lane:{n}" if n % 10 == 0 else None,
            "run_at": now + timedelta(days=7, seconds=n),
            "attempts": 0,
            "max_attempts": 12,
            "dedupe": None,
            "args": {"n": n},
        }
        for n in range(count)
    ]
    tx.run(insert(Job), rows)
