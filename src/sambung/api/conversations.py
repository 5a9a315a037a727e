"""What is said with customers: the inbox, one conversation, starting one."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.messages import ClientId, Template, Text
from sambung.api.pages import Cursor, Limit, Page
from sambung.api.shapes import ConversationShape, ready
from sambung.core import conversations, inbox, replies, views
from sambung.core.connections import NoSuchConnection
from sambung.core.conversations import NoSuchConversation, Priority
from sambung.core.customers import NoSuchCustomer
from sambung.core.outgoing import (
    ConnectionUnusable,
    Draft,
    NotCarried,
    NothingToSend,
    OptedOut,
    TooLong,
    WindowClosed,
)
from sambung.core.routes import NobodyToAnswer
from sambung.kit.db import Tx

router = APIRouter(
    prefix="/conversations", tags=["conversations"], responses=ALWAYS, route_class=Once
)

Reader = Annotated[Caller, requires("conversation.read")]
Subject = Annotated[str, StringConstraints(max_length=500)]


class Counts(BaseModel):
    mine: int
    unassigned: int
    open: int
    snoozed: int
    unread: int


class NewConversation(Body):
    customer: UUID
    connection: UUID
    text: Text = ""
    subject: Subject = ""
    template: Template | None = None
    client_id: ClientId | None = None


class ConversationChange(Body):
    subject: Subject


@router.get("", response_model=Page[ConversationShape], responses=problems(NoSuchCustomer))
async def list_conversations(
    who: Reader,
    at: Serving,
    status: Literal["open", "snoozed", "closed", "all"] = "open",
    assignee: Literal["me", "none"] | UUID | None = None,
    label: str | None = None,
    connection: UUID | None = None,
    priority: Priority | None = None,
    customer: UUID | None = None,
    q: Annotated[str | None, StringConstraints(max_length=200)] = None,
    sort: Literal["newest", "oldest"] = "newest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The inbox: conversations that pass every filter, by their latest activity."""
    filters = inbox.Filters(status, assignee, label, connection, priority, customer, q, sort)
    return ready(await at.store.read(inbox.page, who.account, who.user, filters, cursor, limit))


@router.get("/counts", response_model=Counts)
async def count_conversations(who: Reader, at: Serving) -> Any:
    """How many are mine, nobody's, open, snoozed; and unread by me. Each stops at 10,000."""
    return ready(await at.store.read(inbox.counts, who.account, who.user))


@router.post(
    "",
    status_code=201,
    response_model=ConversationShape,
    responses=problems(
        *(NoSuchCustomer, NoSuchConnection, NobodyToAnswer, WindowClosed, ConnectionUnusable),
        *(OptedOut, NothingToSend, TooLong, NotCarried),
    ),
)
async def start_conversation(
    body: NewConversation, who: Annotated[Caller, requires("conversation.reply")], at: Serving
) -> Any:
    """Write to a customer first."""
    return ready(await at.store.write(_start, who.account, who, body), 201)


@router.get(
    "/{conversation}", response_model=ConversationShape, responses=problems(NoSuchConversation)
)
async def get_conversation(conversation: UUID, who: Reader, at: Serving) -> Any:
    """One; a merged conversation answers with the one it went on in."""
    return ready(await at.store.read(views.conversation, who.account, conversation, who.user))


@router.patch(
    "/{conversation}", response_model=ConversationShape, responses=problems(NoSuchConversation)
)
async def change_conversation(
    conversation: UUID,
    body: ConversationChange,
    who: Annotated[Caller, requires("conversation.manage")],
    at: Serving,
) -> Any:
    """Change the subject."""
    return ready(await at.store.write(_rename, who.account, conversation, who, body.subject))


def _start(tx: Tx, account: UUID, who: Caller, body: NewConversation) -> Any:
    draft = Draft(
        text=body.text,
        subject=body.subject,
        template=body.template.model_dump() if body.template else None,
    )
    conversation = replies.start(
        tx,
        account,
        body.customer,
        draft,
        connection=body.connection,
        by=who.actor,
        client_id=body.client_id,
    )
    return views.conversation(tx, account, conversation, who.user)


def _rename(tx: Tx, account: UUID, conversation: UUID, who: Caller, subject: str) -> Any:
    conversations.rename(tx, account, conversation, subject=subject, by=who.actor)
    return views.conversation(tx, account, conversation, who.user)
