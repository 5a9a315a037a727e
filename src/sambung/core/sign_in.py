"""Trying passwords is slowed down: per address of the network and per email, with growing pauses.

An attempt is counted before the password is looked at, so that many at once gain nothing; a success takes its
own count back. Unknown emails count like known ones, so that nobody learns which exist.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, LargeBinary, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import sessions, users
from sambung.kit import clock, crypto
from sambung.kit.columns import Instant
from sambung.kit.db import Table, Tx
from sambung.kit.problems import Problem

FREE_PER_EMAIL = 5
FREE_PER_ADDRESS = 30
"""Attempts without a pause; many people may share one address."""
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)


class Attempts(Table):
    """Of one email or network address; `key` is its hash."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_last_at", "last_at"),)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant)
    blocked_until: Mapped[datetime] = mapped_column(Instant)


class WrongCredentials(Problem):
    status = 401
    text = {
        "en": "Email and password do not match.",
        "id": "Email dan kata sandi tidak cocok.",
    }


class TooManyAttempts(Problem):
    """seconds: how long to wait."""

    status = 429
    text = {
        "en": "Too many attempts. Try again in {seconds} seconds.",
        "id": "Terlalu banyak percobaan. Coba lagi dalam {seconds} detik.",
    }


def attempt(tx: Tx, *, email: str, address: str) -> None:
    """Count an attempt that is about to be made. Raises TooManyAttempts."""
    now = clock.now()
    tx.run(delete(Attempts).where(Attempts.last_at < now - FORGOTTEN_AFTER))
    for key, free in _keys(email, address):
        tx.run(
            insert(Attempts)
            .values(key=key, count=0, last_at=now, blocked_until=now)
            .on_conflict_do_nothing()
        )
        row = tx.first(select(Attempts).where(Attempts.key == key).with_for_update())
        if row.blocked_until > now:
            left = row.blocked_until - now
            raise TooManyAttempts(seconds=-(-left // timedelta(seconds=1)))
        count = row.count + 1
        pause = min(timedelta(seconds=2 ** min(count - free, 12)), LONGEST_PAUSE)
        until = now + pause if count >= free else now
        changed = update(Attempts).where(Attempts.key == key)
        tx.run(changed.values(count=count, last_at=now, blocked_until=until))


def succeeded(
    tx: Tx,
    account: UUID,
    *,
    user: UUID,
    email: str,
    address: str,
    device: str,
    rehashed: str | None = None,
) -> str:
    """The password was right: forget the email's failures, start a session, return its token.

    rehashed    the password's hash with today's parameters, where the one kept is weaker
    """
    (by_email, _), (by_address, _) = _keys(email, address)
    now = clock.now()
    tx.run(delete(Attempts).where(Attempts.key == by_email))
    ours = update(Attempts).where(Attempts.key == by_address)
    tx.run(ours.values(count=Attempts.count - 1, blocked_until=now))
    if rehashed is not None:
        kept = update(users.User).where(users.User.account == account, users.User.id == user)
        tx.run(kept.values(password=rehashed))
    return sessions.start(tx, account, user=user, address=address, device=device)


def _keys(email: str, address: str) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
    return (
        (crypto.fingerprint(f"email {users.normal(email)}"), FREE_PER_EMAIL),
        (crypto.fingerprint(f"address {address}"), FREE_PER_ADDRESS),
    )
