"""Parts: a message that left as several has one id of the provider's for each; the first is the message's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import messages
from sambung.core.messages import Message
from sambung.kit.columns import Id
from sambung.kit.db import Table, Tx


class Part(Table):
    __tablename__ = "message_part"
    __table_args__ = (Index("ix_message_part", "account", "message"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(512), primary_key=True)
    message: Mapped[UUID] = mapped_column(Id)


def keep(
    tx: Tx, account: UUID, message: UUID, *, connection: UUID, provider_ids: Sequence[str]
) -> None:
    """Remember what the provider calls the further parts; those of an earlier try are forgotten."""
    tx.run(delete(Part).where(Part.account == account, Part.message == message))
    for provider_id in provider_ids:
        row = {"account": account, "connection": connection, "provider_id": provider_id[:512]}
        tx.run(insert(Part).values(**row, message=message).on_conflict_do_nothing())


def named(tx: Tx, account: UUID, connection: UUID, provider_id: str) -> Any:
    """As `messages.by_provider_id`, whichever part is called so."""
    whole = messages.by_provider_id(tx, account, connection, provider_id)
    if whole is not None:
        return whole
    wanted = (
        select(Message.id, Message.conversation, Message.identity, Message.direction)
        .join(Part, (Part.account == Message.account) & (Part.message == Message.id))
        .where(
            Part.account == account,
            Part.connection == connection,
            Part.provider_id == provider_id,
        )
    )
    return tx.first(wanted)
