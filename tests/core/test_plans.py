"""Lists are walked in the order of an index and nothing is scanned, on both databases, however large the account."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from tests.core.world import World

from sambung.core import customer_views, inbox, message_views, timeline
from sambung.core.inbox import Filters
from sambung.kit import planner
from sambung.kit.db import Tx

Look = Callable[[Tx, UUID, UUID], Any]


@pytest.fixture
def world(tx: Tx, account: UUID) -> World:
    world = World(tx, account)
    chat = world.connect("whatsapp")
    for n in range(3):
        world.hears(chat, f"+62812000{n:05}", "halo")
    planner.install(tx.connection)
    if tx.dialect.name == "postgresql":
        # With three rows PostgreSQL would rightly scan: ask what it can do without.
        for way in ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin"):
            tx.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return world


def plans(world: World, look: Look) -> list[tuple[str, list[str]]]:
    """Each statement with the lines of its plan."""
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    viewer = world.user("Dewi").id
    assert viewer is not None
    event.listen(world.tx.connection, "before_cursor_execute", note)
    look(world.tx, world.account, viewer)
    event.remove(world.tx.connection, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if world.tx.dialect.name == "sqlite" else "EXPLAIN "
    explained = []
    for statement, given in asked:
        rows = world.tx.connection.exec_driver_sql(explain + statement, given)
        explained.append((statement, [str(row[-1]) for row in rows]))
    return explained


def inbox_page(filters: Filters) -> Look:
    def look(tx: Tx, account: UUID, viewer: UUID) -> Any:
        first = inbox.page(tx, account, viewer, filters, None, 1)
        return inbox.page(tx, account, viewer, filters, first["next"], 2)

    return look


PAGES: dict[str, Look] = {
    "open": inbox_page(Filters(status="open")),
    "mine": inbox_page(Filters(status="open", assignee="me")),
    "nobody's": inbox_page(Filters(status="open", assignee="none")),
    "oldest": inbox_page(Filters(status="open", sort="oldest")),
    "urgent": inbox_page(Filters(status="open", priority="urgent")),
    "customers": lambda tx, account, _: customer_views.page(tx, account, None, None, 2),
}
LOOKS: dict[str, Look] = {
    **PAGES,
    "every status": inbox_page(Filters()),
    "counts": inbox.counts,
    "thread": lambda tx, account, viewer: message_views.page(
        tx, account, inbox.ids(tx, account, viewer, Filters())[0]
    ),
    "timeline": lambda tx, account, _: timeline.page(tx, account, _someone(tx, account)),
    "customer": lambda tx, account, _: customer_views.customer(tx, account, _someone(tx, account)),
    "of a customer": lambda tx, account, viewer: inbox.page(
        tx, account, viewer, Filters(customer=_someone(tx, account))
    ),
}


def _someone(tx: Tx, account: UUID) -> UUID:
    return UUID(customer_views.page(tx, account)["items"][0]["id"])


@pytest.mark.parametrize("name", LOOKS)
def test_nothing_is_scanned(world: World, name: str) -> None:
    tables = ("conversation", "message", "customer", "identity", "reach", "conversation_label")
    for statement, plan in plans(world, LOOKS[name]):
        for line in plan:
            words = line.split()
            scanned = words[:1] == ["SCAN"] and words[1] in tables
            assert not scanned, (statement, plan)
            assert "Seq Scan on" not in line or line.split("Seq Scan on ")[1].split()[0] not in (
                tables
            ), (statement, plan)


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_not_sorted(world: World, name: str) -> None:
    pages = [
        (statement, plan)
        for statement, plan in plans(world, PAGES[name])
        if "LIMIT" in statement and "ORDER BY" in statement
    ]
    assert pages
    for statement, plan in pages:
        assert not any("TEMP B-TREE" in line or "Sort" in line for line in plan), (statement, plan)


def test_an_accounts_rows_are_looked_up_not_walked(world: World) -> None:
    """Every index begins with the account: using no more of one than that walks the account, but for a page of it."""
    if world.tx.dialect.name != "sqlite":
        return
    small = ("connection", "user", "snooze", "label")
    for name, look in LOOKS.items():
        for statement, plan in plans(world, look):
            walked = [
                line
                for line in plan
                if line.endswith("(account=?)")
                and "LIMIT" not in statement
                and not any(f" {table} " in line for table in small)
            ]
            assert not walked, (name, statement, plan)
