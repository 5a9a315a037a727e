"""Lists of conversations: the inbox's pages and counts.

Pages are found by key in the order of an index, newest (or oldest) activity first, whatever the size of the account.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    and_,
    asc,
    bindparam,
    desc,
    exists,
    func,
    literal,
    select,
    text,
    tuple_,
    union_all,
)

from sambung.core import customers, search, views
from sambung.core.conversations import (
    CLOSED,
    NOBODY,
    OPEN,
    PRIORITIES,
    SNOOZED,
    Conversation,
    Priority,
)
from sambung.core.labels import Labelled
from sambung.core.markers import ReadMarker
from sambung.core.messages import IN, Message
from sambung.kit import cursors
from sambung.kit.db import Tx

FEW = 2_000
"""A narrow filter (a rare label) is looked up first; a wide one is tested along the list's order."""
FEW_MESSAGES = 500
"""The same for a connection, whose messages are looked at one by one."""
MOST_COUNTED = 10_000
"""Where counts stop: nobody reads a larger one, and counting costs."""
MOST_LOOKED_AT = 500
"""Of the newest conversations looked at for what is unread."""


@dataclass(frozen=True, slots=True)
class Filters:
    """assignee: "me", "none", a user's id, or None for any. connection, customer: ids. q: words to search for."""

    status: Literal["open", "snoozed", "closed", "all"] = "all"
    assignee: UUID | Literal["me", "none"] | None = None
    label: str | None = None
    connection: UUID | None = None
    priority: Priority | None = None
    customer: UUID | None = None
    q: str | None = None
    sort: Literal["newest", "oldest"] = "newest"


