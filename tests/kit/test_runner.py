"""The runner: does jobs side by side, and takes its workers' word for what became of them."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sambung.kit import clock, jobs
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id
from sambung.kit.jobs import Job, Leased
from sambung.kit.runner import Failed, Later, Runner, Worker


@pytest.fixture
def account() -> UUID:
    return new_id()


def _enqueue(tx: Tx, /, account: UUID, kind: str, **given: Any) -> None:
    jobs.enqueue(tx, account, kind, {}, **given)


def _left(tx: Tx, account: UUID) -> list[Any]:
    return list(tx.all(select(Job).where(Job.account == account).order_by(Job.id)))


def _raising(error: Exception) -> Mapping[str, Worker]:
    async def work(job: Leased) -> None:
        raise error

    return {"do": work}


async def test_a_job_that_is_done_is_gone(store: Store, account: UUID) -> None:
    seen = []

    async def work(job: Leased) -> None:
        seen.append(job.account)

    await store.write(_enqueue, account, "do")
    await Runner(store, {"do": work}).until_idle()
    assert seen == [account]
    assert await store.read(_left, account) == []


async def test_a_passing_fault_is_tried_again_when_it_says(store: Store, account: UUID) -> None:
    with clock.at(clock.now()):
        await store.write(_enqueue, account, "do")
        await Runner(store, _raising(Failed("busy", 7))).until_idle()
        (row,) = await store.read(_left, account)
        assert (row.run_at, row.failure) == (clock.now() + timedelta(seconds=7), "busy")


async def test_a_rate_limit_is_waited_out(store: Store, account: UUID) -> None:
    with clock.at(clock.now()):
        await store.write(_enqueue, account, "do")
        await Runner(store, _raising(Later(9))).until_idle()
        (row,) = await store.read(_left, account)
        assert (row.run_at, row.attempts) == (clock.now() + timedelta(seconds=9), 0)


async def test_an_unforeseen_error_is_a_failed_attempt(store: Store, account: UUID) -> None:
    await store.write(_enqueue, account, "do")
    await Runner(store, _raising(ValueError("bug"))).until_idle()
    (row,) = await store.read(_left, account)
    assert (row.failure, row.attempts) == ("ValueError: bug", 1)


async def test_a_kind_nobody_does_is_kept(store: Store, account: UUID) -> None:
    await store.write(_enqueue, account, "unknown")
    await Runner(store, {}).until_idle()
    (row,) = await store.read(_left, account)
    assert row.failure == "KeyError: 'unknown'"


async def test_somebody_is_told_of_a_death(store: Store, account: UUID) -> None:
    told = []

    async def died(job: Leased, why: str) -> None:
        told.append(why)

    await store.write(_enqueue, account, "do", max_attempts=1)
    await Runner(store, _raising(Failed("no")), died=died).until_idle()
    assert told == ["no"]


async def test_a_job_waiting_behind_a_retried_one_follows_it_at_once(
    store: Store, account: UUID
) -> None:
    """The lane's head comes due after a tenth of a second; nobody wakes the runner."""
    order = []
    both = asyncio.Event()

    async def work(job: Leased) -> None:
        if job.kind == "first" and job.attempts == 1:
            raise Failed("busy", 0.1)
        order.append(job.kind)
        if len(order) == 2:
            both.set()

    await store.write(_enqueue, account, "first", lane="x")
    await store.write(_enqueue, account, "second", lane="x")
    running = asyncio.create_task(Runner(store, {"first": work, "second": work}).run())
    await asyncio.wait_for(both.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert order == ["first", "second"]


async def test_a_stopping_runner_lets_its_job_end(store: Store, account: UUID) -> None:
    started, ended = asyncio.Event(), []

    async def work(job: Leased) -> None:
        started.set()
        await asyncio.sleep(0.05)
        ended.append(job.id)

    await store.write(_enqueue, account, "do")
    running = asyncio.create_task(Runner(store, {"do": work}).run())
    await asyncio.wait_for(started.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(ended) == 1
    assert await store.read(_left, account) == []
