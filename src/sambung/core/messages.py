"""Messages: one utterance in a conversation, either way, or a private note. Each carries its own connection.

`at` orders the thread: the provider's time where it gives one (never later than we heard of it).
`position` counts arrivals in the conversation: what "read up to" and "unread" are told by.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, Text, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id
from sambung.kit.problems import NotFound

IN, OUT, NOTE = "in", "out", "note"
LONGEST_ID = 512
"""Characters of a provider's id that are kept."""


def _where(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Message(Table):
    """identity: the customer's identity at the other end. author: who wrote. status: of outgoing ones only.

    failure: {reason, code, detail, at, retryable}; edits: [{text, at}] earlier texts, oldest first;
    reactions: [{emoji, by}] with by customer | business; sending_at: when the network was last tried.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_thread", "account", "conversation", "at", "id"),
        # On which connections a conversation was held, and what of it is unread, without a look at the rows.
        Index(
            "ix_message_seen",
            *("account", "conversation", "connection", "direction", "position"),
        ),
        Index("uq_message_provider", "account", "connection", "provider_id", unique=True),
        Index("uq_message_client", "account", "conversation", "client_id", unique=True),
        Index("ix_message_identity", "account", "identity", "at"),
        # How a connection fares: only what goes out has a status.
        _where(
            "ix_message_status",
            *("account", "connection", "status", "at"),
            where="status is not null",
        ),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id)
    position: Mapped[int] = mapped_column(Integer)
    direction: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    quoted: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(500))
    connection: Mapped[UUID | None] = mapped_column(Id)
    identity: Mapped[UUID | None] = mapped_column(Id)
    author_type: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    provider_id: Mapped[str | None] = mapped_column(String(512))
    provider_at: Mapped[datetime | None] = mapped_column(Instant)
    client_id: Mapped[str | None] = mapped_column(String(128))
    reply_to: Mapped[UUID | None] = mapped_column(Id)
    status: Mapped[str | None] = mapped_column(String(16))
    failure: Mapped[dict[str, Any] | None] = mapped_column(Json)
    warnings: Mapped[list[str]] = mapped_column(Json)
    extra: Mapped[dict[str, Any]] = mapped_column(Json)
    reactions: Mapped[list[dict[str, str]]] = mapped_column(Json)
    edits: Mapped[list[dict[str, str]]] = mapped_column(Json)
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class Attachment(Table):
    """state: pending (to be fetched by a job; `source` says where) | stored (`file`) | failed (`failure`) | expired.

    variant: the file of the same sound in a form that the other end plays.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_message", "account", "message", "position"),
        _where("ix_attachment_file", "account", "file", where="file is not null"),
        _where("ix_attachment_variant", "account", "variant", where="variant is not null"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    message: Mapped[UUID] = mapped_column(Id)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(255))
    mime: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    file: Mapped[UUID | None] = mapped_column(Id)
    variant: Mapped[UUID | None] = mapped_column(Id)
    source: Mapped[dict[str, Any]] = mapped_column(Json)
    inline: Mapped[bool]
    content_id: Mapped[str] = mapped_column(String(255))
    voice: Mapped[bool]
    failure: Mapped[str] = mapped_column(String(255))


class NoSuchMessage(NotFound):
    text = {"en": "There is no such message.", "id": "Pesan tidak ditemukan."}


_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("text", "html", "quoted", "subject"), ""),
    **dict.fromkeys(("provider_id", "provider_at", "client_id", "reply_to"), None),
    **dict.fromkeys(("status", "failure", "edited_at", "deleted_at"), None),
    **dict.fromkeys(("connection", "identity", "author_id"), None),
    "extra": {},
    **{name: [] for name in ("warnings", "reactions", "edits")},
}
_INSERT = Hot(
    upsert(Message)
    .values({c.name: bindparam(c.name, type_=c.type) for c in Message.__table__.c})
    .on_conflict_do_nothing()
)
_BY_PROVIDER = Hot(
    select(Message.id, Message.conversation, Message.identity, Message.direction).where(
        Message.account == bindparam("account", type_=Id()),
        Message.connection == bindparam("connection", type_=Id()),
        Message.provider_id == bindparam("provider_id"),
    )
)


_ATTACHED = Hot(
    select(Attachment.id, Attachment.state, Attachment.mime, Attachment.variant)
    .where(
        Attachment.account == bindparam("account", type_=Id()),
        Attachment.message == bindparam("message", type_=Id()),
    )
    .order_by(Attachment.position)
)


def write(tx: Tx, account: UUID, message: UUID, **values: Any) -> bool:
    """Put the row in; False when this connection's provider id or client id is there already."""
    values = {name: _clean(value) for name, value in values.items()}
    if values.get("provider_id"):
        values["provider_id"] = values["provider_id"][:LONGEST_ID]
    return _INSERT.run(tx, **{**_DEFAULTS, **values, "account": account, "id": message}) == 1


def attach(
    tx: Tx, account: UUID, message: UUID, attachments: Sequence[dict[str, Any]]
) -> list[UUID]:
    """Put a message's attachments in: dicts of the table's columns but keys; their ids in order."""
    rows = [
        {"account": account, "id": new_id(), "message": message, "position": n, **attachment}
        for n, attachment in enumerate(attachments)
    ]
    if rows:
        tx.run(insert(Attachment), rows)
    return [row["id"] for row in rows]


def by_provider_id(tx: Tx, account: UUID, connection: UUID, provider_id: str) -> Any:
    """(id, conversation, identity, direction) of the message the provider calls so, or None."""
    return _BY_PROVIDER.first(
        tx, account=account, connection=connection, provider_id=provider_id[:LONGEST_ID]
    )


def get(tx: Tx, account: UUID, message: UUID, *, lock: bool = False) -> Any:
    """The row; raises NoSuchMessage."""
    wanted = select(Message).where(Message.account == account, Message.id == message)
    found = tx.first(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise NoSuchMessage
    return found


def change(tx: Tx, account: UUID, message: UUID, **values: Any) -> None:
    this = Message.account == account, Message.id == message
    tx.run(update(Message).where(*this).values(**values))


def attachments_of(tx: Tx, account: UUID, messages: Sequence[UUID]) -> list[Any]:
    """The messages' attachments, in order."""
    wanted = select(Attachment).where(
        Attachment.account == account, Attachment.message.in_(messages)
    )
    return list(tx.all(wanted.order_by(Attachment.message, Attachment.position)))


def attached(tx: Tx, account: UUID, message: UUID) -> list[Any]:
    """(id, state, mime, variant) of the message's attachments, in order."""
    return list(_ATTACHED.all(tx, account=account, message=message))


def files_of(attachments: Sequence[Any]) -> list[UUID]:
    """Every file that these attachments hold."""
    return [file for one in attachments for file in (one.file, one.variant) if file is not None]


def get_attachment(tx: Tx, account: UUID, attachment: UUID) -> Any:
    """The row, or None."""
    this = Attachment.account == account, Attachment.id == attachment
    return tx.first(select(Attachment).where(*this))


def change_attachment(tx: Tx, account: UUID, attachment: UUID, **values: Any) -> None:
    this = Attachment.account == account, Attachment.id == attachment
    tx.run(update(Attachment).where(*this).values(**values))


def _clean(value: Any) -> Any:
    """PostgreSQL keeps no NUL in text."""
    return value.replace("\0", "") if isinstance(value, str) else value
