"""A small world for tests: connections, and customers who write on them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sambung.channels import Handle, Inbound, Sender
from sambung.core import connections, receiving, users
from sambung.core.events import SYSTEM, Actor
from sambung.core.receiving import Link, Received
from sambung.kit.db import Tx

NUMBERS: Iterator[int] = count(1)


@dataclass
class World:
    tx: Tx
    account: UUID
    links: dict[str, Link] = field(default_factory=dict)

    def connect(self, channel: str, name: str = "") -> Link:
        connection = connections.add(
            self.tx,
            self.account,
            channel=channel,
            name=name or channel,
            config={},
            address="",
            by=SYSTEM,
        )
        link = self.links[name or channel] = Link(self.account, connection, channel)
        return link

    def user(self, name: str, role: str = "agent") -> Actor:
        user = users.add(
            self.tx,
            self.account,
            email=f"{name}{next(NUMBERS)}@toko.test",
            name=name,
            role=role,
            password="hash",
            by=SYSTEM,
        )
        return Actor("user", user)

    def hears(
        self,
        link: Link,
        who: str,
        text: str,
        *,
        kind: str = "phone",
        name: str = "",
        verified: bool = True,
        at: datetime | None = None,
        **more: Any,
    ) -> Received:
        """`who` (a phone number, an address) writes on a connection."""
        inbound = Inbound(
            id=f"in-{next(NUMBERS)}",
            sender=Sender((Handle(kind, who, verified),), name=name),
            address=who,
            text=text,
            at=at,
            **more,
        )
        received = receiving.receive(self.tx, link, inbound)
        assert received is not None
        return received


def minutes(moment: datetime, n: float) -> datetime:
    return moment + timedelta(minutes=n)
