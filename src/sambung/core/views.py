"""Conversations as docs/http.md shows them. Lists of them are in `inbox`; messages in `message_views`; people in
`customer_views` and `timeline`; what a reply can be sent on in `reachable`.

However many are asked for, the number of queries is the same.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from sambung.core import conversations, labels
from sambung.core.connections import Connection
from sambung.core.conversations import NOBODY, PRIORITIES, Closure, Conversation, Snooze
from sambung.core.customers import Customer
from sambung.core.markers import ReadMarker
from sambung.core.messages import IN, Message
from sambung.core.users import User
from sambung.kit.columns import Id
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant

Shape = dict[str, Any]
PREVIEW = 240
"""Characters of the last message that a list shows."""

_Home, _Person = aliased(Customer), aliased(Customer)
_Assignee, _Writer, _Closer, _Snoozer = (aliased(User) for _ in range(4))
_ACCOUNT = bindparam("account", type_=Id())
_IDS = bindparam("ids", type_=Id(), expanding=True)


def _user(alias: Any, id: Any) -> Any:
    return and_(alias.account == Conversation.account, alias.id == id)


_ROWS = (
    select(
        Conversation,
        _Person.id.label("person"),
        _Person.name.label("person_name"),
        _Assignee.name.label("assignee_name"),
        Message.direction,
        Message.kind,
        func.substr(Message.text, 1, PREVIEW).label("text"),
        Message.subject.label("message_subject"),
        Message.author_type,
        Message.author_id,
        Message.at,
        Message.status.label("message_status"),
        Message.connection.label("message_connection"),
        Message.deleted_at,
        _Writer.name.label("writer_name"),
        Snooze.until,
        Snooze.at.label("snoozed_at"),
        Snooze.by_id.label("snoozed_by"),
        _Snoozer.name.label("snoozer_name"),
        Closure.at.label("closed_at"),
        Closure.by_type.label("closed_by_type"),
        Closure.by_id.label("closed_by"),
        _Closer.name.label("closer_name"),
    )
    .join(_Home, and_(_Home.account == Conversation.account, _Home.id == Conversation.customer))
    .join(_Person, and_(_Person.account == _Home.account, _Person.id == _Home.root))
    .outerjoin(_Assignee, _user(_Assignee, Conversation.assignee))
    .outerjoin(
        Message,
        and_(Message.account == Conversation.account, Message.id == Conversation.last_message),
    )
    .outerjoin(_Writer, _user(_Writer, Message.author_id))
    .outerjoin(
        Snooze,
        and_(Snooze.account == Conversation.account, Snooze.conversation == Conversation.id),
    )
    .outerjoin(_Snoozer, _user(_Snoozer, Snooze.by_id))
    .outerjoin(
        Closure,
        and_(Closure.account == Conversation.account, Closure.conversation == Conversation.id),
    )
    .outerjoin(_Closer, _user(_Closer, Closure.by_id))
    .where(Conversation.account == _ACCOUNT, Conversation.id.in_(_IDS))
)


def _unread() -> ScalarSelect[int]:
    """How many messages of the customer on the connection are past the viewer's marker."""
    seen = select(ReadMarker.position).where(
        ReadMarker.account == Conversation.account,
        ReadMarker.user == bindparam("viewer", type_=Id()),
        ReadMarker.conversation == Conversation.id,
    )
    counted = select(func.count()).where(
        Message.account == Conversation.account,
        Message.conversation == Conversation.id,
        Message.connection == Connection.id,
        Message.direction == IN,
        Message.position > func.coalesce(seen.correlate(Conversation).scalar_subquery(), 0),
    )
    return counted.correlate(Conversation, Connection).scalar_subquery()


