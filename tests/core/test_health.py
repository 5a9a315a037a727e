"""Health costs what an index costs."""

from typing import Any

from sqlalchemy import event
from tests.core.world import World

from sambung.core import health
from sambung.core.receiving import Link
from sambung.kit import planner


def test_health_is_read_off_indexes(world: World, chat: Link) -> None:
    """However many messages a connection has."""
    world.hears(chat, "+6281200000001", "halo")
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    event.listen(world.tx.connection, "before_cursor_execute", note)
    health.of(world.tx, world.account, chat.id)
    event.remove(world.tx.connection, "before_cursor_execute", note)
    lite = world.tx.dialect.name == "sqlite"
    planner.install(world.tx.connection)
    if not lite:
        for way in ("seqscan", "sort", "bitmapscan", "hashagg"):
            world.tx.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    counted = [(sql, given) for sql, given in asked if "FROM message" in sql]
    assert len(counted) == 2
    for sql, given in counted:
        explain = "EXPLAIN QUERY PLAN " if lite else "EXPLAIN "
        rows = world.tx.connection.exec_driver_sql(explain + sql, given)
        plan = str([row[-1] for row in rows])
        # Which index PostgreSQL takes in an almost empty table depends on what it has counted.
        assert "ix_message_status" in plan if lite else "Seq Scan" not in plan, sql
