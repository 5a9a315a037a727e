"""Who talks when: two weeks of conversations, and the moment of everything in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from sambung.core.receiving import REOPEN_WITHIN
from sambung.kit.chance import Dice
from sambung.seed.play import Line, Script
from sambung.simulator.customers import Person
from sambung.simulator.wares import WARES

WIB = timezone(timedelta(hours=7))
TWO_WEEKS = timedelta(days=14)
GOES_ON = 0.4
"""Chance that a customer with several channels changes between them."""
JAVANESE = ("Solo", "Yogyakarta", "Klaten", "Boyolali", "Bantul", "Magelang", "Kediri", "Malang")
SUNDANESE = ("Bandung", "Garut", "Tasikmalaya", "Sumedang", "Cimahi")
COURIERS = (("JNE REG", "JP"), ("J&T Express", "JX"), ("SiCepat", "SC"), ("Pos Indonesia", "P"))
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu")
AGENTS = ("agent1", "agent2")

# Minutes until the next line, by channel: a customer's first answer to an agent, and an agent's.
CUSTOMER_TAKES = {"w": (0.4, 4), "p": (0.7, 14), "e": (35, 260)}
AGENT_TAKES = {"w": (0.5, 4), "p": (2, 26), "e": (25, 190)}


COMES_BACK = 0.6
"""Chance that a customer who would stay away writes in the last two days all the same."""


@dataclass(slots=True)
class Talk:
    """A conversation that happens: who, about what, by which channel, with which agent."""

    person: Person
    script: Script
    channel: str
    agent: str
    values: dict[str, str]
    anonymous: bool = False
    conversation: UUID | None = None
    offered: list[Any] = field(default_factory=list[Any])


@dataclass(frozen=True, slots=True)
class Beat:
    """One line of a talk, at its moment, on its channel."""

    at: datetime
    talk: Talk
    line: Line
    channel: str


class Timetable:
    """Draws up the two weeks before `now`."""

    def __init__(self, everything: list[Script], dice: Dice, now: datetime) -> None:
        self._scripts = everything
        self._dice = dice
        self._now = now
        self._used: dict[int, int] = {}

    def of(self, person: Person, city: str, channels: str, *, guest: bool) -> Iterator[Beat]:
        """Everything one customer and their agents do. A new matter begins when the old one is past.

        guest: the last time they chat on the site without signing in.
        """
        dice = self._dice
        start = self._now - TWO_WEEKS + timedelta(hours=dice.uniform(1, 78))
        while start < self._now - timedelta(minutes=20):
            last = self._now - start < timedelta(days=3.4)
            talk = self._talk(person, city, "w" if guest and last else channels, last=last)
            talk.anonymous = guest and last
            beats = list(self._beats(talk, start))
            yield from (beat for beat in beats if beat.at < self._now - timedelta(seconds=40))
            quiet = REOPEN_WITHIN + timedelta(hours=dice.uniform(4, 130))
            earliest = beats[-1].at + REOPEN_WITHIN + timedelta(hours=1)
            start = _by_day(beats[-1].at + quiet, dice)
            recent = self._now - timedelta(hours=dice.uniform(0.4, 56))
            if start > self._now - timedelta(hours=1) and (guest or dice.random() < COMES_BACK):
                # Somebody has to be waiting for the agents when the demo begins.
                start = max(earliest, recent) if not last else start

    def _talk(self, person: Person, city: str, channels: str, *, last: bool) -> Talk:
        dice = self._dice
        able = channels.replace("u", "p")
        languages = {"en"} if person.language == "en" else {"id"}
        for places, language in ((JAVANESE, "jv"), (SUNDANESE, "su")):
            if city in places:
                languages.add(language)
        suits = [
            index
            for index, script in enumerate(self._scripts)
            if set(script.channels) & set(able)
            and script.language in languages
            and set(script.goes_on_by) <= set(able)
            and (last or script.ends == "close")
        ]
        moving = [index for index in suits if self._scripts[index].goes_on_by]
        if moving and dice.random() < GOES_ON:
            suits = moving
        # What has been said least so far, so that nothing is heard too often.
        least = min(self._used.get(index, 0) for index in suits)
        pick = dice.choice([index for index in suits if self._used.get(index, 0) == least])
        self._used[pick] = least + 1
        script = self._scripts[pick]
        channel = dice.choice([one for one in script.channels if one in able])
        agent = dice.choice(AGENTS)
        return Talk(person, script, channel, agent, self._values(person, city, agent))

    def _values(self, person: Person, city: str, agent: str) -> dict[str, str]:
        dice = self._dice
        ware = dice.choice(WARES)
        courier, prefix = dice.choice(COURIERS)
        fee = dice.randrange(18, 96) * 1000
        return {
            "first": person.name.split()[0],
            "name": person.name,
            "me": "Sari" if agent == "agent1" else "Bima",
            "city": city,
            "item": ware.name["id"].lower(),
            "item_en": ware.name["en"].lower(),
            "price": ware.price_text,
            "total": "Rp" + f"{ware.price * 3 + fee:,}".replace(",", "."),
            "fee": f"{fee:,}".replace(",", "."),
            "order": f"TN-{dice.randrange(21000, 29999)}",
            "courier": courier,
            "receipt": f"{prefix}{dice.randrange(10**9, 10**10)}",
            "days": f"{dice.randrange(2, 4)}-{dice.randrange(4, 7)}",
            "day": dice.choice(DAYS),
        }

    def _beats(self, talk: Talk, start: datetime) -> Iterator[Beat]:
        dice, at, channel, before = self._dice, start, talk.channel, ""
        for line in talk.script.lines:
            if line.does == ">":
                channel = line.words[0]
                at += timedelta(minutes=dice.uniform(20, 90))
                continue
            if line.does == "wait":
                at += _hours(line.words[0])
                continue
            by_customer = line.does in "CPRL"
            takes = CUSTOMER_TAKES if by_customer else AGENT_TAKES
            low, high = takes[channel]
            same_side = before == line.does or line.does not in "CA"
            pause = dice.uniform(0.3, 1.8) if before and same_side else dice.uniform(low, high)
            at += timedelta(minutes=pause if before else 0)
            at = _by_day(at, dice) if by_customer else _in_hours(at, dice)
            before = line.does
            yield Beat(at, talk, line, channel)


def _hours(text: str) -> timedelta:
    """ "3h" or "40m"."""
    amount = float(text[:-1])
    return timedelta(hours=amount) if text.endswith("h") else timedelta(minutes=amount)


def _by_day(at: datetime, dice: Dice) -> datetime:
    """Customers sleep between eleven and half past six."""
    local = at.astimezone(WIB)
    if 6.5 <= local.hour + local.minute / 60 < 23:
        return at
    morning = local.replace(hour=7, minute=0) + timedelta(minutes=dice.uniform(0, 90))
    return morning if morning > local else morning + timedelta(days=1)


def _in_hours(at: datetime, dice: Dice) -> datetime:
    """Agents work from eight to eight."""
    local = at.astimezone(WIB)
    if 8 <= local.hour < 20:
        return at
    morning = local.replace(hour=8, minute=0) + timedelta(minutes=dice.uniform(1, 40))
    return morning if morning > local else morning + timedelta(days=1)
