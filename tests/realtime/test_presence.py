"""Who is here, in one process and across several."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.realtime.conftest import Running

from sambung.kit import clock
from sambung.kit.bus import Bus
from sambung.realtime import presence as presences
from sambung.realtime.hub import Hub, Overheard
from sambung.realtime.presence import Presence

ONE, OTHER = UUID(int=1), UUID(int=2)
TALK = str(UUID(int=9))


class Together(Bus):
    """Buses of several processes, joined."""

    def __init__(self, all_of_them: list["Together"]) -> None:
        super().__init__()
        self._all = all_of_them
        self._all.append(self)

    def say(self, account: UUID, note: Any) -> None:
        for bus in self._all:
            if bus is not self:
                bus._tell_heard(account, note)


class Told:
    """The latest of each kind that browsers were told."""

    def __init__(self, hub: Hub) -> None:
        self.latest: dict[str, Mapping[str, Any]] = {}
        self.times = 0
        note: Overheard = self._note
        hub.overhear(note)

    def _note(self, account: UUID, type: str, data: dict[str, Any]) -> None:
        self.latest[type] = data
        self.times += 1

    async def settled(self) -> Mapping[str, Mapping[str, Any]]:
        await asyncio.sleep(presences.SETTLE * 2)
        return self.latest


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presences, "SETTLE", 0.005)


async def test_people_are_listed_once_and_online_wins(running: Running) -> None:
    presence, account = running.presence, running.account
    told = Told(running.hub)
    first = presence.enter(account, ONE, "Dewi")
    presence.enter(account, ONE, "Dewi")
    other = presence.enter(account, OTHER, "Rian")
    presence.change(account, first, status="away")
    presence.change(account, other, status="away")
    latest = await told.settled()
    assert latest["presence"] == {
        "users": [
            {"id": str(ONE), "status": "online"},
            {"id": str(OTHER), "status": "away"},
        ]
    }
    assert told.times == 1
    presence.leave(account, other)
    assert (await told.settled())["presence"]["users"] == [{"id": str(ONE), "status": "online"}]


async def test_late_comers_are_told_who_views_what(running: Running) -> None:
    presence, account = running.presence, running.account
    told = Told(running.hub)
    socket = presence.enter(account, ONE, "Dewi")
    presence.change(account, socket, viewing=TALK)
    expected = {"conversation": TALK, "users": [{"id": str(ONE), "name": "Dewi"}]}
    assert (await told.settled())["viewing"] == expected
    assert list(presence.snapshot(account)) == [
        ("presence", {"users": [{"id": str(ONE), "status": "online"}]}),
        ("viewing", expected),
    ]
    presence.leave(account, socket)
    assert (await told.settled())["viewing"] == {"conversation": TALK, "users": []}
    assert list(presence.snapshot(account)) == []


async def test_processes_know_of_each_others_people(running: Running) -> None:
    joined: list[Together] = []
    account = running.account
    buses = [Together(joined), Together(joined)]
    hubs = [Hub(running.store, bus) for bus in buses]
    here, there = (Presence(hub, bus) for hub, bus in zip(hubs, buses, strict=True))
    told = Told(hubs[0])
    mine = here.enter(account, ONE, "Dewi")
    here.change(account, mine, viewing=TALK)
    theirs = there.enter(account, OTHER, "Rian")
    there.change(account, theirs, viewing=TALK)
    both = [{"id": str(ONE), "name": "Dewi"}, {"id": str(OTHER), "name": "Rian"}]
    assert (await told.settled())["viewing"]["users"] == both
    # The one that started later asked for what it had missed.
    assert dict(there.snapshot(account))["viewing"]["users"] == both
    hubs[1].publish(account, "typing", {"conversation": TALK})
    assert told.latest["typing"] == {"conversation": TALK}
    # The other process dies without a word.
    with clock.at(clock.now() + timedelta(minutes=2)):
        here.forget_the_silent()
    assert (await told.settled())["viewing"]["users"] == both[:1]
