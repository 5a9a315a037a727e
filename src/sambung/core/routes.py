"""Routes: every way to write to a person, and the one a reply takes by default: where they last wrote from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.channels import Handle, all_channels
from sambung.core import connections, identity, messages, reach
from sambung.core.messages import Message
from sambung.kit import clock
from sambung.kit.db import Tx
from sambung.kit.problems import Conflict


@dataclass(frozen=True, slots=True)
class Route:
    """A connection and the identity to write to on it. window_ends_at: as `Reach`; new: never heard from there."""

    connection: UUID
    channel: str
    identity: UUID
    address: str
    window_ends_at: datetime | None
    new: bool
    level: str
    kind: str
    value: str


class NobodyToAnswer(Conflict):
    text = {
        "en": "The customer cannot be reached on this connection.",
        "id": "Pelanggan tidak dapat dihubungi lewat koneksi ini.",
    }


def routes(tx: Tx, account: UUID, root: UUID) -> list[Route]:
    """Every way to write to this person: where they wrote from, latest first; then where we may write first."""
    heard = reach.of(tx, account, root)
    active = {row.id: row for row in connections.all_of(tx, account)}
    found = [
        Route(
            row.connection,
            active[row.connection].channel,
            row.identity,
            row.address,
            row.window_ends_at,
            False,
            row.level,
            row.kind,
            row.value,
        )
        for row in heard
        if row.connection in active
    ]
    known = sorted(identity.of(tx, account, root), key=usefulness, reverse=True)
    taken = {(route.connection, route.kind) for route in found}
    for row in active.values():
        channel = all_channels().get(row.channel)
        if channel is None or not channel.capabilities.can_start:
            continue
        for kind in channel.handle_kinds:
            other = next((one for one in known if one.kind == kind), None)
            if other is None or any((row.id, k) in taken for k in channel.handle_kinds):
                continue
            address = channel.address_of(Handle(kind, other.value, scope=other.scope))
            past = clock.now() if channel.capabilities.window else None
            found.append(
                Route(
                    row.id,
                    row.channel,
                    other.id,
                    address,
                    past,
                    True,
                    other.level,
                    kind,
                    other.value,
                )
            )
            break
    return found


def usefulness(known: Any) -> tuple[bool, datetime]:
    """Proven before claimed, then what was last used: of two phones, the one they have now."""
    return known.level == identity.VERIFIED, known.last_at


def choose(
    tx: Tx,
    account: UUID,
    root: UUID,
    conversation: UUID,
    *,
    connection: UUID | None = None,
    identity: UUID | None = None,
) -> Route:
    """The route asked for, else where the customer last wrote from. Raises NobodyToAnswer."""
    found = routes(tx, account, root)
    wanted = connection if connection is not None else _last_connection(tx, account, conversation)
    for route in found:
        if wanted in (None, route.connection) and identity in (None, route.identity):
            return route
    if connection is None and found and identity is None:
        return found[0]
    raise NobodyToAnswer


def _last_connection(tx: Tx, account: UUID, conversation: UUID) -> UUID | None:
    last = (
        select(Message.connection)
        .where(
            Message.account == account,
            Message.conversation == conversation,
            Message.direction == messages.IN,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
    found: UUID | None = tx.value(last)
    return found
