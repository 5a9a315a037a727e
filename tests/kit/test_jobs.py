"""Jobs: leased, kept in the order of their lane, retried, given up, brought back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sambung.kit import clock, jobs
from sambung.kit.db import Tx
from sambung.kit.ids import new_id
from sambung.kit.jobs import Job, Leased

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def account() -> UUID:
    return new_id()


def _claim(tx: Tx, worker: str = "w") -> list[Leased]:
    return jobs.claim(tx, worker)


def _names(found: list[Leased]) -> list[str]:
    return [job.args["n"] for job in found]


def _add(tx: Tx, account: UUID, n: str, **given: Any) -> bool:
    return jobs.enqueue(tx, account, "do", {"n": n}, **given)


def test_a_job_is_leased_to_one_worker(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a")
    assert _names(_claim(tx)) == ["a"]
    assert _claim(tx, "another") == []


def test_a_job_waits_for_its_time(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", run_at=NOON + timedelta(minutes=1))
    assert _claim(tx) == []
    assert jobs.next_due(tx) == NOON + timedelta(minutes=1)
    clock.advance(timedelta(minutes=1))
    assert _names(_claim(tx)) == ["a"]


def test_a_lane_is_worked_in_order_and_lanes_side_by_side(tx: Tx, account: UUID) -> None:
    for n, lane in (("1", "x"), ("2", "x"), ("3", "y"), ("4", None), ("5", "y")):
        _add(tx, account, n, lane=lane)
    first = _claim(tx)
    assert _names(first) == ["1", "3", "4"]
    jobs.done(tx, first[0])
    assert _names(_claim(tx)) == ["2"]


def test_a_retried_job_keeps_its_place_in_the_lane(tx: Tx, account: UUID) -> None:
    _add(tx, account, "1", lane="x")
    _add(tx, account, "2", lane="x")
    jobs.failed(tx, _claim(tx)[0], "for now", seconds=30)
    assert _claim(tx) == []
    assert jobs.next_due(tx) == NOON + timedelta(seconds=30)
    clock.advance(timedelta(seconds=30))
    assert _names(_claim(tx)) == ["1"]


def test_a_dead_job_does_not_hold_up_its_lane(tx: Tx, account: UUID) -> None:
    _add(tx, account, "1", lane="x", max_attempts=1)
    _add(tx, account, "2", lane="x")
    assert jobs.failed(tx, _claim(tx)[0], "for good")
    assert _names(_claim(tx)) == ["2"]


def test_pauses_grow_and_end_in_death(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", max_attempts=4)
    pauses = []
    for _ in range(3):
        assert not jobs.failed(tx, _claim(tx)[0], "no")
        due = jobs.next_due(tx)
        assert due is not None
        pauses.append((due - clock.now()).total_seconds())
        clock.advance(due - clock.now())
    assert [2**n * 0.5 <= pause <= 2**n * 1.5 for n, pause in enumerate(pauses, 1)] == [True] * 3
    assert jobs.failed(tx, _claim(tx)[0], "no more")
    row = tx.first(select(Job).where(Job.account == account))
    assert (row.died_at, row.failure, row.attempts) == (clock.now(), "no more", 4)
    assert jobs.next_due(tx) is None


def test_a_pause_is_an_hour_and_a_half_at_most(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", max_attempts=99)
    for _ in range(20):
        jobs.failed(tx, _claim(tx)[0], "no")
        due = jobs.next_due(tx)
        assert due is not None
        assert due - clock.now() <= jobs.LONGEST_PAUSE * 1.5
        clock.advance(due - clock.now())


def test_a_dead_job_is_brought_back_by_its_own_account_only(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", max_attempts=1)
    job = _claim(tx)[0]
    jobs.failed(tx, job, "no")
    assert not jobs.replay(tx, new_id(), job.id)
    assert jobs.replay(tx, account, job.id)
    assert not jobs.replay(tx, account, job.id)
    assert [again.attempts for again in _claim(tx)] == [1]


def test_the_job_of_a_silent_worker_is_freed(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a")
    silent = _claim(tx, "silent")[0]
    clock.advance(jobs.LEASE - timedelta(seconds=1))
    assert jobs.reap(tx) == 0
    clock.advance(timedelta(seconds=2))
    assert jobs.reap(tx) == 1
    taken = _claim(tx, "other")[0]
    jobs.done(tx, silent)
    assert tx.first(select(Job).where(Job.account == account)) is not None
    jobs.done(tx, taken)
    assert tx.first(select(Job).where(Job.account == account)) is None


def test_a_job_that_silences_every_worker_dies(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", max_attempts=2)
    for _ in range(2):
        assert len(_claim(tx)) == 1
        clock.advance(jobs.LEASE * 2)
        jobs.reap(tx)
    assert _claim(tx) == []
    assert tx.first(select(Job).where(Job.account == account)).died_at is not None


def test_what_waits_is_not_enqueued_twice(tx: Tx, account: UUID) -> None:
    assert _add(tx, account, "a", dedupe="k")
    assert not _add(tx, account, "b", dedupe="k")
    assert _add(tx, new_id(), "c", dedupe="k")


def test_what_is_being_done_does_not_stand_for_what_comes_after(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", dedupe="k")
    _claim(tx)
    assert _add(tx, account, "b", dedupe="k")


def test_a_dead_job_does_not_stand_for_a_new_one(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", dedupe="k", max_attempts=1)
    jobs.failed(tx, _claim(tx)[0], "no")
    assert _add(tx, account, "b", dedupe="k")


def test_a_rate_limit_is_no_attempt(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", max_attempts=1)
    jobs.put_back(tx, _claim(tx)[0], seconds=5)
    assert _claim(tx) == []
    clock.advance(timedelta(seconds=5))
    job = _claim(tx)[0]
    assert (job.attempts, job.last_attempt) == (1, True)


def test_a_cancelled_job_is_not_done(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", dedupe="k")
    jobs.cancel(tx, account, "k")
    assert _claim(tx) == []


def test_a_worker_that_stops_lets_go_of_what_it_holds(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a")
    _add(tx, account, "b")
    _claim(tx, "stopping")
    jobs.abandon(tx, "stopping")
    assert _names(_claim(tx, "other")) == ["a", "b"]


def test_queues_are_apart(tx: Tx, account: UUID) -> None:
    _add(tx, account, "a", queue="mail")
    assert _claim(tx) == []
    assert _names(jobs.claim(tx, "w", queue="mail")) == ["a"]
