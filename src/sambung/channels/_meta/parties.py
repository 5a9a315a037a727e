"""Who an element of a webhook is between: the business's account and one customer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sambung.channels import Handle, Sender
from sambung.channels._meta.dialect import Dialect
from sambung.kit.untrusted import Record, moment, moment_ms, record, text

_FIRST_IN_MS = 100_000_000_000
"""A time from here on is in milliseconds: in seconds it would be the year 5138."""


class Incomplete(ValueError):
    """An element lacks what makes it one: its id, its author, the message it is about."""


@dataclass(frozen=True, slots=True)
class Parties:
    """to: the account; customer: their id scoped to it, "" for nobody; outgoing: by the business; at: when."""

    to: str
    customer: str
    outgoing: bool
    at: datetime | None
    stamp: str
    standby: bool
    dialect: Dialect

    @classmethod
    def of(
        cls, element: Record, account: str, dialect: Dialect, *, standby: bool = False
    ) -> "Parties":
        """Of an element in `messaging`. An echo's sender is the account itself."""
        sender = text(record(element.get("sender")), "id")
        recipient = text(record(element.get("recipient")), "id")
        echo = record(element.get("message")).get("is_echo") is True
        outgoing = echo or (sender != "" and sender == account)
        return cls(
            to=account or (sender if outgoing else recipient),
            customer=recipient if outgoing else sender,
            outgoing=outgoing,
            at=when(element.get("timestamp")),
            stamp=text(element, "timestamp"),
            standby=standby,
            dialect=dialect,
        )

    @property
    def sender(self) -> Sender:
        """The customer. Raises Incomplete when nobody is named."""
        return self.person(self.customer)

    def person(self, id: str, *, name: str = "", username: str = "") -> Sender:
        """Somebody by their id, which is unique only beside the account's. Raises Incomplete without one."""
        if not id:
            raise Incomplete("nobody named")
        handle = Handle(self.dialect.kind, id, scope=self.to)
        return Sender((handle,), name=name or username, username=username)

    def key(self, *parts: str) -> str:
        """An id for what Meta gives none."""
        return ":".join((*parts, self.customer, self.stamp))


def when(value: Any) -> datetime | None:
    """A time as these webhooks write it: milliseconds, in some fields and in dashboard tests seconds."""
    try:
        seconds = int(value) < _FIRST_IN_MS
    except (TypeError, ValueError, OverflowError):
        return None
    return moment(value) if seconds else moment_ms(value)
