"""API keys: a program signs in with one and acts with its role."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core.events import Actor
from sambung.core.permissions import Role
from sambung.kit import clock, crypto, ids
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.problems import NotFound

PREFIX = "key_"
NOTED_EVERY = timedelta(minutes=5)
"""How precisely the last use is kept: a busy program must not cost a write per request."""


class ApiKey(Table):
    """token: SHA-256 of the key, which is shown once and not kept."""

    __tablename__ = "api_key"
    __table_args__ = (Index("uq_api_key_token", "token", unique=True),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    token: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_by: Mapped[UUID | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class NoSuchApiKey(NotFound):
    text = {"en": "There is no such API key.", "id": "Kunci API tidak ditemukan."}


def make(tx: Tx, account: UUID, *, name: str, role: str, by: Actor) -> tuple[UUID, str]:
    """A new key: its id, and the key itself for the only time."""
    key, token = ids.new_id(), PREFIX + ids.secret()
    tx.run(
        insert(ApiKey).values(
            account=account,
            id=key,
            name=name,
            role=Role(role).value,
            token=crypto.fingerprint(token),
            made_by=by.id,
            created_at=clock.now(),
        )
    )
    return key, token


def revoke(tx: Tx, account: UUID, key: UUID) -> None:
    """It opens nothing any more. Raises NoSuchApiKey."""
    live = update(ApiKey).where(ApiKey.account == account, ApiKey.id == key, _LIVE)
    if not tx.run(live.values(revoked_at=clock.now())).rowcount:
        raise NoSuchApiKey


def get(tx: Tx, account: UUID, key: UUID) -> Any:
    """The row; raises NoSuchApiKey."""
    found = tx.first(select(ApiKey).where(ApiKey.account == account, ApiKey.id == key, _LIVE))
    if found is None:
        raise NoSuchApiKey
    return found


def page(tx: Tx, account: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Any]:
    """Live keys of the account, oldest first, those past `after`."""
    found = select(ApiKey).where(ApiKey.account == account, _LIVE)
    if after is not None:
        found = found.where(ApiKey.id > after)
    return list(tx.all(found.order_by(ApiKey.id).limit(limit)))


def find(tx: Tx, token: str) -> Any:
    """The live key with this token, or None."""
    # across accounts: the token alone says whose it is
    return tx.first(select(ApiKey).where(ApiKey.token == crypto.fingerprint(token), _LIVE))


def used(tx: Tx, account: UUID, key: UUID) -> None:
    """Note that a program came with it."""
    mine = update(ApiKey).where(ApiKey.account == account, ApiKey.id == key)
    tx.run(mine.values(last_used_at=clock.now()))


def worth_noting(row: Any) -> bool:
    return row.last_used_at is None or clock.now() - row.last_used_at >= NOTED_EVERY


_LIVE = ApiKey.revoked_at.is_(None)
