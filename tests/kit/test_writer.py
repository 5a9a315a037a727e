"""Group commit: verbs share a transaction, and each answers for itself alone."""

import asyncio
import threading
from collections.abc import Awaitable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from sambung.core import eventlog
from sambung.core.eventlog import Cursor
from sambung.core.events import SYSTEM, AccountOpened
from sambung.kit.db import Store, Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id


class Gate:
    """Holds the writer in one verb, so that those handed in meanwhile become one batch."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def verb(self, tx: Tx, account: UUID) -> None:
        self.entered.set()
        assert self.open.wait(5)


async def together(store: Store, account: UUID, *verbs: Any) -> list[Any]:
    """Run the verbs in one batch; results or errors."""
    gate = Gate()
    held = asyncio.create_task(store.write(gate.verb, account))
    await asyncio.to_thread(gate.entered.wait, 5)
    waiting: list[Awaitable[Any]] = [
        asyncio.create_task(store.write(verb, account)) for verb in verbs
    ]
    await asyncio.sleep(0)
    gate.open.set()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


def happen(tx: Tx, account: UUID) -> int:
    eventlog.append(tx, account, AccountOpened("x"), by=SYSTEM)
    return 1


def happen_and_fail(tx: Tx, account: UUID) -> None:
    happen(tx, account)
    tx.run(insert(Cursor).values(account=account, reader="half done", position=1))
    raise LookupError("no")


async def test_a_failing_verb_is_undone_alone_and_its_events_are_not_recorded(store: Store) -> None:
    account = new_id()
    first, failure, last = await together(store, account, happen, happen_and_fail, happen)
    assert (first, last) == (1, 1)
    assert isinstance(failure, LookupError)
    assert len(await store.read(eventlog.after, account, 0)) == 2
    assert await store.read(eventlog.end, account) == 2
    assert await store.read(_readers, account) == []


async def test_a_statement_that_fails_does_not_spoil_the_batch(store: Store) -> None:
    account = new_id()
    twice = Hot(insert(Cursor).values(account=account, reader="x", position=0))

    def collide(tx: Tx, account: UUID) -> None:
        twice.run(tx)
        twice.run(tx)

    first, failure, last = await together(store, account, happen, collide, happen)
    assert (first, last) == (1, 1)
    assert isinstance(failure, IntegrityError)
    assert await store.read(eventlog.end, account) == 2


async def test_a_batch_that_cannot_be_committed_is_run_again_one_by_one(store: Store) -> None:
    account = new_id()
    runs: list[str] = []

    def poison(tx: Tx, account: UUID) -> None:
        runs.append("poison")
        happen(tx, account)
        tx.defer(_refuse, account)

    def sound(tx: Tx, account: UUID) -> None:
        runs.append("sound")
        happen(tx, account)

    first, failure, last = await together(store, account, sound, poison, sound)
    assert (first, last) == (None, None)
    assert isinstance(failure, IntegrityError)
    assert runs[:3] == ["sound", "poison", "sound"]
    assert sorted(runs[3:])[-2:] == ["sound", "sound"]
    assert await store.read(eventlog.end, account) == 2


async def test_an_error_while_the_batch_ends_does_not_end_the_writer(store: Store) -> None:
    account = new_id()

    def broken(tx: Tx, account: UUID) -> None:
        tx.defer(_stumble, account)

    with pytest.raises(ZeroDivisionError):
        await store.write(broken, account)
    assert await store.write(happen, account) == 1


async def test_followers_are_told_after_the_commit_and_never_of_what_failed(store: Store) -> None:
    told: list[dict[UUID, int]] = []
    store.on_commit = told.append
    account = new_id()
    await store.write(happen, account)
    with pytest.raises(LookupError):
        await store.write(happen_and_fail, account)
    assert told == [{account: 1}]


async def test_a_listener_that_fails_costs_no_commit(store: Store) -> None:
    def fail(_: dict[UUID, int]) -> None:
        raise RuntimeError("the loop is closed")

    store.on_commit = fail
    account = new_id()
    assert await store.write(happen, account) == 1
    assert await store.read(eventlog.end, account) == 1


async def test_closing_finishes_what_was_handed_in(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    store = Store(url)
    Table.metadata.create_all(store.engine)
    account = new_id()
    waiting = [asyncio.create_task(store.write(happen, account)) for _ in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [1] * 50
    again = Store(url)
    assert await again.read(eventlog.end, account) == 50
    await again.close()


async def test_readers_of_a_file_see_what_is_committed_and_cannot_write(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/kept.db")
    Table.metadata.create_all(store.engine)
    account = new_id()
    await store.write(happen, account)
    assert await store.read(eventlog.end, account) == 1
    with pytest.raises(Exception, match="readonly"):
        await store.read(_write_anyway, account)
    await store.close()


def _readers(tx: Tx, account: UUID) -> list[Any]:
    return list(tx.connection.execute(text("SELECT reader FROM reader_cursor")).scalars())


def _refuse(tx: Tx, items: list[UUID]) -> None:
    row = {"account": items[0], "reader": "refused", "position": 0}
    tx.run(insert(Cursor).values(**row))
    tx.run(insert(Cursor).values(**row))


def _stumble(tx: Tx, items: list[UUID]) -> None:
    raise ZeroDivisionError


def _write_anyway(tx: Tx, account: UUID) -> None:
    tx.run(insert(Cursor).values(account=account, reader="x", position=0))
