"""The audit trail: who saw or changed which personal data, and who changed what others may do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core.events import Actor
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id

HOUR = "%Y%m%d%H"


class AuditEntry(Table):
    """action: "customer.seen", "user.changed" …; subject: what it was done to.

    slot    set for what is noted once an hour (looking at something), so that scrolling does not fill the trail
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "account", "subject", "id"),
        Index(
            "uq_audit_entry_slot",
            *("account", "subject", "actor", "action", "slot"),
            unique=True,
        ),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_type: Mapped[str] = mapped_column(String(16))
    actor: Mapped[UUID | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[UUID | None] = mapped_column(Id)
    slot: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


def did(
    tx: Tx,
    account: UUID,
    action: str,
    *,
    by: Actor,
    subject: UUID | None = None,
    address: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Note a change. `detail`: names of what changed, never the personal data itself."""
    _note(tx, account, action, by, subject, address, detail, slot=None)


def saw(tx: Tx, account: UUID, action: str, *, by: Actor, subject: UUID, address: str = "") -> None:
    """Note that somebody looked at personal data; once an hour for the same person and thing."""
    slot = clock.now().strftime(HOUR)
    _note(tx, account, action, by, subject, address, None, slot=slot)


def page(
    tx: Tx,
    account: UUID,
    *,
    subject: UUID | None = None,
    actor: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Any]:
    """Entries, newest first, those older than the entry `before`."""
    found = select(AuditEntry).where(AuditEntry.account == account)
    if subject is not None:
        found = found.where(AuditEntry.subject == subject)
    if actor is not None:
        found = found.where(AuditEntry.actor == actor)
    if before is not None:
        found = found.where(AuditEntry.id < before)
    return list(tx.all(found.order_by(AuditEntry.id.desc()).limit(limit)))


def _note(
    tx: Tx,
    account: UUID,
    action: str,
    by: Actor,
    subject: UUID | None,
    address: str,
    detail: dict[str, Any] | None,
    *,
    slot: str | None,
) -> None:
    tx.run(
        insert(AuditEntry)
        .values(
            account=account,
            id=new_id(),
            at=clock.now(),
            actor_type=by.type,
            actor=by.id,
            action=action,
            subject=subject,
            slot=slot,
            address=address,
            detail=detail or {},
        )
        .on_conflict_do_nothing()
    )
