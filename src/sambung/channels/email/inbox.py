"""Following a mailbox: every mail from the last known UID on, and where to go on from after each.

State: `uidvalidity`, `uid` (the last one recorded), `arrived_on` (date of the latest, by which to find
our place again when the server renumbers), `until` (while catching up: the last UID of the backlog).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from sambung.channels import Listened, Request, Stopped, TryLater
from sambung.channels.email.letter import LARGEST
from sambung.channels.email.settings import ImapSettings
from sambung.kit import clock
from sambung.kit.imap import (
    IDLE_SECONDS,
    POLL_SECONDS,
    Folder,
    Lost,
    NoEntry,
    Session,
    open_session,
)

_OVERLAP = timedelta(days=2)
"""SINCE counts days in the server's own time zone; what is fetched twice is recorded once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between attempts to connect (doubling), of an IDLE, between polls.

    attempts  how often in a row it may fail before people are told
    """

    first_retry: float = 2
    longest_retry: float = 300
    attempts: int = 4
    idle: float = IDLE_SECONDS
    poll: float = POLL_SECONDS


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox has been recorded."""

    uidvalidity: int = 0
    uid: int = 0
    arrived_on: str = ""
    until: int = 0

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Place":
        """From a stored state; what is missing is as at the beginning."""
        return cls(
            int(state.get("uidvalidity", 0)),
            int(state.get("uid", 0)),
            str(state.get("arrived_on", "")),
            int(state.get("until", 0)),
        )

    def in_folder(self, folder: Folder, history: timedelta) -> "Place":
        """Where to go on: here, or at the start of a backlog when the folder is new or was renumbered."""
        if self.uidvalidity == folder.uidvalidity:
            return self
        arrived_on = self.arrived_on or (clock.now().date() - history).isoformat()
        return Place(folder.uidvalidity, 0, arrived_on, until=folder.uidnext - 1)

    @property
    def since(self) -> date | None:
        """While catching up, how far back in time to look."""
        return date.fromisoformat(self.arrived_on) if self.uid < self.until else None

    def caught_up(self) -> "Place":
        """Nothing of the backlog is left."""
        return replace(self, uid=max(self.uid, self.until), until=0)


async def follow(
    settings: ImapSettings,
    state: Mapping[str, Any],
    hints: Mapping[str, str],
    pace: Pace | None = None,
) -> AsyncIterator[Listened]:
    """Yield mails for ever, connecting again after a loss.

    Raises Stopped when the log-in is refused, TryLater when the server stays away.
    """
    pace = pace or Pace()
    place, failures = Place.of(state), 0
    while True:
        try:
            async with open_session(settings.server()) as session:
                folder = await session.select(settings.folder)
                place = place.in_folder(folder, timedelta(days=settings.history_days))
                while True:
                    async for listened, reached in _news(session, place, hints):
                        place = reached
                        yield listened
                        failures = 0
                    failures = 0
                    await session.wait(idle=pace.idle, poll=pace.poll)
        except NoEntry as error:
            raise Stopped(str(error), reason="auth") from error
        except Lost as error:
            failures += 1
            if failures >= pace.attempts:
                raise TryLater(str(error)) from error
            await asyncio.sleep(min(pace.first_retry * 2 ** (failures - 1), pace.longest_retry))


async def count(settings: ImapSettings) -> int:
    """How many mails the folder holds; to try the settings. Raises Stopped, TryLater."""
    try:
        async with open_session(settings.server()) as session:
            return (await session.select(settings.folder)).messages
    except NoEntry as error:
        raise Stopped(str(error), reason="auth") from error
    except Lost as error:
        raise TryLater(str(error)) from error


async def _news(
    session: Session, place: Place, hints: Mapping[str, str]
) -> AsyncIterator[tuple[Listened, Place]]:
    since = place.since
    for uid in await session.uids(after=place.uid, since=since - _OVERLAP if since else None):
        stored = await session.fetch(uid, largest=LARGEST)
        place = replace(place, uid=uid)
        if stored is None:
            continue
        arrived_on = min(stored.received_at.date(), clock.now().date()).isoformat()
        place = replace(place, arrived_on=max(place.arrived_on, arrived_on))
        headers = {**hints, **({"truncated": "1"} if stored.size > len(stored.raw) else {})}
        request = Request(
            body=stored.raw, headers=headers, method="IMAP", key=f"{place.uidvalidity}:{uid}"
        )
        yield Listened(request, asdict(place)), place
    if place.until:
        place = place.caught_up()
        yield Listened(None, asdict(place)), place
