"""Drafts: what an agent has begun to write, per conversation and per mode, so that it is never sent elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx


class Draft(Table):
    """mode: reply | note."""

    __tablename__ = "draft"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id, primary_key=True)
    mode: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    connection: Mapped[UUID | None] = mapped_column(Id)
    updated_at: Mapped[datetime] = mapped_column(Instant)


def keep(
    tx: Tx,
    account: UUID,
    user: UUID,
    conversation: UUID,
    mode: str,
    *,
    text: str,
    connection: UUID | None = None,
) -> None:
    """Remember the text; an empty one is forgotten."""
    if not text:
        forget(tx, account, user, conversation, mode)
        return
    values = {"text": text, "connection": connection, "updated_at": clock.now()}
    key = {"account": account, "user": user, "conversation": conversation, "mode": mode}
    tx.run(
        insert(Draft)
        .values(**key, **values)
        .on_conflict_do_update(
            index_elements=[Draft.account, Draft.user, Draft.conversation, Draft.mode], set_=values
        )
    )


def forget(tx: Tx, account: UUID, user: UUID, conversation: UUID, mode: str) -> None:
    this = (
        Draft.account == account,
        Draft.user == user,
        Draft.conversation == conversation,
        Draft.mode == mode,
    )
    tx.run(delete(Draft).where(*this))


def of(tx: Tx, account: UUID, user: UUID, conversation: UUID) -> list[Any]:
    """The user's drafts in this conversation."""
    mine = Draft.account == account, Draft.user == user, Draft.conversation == conversation
    return list(tx.all(select(Draft).where(*mine)))
