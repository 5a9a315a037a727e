"""Checks: what was found when a connection's credentials and webhook were last tried with its provider."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import connections
from sambung.core.events import SYSTEM, Actor
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx

CHECK = "check_connections"
"""Job: try every connection of an account with its provider."""


class Check(Table):
    """The last one of a connection. message: the provider's own words, or what it refused."""

    __tablename__ = "connection_check"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id, primary_key=True)
    ok: Mapped[bool]
    message: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


def passed(tx: Tx, account: UUID, connection: UUID, message: str, *, by: Actor = SYSTEM) -> None:
    """It works: a stopped connection resumes, and what was wrong with a running one is forgotten."""
    _keep(tx, account, connection, ok=True, message=message)
    connections.resume(tx, account, connection, by=by)


def not_passed(tx: Tx, account: UUID, connection: UUID, message: str) -> None:
    """It does not work. The connection goes on trying: only its own sending and listening stop it."""
    _keep(tx, account, connection, ok=False, message=message)


def of(tx: Tx, account: UUID, these: list[UUID]) -> dict[UUID, Any]:
    """The last check of each connection that ever had one."""
    wanted = select(Check).where(Check.account == account, Check.connection.in_(these))
    return {row.connection: row for row in tx.all(wanted)}


def _keep(tx: Tx, account: UUID, connection: UUID, *, ok: bool, message: str) -> None:
    found = {"ok": ok, "message": message.replace("\0", "")[:2000], "at": clock.now()}
    tx.run(
        insert(Check)
        .values(account=account, connection=connection, **found)
        .on_conflict_do_update(index_elements=[Check.account, Check.connection], set_=found)
    )
