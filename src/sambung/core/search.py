"""Search over customers and everything that was said: by words and their beginnings, else by parts of words.

Always within one account. A search for parts ("0812-333", "usanta") is made when no word begins like that.
"""

import re
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text

from sambung.core.conversations import Conversation
from sambung.core.customers import Customer
from sambung.core.messages import Message
from sambung.core.search_index import CONVERSATION, CUSTOMER, MESSAGE, Document, bounds
from sambung.kit.db import Tx

How = Literal["words", "parts"]
MOST_WORDS = 8
SHORTEST_PART = 3
"""Characters: a trigram's."""
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\+?[\d\s().-]{5,}")


class Hit(NamedTuple):
    doc: int
    about: UUID


def messages(
    tx: Tx,
    account: UUID,
    q: str,
    *,
    before: int | None = None,
    how: How | None = None,
    limit: int = 50,
) -> tuple[How, list[Hit]]:
    """Newest first; `before`: a doc to go on from, with the `how` it was found by."""
    if how is not None:
        return how, _find(tx, account, MESSAGE, q, how, before=before, limit=limit)
    for way in ("words", "parts"):
        found = _find(tx, account, MESSAGE, q, way, before=before, limit=limit)
        if found:
            return way, found
    return "words", []


def customers(tx: Tx, account: UUID, q: str, *, limit: int = 50) -> list[UUID]:
    """The persons whose name or identity matches: by words first, then by parts."""
    homes: dict[UUID, None] = {}
    for way in ("words", "parts"):
        for hit in _find(tx, account, CUSTOMER, q, way, limit=limit):
            homes.setdefault(hit.about)
    rows = tx.all(
        select(Customer.id, Customer.root).where(
            Customer.account == account, Customer.id.in_(homes), Customer.erased_at.is_(None)
        )
    )
    roots = {row.id: row.root for row in rows}
    return list(dict.fromkeys(roots[home] for home in homes if home in roots))[:limit]


def conversations(tx: Tx, account: UUID, q: str, *, limit: int = 500) -> list[UUID]:
    """Those with such a message, such a subject or such a customer."""
    subjects = _find(tx, account, CONVERSATION, q, "words", limit=limit)
    _, said = messages(tx, account, q, limit=limit)
    people = customers(tx, account, q, limit=limit)
    homes = select(Customer.id).where(Customer.account == account, Customer.root.in_(people))
    of_people = select(Conversation.id).where(
        Conversation.account == account, Conversation.customer.in_(homes)
    )
    of_messages = select(Message.conversation).where(
        Message.account == account, Message.id.in_([hit.about for hit in said])
    )
    found = dict.fromkeys(hit.about for hit in subjects)
    found |= dict.fromkeys(tx.values(of_messages))
    found |= dict.fromkeys(tx.values(of_people.limit(limit)))
    return list(found)[:limit]


def snippet(body: str, q: str, *, around: int = 60) -> str:
    """The place in the text that matches, matches between U+0001 and U+0002."""
    looked_for = sorted({*WORD.findall(q), q.strip()} - {""}, key=len, reverse=True)
    wanted = re.compile("|".join(map(re.escape, looked_for)) or r"(?!)", re.IGNORECASE)
    body = body.translate({1: None, 2: None})
    first = wanted.search(body)
    at = first.start() if first else 0
    start = body.rfind(" ", 0, max(at - around, 0)) + 1 if at > around else 0
    end = start + 3 * around
    cut = wanted.sub(lambda match: f"\x01{match[0]}\x02", " ".join(body[start:end].split()))
    return ("…" if start else "") + cut + ("…" if end < len(body) else "")


def _find(
    tx: Tx, account: UUID, kind: str, q: str, how: str, *, before: int | None = None, limit: int
) -> list[Hit]:
    wanted = _words(q) if how == "words" else _part(q, kind)
    if not wanted:
        return []
    if tx.dialect.name == "postgresql":
        query = select(Document.doc, Document.about).where(
            Document.account == account, Document.kind == kind, _matches(wanted, how)
        )
        if before is not None:
            query = query.where(Document.doc < before)
        rows: Any = tx.all(query.order_by(Document.doc.desc()).limit(limit))
        return [Hit(row.doc, row.about) for row in rows]
    return _walk(tx, account, kind, wanted, how, before=before, limit=limit)


def _walk(
    tx: Tx,
    account: UUID,
    kind: str,
    wanted: list[str],
    how: str,
    *,
    before: int | None,
    limit: int,
) -> list[Hit]:
    """SQLite: entries newest first in the account's own range, until enough are of the kind."""
    low, high = bounds(tx, account)
    high = high if before is None else low + before - 1
    table = "search_word" if how == "words" else "search_part"
    term = " ".join(f'"{one}"*' if how == "words" else f'"{one}"' for one in wanted)
    query = text(
        f"SELECT rowid FROM {table} WHERE {table} MATCH :term"  # noqa: S608  one of two names
        " AND rowid BETWEEN :low AND :high ORDER BY rowid DESC LIMIT :batch"
    )
    found: list[Hit] = []
    batch = max(limit * 2, 64)
    while len(found) < limit:
        given = {"term": term, "low": low, "high": high, "batch": batch}
        rowids = [int(row[0]) for row in tx.run(query, given)]
        docs = [rowid - low for rowid in rowids]
        rows = tx.all(
            select(Document.doc, Document.about)
            .where(Document.account == account, Document.doc.in_(docs), Document.kind == kind)
            .order_by(Document.doc.desc())
        )
        found += [Hit(row.doc, row.about) for row in rows]
        if len(rowids) < batch:
            break
        high, batch = rowids[-1] - 1, min(batch * 2, 4_096)
    return found[:limit]


def _matches(wanted: list[str], how: str) -> ColumnElement[bool]:
    """PostgreSQL: the conditions that the GIN indexes answer."""
    if how == "parts":
        return or_(*(Document.body.ilike(f"%{_escaped(one)}%", escape="\\") for one in wanted))
    simple = text("'simple'")  # as the index says it; a parameter would be of the wrong type
    query = func.to_tsquery(simple, " & ".join(f"'{one}':*" for one in wanted))
    condition: ColumnElement[bool] = func.to_tsvector(simple, Document.body).op("@@")(query)
    return condition


def _words(q: str) -> list[str]:
    return WORD.findall(q)[:MOST_WORDS]


def _part(q: str, kind: str) -> list[str]:
    """One part that the text must have; of a phone number as people write it, the digits that matter."""
    part = " ".join(q.replace('"', " ").split())
    if kind == CUSTOMER and NUMBER.fullmatch(part):
        part = re.sub(r"\D", "", part).lstrip("0")
    return [part] if len(part) >= SHORTEST_PART else []


def _escaped(part: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", part)