def page(
    tx: Tx,
    account: UUID,
    viewer: UUID | None,
    filters: Filters,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`{items, next}`. Raises BadCursor."""
    conditions = _conditions(tx, account, viewer, filters)
    if conditions is None:
        return {"items": [], "next": None}
    if key := cursors.unpack(cursor, datetime, UUID):
        conditions.append(_past(filters.sort, *key))
    statuses = (OPEN, SNOOZED, CLOSED) if filters.status == "all" else (filters.status,)
    order = asc if filters.sort == "oldest" else desc
    # One ordered walk for each status: no index orders them together, and few rows of each are needed.
    walks = [
        select(Conversation.id, Conversation.last_at)
        .where(
            Conversation.account == account,
            Conversation.merged_into.is_(None),
            Conversation.status == status,
            *conditions,
        )
        .order_by(order(Conversation.last_at), order(Conversation.id))
        .limit(limit + 1)
        for status in statuses
    ]
    if len(walks) == 1:
        keys = list(tx.all(walks[0]))
    else:
        every = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
        keys = list(
            tx.all(
                select(every).order_by(order(every.c.last_at), order(every.c.id)).limit(limit + 1)
            )
        )
    shown = keys[:limit]
    found = views.conversation_rows(tx, account, [key.id for key in shown], viewer)
    more = cursors.pack(shown[-1].last_at, shown[-1].id) if len(keys) > limit else None
    return {"items": [found[key.id] for key in shown if key.id in found], "next": more}


def ids(
    tx: Tx, account: UUID, viewer: UUID | None, filters: Filters, *, limit: int = 5_000
) -> list[UUID]:
    """Every conversation the filters let through, newest first (for doing something with all of them)."""
    conditions = _conditions(tx, account, viewer, filters)
    if conditions is None:
        return []
    if filters.status != "all":
        conditions.append(Conversation.status == filters.status)
    wanted = select(Conversation.id).where(
        Conversation.account == account, Conversation.merged_into.is_(None), *conditions
    )
    return tx.values(wanted.order_by(Conversation.last_at.desc()).limit(limit))


def counts(tx: Tx, account: UUID, viewer: UUID | None) -> dict[str, int]:
    """{mine, unassigned, open, snoozed, unread}; each stops at MOST_COUNTED."""
    me = viewer or UUID(int=1)
    row = tx.first(
        select(
            _count(account, Conversation.status == OPEN, Conversation.assignee == me).label("mine"),
            _count(account, Conversation.status == OPEN, Conversation.assignee == NOBODY).label(
                "unassigned"
            ),
            _count(account, Conversation.status == OPEN).label("open"),
            _count(account, Conversation.status == SNOOZED).label("snoozed"),
            (_unread(account, me, me) + _unread(account, NOBODY, me)).label("unread"),
        )
    )
    return dict(row._mapping)


def _conditions(tx: Tx, account: UUID, viewer: UUID | None, filters: Filters) -> list[Any] | None:
    """What the filters ask for; None when nothing can pass."""
    asked: list[Any] = []
    if filters.assignee is not None:
        assignee = {"me": viewer, "none": NOBODY}.get(str(filters.assignee), filters.assignee)
        if assignee is None:
            return None
        asked.append(Conversation.assignee == assignee)
    if filters.priority is not None:
        level = PRIORITIES.index(filters.priority)
        asked.append(Conversation.priority == level)
        if level:
            # Said apart from the parameter, so that the planner knows the partial index will do.
            asked.append(text("priority > 0"))
    if filters.customer is not None:
        root = customers.get(tx, account, filters.customer).id
        asked.append(Conversation.customer.in_(customers.homes(account, root)))
    if filters.label is not None:
        asked.append(_labelled(tx, account, filters.label))
    if filters.connection is not None:
        asked.append(_on(tx, account, filters.connection))
    if filters.q:
        found = search.conversations(tx, account, filters.q, limit=FEW)
        if not found:
            return None
        asked.append(Conversation.id.in_(found))
    return asked


def _labelled(tx: Tx, account: UUID, label: str) -> Any:
    name = " ".join(label.split()).lower()
    these = Labelled.account == account, Labelled.label == name
    few = tx.values(select(Labelled.conversation).where(*these).limit(FEW + 1))
    if len(few) <= FEW:
        return Conversation.id.in_(few)
    return exists().where(*these, Labelled.conversation == Conversation.id)


def _on(tx: Tx, account: UUID, connection: UUID) -> Any:
    these = Message.account == account, Message.connection == connection
    few = tx.values(select(Message.conversation).where(*these).limit(FEW_MESSAGES + 1))
    if len(few) <= FEW_MESSAGES:
        return Conversation.id.in_(set(few))
    return exists().where(*these, Message.conversation == Conversation.id)


def _past(sort: str, last_at: datetime, id: UUID) -> Any:
    key = tuple_(
        bindparam(None, last_at, type_=Conversation.last_at.type),
        bindparam(None, id, type_=Conversation.id.type),
    )
    place = tuple_(Conversation.last_at, Conversation.id)
    return place > key if sort == "oldest" else place < key


def _count(account: UUID, *conditions: Any) -> Any:
    some = (
        select(literal(1))
        .where(Conversation.account == account, Conversation.merged_into.is_(None), *conditions)
        .limit(MOST_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


def _unread(account: UUID, assignee: UUID, viewer: UUID) -> Any:
    """How many of an assignee's open conversations the customer has written in past the viewer's marker."""
    newest = (
        select(Conversation.account, Conversation.id, Conversation.position)
        .where(
            Conversation.account == account,
            Conversation.merged_into.is_(None),
            Conversation.status == OPEN,
            Conversation.assignee == assignee,
        )
        .order_by(Conversation.last_at.desc(), Conversation.id.desc())
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    seen = func.coalesce(ReadMarker.position, 0)
    written = exists().where(
        Message.account == newest.c.account,
        Message.conversation == newest.c.id,
        Message.direction == IN,
        Message.position > seen,
    )
    return (
        select(func.count())
        .select_from(newest)
        .outerjoin(
            ReadMarker,
            and_(
                ReadMarker.account == newest.c.account,
                ReadMarker.user == viewer,
                ReadMarker.conversation == newest.c.id,
            ),
        )
        .where(newest.c.position > seen, written)
        .scalar_subquery()
    )
