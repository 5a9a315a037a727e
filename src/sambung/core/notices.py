"""Notices: what a provider says about the business's account with it (a template, a quality rating, a limit)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import AccountNotice
from sambung.core import eventlog
from sambung.core.events import SYSTEM, ProviderNoticed
from sambung.core.receiving import Link
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id


class Notice(Table):
    """key: the provider's name for the fact; one row each, however often it is told."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("uq_notice_key", "account", "connection", "key", unique=True),
        Index("ix_notice_connection", "account", "connection", "at", "id"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(512))
    what: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    alert: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)


def record(tx: Tx, link: Link, item: AccountNotice) -> None:
    """Keep it, once."""
    row = {
        "account": link.account,
        "id": new_id(),
        "connection": link.id,
        "key": item.id[:512],
        "what": item.what[:64],
        "detail": dict(item.detail),
        "alert": item.alert,
        "at": item.at or clock.now(),
    }
    if tx.run(insert(Notice).values(**row).on_conflict_do_nothing()).rowcount:
        event = ProviderNoticed(link.id, item.what[:64], item.alert)
        eventlog.append(tx, link.account, event, by=SYSTEM)


def of(tx: Tx, account: UUID, connection: UUID, *, limit: int = 20) -> list[Any]:
    """The connection's latest notices, newest first."""
    wanted = select(Notice).where(Notice.account == account, Notice.connection == connection)
    return list(tx.all(wanted.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)))
