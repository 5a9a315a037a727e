"""What the customers' phones show: every chat of a person with a business number."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sambung.kit import clock

WINDOW = timedelta(hours=24)
"""How long a business may write freely after the customer's last message."""

LADDER = ("sending", "sent", "delivered", "read")


@dataclass(slots=True, kw_only=True)
class Bubble:
    """One message as the phone shows it.

    mine      written by the customer
    content   the Graph API's object of this kind ({"body": …}, {"id": …, "caption": …} …)
    state     sending | sent | delivered | read | failed
    callback  the business's own data, echoed in statuses
    """

    id: str
    person: str
    number: str
    mine: bool
    kind: str
    content: dict[str, Any]
    at: datetime
    state: str = "sending"
    quotes: str = ""
    callback: str = ""
    reactions: dict[str, str] = field(default_factory=dict[str, str])
    edited: bool = False
    revoked: bool = False
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the page, and to be kept."""
        return {name: getattr(self, name) for name in self.__slots__} | {"at": self.at.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What `as_json` wrote."""
        return cls(**kept | {"at": datetime.fromisoformat(kept["at"])})

    def rise(self, state: str) -> bool:
        """Move up the ladder, never down; say whether it moved."""
        if self.state == "failed" or LADDER.index(state) <= LADDER.index(self.state):
            return False
        self.state = state
        return True


class Chats:
    """Every bubble, in the order it appeared."""

    def __init__(self) -> None:
        self._threads: dict[tuple[str, str], list[Bubble]] = {}
        self._by_id: dict[str, Bubble] = {}

    def __iter__(self) -> Iterator[Bubble]:
        return iter(self._by_id.values())

    def add(self, bubble: Bubble) -> Bubble:
        """Show it."""
        self._threads.setdefault((bubble.number, bubble.person), []).append(bubble)
        self._by_id[bubble.id] = bubble
        return bubble

    def get(self, bubble: str) -> Bubble | None:
        """By its wamid."""
        return self._by_id.get(bubble)

    def thread(self, number: str, person: str) -> list[Bubble]:
        """The chat of a person with a number, oldest first."""
        return self._threads.get((number, person), [])

    def window_ends_at(self, number: str, person: str) -> datetime | None:
        """Until when the business may write freely; None when the customer never wrote."""
        last = next((b for b in reversed(self.thread(number, person)) if b.mine), None)
        return last.at + WINDOW if last else None

    def window_open(self, number: str, person: str) -> bool:
        """Whether the business may write freely now."""
        ends = self.window_ends_at(number, person)
        return ends is not None and clock.now() < ends
