"""What an agent has begun to write."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.messages import Text
from sambung.api.session import OnlyForPeople
from sambung.core import conversations, drafts
from sambung.core.conversations import NoSuchConversation
from sambung.kit.db import Tx

router = APIRouter(
    prefix="/conversations/{conversation}/drafts",
    tags=["messages"],
    responses=ALWAYS | problems(NoSuchConversation, OnlyForPeople),
)

Writer = Annotated[Caller, requires("conversation.reply")]
Mode = Literal["reply", "note"]


class DraftShape(BaseModel):
    text: str
    connection: UUID | None
    updated_at: datetime


class Drafts(BaseModel):
    reply: DraftShape | None = None
    note: DraftShape | None = None


class NewDraft(Body):
    text: Text
    connection: UUID | None = None
    updated_at: datetime | None = None


@router.get("")
async def list_drafts(conversation: UUID, who: Writer, at: Serving) -> Drafts:
    """My drafts in this conversation, one for each mode."""
    rows = await at.store.read(_drafts, who.account, _person(who), conversation)
    return Drafts(**{row.mode: _shape(row) for row in rows})


@router.put("/{mode}", status_code=204)
async def keep_draft(
    conversation: UUID, mode: Mode, body: NewDraft, who: Writer, at: Serving
) -> None:
    """Remember it; an empty text forgets it."""
    await at.store.write(_keep, who.account, _person(who), conversation, mode, body)


@router.delete("/{mode}", status_code=204)
async def drop_draft(conversation: UUID, mode: Mode, who: Writer, at: Serving) -> None:
    await at.store.write(drafts.forget, who.account, _person(who), conversation, mode)


def _person(who: Caller) -> UUID:
    if who.user is None:
        raise OnlyForPeople
    return who.user


def _shape(row: Any) -> DraftShape:
    return DraftShape(text=row.text, connection=row.connection, updated_at=row.updated_at)


def _drafts(tx: Tx, account: UUID, user: UUID, conversation: UUID) -> list[Any]:
    found = conversations.get(tx, account, conversation).id
    return drafts.of(tx, account, user, found)


def _keep(tx: Tx, account: UUID, user: UUID, conversation: UUID, mode: str, body: NewDraft) -> None:
    found = conversations.get(tx, account, conversation).id
    drafts.keep(tx, account, user, found, mode, text=body.text, connection=body.connection)
