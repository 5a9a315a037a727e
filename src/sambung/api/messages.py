"""What is said in a conversation."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.pages import Cursor, Limit, Page
from sambung.api.seen import Seeing
from sambung.api.shapes import MessageShape, Reachable, ready
from sambung.core import (
    changes,
    conversations,
    message_views,
    messages,
    reachable,
    replies,
    users,
)
from sambung.core.conversations import NoSuchConversation
from sambung.core.files import NoSuchFile
from sambung.core.messages import NoSuchMessage
from sambung.core.outgoing import (
    ConnectionUnusable,
    Draft,
    NotCarried,
    NothingToSend,
    OptedOut,
    TooLong,
    WindowClosed,
)
from sambung.core.replies import NotToBeRetried
from sambung.core.routes import NobodyToAnswer
from sambung.core.users import NoSuchUser
from sambung.kit.db import Tx

router = APIRouter(tags=["messages"], responses=ALWAYS, route_class=Once)

Reader = Annotated[Caller, requires("conversation.read")]
Writer = Annotated[Caller, requires("conversation.reply")]
Text = Annotated[str, StringConstraints(max_length=100_000)]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=128)]

MOST = 100
"""Files, or people, of one message."""


class Template(Body):
    """An approved template of the provider, with the values of its variables."""

    name: str
    language: str
    variables: list[str] | dict[str, str] = []


class NewMessage(Body):
    """connection, identity: by choice elsewhere than where the customer last wrote from.

    client_id    the writer's own id: the same one again answers with the first message
    """

    text: Text = ""
    kind: Literal["reply", "note"] = "reply"
    connection: UUID | None = None
    identity: UUID | None = None
    attachments: Annotated[list[UUID], Field(max_length=MOST)] = []
    template: Template | None = None
    interactive: dict[str, Any] | None = None
    reply_to: UUID | None = None
    subject: Annotated[str, StringConstraints(max_length=500)] | None = None
    mentions: Annotated[list[UUID], Field(max_length=MOST)] = []
    client_id: ClientId | None = None


class NewReaction(Body):
    emoji: Annotated[str, StringConstraints(min_length=1, max_length=32)]


@router.get(
    "/conversations/{conversation}/messages",
    response_model=Page[MessageShape],
    responses=problems(NoSuchConversation),
)
async def list_messages(
    conversation: UUID,
    who: Reader,
    at: Serving,
    seen: Seeing,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The newest first; `next` goes back in time."""
    page = await at.store.read(message_views.page, who.account, conversation, cursor, limit)
    await seen.note(who, "conversation.seen", conversation)
    return ready(page)


@router.post(
    "/conversations/{conversation}/messages",
    status_code=201,
    response_model=MessageShape,
    responses={
        **problems(
            *(NoSuchConversation, NoSuchMessage, NoSuchFile, NobodyToAnswer, WindowClosed),
            *(ConnectionUnusable, OptedOut, NothingToSend, TooLong, NotCarried, NoSuchUser),
        ),
        200: {"model": MessageShape, "description": "This client_id was sent before: the first."},
    },
)
async def write_message(conversation: UUID, body: NewMessage, who: Writer, at: Serving) -> Any:
    """Queue a reply to the customer, or write a private note."""
    shape, new = await at.store.write(_write, who.account, conversation, who, body)
    return ready(shape, 201 if new else 200)


@router.get(
    "/conversations/{conversation}/channels",
    response_model=Page[Reachable],
    responses=problems(NoSuchConversation),
)
async def list_reachable(conversation: UUID, who: Reader, at: Serving) -> Any:
    """What a reply can be sent on now, the default first, each with the reason where it cannot."""
    found = await at.store.read(reachable.channels_of, who.account, conversation)
    return ready({"items": found, "next": None})


@router.post(
    "/messages/{message}/retries",
    status_code=202,
    response_model=MessageShape,
    responses=problems(NoSuchMessage, NotToBeRetried),
)
async def retry_message(message: UUID, who: Writer, at: Serving) -> Any:
    """Queue a message that failed, or may have, once more."""
    return ready(await at.store.write(_retry, who.account, message, who), 202)


@router.put(
    "/messages/{message}/reaction",
    response_model=MessageShape,
    responses=problems(NoSuchMessage),
)
async def react(message: UUID, body: NewReaction, who: Writer, at: Serving) -> Any:
    """Put the business's reaction on a message."""
    return ready(await at.store.write(_react, who.account, message, who, body.emoji))


@router.delete("/messages/{message}/reaction", status_code=204, responses=problems(NoSuchMessage))
async def unreact(message: UUID, who: Writer, at: Serving) -> Response:
    """Take it off."""
    await at.store.write(_react, who.account, message, who, "")
    return Response(status_code=204)


def _write(
    tx: Tx, account: UUID, conversation: UUID, who: Caller, body: NewMessage
) -> tuple[Any, bool]:
    for user in body.mentions:
        users.get(tx, account, user)
    if body.reply_to is not None:
        _same_conversation(tx, account, conversation, body.reply_to)
    draft = Draft(
        text=body.text,
        subject=body.subject or "",
        attachments=body.attachments,
        template=body.template.model_dump() if body.template else None,
        interactive=body.interactive,
        reply_to=body.reply_to,
        mentions=body.mentions,
    )
    given: dict[str, Any] = {"by": who.actor, "client_id": body.client_id}
    if body.kind == "note":
        message, new = replies.note(tx, account, conversation, draft, **given)
    else:
        message, new = replies.reply(
            tx, account, conversation, draft, connection=body.connection, to=body.identity, **given
        )
    return message_views.rows(tx, account, [message])[message], new


def _same_conversation(tx: Tx, account: UUID, conversation: UUID, message: UUID) -> None:
    into = conversations.get(tx, account, conversation).id
    if messages.get(tx, account, message).conversation != into:
        raise NoSuchMessage


def _retry(tx: Tx, account: UUID, message: UUID, who: Caller) -> Any:
    replies.retry(tx, account, message, by=who.actor)
    return message_views.rows(tx, account, [message])[message]


def _react(tx: Tx, account: UUID, message: UUID, who: Caller, emoji: str) -> Any:
    changes.react(tx, account, message, emoji=emoji, by="business", actor=who.actor)
    return message_views.rows(tx, account, [message])[message]
