"""Customers as docs/http.md shows them: always the person, with what belongs to every record merged into them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select, tuple_

from sambung.core import consent, customers, identity, merges, search, suggestions
from sambung.core.connections import Connection
from sambung.core.customers import Customer
from sambung.core.identity import Identity
from sambung.core.reach import Reach
from sambung.core.users import User
from sambung.core.views import Shape, author, ref
from sambung.kit import cursors
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant

MOST_FOUND = 200
"""Customers a search gives: whoever needs more refines it."""


def customer(tx: Tx, account: UUID, id: UUID) -> Shape:
    """One, whole; of an absorbed one, the survivor. Raises NoSuchCustomer."""
    row = customers.get(tx, account, id)
    return summary(row) | {
        "identities": identities(tx, account, row.id),
        "merges": merged(tx, account, row.id),
        "consents": [
            {"purpose": said.purpose, "granted": said.granted, "at": instant(said.at)}
            for said in consent.of(tx, account, row.id)
        ],
    }


def page(
    tx: Tx, account: UUID, q: str | None = None, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """`{items, next}`, latest activity first; with `q`, the best matches. Raises BadCursor."""
    if q:
        return _found(tx, account, q, cursor, limit)
    wanted = select(Customer).where(
        Customer.account == account, Customer.merged_into.is_(None), Customer.erased_at.is_(None)
    )
    if key := cursors.unpack(cursor, datetime, UUID):
        last_at, id = (
            bindparam(None, part, type_=column.type)
            for part, column in zip(key, (Customer.last_at, Customer.id), strict=True)
        )
        wanted = wanted.where(tuple_(Customer.last_at, Customer.id) < tuple_(last_at, id))
    order = Customer.last_at.desc(), Customer.id.desc()
    rows = tx.all(wanted.order_by(*order).limit(limit + 1))
    shown = rows[:limit]
    more = cursors.pack(shown[-1].last_at, shown[-1].id) if len(rows) > limit else None
    return {"items": [summary(row) for row in shown], "next": more}


def summaries(tx: Tx, account: UUID, ids: Iterable[UUID]) -> dict[UUID, Shape]:
    """Persons by id, without what is in a whole one."""
    wanted = select(Customer).where(Customer.account == account, Customer.id.in_(set(ids)))
    return {row.id: summary(row) for row in tx.all(wanted)}


def persons(tx: Tx, account: UUID, ids: Iterable[UUID]) -> dict[UUID, Shape]:
    """Summaries with identities, by whichever of the person's records was asked for; three queries for all."""
    wanted = set(ids)
    if not wanted:
        return {}
    homes = select(Customer.id, Customer.root).where(
        Customer.account == account, Customer.id.in_(wanted)
    )
    roots: dict[UUID, UUID] = dict(tuple(row) for row in tx.all(homes))
    people = summaries(tx, account, roots.values())
    known = (
        select(Identity, Customer.root)
        .join(Customer, and_(Customer.account == account, Customer.id == Identity.customer))
        .where(Identity.account == account, Customer.root.in_(people))
        .order_by(Identity.level.desc(), Identity.id)
    )
    by_root: dict[UUID, list[Any]] = {}
    for row in tx.all(known):
        by_root.setdefault(row.root, []).append(row)
    return {
        home: people[root] | {"identities": [identity_shape(row) for row in by_root.get(root, ())]}
        for home, root in roots.items()
        if root in people
    }


def identities(tx: Tx, account: UUID, root: UUID) -> list[Shape]:
    """Every way the person is known, verified first. channel_icons: the channels they wrote from by it."""
    rows = identity.of(tx, account, root)
    heard = select(Reach.identity, Connection.channel).join(
        Connection,
        and_(Connection.account == Reach.account, Connection.id == Reach.connection),
    )
    mine = heard.where(Reach.account == account, Reach.identity.in_([row.id for row in rows]))
    channels: dict[UUID, set[str]] = {}
    for found in tx.all(mine):
        channels.setdefault(found.identity, set()).add(found.channel)
    return [identity_shape(row, sorted(channels.get(row.id, ()))) for row in rows]


def identity_shape(row: Any, channels: Sequence[str] = ()) -> Shape:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "value": row.value,
        "scope": row.scope,
        "level": row.level,
        "channel_icons": list(channels),
        "added_at": instant(row.added_at),
        "last_at": instant(row.last_at),
        "evidence": row.evidence,
    }


def merged(tx: Tx, account: UUID, root: UUID) -> list[Shape]:
    """The merges that made, or unmade, the person; newest first."""
    rows = merges.of(tx, account, root)
    people = select(Customer.id, Customer.name).where(
        Customer.account == account, Customer.id.in_({row.absorbed for row in rows})
    )
    names = dict(tuple(row) for row in tx.all(people))
    users = {row.by_id for row in rows} | {row.undone_by for row in rows}
    writers = select(User.id, User.name).where(User.account == account, User.id.in_(users))
    named = dict(tuple(row) for row in tx.all(writers))
    return [_merge(row, names, named) for row in rows]


def suggested(tx: Tx, account: UUID, id: UUID) -> list[Shape]:
    """Who may be the same person, likeliest first. Raises NoSuchCustomer."""
    root = customers.get(tx, account, id).id
    found = suggestions.of(tx, account, root)
    others = summaries(tx, account, [row["person"] for row in found])
    return [
        {
            "id": str(row["id"]),
            "other": others[row["person"]],
            "score": row["score"],
            "evidence": row["evidence"],
            "made_at": instant(row["made_at"]),
        }
        for row in found
        if row["person"] in others
    ]


def summary(row: Any) -> Shape:
    return {
        "id": str(row.id),
        "name": row.name,
        "language": row.language,
        "notes": row.notes,
        "created_at": instant(row.created_at),
        "last_at": instant(row.last_at),
    }


def _merge(row: Any, names: dict[UUID, str], users: dict[UUID, str]) -> Shape:
    undone_by = row.undone_by
    return {
        "id": str(row.id),
        "survivor": str(row.survivor),
        "absorbed": ref(row.absorbed, names.get(row.absorbed)),
        "reason": row.reason,
        "evidence": row.evidence,
        "by": author(row.by_type, row.by_id, users.get(row.by_id)),
        "at": instant(row.at),
        "undone_at": instant(row.undone_at),
        "undone_by": None if undone_by is None else ref(undone_by, users.get(undone_by)),
    }


def _found(tx: Tx, account: UUID, q: str, cursor: str | None, limit: int) -> dict[str, Any]:
    ids = search.customers(tx, account, q, limit=MOST_FOUND)
    (start,) = cursors.unpack(cursor, int) or (0,)
    people = summaries(tx, account, ids[start : start + limit])
    end = start + limit
    return {
        "items": [people[id] for id in ids[start:end] if id in people],
        "next": cursors.pack(end) if len(ids) > end else None,
    }
