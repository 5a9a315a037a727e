"""Messages as docs/http.md shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select, tuple_
from sqlalchemy.orm import aliased

from sambung.core import conversations, file_links
from sambung.core.connections import Connection
from sambung.core.customers import Customer
from sambung.core.files import File
from sambung.core.identity import Identity
from sambung.core.messages import Attachment, Message
from sambung.core.users import User
from sambung.core.views import Shape, author
from sambung.kit import cursors
from sambung.kit.columns import Id
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant
from sambung.kit.rfc3339 import zulu

QUOTED = 300
"""Characters shown of the message that one answers."""

_Home, _Person, _Quoted = aliased(Customer), aliased(Customer), aliased(Message)
_QuotedHome, _QuotedPerson, _QuotedUser = aliased(Customer), aliased(Customer), aliased(User)


def _person_of(message: Any, home: Any, person: Any, query: Any) -> Any:
    """Whoever wrote as a customer, by the name of the person they are now known as."""
    return query.outerjoin(
        home,
        and_(
            home.account == message.account,
            home.id == message.author_id,
            message.author_type == "customer",
        ),
    ).outerjoin(person, and_(person.account == home.account, person.id == home.root))


def _user_of(message: Any, user: Any, query: Any) -> Any:
    return query.outerjoin(
        user,
        and_(
            user.account == message.account,
            user.id == message.author_id,
            message.author_type == "user",
        ),
    )


def _rows() -> Any:
    query: Any = select(
        Message,
        Connection.channel,
        Connection.name.label("connection_name"),
        Identity.kind.label("identity_kind"),
        Identity.value.label("identity_value"),
        _Person.id.label("person"),
        _Person.name.label("person_name"),
        User.name.label("user_name"),
        _Quoted.text.label("quoted_text"),
        _Quoted.author_type.label("quoted_type"),
        _Quoted.author_id.label("quoted_by"),
        _QuotedPerson.id.label("quoted_person"),
        _QuotedPerson.name.label("quoted_person_name"),
        _QuotedUser.name.label("quoted_user_name"),
    ).outerjoin(
        Connection,
        and_(Connection.account == Message.account, Connection.id == Message.connection),
    )
    query = query.outerjoin(
        Identity, and_(Identity.account == Message.account, Identity.id == Message.identity)
    )
    query = _person_of(Message, _Home, _Person, query)
    query = _user_of(Message, User, query)
    query = query.outerjoin(
        _Quoted, and_(_Quoted.account == Message.account, _Quoted.id == Message.reply_to)
    )
    query = _person_of(_Quoted, _QuotedHome, _QuotedPerson, query)
    return _user_of(_Quoted, _QuotedUser, query)


_ROWS = _rows().where(
    Message.account == bindparam("account", type_=Id()),
    Message.id.in_(bindparam("ids", type_=Id(), expanding=True)),
)
_ATTACHMENTS = (
    select(Attachment, File.size, File.thumbnail, File.mime.label("file_mime"))
    .outerjoin(File, and_(File.account == Attachment.account, File.id == Attachment.file))
    .where(
        Attachment.account == bindparam("account", type_=Id()),
        Attachment.message.in_(bindparam("ids", type_=Id(), expanding=True)),
    )
    .order_by(Attachment.message, Attachment.position)
)


def rows(tx: Tx, account: UUID, ids: Iterable[UUID]) -> dict[UUID, Shape]:
    """The messages by id, those that are there."""
    wanted = list(ids)
    if not wanted:
        return {}
    given = {"account": account, "ids": wanted}
    found = {row.id: row for row in tx.run(_ROWS, given).all()}
    attached: dict[UUID, list[Shape]] = {}
    for row in tx.run(_ATTACHMENTS, given).all():
        attached.setdefault(row.message, []).append(_attachment(account, row))
    return {
        id: _shape(found[id], attached.get(id, [])) for id in dict.fromkeys(wanted) if id in found
    }


def page(
    tx: Tx, account: UUID, conversation: UUID, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """`{items, next}` newest first; `next` goes back in time. Raises NoSuchConversation, BadCursor."""
    into = conversations.get(tx, account, conversation).id
    wanted = select(Message.id, Message.at).where(
        Message.account == account, Message.conversation == into
    )
    if key := cursors.unpack(cursor, datetime, UUID):
        wanted = wanted.where(tuple_(Message.at, Message.id) < _key(*key))
    newest = wanted.order_by(Message.at.desc(), Message.id.desc()).limit(limit + 1)
    keys = tx.all(newest)
    shown = keys[:limit]
    more = cursors.pack(shown[-1].at, shown[-1].id) if len(keys) > limit else None
    return {"items": list(rows(tx, account, [key.id for key in shown]).values()), "next": more}


def _key(at: datetime, id: UUID) -> Any:
    return tuple_(
        bindparam(None, at, type_=Message.at.type), bindparam(None, id, type_=Message.id.type)
    )


def _shape(row: Any, attachments: list[Shape]) -> Shape:
    return {
        "id": str(row.id),
        "conversation": str(row.conversation),
        "position": row.position,
        "direction": row.direction,
        "kind": row.kind,
        "text": row.text,
        "html": row.html or None,
        "quoted": row.quoted or None,
        "subject": row.subject,
        "attachments": attachments,
        "connection": _connection(row),
        "author": author(
            row.author_type, row.person or row.author_id, row.person_name or row.user_name
        ),
        "identity": (
            None
            if row.identity_kind is None
            else {"kind": row.identity_kind, "value": row.identity_value}
        ),
        "status": row.status,
        "failure": row.failure and {**row.failure, "at": zulu(row.failure["at"])},
        "provider_id": row.provider_id,
        "provider_at": instant(row.provider_at),
        "received_at": instant(row.received_at),
        "at": instant(row.at),
        "reply_to": None if row.quoted_text is None else _reply_to(row),
        "reactions": row.reactions,
        "edits": [{**edit, "at": zulu(edit["at"])} for edit in row.edits],
        "edited_at": instant(row.edited_at),
        "deleted_at": instant(row.deleted_at),
        "client_id": row.client_id,
        "warnings": row.warnings,
        "extra": row.extra,
    }


def _connection(row: Any) -> Shape | None:
    if row.channel is None:
        return None
    return {"id": str(row.connection), "channel": row.channel, "name": row.connection_name}


def _reply_to(row: Any) -> Shape:
    return {
        "id": str(row.reply_to),
        "text": row.quoted_text[:QUOTED],
        "author": author(
            row.quoted_type,
            row.quoted_person or row.quoted_by,
            row.quoted_person_name or row.quoted_user_name,
        ),
    }


def _attachment(account: UUID, row: Any) -> Shape:
    kept = row.file is not None and row.state == "stored"
    return {
        "id": str(row.id),
        "name": row.name,
        "mime": row.file_mime or row.mime,
        "kind": row.kind,
        "size": row.size if row.size is not None else row.source.get("size"),
        "url": file_links.url(account, row.file) if kept else None,
        "thumbnail_url": (
            file_links.url(account, row.file, small=True) if kept and row.thumbnail else None
        ),
        "playable_url": file_links.url(account, row.variant) if kept and row.variant else None,
        "state": row.state,
        "failure": row.failure or None,
        "inline": row.inline,
        "content_id": row.content_id or None,
        "voice": row.voice,
    }
