"""Visitors' sessions: a browser on the business's site, known by a random token it alone holds.

No customer exists before the first message. A proven sign-in is kept with the session, and gets a new token:
whoever planted or copied the old one has nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Index, LargeBinary, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import Handle, Sender
from sambung.core import identity
from sambung.core.receiving import Link
from sambung.kit import clock, crypto, ids
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx

LIFE = timedelta(days=180)
"""A browser not seen for so long is a new visitor."""
TOUCHED_EVERY = timedelta(hours=6)
TOKEN = 16
"""Bytes of entropy of a token."""


class VisitorSession(Table):
    """token: SHA-256 of what the browser holds. handles: proven; claims: what was typed, as frames."""

    __tablename__ = "visitor_session"
    __table_args__ = (
        Index("uq_visitor_session_token", "account", "token", unique=True),
        Index("ix_visitor_session_seen_at", "seen_at"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id)
    token: Mapped[bytes] = mapped_column(LargeBinary(32))
    handles: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    name: Mapped[str] = mapped_column(String(200))
    claims: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A session as the socket uses it. handles: what this visitor has proved to be."""

    link: Link
    id: UUID
    handles: tuple[Handle, ...] = ()
    name: str = ""
    claims: tuple[dict[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """How the channel calls the visitor."""
        return self.id.hex

    @property
    def own(self) -> Handle:
        return Handle("visitor", self.key, verified=True, scope=str(self.link.id))

    @property
    def customer_id(self) -> str:
        """The business's own id of the customer who signed in; "" when nobody did."""
        return next((handle.value for handle in self.handles if handle.kind == "external"), "")

    def as_sender(self, said: Sender) -> Sender:
        """Who writes: proven first, so that answers reach the customer on every device."""
        handles = dict.fromkeys((*self.handles, *said.handles))
        return Sender(tuple(handles), self.name or said.name, said.username, said.locale)


def start(tx: Tx, link: Link) -> tuple[Visitor, str]:
    """A new visitor, and the token for the only time."""
    visitor, token, now = Visitor(link, ids.new_id()), ids.secret(TOKEN), clock.now()
    old = VisitorSession.account == link.account, VisitorSession.seen_at < now - LIFE
    tx.run(delete(VisitorSession).where(*old))
    tx.run(
        insert(VisitorSession).values(
            account=link.account,
            id=visitor.id,
            connection=link.id,
            token=crypto.fingerprint(token),
            handles=[],
            name="",
            claims=[],
            created_at=now,
            seen_at=now,
        )
    )
    return visitor, token


def find(tx: Tx, link: Link, token: str) -> Visitor | None:
    """Whose token this is, on this connection."""
    row = tx.first(
        select(VisitorSession).where(
            VisitorSession.account == link.account,
            VisitorSession.token == crypto.fingerprint(token),
            VisitorSession.connection == link.id,
            VisitorSession.seen_at > clock.now() - LIFE,
        )
    )
    if row is None:
        return None
    handles = msgspec.convert(row.handles, tuple[Handle, ...])
    return Visitor(link, row.id, handles, row.name, tuple(row.claims))


def touch(tx: Tx, account: UUID, visitor: Visitor) -> None:
    """It is still in use."""
    now = clock.now()
    stale = VisitorSession.seen_at < now - TOUCHED_EVERY
    tx.run(update(VisitorSession).where(*_this(account, visitor), stale).values(seen_at=now))


def claim(tx: Tx, account: UUID, visitor: Visitor, claims: Sequence[dict[str, Any]]) -> None:
    """Keep what the visitor typed about themselves: it goes along with every message."""
    tx.run(update(VisitorSession).where(*_this(account, visitor)).values(claims=list(claims)))


def prove(
    tx: Tx, account: UUID, visitor: Visitor, new: Sequence[Handle], *, name: str
) -> tuple[Visitor, str, bool]:
    """The visitor signed in: as whom they go on, the new token, and whether it is a fresh visitor.

    Somebody else signing in on the same browser begins afresh: they are not one person.
    """
    proven = tuple(handle for handle in new if handle.verified)
    customer = next((handle.value for handle in proven if handle.kind == "external"), "")
    fresh = bool(visitor.customer_id) and visitor.customer_id != customer
    link = visitor.link
    if fresh:
        visitor, token = start(tx, link)
    else:
        token = ids.secret(TOKEN)
    known = {
        "token": crypto.fingerprint(token),
        "handles": msgspec.to_builtins(proven),
        "name": name[:200],
        "seen_at": clock.now(),
    }
    tx.run(update(VisitorSession).where(*_this(account, visitor)).values(**known))
    identity.changed(tx, account, (visitor.own,), tuple(new), name=name)
    return Visitor(link, visitor.id, proven, name, visitor.claims), token, fresh


def end(tx: Tx, account: UUID, visitor: Visitor) -> None:
    """Signed out: the token means nothing from now on."""
    tx.run(delete(VisitorSession).where(*_this(account, visitor)))


def identities(tx: Tx, account: UUID, visitor: Visitor) -> frozenset[UUID]:
    """The identities whose messages this visitor may see: their own, and the one they proved."""
    mine = (visitor.own, *(handle for handle in visitor.handles if handle.kind == "external"))
    found = (identity.find(tx, account, handle) for handle in mine)
    return frozenset(row.id for row in found if row is not None)


def _this(account: UUID, visitor: Visitor) -> tuple[Any, ...]:
    return VisitorSession.account == account, VisitorSession.id == visitor.id
