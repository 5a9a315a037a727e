"""Accounts: a business each, apart from all others."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import eventlog
from sambung.core.events import AccountOpened, Actor
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import NotFound, Problem

LANGUAGES = ("id", "en")


class Account(Table):
    """timezone: IANA name; language: of what is sent to its people when they chose none."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    timezone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(Instant)


class NoSuchAccount(NotFound):
    text = {"en": "There is no such business.", "id": "Akun bisnis tidak ditemukan."}


class UnknownTimezone(Problem):
    status = 422
    text = {
        "en": "“{timezone}” is not a time zone.",
        "id": "“{timezone}” bukan zona waktu.",
    }


def open_account(
    tx: Tx,
    name: str,
    *,
    by: Actor,
    timezone: str = "Asia/Jakarta",
    language: str = "id",
) -> UUID:
    """A new business. Raises UnknownTimezone."""
    if timezone not in available_timezones():
        raise UnknownTimezone(timezone=timezone)
    account = new_id()
    tx.run(
        insert(Account).values(
            id=account, name=name, timezone=timezone, language=language, created_at=clock.now()
        )
    )
    eventlog.append(tx, account, AccountOpened(name), by=by)
    return account


def get(tx: Tx, account: UUID) -> Any:
    """The row; raises NoSuchAccount."""
    found = tx.first(select(Account).where(Account.id == account))
    if found is None:
        raise NoSuchAccount
    return found


def named(tx: Tx, name: str) -> UUID | None:
    """The oldest account of that name: for the command line, where a person types it."""
    found: UUID | None = tx.value(
        select(Account.id).where(Account.name == name).order_by(Account.id).limit(1)
    )
    return found


def all_of(tx: Tx) -> list[Any]:
    """Every business of this installation, oldest first."""
    return list(tx.all(select(Account).order_by(Account.id)))
