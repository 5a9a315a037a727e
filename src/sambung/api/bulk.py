"""One thing done to many conversations at once, with undo."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from sambung.api.auth import requires
from sambung.api.bodies import Body, Moment
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.validation import Unfit
from sambung.core import bulk, inbox, users
from sambung.core.bulk import Action, NoSuchBulk, UndoneBefore
from sambung.core.conversations import NoSuchConversation, Priority, SnoozeInThePast
from sambung.core.inbox import Filters
from sambung.core.labels import BadLabel
from sambung.core.users import NoSuchUser
from sambung.kit.db import Tx

router = APIRouter(prefix="/bulk", tags=["conversations"], responses=ALWAYS)

Manager = Annotated[Caller, requires("conversation.manage")]
MOST_IDS = 1_000
WHOLE_LISTS = "conversation.bulk"
"""What changing everything that matches takes, beyond what each change takes."""
_VALUES: dict[str, TypeAdapter[Any]] = {
    "assign": TypeAdapter(UUID | None),
    "label": TypeAdapter(Annotated[str, Field(min_length=1, max_length=40)]),
    "snooze": TypeAdapter(Moment),
}


class Chosen(Body):
    """As the query of GET /conversations."""

    status: Literal["open", "snoozed", "closed", "all"] = "open"
    assignee: Literal["me", "none"] | UUID | None = None
    label: str | None = None
    connection: UUID | None = None
    priority: Priority | None = None
    customer: UUID | None = None
    q: str | None = None


class NewBulk(Body):
    """These `ids`, or all that pass the `filter`. value: a user (assign), a label, a time (snooze)."""

    ids: Annotated[list[UUID], Field(max_length=MOST_IDS)] = []
    filter: Chosen | None = None
    action: Action
    value: Any = None


class BulkShape(BaseModel):
    """undo: the token that puts everything back."""

    changed: int
    undo: UUID


class Undo(Body):
    token: UUID


class Undone(BaseModel):
    changed: int


@router.post(
    "/conversations",
    responses=problems(NoSuchConversation, NoSuchUser, SnoozeInThePast, BadLabel),
)
async def change_many(body: NewBulk, who: Manager, at: Serving) -> BulkShape:
    """Close, reopen, assign, label or snooze many."""
    value = _value(body)
    chosen = body.ids
    if body.filter is not None:
        who.must(WHOLE_LISTS)
        filters = Filters(**body.filter.model_dump())
        chosen = await at.store.read(inbox.ids, who.account, who.user, filters)
    token = await at.store.write(_begin, who.account, who, body.action, value)
    changed = 0
    for start in range(0, len(chosen), bulk.SLICE):
        part = chosen[start : start + bulk.SLICE]
        changed += await at.store.write(bulk.apply, who.account, token, part, value, by=who.actor)
    return BulkShape(changed=changed, undo=token)


@router.post("/undo", responses=problems(NoSuchBulk, UndoneBefore))
async def undo(body: Undo, who: Manager, at: Serving) -> Undone:
    """Put everything back as it was."""
    changed = await at.store.write(bulk.undo, who.account, body.token, by=who.actor)
    return Undone(changed=changed)


def _value(body: NewBulk) -> Any:
    kind = _VALUES.get(body.action)
    if kind is None:
        return None
    try:
        return kind.validate_python(body.value, strict=False)
    except ValidationError as error:
        raise Unfit(error.errors(include_url=False), under="/value") from error


def _begin(tx: Tx, account: UUID, who: Caller, action: Action, value: Any) -> UUID:
    if action == "assign" and value is not None:
        users.get(tx, account, value)
    return bulk.begin(tx, account, action, by=who.actor)
