"""Keys for programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.bodies import Body, Name
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.pages import Cursor, Limit, Page, cut, unpack_id
from sambung.core import api_keys, audit
from sambung.core.api_keys import NoSuchApiKey
from sambung.core.permissions import Role
from sambung.kit.db import Tx

router = APIRouter(prefix="/api-keys", tags=["api keys"], responses=ALWAYS)

Manager = Annotated[Caller, requires("api_key.manage")]


class ApiKeyShape(BaseModel):
    id: UUID
    name: str
    role: Role
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> "ApiKeyShape":
        return cls(**_fields(row))


class MadeApiKey(ApiKeyShape):
    """key: shown this once, kept nowhere."""

    key: str


class NewApiKey(Body):
    name: Name
    role: Role


@router.get("")
async def list_api_keys(
    who: Manager, at: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Page[ApiKeyShape]:
    after = unpack_id(cursor)
    rows = await at.store.read(api_keys.page, who.account, after=after, limit=limit + 1)
    return cut(rows, limit, ApiKeyShape.of, lambda row: row.id)


@router.post("", status_code=201)
async def make_api_key(body: NewApiKey, who: Manager, at: Serving) -> MadeApiKey:
    row, token = await at.store.write(_make, who.account, who, body.name, body.role)
    return MadeApiKey(**_fields(row), key=token)


@router.delete("/{key}", status_code=204, responses=problems(NoSuchApiKey))
async def revoke_api_key(key: UUID, who: Manager, at: Serving) -> None:
    """It opens nothing any more, from now on."""
    await at.store.write(_revoke, who.account, key, who)


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ApiKeyShape.model_fields}


def _make(tx: Tx, account: UUID, who: Caller, name: str, role: str) -> tuple[Any, str]:
    key, token = api_keys.make(tx, account, name=name, role=role, by=who.actor)
    audit.did(
        tx,
        account,
        "api_key.made",
        by=who.actor,
        subject=key,
        address=who.address,
        detail={"role": role},
    )
    return api_keys.get(tx, account, key), token


def _revoke(tx: Tx, account: UUID, key: UUID, who: Caller) -> None:
    api_keys.revoke(tx, account, key)
    audit.did(tx, account, "api_key.revoked", by=who.actor, subject=key, address=who.address)
