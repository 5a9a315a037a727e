"""The account's log, for programs that follow it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS
from sambung.api.pages import Limit
from sambung.core import eventlog
from sambung.core.eventlog import Recorded
from sambung.kit.db import Tx

router = APIRouter(prefix="/events", tags=["events"], responses=ALWAYS)


class EventActor(BaseModel):
    type: str
    id: UUID | None


class EventShape(BaseModel):
    position: int
    type: str
    at: datetime
    actor: EventActor
    data: dict[str, Any]

    @classmethod
    def of(cls, recorded: Recorded) -> "EventShape":
        actor = EventActor(type=recorded.actor.type, id=recorded.actor.id)
        return cls(
            position=recorded.position,
            type=recorded.type,
            at=recorded.at,
            actor=actor,
            data=recorded.data,
        )


class EventPage(BaseModel):
    """last: where to go on (`after`); nothing before it was left out."""

    items: list[EventShape]
    last: int


@router.get("")
async def list_events(
    who: Annotated[Caller, requires("event.read")],
    at: Serving,
    after: Annotated[
        int, Query(ge=0, lt=2**63, description="Position of the last event one has")
    ] = 0,
    types: Annotated[str, Query(max_length=2000, description="Comma-separated; all if empty")] = "",
    limit: Limit = 50,
) -> EventPage:
    """What happened, in order."""
    wanted = [name.strip() for name in types.split(",") if name.strip()]
    found, last = await at.store.read(_after, who.account, after, wanted, limit)
    return EventPage(items=[EventShape.of(recorded) for recorded in found], last=last)


def _after(
    tx: Tx, account: UUID, after: int, types: list[str], limit: int
) -> tuple[list[Recorded], int]:
    # The end first: what is appended meanwhile comes with the next page.
    end = eventlog.end(tx, account)
    found = eventlog.after(tx, account, after, types=types, limit=limit)
    last = found[-1].position if len(found) == limit else max(end, after)
    return found, last
