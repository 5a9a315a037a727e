"""The visitors who are online, and what they are told live: one follower of the log per account, not per visitor.

What is told is the message as it stands now, so being told twice harms nobody.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from sambung.core import eventlog
from sambung.core.receiving import Link
from sambung.gateway import visitor_thread
from sambung.gateway.visitor_thread import STEP, TYPES, Shown
from sambung.kit.db import Store, Tx

log = logging.getLogger(__name__)

NET = 5.0
"""Seconds between looks at the log when no wake-up came."""


@dataclass(eq=False, slots=True)
class Online:
    """A visitor's socket. position: as of which it was shown its thread; put: never waits."""

    link: Link
    session: UUID
    put: Callable[[dict[str, Any]], None]
    leave: Callable[[], None]
    identities: frozenset[UUID] = frozenset()
    conversation: UUID | None = None
    position: int = 0


@dataclass(eq=False, slots=True)
class _Room:
    """The visitors of one account."""

    position: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    online: set[Online] = field(default_factory=set[Online])
    task: asyncio.Task[None] | None = None


class Feed:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rooms: dict[UUID, _Room] = {}

    def join(self, online: Online) -> None:
        """Tell `online` of everything after its position."""
        account = online.link.account
        room = self._rooms.get(account)
        if room is None:
            room = self._rooms[account] = _Room(online.position)
            room.task = asyncio.create_task(self._follow(account, room))
        room.online.add(online)
        # The room may have gone past what this visitor was shown: look again from there.
        room.position = min(room.position, online.position)
        room.wake.set()

    def leave(self, online: Online) -> None:
        room = self._rooms.get(online.link.account)
        if room is None:
            return
        room.online.discard(online)
        if not room.online:
            del self._rooms[online.link.account]
            if room.task is not None:
                room.task.cancel()

    def woken(self, account: UUID) -> None:
        """The account's log has grown."""
        if account in self._rooms:
            self._rooms[account].wake.set()

    def known(self, online: Online, identities: frozenset[UUID]) -> None:
        """The visitor wrote; for the first time, their other tabs come again to hear of it too."""
        if identities <= online.identities:
            return
        online.identities |= identities
        self.evict(online)

    def evict(self, online: Online) -> None:
        """The session has changed (a new token, a first message): its other sockets have to come again."""
        for one in self._all(online.link.account):
            if one.session == online.session and one is not online:
                one.leave()

    def typing(self, account: UUID, conversation: UUID, *, on: bool, author: str = "") -> None:
        """Somebody of the business is writing a reply in the conversation."""
        for one in self._all(account):
            if one.conversation == conversation:
                one.put({"t": "typing", "on": on, "author": author})

    async def seen(self, account: UUID, conversation: UUID, position: int) -> None:
        """Somebody of the business has read the conversation up to a message's position."""
        here = [one for one in self._all(account) if one.conversation == conversation]
        if not here:
            return
        order = await self._store.read(visitor_thread.order_at, account, conversation, position)
        if order is not None:
            for one in here:
                one.put({"t": "seen", "order": order})

    def _all(self, account: UUID) -> list[Online]:
        room = self._rooms.get(account)
        return list(room.online) if room else []

    async def _follow(self, account: UUID, room: _Room) -> None:
        while True:
            room.wake.clear()
            position = room.position
            try:
                upto, found = await self._store.read(_news, account, position)
            except SQLAlchemyError:
                log.exception("cannot read what to tell visitors of %s", account)
                await asyncio.sleep(1)
                continue
            self._tell(room, found, upto)
            # Somebody who joined meanwhile may want to begin earlier.
            if room.position == position:
                room.position = upto
            if room.position == upto:
                with suppress(TimeoutError):
                    await asyncio.wait_for(room.wake.wait(), NET)

    def _tell(self, room: _Room, found: list[Shown], position: int) -> None:
        for shown in found:
            frame = {"t": "message", "position": position, "message": shown.frame}
            for one in room.online:
                if shown.identity in one.identities and shown.connection == one.link.id:
                    one.conversation = shown.conversation
                    one.put(frame)


def _news(tx: Tx, account: UUID, position: int) -> tuple[int, list[Shown]]:
    """How far the log was read, and the messages that changed."""
    last = eventlog.end(tx, account)
    found = eventlog.after(tx, account, position, types=TYPES, limit=STEP)
    upto = found[-1].position if len(found) == STEP else max(last, position)
    changed = {UUID(recorded.data["message"]): None for recorded in found}
    return upto, visitor_thread.by_id(tx, account, list(changed)) if changed else []
