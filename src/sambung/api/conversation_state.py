"""What becomes of a conversation: who has it, whether it is settled or put off, how it is sorted, what is read."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from sambung.api.auth import requires
from sambung.api.bodies import Body, Moment
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.session import OnlyForPeople
from sambung.api.shapes import ConversationShape, ready
from sambung.core import conversations, labels, markers, threads, users, views
from sambung.core.conversations import IsClosed, NoSuchConversation, Priority, SnoozeInThePast
from sambung.core.labels import BadLabel
from sambung.core.threads import NoSuchMerge, NotTwo, OtherCustomer
from sambung.core.users import NoSuchUser
from sambung.kit.db import Tx

router = APIRouter(
    prefix="/conversations/{conversation}",
    tags=["conversations"],
    responses=ALWAYS | problems(NoSuchConversation),
    route_class=Once,
)

Assigner = Annotated[Caller, requires("conversation.assign")]
Manager = Annotated[Caller, requires("conversation.manage")]
LabelName = Annotated[str, Path(max_length=100)]


class Assignment(Body):
    assignee: UUID


class SnoozeUntil(Body):
    until: Moment


class Labels(Body):
    labels: Annotated[list[str], Field(max_length=50)]


class PriorityChange(Body):
    priority: Priority


class ReadUpTo(Body):
    position: Annotated[int, Field(ge=0)]


class MergeOther(Body):
    other: UUID


class ConversationMergeShape(BaseModel):
    """id: what undoing it takes."""

    id: UUID
    conversation: UUID


@router.put("/assignment", response_model=ConversationShape, responses=problems(NoSuchUser))
async def assign(conversation: UUID, body: Assignment, who: Assigner, at: Serving) -> Any:
    """Give it to an agent."""
    return ready(await at.store.write(_assign, who.account, conversation, who, body.assignee))


@router.delete("/assignment", response_model=ConversationShape)
async def unassign(conversation: UUID, who: Assigner, at: Serving) -> Any:
    """Put it back among what nobody has."""
    return ready(await at.store.write(_assign, who.account, conversation, who, None))


@router.put("/closure", response_model=ConversationShape)
async def close(conversation: UUID, who: Manager, at: Serving) -> Any:
    """The matter is settled."""
    return ready(await at.store.write(_do, who.account, conversation, who, conversations.close))


@router.delete("/closure", response_model=ConversationShape)
async def reopen(conversation: UUID, who: Manager, at: Serving) -> Any:
    """It is not settled after all."""
    return ready(await at.store.write(_do, who.account, conversation, who, conversations.reopen))


@router.put(
    "/snooze", response_model=ConversationShape, responses=problems(SnoozeInThePast, IsClosed)
)
async def snooze(conversation: UUID, body: SnoozeUntil, who: Manager, at: Serving) -> Any:
    """Out of sight until then, or until the customer writes."""
    verb = conversations.snooze
    return ready(await at.store.write(_do, who.account, conversation, who, verb, until=body.until))


@router.delete("/snooze", response_model=ConversationShape)
async def wake(conversation: UUID, who: Manager, at: Serving) -> Any:
    """Back in sight now."""
    return ready(await at.store.write(_do, who.account, conversation, who, conversations.wake))


@router.put("/labels", response_model=ConversationShape, responses=problems(BadLabel))
async def put_labels(conversation: UUID, body: Labels, who: Manager, at: Serving) -> Any:
    """Have exactly these labels."""
    return ready(
        await at.store.write(_label, who.account, conversation, who, lambda _: set(body.labels))
    )


@router.put("/labels/{name}", response_model=ConversationShape, responses=problems(BadLabel))
async def add_label(conversation: UUID, name: LabelName, who: Manager, at: Serving) -> Any:
    return ready(
        await at.store.write(_label, who.account, conversation, who, lambda had: had | {name})
    )


@router.delete("/labels/{name}", response_model=ConversationShape)
async def remove_label(conversation: UUID, name: LabelName, who: Manager, at: Serving) -> Any:
    return ready(
        await at.store.write(_label, who.account, conversation, who, lambda had: had - {name})
    )


@router.put("/priority", response_model=ConversationShape)
async def prioritise(conversation: UUID, body: PriorityChange, who: Manager, at: Serving) -> Any:
    verb = conversations.prioritise
    return ready(
        await at.store.write(_do, who.account, conversation, who, verb, priority=body.priority)
    )


@router.put("/read", status_code=204, responses=problems(OnlyForPeople))
async def read(
    conversation: UUID,
    body: ReadUpTo,
    who: Annotated[Caller, requires("conversation.read")],
    at: Serving,
) -> None:
    """I have read up to this position."""
    if who.user is None:
        raise OnlyForPeople
    await at.store.write(_read, who.account, who.user, conversation, body.position)


@router.post(
    "/merges",
    status_code=201,
    response_model=ConversationMergeShape,
    responses=problems(OtherCustomer, NotTwo),
)
async def merge(conversation: UUID, body: MergeOther, who: Manager, at: Serving) -> Any:
    """Have another conversation of the same customer go on in this one."""
    made = await at.store.write(threads.merge, who.account, conversation, body.other, by=who.actor)
    return ready({"id": made, "conversation": conversation}, 201)


@router.delete("/merges/{merge}", status_code=204, responses=problems(NoSuchMerge, NotTwo))
async def unmerge(conversation: UUID, merge: UUID, who: Manager, at: Serving) -> None:
    """Part them again, each with the messages it had."""
    await at.store.write(threads.undo_merge, who.account, merge, by=who.actor)


def _do(
    tx: Tx,
    /,
    account: UUID,
    conversation: UUID,
    who: Caller,
    verb: Callable[..., None],
    **given: Any,
) -> Any:
    verb(tx, account, conversation, by=who.actor, **given)
    return views.conversation(tx, account, conversation, who.user)


def _assign(tx: Tx, account: UUID, conversation: UUID, who: Caller, assignee: UUID | None) -> Any:
    if assignee is not None and users.get(tx, account, assignee).status != users.ACTIVE:
        raise NoSuchUser
    conversations.assign(tx, account, conversation, assignee=assignee, by=who.actor)
    return views.conversation(tx, account, conversation, who.user)


def _label(
    tx: Tx,
    account: UUID,
    conversation: UUID,
    who: Caller,
    change: Callable[[set[str]], set[str]],
) -> Any:
    found = conversations.get(tx, account, conversation).id
    had = set(labels.of(tx, account, [found]).get(found, ()))
    labels.put(tx, account, found, change(had), by=who.actor)
    return views.conversation(tx, account, found, who.user)


def _read(tx: Tx, account: UUID, user: UUID, conversation: UUID, position: int) -> None:
    found = conversations.get(tx, account, conversation)
    markers.move(tx, account, user, found.id, min(position, found.position))
