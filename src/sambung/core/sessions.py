"""Sessions: a person signed in on one device. Kept for 14 days after the last use."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import users
from sambung.core.users import User
from sambung.kit import clock, crypto, ids
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx

PREFIX = "ses_"
LIFE = timedelta(days=14)
MOVED_EVERY = timedelta(hours=1)
"""How precisely the end is moved on: a busy desk must not cost a write per request."""


class Session(Table):
    """token: SHA-256 of what the browser holds."""

    __tablename__ = "session"
    __table_args__ = (
        Index("uq_session_token", "token", unique=True),
        Index("ix_session_user", "account", "user"),
        Index("ix_session_expires_at", "expires_at"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user: Mapped[UUID] = mapped_column(Id)
    token: Mapped[bytes] = mapped_column(LargeBinary(32))
    address: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


def start(tx: Tx, account: UUID, *, user: UUID, address: str = "", device: str = "") -> str:
    """Sign a user in: the session's token, for the only time. `device`: the browser's own words."""
    token, now = PREFIX + ids.secret(), clock.now()
    # across accounts: whoever signs in takes along what has ended
    tx.run(delete(Session).where(Session.expires_at < now))
    tx.run(
        insert(Session).values(
            account=account,
            id=ids.new_id(),
            user=user,
            token=crypto.fingerprint(token),
            address=address,
            device=device[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + LIFE,
        )
    )
    return token


def find(tx: Tx, token: str) -> Any:
    """The live session with this token, with its user's name, email, role, language and status; or None."""
    # across accounts: the token alone says whose it is
    found = tx.first(
        select(
            *(Session.account, Session.id, Session.user, Session.seen_at, Session.expires_at),
            *(User.name, User.email, User.role, User.language, User.status),
        )
        .join(User, (User.account == Session.account) & (User.id == Session.user))
        .where(Session.token == crypto.fingerprint(token), Session.expires_at > clock.now())
    )
    return None if found is None or found.status != users.ACTIVE else found


def worth_moving(row: Any) -> bool:
    return bool(clock.now() - row.seen_at >= MOVED_EVERY)


def move_on(tx: Tx, account: UUID, session: UUID) -> None:
    """It was used: 14 days from now."""
    now = clock.now()
    mine = update(Session).where(Session.account == account, Session.id == session)
    tx.run(mine.values(seen_at=now, expires_at=now + LIFE))


def end(tx: Tx, account: UUID, session: UUID) -> None:
    """Sign out on this device."""
    tx.run(delete(Session).where(Session.account == account, Session.id == session))


def end_all(tx: Tx, account: UUID, user: UUID, *, but: UUID | None = None) -> None:
    """Sign a user out on every device (but the one in use)."""
    theirs = delete(Session).where(Session.account == account, Session.user == user)
    tx.run(theirs if but is None else theirs.where(Session.id != but))


def csrf_of(token: str) -> str:
    """What a page must send with every write by cookie: derived from the token, which no script can read."""
    return crypto.fingerprint(f"csrf {token}").hex()[:43]
