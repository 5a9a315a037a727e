"""Who is here: online or away, and which conversation each person has open. Of the moment, kept in no database.

Every process knows its own sockets and hears of the others' over the bus. What it heard of a process that fell
silent is forgotten. A process that starts asks the others what it missed.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sambung.kit import clock, ids
from sambung.kit.bus import Bus
from sambung.realtime.hub import Hub

SAID_AGAIN = 20.0
"""Seconds between a process's telling of all its sockets."""
FORGOTTEN = timedelta(seconds=70)
SETTLE = 0.05
"""Seconds in which changes gather into one list for all: a hundred people come at once in the morning."""
NOTE = "presence"


@dataclass(slots=True)
class Here:
    """One socket of a person. viewing: a conversation's id, or ""."""

    user: str
    name: str
    status: str = "online"
    viewing: str = ""
    said_at: datetime | None = None


@dataclass(slots=True)
class _Room:
    sockets: dict[str, Here] = field(default_factory=dict[str, Here])
    changed: set[str] = field(default_factory=set[str])
    people_changed: bool = False
    settling: asyncio.TimerHandle | None = None


class Presence:
    def __init__(self, hub: Hub, bus: Bus) -> None:
        self._hub = hub
        self._bus = bus
        self._rooms: dict[UUID, _Room] = {}
        self._own: dict[UUID, set[str]] = {}
        bus.listen(heard=self._heard)

    def enter(self, account: UUID, user: UUID, name: str) -> str:
        """A person's socket opens; what it is called from now on."""
        socket = ids.secret(9)
        self._own.setdefault(account, set()).add(socket)
        if account not in self._rooms:
            self._bus.say(account, {NOTE: "who"})
        self._put(account, socket, Here(str(user), name))
        self._say(account, socket)
        return socket

    def change(
        self, account: UUID, socket: str, *, status: str | None = None, viewing: str | None = None
    ) -> None:
        room = self._rooms.get(account)
        here = room.sockets.get(socket) if room else None
        if here is None:
            return
        new = Here(
            here.user,
            here.name,
            here.status if status is None else status,
            here.viewing if viewing is None else viewing,
        )
        if new != here:
            self._put(account, socket, new)
            self._say(account, socket)

    def leave(self, account: UUID, socket: str) -> None:
        self._own.get(account, set()).discard(socket)
        self._drop(account, socket)
        self._bus.say(account, {NOTE: "gone", "socket": socket})

    def snapshot(self, account: UUID) -> Iterator[tuple[str, dict[str, Any]]]:
        """(type, data) of what somebody who comes late has to be told."""
        room = self._rooms.get(account)
        if room is None:
            return
        yield "presence", _people(room)
        for conversation in sorted({here.viewing for here in room.sockets.values()} - {""}):
            yield "viewing", _viewers(room, conversation)

    async def run(self) -> None:
        """For ever: tell the other processes of our sockets, and forget those that fell silent."""
        while True:
            await asyncio.sleep(SAID_AGAIN)
            for account, own in list(self._own.items()):
                for socket in own:
                    self._say(account, socket)
            self.forget_the_silent()

    def forget_the_silent(self) -> None:
        now = clock.now()
        for account, room in list(self._rooms.items()):
            for socket, here in list(room.sockets.items()):
                if here.said_at is not None and now - here.said_at > FORGOTTEN:
                    self._drop(account, socket)

    def _heard(self, account: UUID, note: Any) -> None:
        match note:
            case {"presence": "here", "socket": str(socket), "user": str(user), "name": str(name)}:
                status, viewing = str(note.get("status", "")), str(note.get("viewing", ""))
                self._put(account, socket, Here(user, name, status, viewing, clock.now()))
            case {"presence": "gone", "socket": str(socket)}:
                self._drop(account, socket)
            case {"presence": "who"}:
                for socket in self._own.get(account, ()):
                    self._say(account, socket)

    def _say(self, account: UUID, socket: str) -> None:
        here = self._rooms[account].sockets[socket]
        said = {"user": here.user, "name": here.name, "status": here.status}
        self._bus.say(account, {NOTE: "here", "socket": socket, "viewing": here.viewing, **said})

    def _put(self, account: UUID, socket: str, here: Here) -> None:
        room = self._rooms.setdefault(account, _Room())
        before = room.sockets.get(socket)
        room.sockets[socket] = here
        self._note(account, room, before, here)

    def _drop(self, account: UUID, socket: str) -> None:
        room = self._rooms.get(account)
        before = room.sockets.pop(socket, None) if room else None
        if room is not None and before is not None:
            self._note(account, room, before, None)

    def _note(self, account: UUID, room: _Room, before: Here | None, after: Here | None) -> None:
        was, now = (before.viewing if before else ""), (after.viewing if after else "")
        if was != now:
            room.changed |= {was, now} - {""}
        if (before and before.status) != (after and after.status):
            room.people_changed = True
        if (room.changed or room.people_changed) and room.settling is None:
            loop = asyncio.get_running_loop()
            room.settling = loop.call_later(SETTLE, self._settle, account, room)

    def _settle(self, account: UUID, room: _Room) -> None:
        room.settling = None
        if room.people_changed:
            self._hub.tell(account, "presence", _people(room))
        for conversation in room.changed:
            self._hub.tell(account, "viewing", _viewers(room, conversation))
        room.changed, room.people_changed = set(), False
        if not room.sockets and self._rooms.get(account) is room:
            del self._rooms[account]


def _people(room: _Room) -> dict[str, Any]:
    """Each person once: online where any of their sockets is."""
    status: dict[str, str] = {}
    for here in room.sockets.values():
        if status.get(here.user) != "online":
            status[here.user] = here.status
    return {"users": [{"id": user, "status": is_} for user, is_ in sorted(status.items())]}


def _viewers(room: _Room, conversation: str) -> dict[str, Any]:
    names = {here.user: here.name for here in room.sockets.values() if here.viewing == conversation}
    users = [{"id": user, "name": name} for user, name in sorted(names.items())]
    return {"conversation": conversation, "users": users}
