"""Users: who signs in. An email address belongs to one user of the whole installation.

Passwords come here hashed (`kit.passwords`): hashing takes a tenth of a second and must not hold up other writes.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import eventlog
from sambung.core.events import Actor, UserAdded, UserChanged
from sambung.core.permissions import Role
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound

ACTIVE, DISABLED = "active", "disabled"


class User(Table):
    """password: argon2 hash. preferences: what the desk remembers for the person."""

    __tablename__ = "user"
    __table_args__ = (Index("uq_user_email", "email", unique=True),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(String(200))
    preferences: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)


class NoSuchUser(NotFound):
    text = {"en": "There is no such user.", "id": "Pengguna tidak ditemukan."}


class EmailTaken(Conflict):
    text = {
        "en": "Somebody signs in with this email address already.",
        "id": "Alamat email ini sudah dipakai pengguna lain.",
    }


class LastAdmin(Conflict):
    text = {
        "en": "This is the only admin left; make somebody else an admin first.",
        "id": "Ini satu-satunya admin; jadikan orang lain admin lebih dulu.",
    }


def add(
    tx: Tx,
    account: UUID,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    by: Actor,
    language: str = "id",
) -> UUID:
    """A new user; `password` is the hash. Raises EmailTaken."""
    user = new_id()
    made = tx.run(
        insert(User)
        .values(
            account=account,
            id=user,
            email=normal(email),
            name=name,
            role=Role(role).value,
            language=language,
            status=ACTIVE,
            password=password,
            preferences={},
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["email"])
    )
    if not made.rowcount:
        raise EmailTaken
    eventlog.append(tx, account, UserAdded(user), by=by)
    return user


def change(tx: Tx, account: UUID, user: UUID, *, by: Actor, **values: Any) -> None:
    """Change name, role, language, status, preferences or the password's hash. Raises NoSuchUser, LastAdmin."""
    before = get(tx, account, user)
    if not values:
        return
    keeps_power = (
        values.get("role", before.role) == Role.ADMIN
        and values.get("status", before.status) == ACTIVE
    )
    if before.role == Role.ADMIN and before.status == ACTIVE and not keeps_power:
        _somebody_else_is_admin(tx, account, user)
    tx.run(update(User).where(User.account == account, User.id == user).values(**values))
    eventlog.append(tx, account, UserChanged(user), by=by)


def get(tx: Tx, account: UUID, user: UUID) -> Any:
    """The row; raises NoSuchUser."""
    found = tx.first(select(User).where(User.account == account, User.id == user))
    if found is None:
        raise NoSuchUser
    return found


def page(tx: Tx, account: UUID, *, after: UUID | None = None, limit: int = 50) -> list[Any]:
    """Users of the account, oldest first, those past `after`."""
    found = select(User).where(User.account == account)
    if after is not None:
        found = found.where(User.id > after)
    return list(tx.all(found.order_by(User.id).limit(limit)))


def by_email(tx: Tx, email: str) -> Any:
    """The row of whichever account has it, or None: signing in, nobody knows the account yet."""
    # across accounts: an address signs in to one account of the installation
    return tx.first(select(User).where(User.email == normal(email)))


def normal(email: str) -> str:
    return email.strip().lower()


def _somebody_else_is_admin(tx: Tx, account: UUID, user: UUID) -> None:
    others = select(User.id).where(
        User.account == account, User.role == Role.ADMIN, User.status == ACTIVE, User.id != user
    )
    if tx.first(others.with_for_update()) is None:
        raise LastAdmin
