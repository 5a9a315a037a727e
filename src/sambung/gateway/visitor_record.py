"""What a visitor says, written: messages exactly once, and what they saw of ours (nobody else's)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sambung.channels import Inbound, ReadUpTo, StatusReported
from sambung.core import changes, messages, receiving
from sambung.core.receiving import Link
from sambung.gateway import visitor_thread
from sambung.kit.db import Tx
from sambung.kit.media import Stored


@dataclass(frozen=True, slots=True)
class Taken:
    """A recorded message, now or before."""

    message: UUID
    conversation: UUID
    identity: UUID
    at: datetime
    order: int


def take(tx: Tx, link: Link, inbound: Inbound, stored: Mapping[int, Stored]) -> Taken:
    """Record the message unless it is here already. Raises AlreadyReceived when it comes twice at once."""
    receiving.receive(tx, link, inbound, stored)
    found = messages.by_provider_id(tx, link.account, link.id, inbound.id)
    row = messages.get(tx, link.account, found.id)
    order = visitor_thread.order_of(row.at)
    return Taken(row.id, row.conversation, row.identity, row.at, order)


def report(
    tx: Tx, link: Link, item: ReadUpTo | StatusReported, identities: frozenset[UUID]
) -> None:
    """What the browser has got or its visitor has seen; nothing when the message is not theirs."""
    try:
        target = messages.get(tx, link.account, UUID(item.target))
    except (ValueError, messages.NoSuchMessage):
        return
    if target.identity not in identities or target.connection != link.id:
        return
    if isinstance(item, StatusReported):
        changes.apply(tx, link.account, link.id, item)
        return
    for identity in identities:
        changes.read_up_to(tx, link.account, link.id, item, identity=identity)
