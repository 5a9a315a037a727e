"""PostgreSQL's planner is told soon what a table has become."""

from uuid import UUID

from sqlalchemy import insert, text

from sambung.core.eventlog import Cursor
from sambung.kit import statistics
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id


async def test_a_table_that_grew_is_analysed_once(store: Store) -> None:
    if store.sqlite:
        await statistics.keep_up(store)  # There is nothing to keep up: it returns.
        return
    await store.write(_fill, new_id())
    await store.write(_tell_now)
    assert "reader_cursor" in await store.write(statistics.refresh)
    await store.write(_tell_now)
    assert "reader_cursor" not in await store.write(statistics.refresh)


def _fill(tx: Tx, account: UUID) -> None:
    rows = [{"account": account, "reader": f"r{n}", "position": n} for n in range(500)]
    tx.run(insert(Cursor), rows)


def _tell_now(tx: Tx) -> None:
    """Statistics of a backend are told once a second otherwise."""
    tx.run(text("SELECT pg_stat_force_next_flush()"))
