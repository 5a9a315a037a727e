"""Who works here."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sambung.api.auth import requires
from sambung.api.bodies import Body, Email, Language, Name, NewPassword
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.pages import Cursor, Limit, Page, cut, unpack_id
from sambung.core import audit, permissions, sessions, users
from sambung.core.permissions import Role
from sambung.core.users import EmailTaken, LastAdmin, NoSuchUser
from sambung.kit import passwords
from sambung.kit.db import Tx

router = APIRouter(prefix="/users", tags=["users"], responses=ALWAYS, route_class=Once)


class UserShape(BaseModel):
    id: UUID
    name: str
    email: str
    role: Role
    language: str
    status: str
    permissions: list[str]
    preferences: dict[str, Any]
    created_at: datetime

    @classmethod
    def of(cls, row: Any) -> "UserShape":
        return cls(
            id=row.id,
            name=row.name,
            email=row.email,
            role=row.role,
            language=row.language,
            status=row.status,
            permissions=sorted(permissions.of(row.role)),
            preferences=row.preferences,
            created_at=row.created_at,
        )


class NewUser(Body):
    email: Email
    name: Name
    role: Role
    password: NewPassword
    language: Language = "id"


class UserChange(Body):
    name: Name | None = None
    role: Role | None = None
    status: Annotated[str | None, Field(pattern="^(active|disabled)$")] = None
    password: NewPassword | None = None


@router.get("")
async def list_users(
    who: Annotated[Caller, requires("user.read")],
    at: Serving,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[UserShape]:
    """Everybody who works here, oldest first: for assigning, too."""
    after = unpack_id(cursor)
    rows = await at.store.read(users.page, who.account, after=after, limit=limit + 1)
    return cut(rows, limit, UserShape.of, lambda row: row.id)


@router.post("", status_code=201, responses=problems(EmailTaken))
async def add_user(
    body: NewUser, who: Annotated[Caller, requires("user.manage")], at: Serving
) -> UserShape:
    """Let somebody in."""
    hashed = await passwords.hash_soon(body.password)
    given = body.model_dump() | {"password": hashed}
    return UserShape.of(await at.store.write(_add, who.account, who, given))


@router.get("/{user}", responses=problems(NoSuchUser))
async def get_user(
    user: UUID, who: Annotated[Caller, requires("user.read")], at: Serving
) -> UserShape:
    return UserShape.of(await at.store.read(users.get, who.account, user))


@router.patch("/{user}", responses=problems(NoSuchUser, LastAdmin))
async def change_user(
    user: UUID, body: UserChange, who: Annotated[Caller, requires("user.manage")], at: Serving
) -> UserShape:
    """Change name, role, status or password. Disabling and a new password sign the user out everywhere."""
    given = body.model_dump(exclude_none=True)
    if body.password is not None:
        given["password"] = await passwords.hash_soon(body.password)
    return UserShape.of(await at.store.write(_change, who.account, user, who, given))


def _add(tx: Tx, account: UUID, who: Caller, given: dict[str, Any]) -> Any:
    user = users.add(tx, account, by=who.actor, **given)
    audit.did(
        tx,
        account,
        "user.added",
        by=who.actor,
        subject=user,
        address=who.address,
        detail={"role": given["role"]},
    )
    return users.get(tx, account, user)


def _change(tx: Tx, account: UUID, user: UUID, who: Caller, given: dict[str, Any]) -> Any:
    users.change(tx, account, user, by=who.actor, **given)
    if "password" in given or given.get("status") == users.DISABLED:
        sessions.end_all(tx, account, user, but=who.session)
    shown: dict[str, Any] = {name: given[name] for name in ("role", "status") if name in given}
    audit.did(
        tx,
        account,
        "user.changed",
        by=who.actor,
        subject=user,
        address=who.address,
        detail={"fields": sorted(given), **shown},
    )
    return users.get(tx, account, user)
