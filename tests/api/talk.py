"""A business that customers write to, made as the gateway makes it."""

from dataclasses import dataclass
from itertools import count
from uuid import UUID

from sambung.channels import Handle, Inbound, Sender
from sambung.core import connections, receiving
from sambung.core.events import SYSTEM
from sambung.core.receiving import Link, Received
from sambung.kit.db import Store, Tx

CHANNEL = "whatsapp"
_ids = count(1)


@dataclass(frozen=True)
class Line:
    """A connection, and customers who write on it."""

    store: Store
    link: Link

    async def write(
        self, text: str, *, phone: str = "+6281234567890", name: str = "Budi"
    ) -> Received:
        """A customer writes."""
        return await self.store.write(_receive, self.link, text, phone, name)


async def connect(store: Store, account: UUID, name: str = "Toko Uji WA") -> Line:
    connection = await store.write(
        connections.add,
        account,
        channel=CHANNEL,
        name=name,
        config={},
        address="+62215550100",
        by=SYSTEM,
    )
    return Line(store, Link(account, connection, CHANNEL))


def _receive(tx: Tx, link: Link, text: str, phone: str, name: str) -> Received:
    sender = Sender(handles=(Handle("phone", phone),), name=name)
    inbound = Inbound(id=f"wamid.{next(_ids)}", sender=sender, address=phone, text=text)
    received = receiving.receive(tx, link, inbound)
    assert received is not None
    return received
