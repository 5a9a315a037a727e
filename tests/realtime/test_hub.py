"""Every subscriber is told every event once, in order, whatever happens in between."""

import asyncio
import random
from typing import Any

import msgspec
import pytest
from tests.core.world import World
from tests.realtime.conftest import Running

from sambung.core import accounts, conversations, customers, eventlog, replies, views
from sambung.core.events import SYSTEM
from sambung.core.replies import Draft
from sambung.realtime import frames
from sambung.realtime import hub as hubs
from sambung.realtime.frames import Frame
from sambung.realtime.hub import Subscription

SARI = "+6281230000001"


async def taken(subscription: Subscription, upto: int) -> list[Frame]:
    """What was put in until the frame of a position."""
    found: list[Frame] = []
    async with asyncio.timeout(10):
        while upto not in positions(found):
            found += await subscription.take()
    return found


def positions(found: list[Frame]) -> list[int | None]:
    return [frame.position for frame in found]


async def end(running: Running) -> int:
    return await running.store.read(eventlog.end, running.account)


async def test_an_event_comes_with_the_present_state_of_what_it_touched(running: Running) -> None:
    subscription = await running.hub.join(running.account)
    agent = await running.user("Dewi")
    link = await running.do(lambda world: world.connect("whatsapp", "Toko"))
    got = await running.do(lambda world: world.hears(link, SARI, "Halo", name="Sari"))
    await running.do(
        lambda world: replies.note(
            world.tx, world.account, got.conversation, Draft(text="Cek stok"), by=agent
        )
    )
    found = await taken(subscription, await end(running))
    by_type = {frame.type: msgspec.json.decode(frame.text) for frame in found}
    message = by_type["MessageReceived"]
    assert set(message) == {"position", "type", "at", "actor", "data"}
    assert message["actor"] == {"type": "customer", "id": str(got.known.root)}
    assert message["data"]["message"]["text"] == "Halo"
    assert message["data"]["message"]["id"] == str(got.message)
    assert message["data"]["conversation"]["customer"]["name"] == "Sari"
    assert "unread" not in message["data"]["conversation"]
    assert message["data"]["connection"] == str(link.id)
    assert by_type["NoteAdded"]["data"]["message"]["direction"] == "note"
    assert by_type["CustomerAdded"]["data"]["customer"]["identities"][0]["value"] == SARI
    connected = by_type["ConnectionAdded"]["data"]["connection"]
    assert (connected["name"], connected["config"]) == ("Toko", {})
    assert connected["hook_url"] == f"https://toko.test/hooks/{link.id}"
    assert by_type["ConversationOpened"]["data"]["conversation"]["status"] == "open"
    assert by_type["UserAdded"]["data"] == {"user": str(agent.id)}


async def test_a_resumed_subscriber_misses_and_repeats_nothing(running: Running) -> None:
    link = await running.do(lambda world: world.connect("whatsapp"))
    for n in range(5):
        await running.hears(link, SARI, f"{n}")
    began = await running.hub.join(running.account, 0)
    first = await taken(began, await end(running))
    assert positions(first) == list(range(1, await end(running) + 1))
    await running.do(lambda world: world.hears(link, SARI, "live"))
    await taken(began, await end(running))
    # From what is kept at hand, and from the log where that does not reach.
    for after in (3, len(first) - 2, len(first)):
        again = await running.hub.join(running.account, after)
        found = await taken(again, await end(running))
        assert positions(found) == list(range(after + 1, await end(running) + 1))


async def test_those_who_join_while_much_happens_are_told_all_of_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "BATCH", 7)
    monkeypatch.setattr(hubs, "RECENT", 5)
    dice = random.Random(7)
    link = await running.do(lambda world: world.connect("whatsapp"))
    joined: list[tuple[int, Subscription]] = []

    async def write() -> None:
        for n in range(60):
            await running.hears(link, f"+62812000{n % 9:05}", f"{n}")

    async def come() -> None:
        for _ in range(12):
            await asyncio.sleep(dice.random() / 50)
            upto = await end(running)
            after = dice.randint(0, upto)
            joined.append((after, await running.hub.join(running.account, after)))

    await asyncio.gather(write(), come())
    upto = await end(running)
    for after, subscription in joined:
        assert positions(await taken(subscription, upto)) == list(range(after + 1, upto + 1))