def _used(*more: Any) -> Select[Any]:
    """Conversations paired with the connections used in them, by one probe of an index per possible pair."""
    said = exists().where(
        Message.account == Conversation.account,
        Message.conversation == Conversation.id,
        Message.connection == Connection.id,
    )
    return (
        select(
            Conversation.id.label("conversation"),
            *(Connection.id, Connection.channel, Connection.name, *more),
        )
        .join(Connection, Connection.account == Conversation.account)
        .where(Conversation.account == _ACCOUNT, Conversation.id.in_(_IDS), said)
        .order_by(Connection.id)
    )


_USED = _used()
_USED_AND_UNREAD = _used(_unread().label("unread"))


def conversation_rows(
    tx: Tx, account: UUID, ids: Iterable[UUID], viewer: UUID | None
) -> dict[UUID, Shape]:
    """The conversations by id, those that are there. Without a viewer (a program, an event for all) no `unread`."""
    wanted = list(ids)
    if not wanted:
        return {}
    given: dict[str, Any] = {"account": account, "ids": wanted}
    rows = tx.run(_ROWS, given).all()
    asked = _USED if viewer is None else _USED_AND_UNREAD
    pairs = tx.run(asked, given | ({} if viewer is None else {"viewer": viewer})).all()
    put = labels.of(tx, account, wanted)
    used: dict[UUID, list[Any]] = {}
    for pair in pairs:
        used.setdefault(pair.conversation, []).append(pair)
    found: dict[UUID, Shape] = {}
    for row in rows:
        own = used.get(row.id, [])
        shape = found[row.id] = _shape(row, put.get(row.id, []), own)
        if viewer is not None:
            shape["unread"] = sum(pair.unread for pair in own)
    return found


def conversation(tx: Tx, account: UUID, id: UUID, viewer: UUID | None) -> Shape:
    """One; of a merged one, the conversation it went on in. Raises NoSuchConversation."""
    found = conversations.get(tx, account, id).id
    return conversation_rows(tx, account, [found], viewer)[found]


def author(type: str, id: UUID | None, name: str | None) -> Shape:
    return {"type": type, "id": None if id is None else str(id), "name": name or ""}


def ref(id: UUID | None, name: str | None) -> Shape | None:
    return None if id is None else {"id": str(id), "name": name or ""}


def _shape(row: Any, put: list[str], used: list[Any]) -> Shape:
    return {
        "id": str(row.id),
        "customer": ref(row.person, row.person_name),
        "status": row.status,
        "assignee": None if row.assignee == NOBODY else ref(row.assignee, row.assignee_name),
        "priority": PRIORITIES[row.priority],
        "labels": put,
        "subject": row.subject,
        "opened_at": instant(row.opened_at),
        "last_at": instant(row.last_at),
        "position": row.position,
        "last_message": _last_message(row),
        "connections": [
            {"id": str(pair.id), "channel": pair.channel, "name": pair.name} for pair in used
        ],
        "waiting_since": instant(row.waiting_since),
        "failed": row.failed > 0,
        "snooze": None if row.until is None else _snooze(row),
        "closure": None if row.closed_at is None else _closure(row),
    }


def _last_message(row: Any) -> Shape | None:
    if row.direction is None:
        return None
    by_customer = row.author_type == "customer"
    return {
        "id": str(row.last_message),
        "direction": row.direction,
        "kind": row.kind,
        "text": row.text or row.message_subject,
        "author": author(
            row.author_type,
            row.person if by_customer else row.author_id,
            row.person_name if by_customer else row.writer_name,
        ),
        "at": instant(row.at),
        "status": row.message_status,
        "connection_id": None if row.message_connection is None else str(row.message_connection),
        "deleted_at": instant(row.deleted_at),
    }


def _snooze(row: Any) -> Shape:
    by = ref(row.snoozed_by, row.snoozer_name)
    return {"until": instant(row.until), "by": by, "at": instant(row.snoozed_at)}


def _closure(row: Any) -> Shape:
    by = author(row.closed_by_type, row.closed_by, row.closer_name)
    return {"by": by, "at": instant(row.closed_at)}
