"""The directory: every connection with its configuration readable, in memory, so that a hook asks no database.

It is read again whenever the log says that a connection was added, changed, stopped or removed.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from sambung.channels import Channel, all_channels
from sambung.core import configs, connections, eventlog
from sambung.core.receiving import Link
from sambung.kit import crypto
from sambung.kit.db import Store, Tx

log = logging.getLogger(__name__)

TYPES = (
    "ConnectionAdded",
    "ConnectionChanged",
    "ConnectionRemoved",
    "ConnectionStopped",
    "ConnectionResumed",
)

BREATH = 0.1
"""Seconds after a look at what is new: what comes meanwhile is looked at together."""
NET = 5.0
"""Seconds between looks for accounts whose wake-up was missed."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection ready for use. addresses: what `Item.to` may say to mean it."""

    link: Link
    name: str
    channel: Channel[Any]
    config: BaseModel
    addresses: tuple[str, ...]
    status: str
    listen_state: Mapping[str, Any]


class Directory:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_id: dict[UUID, Connected] = {}
        self._by_address: dict[tuple[str, str], list[Connected]] = {}
        self._seen: dict[UUID, int] = {}
        self._dirty: set[UUID] = set()
        self._wake = asyncio.Event()
        self.changed = asyncio.Condition()
        """Notified after each reading."""

    async def load(self) -> None:
        """Read every connection."""
        self._seen, rows = await self._store.read(_everything)
        found = [one for one in (_connected(row) for row in rows) if one is not None]
        self._by_id = {one.link.id: one for one in found}
        self._by_address = {}
        for one in found:
            for address in one.addresses:
                self._by_address.setdefault((one.channel.name, address), []).append(one)
        async with self.changed:
            self.changed.notify_all()

    def get(self, connection: UUID) -> Connected | None:
        return self._by_id.get(connection)

    def at(self, channel: str, address: str) -> list[Connected]:
        """The connections of a channel that go by this address, of whichever account."""
        return self._by_address.get((channel, address), [])

    def all(self) -> list[Connected]:
        return list(self._by_id.values())

    def woken(self, account: UUID) -> None:
        """The account's log has grown."""
        self._dirty.add(account)
        self._wake.set()

    async def run(self) -> None:
        """For ever: read again when the log tells of a change."""
        while True:
            try:
                await self._wait_and_look()
            except SQLAlchemyError:
                log.exception("cannot read the connections")
                await asyncio.sleep(NET)

    async def _wait_and_look(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), NET)
        except TimeoutError:
            # A missed wake-up costs a moment, no more.
            self._dirty |= await self._store.read(_grown, dict(self._seen))
        self._wake.clear()
        dirty, self._dirty = self._dirty, set()
        if dirty:
            await self._look(dirty)
            await asyncio.sleep(BREATH)

    async def _look(self, dirty: set[UUID]) -> None:
        seen = {account: self._seen.get(account, 0) for account in dirty}
        ends, changed = await self._store.read(_changed, seen)
        if changed:
            await self.load()
        else:
            self._seen |= ends


def _connected(row: Any) -> Connected | None:
    channel = all_channels().get(row.channel)
    if channel is None:
        log.error("connection %s is of an unknown channel %s", row.id, row.channel)
        return None
    try:
        config = configs.read(row.channel, row.config)
    except (ValidationError, crypto.Unreadable) as error:
        log.error("connection %s cannot be read: %s", row.id, type(error).__name__)
        return None
    return Connected(
        Link(row.account, row.id, row.channel),
        row.name,
        channel,
        config,
        channel.addresses(config),
        row.status,
        row.listen_state,
    )


def _everything(tx: Tx) -> tuple[dict[UUID, int], list[Any]]:
    return eventlog.ends(tx), connections.everywhere(tx)


def _grown(tx: Tx, seen: dict[UUID, int]) -> set[UUID]:
    return {a for a, position in eventlog.ends(tx).items() if position > seen.get(a, 0)}


def _changed(tx: Tx, seen: dict[UUID, int]) -> tuple[dict[UUID, int], bool]:
    """Where the logs end (asked first, so that nothing is stepped over), and whether a connection changed."""
    ends = {account: eventlog.end(tx, account) for account in seen}
    changed = any(
        eventlog.after(tx, account, position, types=TYPES, limit=1)
        for account, position in seen.items()
    )
    return ends, changed
