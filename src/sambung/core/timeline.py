"""A person's history on every channel, newest first: what was said, and what became of their record.

Titles are names and subjects, never sentences: the reader's own language words them by `type` and `data.what`.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, union_all

from sambung.core import customers, identity
from sambung.core.connections import Connection
from sambung.core.consent import Consent
from sambung.core.conversations import Closure, Conversation
from sambung.core.customers import Customer
from sambung.core.identity import Identity
from sambung.core.merges import Merge
from sambung.core.messages import Message
from sambung.core.users import User
from sambung.core.views import Shape, author
from sambung.kit import cursors
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant

PREVIEW = 300
"""Characters of a message."""

Moment = tuple[datetime, str]
Query = Callable[[Tx, UUID, UUID, Moment | None, int], Iterator[tuple[Moment, Shape]]]


def page(
    tx: Tx, account: UUID, customer: UUID, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """`{items, next}`. Raises NoSuchCustomer, BadCursor."""
    root = customers.get(tx, account, customer).id
    key: Any = cursors.unpack(cursor, datetime, str)
    found = [entry for part in PARTS for entry in part(tx, account, root, key, limit + 2)]
    left = sorted(
        (entry for entry in found if key is None or entry[0] < key),
        key=lambda entry: entry[0],
        reverse=True,
    )
    shown = left[:limit]
    more = cursors.pack(*shown[-1][0]) if len(left) > limit else None
    return {"items": [item for _, item in shown], "next": more}


def _messages(
    tx: Tx, account: UUID, root: UUID, before: Moment | None, limit: int
) -> Iterator[tuple[Moment, Shape]]:
    """One ordered walk for each identity: together they are in no index's order."""
    known = [row.id for row in identity.of(tx, account, root)]
    if not known:
        return
    walks = []
    for one in known:
        walk = select(Message.id, Message.at).where(
            Message.account == account, Message.identity == one
        )
        if before is not None:
            walk = walk.where(*_past(*before))
        walks.append(walk.order_by(Message.at.desc(), Message.id.desc()).limit(limit))
    every = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    order = every.c.at.desc(), every.c.id.desc()
    newest = tx.values(select(every.c.id).order_by(*order).limit(limit))
    rows = tx.all(
        select(Message, Connection.channel, Connection.name, User.name.label("user_name"))
        .outerjoin(
            Connection,
            and_(Connection.account == Message.account, Connection.id == Message.connection),
        )
        .outerjoin(User, and_(User.account == Message.account, User.id == Message.author_id))
        .where(Message.account == account, Message.id.in_(newest))
    )
    for row in rows:
        shape = _item(row.at, "call" if row.kind == "call" else "message")
        shape["title"] = row.subject or row.user_name or ""
        shape["text"] = row.text[:PREVIEW]
        shape["conversation"] = str(row.conversation)
        if row.channel is not None:
            place = {"id": str(row.connection), "channel": row.channel, "name": row.name}
            shape["connection"] = place
        by = root if row.author_type == "customer" else row.author_id
        shape["data"] = {
            "message": str(row.id),
            "direction": row.direction,
            "kind": row.kind,
            "status": row.status,
            "author": author(row.author_type, by, row.user_name),
        }
        yield (row.at, f"m{row.id}"), shape


def _past(at: datetime, key: str) -> list[Any]:
    """Messages after a place in the timeline: many may have been imported at one moment."""
    if key.startswith("m"):
        return [Message.at <= at, (Message.at < at) | (Message.id < UUID(key[1:]))]
    return [Message.at <= at] if key > "m" else [Message.at < at]


def _conversations(
    tx: Tx, account: UUID, root: UUID, before: Moment | None, limit: int
) -> Iterator[tuple[Moment, Shape]]:
    mine = (
        Conversation.account == account,
        Conversation.customer.in_(customers.homes(account, root)),
    )
    opened = select(
        Conversation.id, Conversation.subject, Conversation.opened_at.label("at")
    ).where(*mine)
    closed = (
        select(Conversation.id, Conversation.subject, Closure.at)
        .join(
            Closure,
            and_(Closure.account == Conversation.account, Closure.conversation == Conversation.id),
        )
        .where(*mine)
    )
    for what, query, at in (
        ("opened", opened, Conversation.opened_at),
        ("closed", closed, Closure.at),
    ):
        if before is not None:
            query = query.where(at <= before[0])
        for row in tx.all(query.order_by(at.desc()).limit(limit)):
            shape = _item(row.at, "conversation")
            shape |= {"title": row.subject, "conversation": str(row.id), "data": {"what": what}}
            yield (row.at, f"c{what}{row.id}"), shape


def _identities(
    tx: Tx, account: UUID, root: UUID, before: Moment | None, limit: int
) -> Iterator[tuple[Moment, Shape]]:
    known = select(Identity).where(
        Identity.account == account, Identity.customer.in_(customers.homes(account, root))
    )
    if before is not None:
        known = known.where(Identity.added_at <= before[0])
    for row in tx.all(known.order_by(Identity.added_at.desc()).limit(limit)):
        shape = _item(row.added_at, "identity")
        shape["title"] = row.value
        shape["data"] = {"identity": str(row.id), "kind": row.kind, "level": row.level}
        yield (row.added_at, f"i{row.id}"), shape


def _merges(
    tx: Tx, account: UUID, root: UUID, before: Moment | None, limit: int
) -> Iterator[tuple[Moment, Shape]]:
    own = customers.homes(account, root)
    made = (
        select(Merge, Customer.name)
        .outerjoin(Customer, and_(Customer.account == account, Customer.id == Merge.absorbed))
        .where(Merge.account == account, Merge.survivor.in_(own) | Merge.absorbed.in_(own))
    )
    for row in tx.all(made.order_by(Merge.at.desc())):
        for what, at in (("merged", row.at), ("unmerged", row.undone_at)):
            if at is not None and (before is None or at <= before[0]):
                shape = _item(at, "merge")
                shape |= {"title": row.name or "", "text": row.reason}
                shape["data"] = {"what": what, "merge": str(row.id), "absorbed": str(row.absorbed)}
                yield (at, f"g{what}{row.id}"), shape


def _consents(
    tx: Tx, account: UUID, root: UUID, before: Moment | None, limit: int
) -> Iterator[tuple[Moment, Shape]]:
    said = select(Consent).where(
        Consent.account == account, Consent.customer.in_(customers.homes(account, root))
    )
    if before is not None:
        said = said.where(Consent.at <= before[0])
    for row in tx.all(said.order_by(Consent.at.desc()).limit(limit)):
        shape = _item(row.at, "consent")
        shape["title"] = row.purpose
        shape["data"] = {"purpose": row.purpose, "granted": row.granted, "source": row.source}
        yield (row.at, f"s{row.id}"), shape


PARTS: tuple[Query, ...] = (_messages, _conversations, _identities, _merges, _consents)


def _item(at: datetime, type: str) -> Shape:
    return {
        "at": instant(at),
        "type": type,
        "title": "",
        "text": "",
        "conversation": None,
        "connection": None,
        "data": {},
    }
