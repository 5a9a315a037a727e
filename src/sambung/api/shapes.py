"""Shapes of conversations and messages, for the API's document.

The core makes them ready for JSON, the same for a page and for a live frame; a test holds the two together.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel
from starlette.responses import Response

from sambung.api.channels import CapabilitiesShape


class Ref(BaseModel):
    id: UUID
    name: str


class Author(BaseModel):
    type: str
    id: UUID | None
    name: str


class ConnectionRef(Ref):
    channel: str


class LastMessage(BaseModel):
    id: UUID
    direction: str
    kind: str
    text: str
    author: Author
    at: datetime
    status: str | None
    connection_id: UUID | None
    deleted_at: datetime | None


class SnoozeShape(BaseModel):
    until: datetime
    by: Ref | None
    at: datetime


class ClosureShape(BaseModel):
    by: Author | None
    at: datetime


class ConversationShape(BaseModel):
    """unread: messages the caller has not read (people only). waiting_since: first inbound nobody answered."""

    id: UUID
    customer: Ref
    status: str
    assignee: Ref | None
    priority: str
    labels: list[str]
    subject: str
    opened_at: datetime
    last_at: datetime
    position: int
    unread: int = 0
    last_message: LastMessage | None
    connections: list[ConnectionRef]
    waiting_since: datetime | None
    failed: bool
    snooze: SnoozeShape | None
    closure: ClosureShape | None


class AttachmentShape(BaseModel):
    """url, thumbnail_url: relative and signed; absent until stored."""

    id: UUID
    name: str
    mime: str
    kind: str
    size: int | None
    url: str | None
    thumbnail_url: str | None
    state: str
    inline: bool
    content_id: str | None
    voice: bool


class IdentityRef(BaseModel):
    kind: str
    value: str


class FailureShape(BaseModel):
    reason: str
    code: str
    detail: str
    at: datetime
    retryable: bool


class QuoteShape(BaseModel):
    id: UUID
    text: str
    author: Author


class ReactionShape(BaseModel):
    emoji: str
    by: str


class EditShape(BaseModel):
    text: str
    at: datetime


class MessageShape(BaseModel):
    """at: sorts the thread (the provider's time where it gives one)."""

    id: UUID
    conversation: UUID
    position: int
    direction: str
    kind: str
    text: str
    html: str | None
    quoted: str | None
    subject: str
    attachments: list[AttachmentShape]
    connection: ConnectionRef | None
    author: Author
    identity: IdentityRef | None
    status: str | None
    failure: FailureShape | None
    provider_id: str | None
    provider_at: datetime | None
    received_at: datetime
    at: datetime
    reply_to: QuoteShape | None
    reactions: list[ReactionShape]
    edits: list[EditShape]
    edited_at: datetime | None
    deleted_at: datetime | None
    client_id: str | None
    warnings: list[str]
    extra: dict[str, Any]


class ReachedIdentity(BaseModel):
    id: UUID
    kind: str
    value: str
    level: str


class Reachable(BaseModel):
    """A way to write to a customer. reason: why it cannot be used, or with what restraint."""

    connection: ConnectionRef
    identity: ReachedIdentity
    usable: bool
    reason: str | None
    window_ends_at: datetime | None
    templates: bool
    default: bool
    capabilities: CapabilitiesShape


def ready(shape: Any, status: int = 200) -> Any:
    """An answer that is ready for JSON as it is: validating it again would cost more than making it."""
    return Response(msgspec.json.encode(shape), status, media_type="application/json")