async def test_the_slow_are_cut_off_and_told_so(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "WAITING", 4)
    slow = await running.hub.join(running.account)
    quick = await running.hub.join(running.account)
    for n in range(8):
        await running.user(f"u{n}")
        await taken(quick, await end(running))
    (behind,) = await slow.take()
    assert msgspec.json.decode(behind.text)["type"] == "behind"
    running.hub.tell(running.account, "typing", {})
    assert slow.waiting == 0


async def test_a_long_past_waits_for_its_reader_instead_of_overflowing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "WAITING", 6)
    monkeypatch.setattr(hubs, "BATCH", 3)
    for n in range(20):
        await running.user(f"u{n}")
    found = []
    async for frame in running.hub.subscribe(running.account, 0):
        await asyncio.sleep(0.005)
        found.append(frame.position)
        if frame.position == 21:
            break
    assert found == list(range(1, 22))


async def test_accounts_hear_nothing_of_each_other(running: Running) -> None:
    other = await running.store.write(accounts.open_account, "Lain", by=SYSTEM)
    mine = await running.hub.join(running.account)
    theirs = await running.hub.join(other)
    await running.user("Dewi")
    running.hub.publish(running.account, "typing", {"conversation": "x"})
    await taken(mine, await end(running))
    assert theirs.waiting == 0


async def test_only_what_is_wanted_is_put_but_no_position_is_lost(running: Running) -> None:
    subscription = await running.hub.join(
        running.account, 0, lambda frame: frame.type == "UserAdded"
    )
    await running.do(lambda world: world.connect("whatsapp"))
    await running.user("Dewi")
    found = await taken(subscription, await end(running))
    assert [frame.type for frame in found] == ["UserAdded"]
    assert subscription.position == await end(running)


async def test_what_is_of_the_moment_is_told_at_once_and_overheard(running: Running) -> None:
    overheard: list[Any] = []
    running.hub.overhear(lambda *told: overheard.append(told))
    subscription = await running.hub.join(running.account)
    data = {"conversation": "x", "by": {"type": "customer", "id": "y", "name": "Sari"}, "on": True}
    running.hub.publish(running.account, "typing", data)
    (frame,) = await subscription.take()
    assert msgspec.json.decode(frame.text) == {"type": "typing", "data": data}
    assert overheard == [(running.account, "typing", data)]


async def test_a_wake_up_that_got_lost_is_made_up_for(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "NET", 0.01)
    running.store.on_commit = None
    subscription = await running.hub.join(running.account)
    await running.user("Dewi")
    keeping = asyncio.create_task(running.hub.run())
    assert positions(await taken(subscription, await end(running))) == [await end(running)]
    keeping.cancel()


async def test_events_applied_to_a_stale_state_equal_the_state_fetched_fresh(
    running: Running,
) -> None:
    """What a browser holds after the frames is what it would fetch now."""
    agent = await running.user("Dewi")
    link = await running.do(lambda world: world.connect("whatsapp"))
    subscription = await running.hub.join(running.account)
    got = await running.do(lambda world: world.hears(link, SARI, "Halo"))

    def work(world: World) -> None:
        tx, account = world.tx, world.account
        conversations.assign(tx, account, got.conversation, assignee=agent.id, by=agent)
        replies.reply(tx, account, got.conversation, Draft(text="Siap"), by=agent)
        customers.change(tx, account, got.known.root, by=agent, name="Sari Dewi")
        conversations.rename(tx, account, got.conversation, subject="Stok", by=agent)
        conversations.close(tx, account, got.conversation, by=agent)

    await running.do(work)
    held: dict[str, Any] = {}
    for frame in await taken(subscription, await end(running)):
        data = msgspec.json.decode(frame.text)["data"]
        if isinstance(data.get("conversation"), dict):
            held = data["conversation"]
    assert held == await running.store.read(
        views.conversation, running.account, got.conversation, None
    )


async def test_a_fault_of_ours_sends_everybody_back_instead_of_silence(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Frame]:
        raise KeyError("a fault")

    live = await running.hub.join(running.account)
    monkeypatch.setattr(frames, "expand", broken)
    late = await running.hub.join(running.account, 0)
    await running.user("Dewi")
    for subscription in (live, late):
        async with asyncio.timeout(10):
            (behind,) = await subscription.take()
        assert behind.type == "behind"
    monkeypatch.undo()
    again = await running.hub.join(running.account, 0)
    assert positions(await taken(again, await end(running))) == [1, 2]
