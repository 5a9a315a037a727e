"""Who saw or changed what."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS
from sambung.api.pages import Cursor, Limit, Page, cut, unpack_id
from sambung.core import audit

router = APIRouter(prefix="/audit", tags=["audit"], responses=ALWAYS)


class ActorShape(BaseModel):
    type: str
    id: UUID | None


class AuditShape(BaseModel):
    id: UUID
    at: datetime
    action: str
    actor: ActorShape
    subject: UUID | None
    address: str
    detail: dict[str, Any]

    @classmethod
    def of(cls, row: Any) -> "AuditShape":
        return cls(
            id=row.id,
            at=row.at,
            action=row.action,
            actor=ActorShape(type=row.actor_type, id=row.actor),
            subject=row.subject,
            address=row.address,
            detail=row.detail,
        )


@router.get("")
async def list_audit(
    who: Annotated[Caller, requires("audit.read")],
    at: Serving,
    subject: UUID | None = None,
    actor: UUID | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditShape]:
    """The trail, newest first; of one customer or user (`subject`), or of what one did (`actor`)."""
    before = unpack_id(cursor)
    rows = await at.store.read(
        audit.page, who.account, subject=subject, actor=actor, before=before, limit=limit + 1
    )
    return cut(rows, limit, AuditShape.of, lambda row: row.id)
