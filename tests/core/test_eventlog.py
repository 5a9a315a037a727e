"""The log: dense positions in commit order, and readers whose effect and cursor are one commit."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select
from tests.conftest import DATABASE

from sambung.core import eventlog
from sambung.core.eventlog import Cursor, Recorded
from sambung.core.events import KINDS, SYSTEM, Actor, Event, ProviderNoticed, UserAdded, revive
from sambung.core.follower import Follower, Reader
from sambung.kit.db import Store, Tx
from sambung.kit.ids import new_id


def happen(tx: Tx, account: UUID, times: int = 1) -> None:
    for _ in range(times):
        eventlog.append(tx, account, UserAdded(new_id()), by=SYSTEM)


def _mark(tx: Tx, recorded: Recorded) -> None:
    """An effect that can be counted: a row named after the position; twice would collide."""
    name = f"seen {recorded.position:06}"
    tx.run(insert(Cursor).values(account=recorded.account, reader=name, position=0))


def _marks(tx: Tx, account: UUID) -> int:
    mine = Cursor.account == account, Cursor.reader.like("seen %")
    return int(tx.value(select(func.count()).where(*mine)))


def _positions(tx: Tx, account: UUID) -> list[int]:
    return [one.position for one in eventlog.after(tx, account, 0, limit=1000)]


def _position(tx: Tx, account: UUID, reader: str) -> int | None:
    mine = Cursor.account == account, Cursor.reader == reader
    found: int | None = tx.value(select(Cursor.position).where(*mine))
    return found


async def test_positions_are_dense_for_each_account_under_concurrent_writers(store: Store) -> None:
    """Two stores are two processes where the database allows it."""
    other = store if store.memory else Store(DATABASE)
    accounts = [new_id() for _ in range(3)]
    writes = [
        one.write(happen, account, 1 + n % 3)
        for n in range(60)
        for one in (store, other)
        for account in accounts
    ]
    await asyncio.gather(*writes)
    for account in accounts:
        assert await store.read(_positions, account) == list(range(1, 241))
        assert await store.read(eventlog.end, account) == 240
    if other is not store:
        await other.close()


async def test_following_moves_the_cursor_with_its_effect(store: Store) -> None:
    account = new_id()
    await store.write(happen, account, 5)
    assert await store.write(eventlog.follow, account, "r", _mark, limit=3) == 3
    assert await store.read(_marks, account) == 3
    assert await store.read(_position, account, "r") == 3
    assert await store.write(eventlog.follow, account, "r", _mark) == 2
    assert await store.write(eventlog.follow, account, "r", _mark) == 0


async def test_a_handler_that_fails_moves_nothing(store: Store) -> None:
    account = new_id()
    await store.write(happen, account, 3)

    def fail_at_the_third(tx: Tx, recorded: Recorded) -> None:
        _mark(tx, recorded)
        if recorded.position == 3:
            raise LookupError

    with pytest.raises(LookupError):
        await store.write(eventlog.follow, account, "r", fail_at_the_third)
    assert await store.read(_marks, account) == 0
    assert await store.read(_position, account, "r") in (None, 0)
    assert await store.write(eventlog.follow, account, "r", _mark) == 3


async def test_two_processes_never_handle_the_same_event(store: Store) -> None:
    other = store if store.memory else Store(DATABASE)
    account = new_id()
    await store.write(happen, account, 40)

    async def follow(one: Store) -> int:
        moved = 0
        for _ in range(60):
            moved += await one.write(eventlog.follow, account, "r", _mark, limit=2)
        return moved

    moved = await asyncio.gather(follow(store), follow(other))
    assert sum(moved) == 40
    assert await store.read(_marks, account) == 40
    if other is not store:
        await other.close()


async def test_types_not_asked_for_are_stepped_over(store: Store) -> None:
    account = new_id()
    await store.write(happen, account, 2)
    seen: list[str] = []

    def handle(tx: Tx, recorded: Recorded) -> None:
        seen.append(recorded.type)

    moved = await store.write(eventlog.follow, account, "r", handle, types=("ProviderNoticed",))
    assert (moved, seen) == (2, [])


async def test_rewinding_begins_anew(store: Store) -> None:
    account = new_id()
    await store.write(happen, account, 2)
    await store.write(eventlog.follow, account, "r", lambda tx, recorded: None)
    await store.write(eventlog.rewind, account, "r")
    assert await store.write(eventlog.follow, account, "r", _mark) == 2


async def test_one_accounts_bad_event_does_not_hold_up_another(store: Store) -> None:
    bad, good = sorted((new_id(), new_id()))
    for account in (bad, good):
        await store.write(happen, account, 2)
    done = asyncio.Event()

    def handle(tx: Tx, recorded: Recorded) -> None:
        if recorded.account == bad:
            raise LookupError("poison")
        if recorded.position == 2:
            done.set()

    follower = Follower(store, [Reader("r", handle, ("UserAdded",))])
    running = asyncio.create_task(follower.run())
    await asyncio.wait_for(_until(store, good), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await store.read(_position, bad, "r") in (None, 0)


async def test_a_missed_wake_up_costs_only_time(store: Store) -> None:
    account = new_id()
    follower = Follower(store, [Reader("r", lambda tx, recorded: None, ("UserAdded",))])
    running = asyncio.create_task(follower.run())
    await asyncio.sleep(0)
    await store.write(happen, account, 2)
    await asyncio.wait_for(_until(store, account), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_follower_wakes_for_the_accounts_it_is_told_of(store: Store) -> None:
    account = new_id()
    follower = Follower(store, [Reader("r", lambda tx, recorded: None, ("UserAdded",))])
    loop = asyncio.get_running_loop()

    def committed(told: dict[UUID, int]) -> None:
        for one in told:
            loop.call_soon_threadsafe(follower.woken, one)

    store.on_commit = committed
    running = asyncio.create_task(follower.run())
    await store.write(happen, account, 2)
    await asyncio.wait_for(_until(store, account), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_every_kind_of_event_comes_back_as_it_was() -> None:
    event = ProviderNoticed(new_id(), "quality", alert=True)
    from_log = revive(
        "ProviderNoticed", {"connection": str(event.connection), "what": "quality", "alert": True}
    )
    assert from_log == event
    assert revive("OfALaterRelease", {"x": 1}) == Event()
    assert len(KINDS) > 40


def test_an_event_tells_what_and_who(tx: Tx, account: UUID) -> None:
    tx.flush()
    last = eventlog.end(tx, account)
    eventlog.append(tx, account, UserAdded(account), by=Actor("user", account))
    tx.flush()
    (one,) = eventlog.after(tx, account, last)
    assert (one.position, one.actor, one.event) == (
        last + 1,
        Actor("user", account),
        UserAdded(account),
    )


async def _until(store: Store, account: UUID) -> None:
    while await store.read(_position, account, "r") != 2:  # noqa: ASYNC110  the database tells nobody
        await asyncio.sleep(0.02)
