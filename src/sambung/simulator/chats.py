"""What the customers' phones show: every chat of a person with the business in one app."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from sambung.kit import clock

LADDER = ("sending", "sent", "delivered", "read")


@dataclass(slots=True, kw_only=True)
class Bubble:
    """One message as the phone shows it.

    id        unlike that of any other bubble, in whichever app
    app       the stand-in it belongs to
    number    the business's account there, where it has several
    mine      written by the customer
    kind      text image video audio voice sticker document location contacts button, or the app's own
    content   {"body"} of a text; {"id", "mime_type", "filename", "caption"} of a file, "link" instead of
              "id" when it is elsewhere; {"latitude", "longitude", "name", "address"} of a place;
              {"contacts": [{"name": {"formatted_name"}, "phones": [{"phone"}]}]}; {"text"} of a pressed button
    state     sending | sent | delivered | read | failed
    callback  the business's own data, echoed in statuses
    buttons   what can be pressed below it: {"id", "text"}, or {"text", "url"} for a link
    """

    id: str
    app: str
    person: str
    mine: bool
    kind: str
    content: dict[str, Any]
    at: datetime
    number: str = ""
    state: str = "sending"
    quotes: str = ""
    callback: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
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
    """Every bubble of an app, in the order it appeared.

    window  how long a business may write freely after the customer's last message; None = always
    """

    def __init__(self, window: timedelta | None = None) -> None:
        self._window = window
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
        """By its id."""
        return self._by_id.get(bubble)

    def of(self, person: str) -> list[Bubble]:
        """Everything between a person and the business, under whichever of its numbers."""
        return [
            bubble
            for (_, who), thread in self._threads.items()
            if who == person
            for bubble in thread
        ]

    def thread(self, number: str, person: str) -> list[Bubble]:
        """The chat of a person with a number, oldest first."""
        return self._threads.get((number, person), [])

    def window_ends_at(self, number: str, person: str) -> datetime | None:
        """Until when the business may write freely; None when the customer never wrote, or always."""
        last = next((b for b in reversed(self.thread(number, person)) if b.mine), None)
        return last.at + self._window if last and self._window else None

    def window_open(self, number: str, person: str) -> bool:
        """Whether the business may write freely now."""
        ends = self.window_ends_at(number, person)
        return self._window is None or (ends is not None and clock.now() < ends)
