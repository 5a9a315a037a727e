"""How a connection fares."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.connections import ProblemShape
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.core import health, notices
from sambung.core.connections import NoSuchConnection
from sambung.core.health import Concern, Health, State
from sambung.kit.db import Tx

router = APIRouter(prefix="/connections", tags=["connections"], responses=ALWAYS)

QUOTA = "quota"
"""What channels call a notice of how much may still be sent."""


class NoticeShape(BaseModel):
    """detail: as the provider put it."""

    id: UUID
    what: str
    detail: dict[str, Any]
    alert: bool
    at: datetime

    @classmethod
    def of(cls, row: Any) -> "NoticeShape":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class HealthShape(BaseModel):
    """error_rate: 0 to 1, of what was sent or failed. waiting: replies not yet handed to the provider.

    unrecorded: what came and could not be recorded. webhook_checked_at: when the provider was last tried.
    """

    health: State
    warnings: list[Concern]
    problem: ProblemShape | None
    last_in_at: datetime | None
    last_out_at: datetime | None
    sent_24h: int
    failed_24h: int
    error_rate: float
    waiting: int
    oldest_waiting_at: datetime | None
    unrecorded: int
    notices: list[NoticeShape]
    token_expires_at: datetime | None
    quota: dict[str, Any] | None
    webhook_checked_at: datetime | None
    webhook_check: str | None


@router.get("/{connection}/health", responses=problems(NoSuchConnection))
async def get_health(
    connection: UUID, who: Annotated[Caller, requires("connection.watch")], at: Serving
) -> HealthShape:
    """Its traffic, what failed and what waits, and what the provider says of it."""
    return await at.store.read(_health, who.account, connection)


def _health(tx: Tx, account: UUID, connection: UUID) -> HealthShape:
    found = health.of(tx, account, connection)
    told = [NoticeShape.of(row) for row in notices.of(tx, account, connection)]
    return HealthShape(
        health=found.state,
        warnings=found.warnings,
        problem=ProblemShape(**found.problem) if found.problem else None,
        last_in_at=found.last_in_at,
        last_out_at=found.last_out_at,
        sent_24h=found.sent,
        failed_24h=found.failed,
        error_rate=round(found.error_rate, 4),
        waiting=found.waiting,
        oldest_waiting_at=found.oldest_waiting_at,
        unrecorded=found.unrecorded,
        notices=told,
        token_expires_at=found.token_expires_at,
        quota=next((notice.detail for notice in told if notice.what == QUOTA), None),
        **_checked(found),
    )


def _checked(found: Health) -> dict[str, Any]:
    last = found.check
    return {
        "webhook_checked_at": last.at if last else None,
        "webhook_check": last.message if last else None,
    }
