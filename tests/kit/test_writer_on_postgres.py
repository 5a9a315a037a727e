"""What only a database with several writers can do to a verb: deadlock, and the same key at one moment."""

import asyncio
import threading
from uuid import UUID

from sqlalchemy import insert, update
from tests.conftest import DATABASE

from sambung.core.eventlog import Cursor
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id


async def test_a_deadlocked_verb_is_run_again(store: Store) -> None:
    account = new_id()
    await store.write(_put, account, "a")
    await store.write(_put, account, "b")
    other = Store(DATABASE)
    met = threading.Barrier(2, timeout=5)
    runs: list[str] = []

    def cross(tx: Tx, account: UUID, one: str, two: str) -> None:
        first_time = runs.count(one) == 0
        runs.append(one)
        _touch(tx, account, one)
        if first_time:
            met.wait()
        _touch(tx, account, two)

    await asyncio.gather(
        store.write(cross, account, "a", "b"), other.write(cross, account, "b", "a")
    )
    await other.close()
    assert len(runs) == 3


async def test_who_writes_a_key_second_is_run_again_and_finds_it(store: Store) -> None:
    account = new_id()
    other = Store(DATABASE)
    met = threading.Barrier(2, timeout=5)
    waits = {"one": True, "two": True}

    def find_or_put(tx: Tx, account: UUID, who: str) -> str:
        if tx.connection.exec_driver_sql("SELECT 1 FROM reader_cursor").first():
            return "found"
        if waits[who]:
            waits[who] = False
            met.wait()
        _put(tx, account, "same")
        return "put"

    outcome = await asyncio.gather(
        store.write(find_or_put, account, "one"), other.write(find_or_put, account, "two")
    )
    await other.close()
    assert sorted(outcome) == ["found", "put"]


def _put(tx: Tx, account: UUID, reader: str) -> None:
    tx.run(insert(Cursor).values(account=account, reader=reader, position=0))


def _touch(tx: Tx, account: UUID, reader: str) -> None:
    this = Cursor.account == account, Cursor.reader == reader
    tx.run(update(Cursor).where(*this).values(position=Cursor.position + 1))
