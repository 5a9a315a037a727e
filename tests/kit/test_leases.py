"""Jobs in the hands of a worker that lives, or has died."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sambung.kit import clock, jobs
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id
from sambung.kit.jobs import Leased
from sambung.kit.runner import Runner

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_worker_that_says_it_lives_keeps_its_jobs(tx: Tx, account: UUID) -> None:
    with clock.at(NOON):
        jobs.enqueue(tx, account, "do", {})
        jobs.claim(tx, "alive")
        clock.advance(jobs.LEASE - timedelta(seconds=1))
        jobs.renew(tx, "alive")
        clock.advance(jobs.LEASE - timedelta(seconds=1))
        assert jobs.reap(tx) == 0
        clock.advance(timedelta(seconds=1))
        assert jobs.reap(tx) == 1


async def test_what_a_killed_process_had_in_hand_is_done_at_the_next_start(store: Store) -> None:
    if not store.sqlite:
        return  # There others may be at work, so that a lease must run out first.
    done = asyncio.Event()

    async def work(job: Leased) -> None:
        assert job.attempts == 2
        done.set()

    await store.write(jobs.enqueue, new_id(), "do", {})
    assert len(await store.write(jobs.claim, "killed")) == 1
    running = asyncio.create_task(Runner(store, {"do": work}).run())
    await asyncio.wait_for(done.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
