"""The facts this system records. Past tense; never changed once recorded, only added to.

They carry ids and small facts, never what was said, so that erasing a customer leaves the log whole.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    type: Literal["customer", "user", "bot", "system", "native_app", "api_key"]
    id: UUID | None = None


SYSTEM = Actor("system")


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every fact."""


# accounts


@dataclass(frozen=True, slots=True)
class AccountOpened(Event):
    name: str


@dataclass(frozen=True, slots=True)
class UserAdded(Event):
    user: UUID


@dataclass(frozen=True, slots=True)
class UserChanged(Event):
    user: UUID


@dataclass(frozen=True, slots=True)
class ConnectionAdded(Event):
    connection: UUID


@dataclass(frozen=True, slots=True)
class ConnectionChanged(Event):
    connection: UUID


@dataclass(frozen=True, slots=True)
class ConnectionRemoved(Event):
    connection: UUID


@dataclass(frozen=True, slots=True)
class ConnectionStopped(Event):
    """The provider refuses us altogether; nothing is sent until somebody mends it."""

    connection: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ConnectionResumed(Event):
    connection: UUID


@dataclass(frozen=True, slots=True)
class ProviderNoticed(Event):
    """The provider said something about our account with it (a template, a quality rating)."""

    connection: UUID
    what: str
    alert: bool


# customers


@dataclass(frozen=True, slots=True)
class CustomerAdded(Event):
    customer: UUID


@dataclass(frozen=True, slots=True)
class CustomerChanged(Event):
    customer: UUID


@dataclass(frozen=True, slots=True)
class CustomerErased(Event):
    customer: UUID


@dataclass(frozen=True, slots=True)
class IdentityAdded(Event):
    customer: UUID
    identity: UUID


@dataclass(frozen=True, slots=True)
class IdentityRemoved(Event):
    customer: UUID
    identity: UUID


@dataclass(frozen=True, slots=True)
class SuggestionMade(Event):
    customer: UUID
    other: UUID
    suggestion: UUID


@dataclass(frozen=True, slots=True)
class SuggestionDismissed(Event):
    customer: UUID
    other: UUID
    suggestion: UUID


@dataclass(frozen=True, slots=True)
class CustomersMerged(Event):
    customer: UUID
    absorbed: UUID
    merge: UUID


@dataclass(frozen=True, slots=True)
class CustomersUnmerged(Event):
    customer: UUID
    absorbed: UUID
    merge: UUID


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Event):
    customer: UUID
    purpose: str
    granted: bool


# conversations


@dataclass(frozen=True, slots=True)
class ConversationEvent(Event):
    conversation: UUID


@dataclass(frozen=True, slots=True)
class ConversationOpened(ConversationEvent):
    customer: UUID
    connection: UUID


@dataclass(frozen=True, slots=True)
class ConversationAssigned(ConversationEvent):
    assignee: UUID | None


@dataclass(frozen=True, slots=True)
class ConversationLabelled(ConversationEvent):
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationPrioritised(ConversationEvent):
    priority: str


@dataclass(frozen=True, slots=True)
class ConversationRenamed(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True)
class ConversationSnoozed(ConversationEvent):
    until: datetime


@dataclass(frozen=True, slots=True)
class ConversationWoken(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True)
class ConversationClosed(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True)
class ConversationReopened(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True)
class ConversationsMerged(ConversationEvent):
    absorbed: UUID
    merge: UUID


@dataclass(frozen=True, slots=True)
class ConversationsSplit(ConversationEvent):
    """Messages left `conversation` for `other`: a merge was undone, or an agent split it."""

    other: UUID


# messages


@dataclass(frozen=True, slots=True)
class MessageEvent(ConversationEvent):
    message: UUID


@dataclass(frozen=True, slots=True)
class MessageReceived(MessageEvent):
    customer: UUID
    connection: UUID


@dataclass(frozen=True, slots=True)
class MessageImported(MessageEvent):
    """The business wrote it outside Sambung (on the phone app)."""

    connection: UUID


@dataclass(frozen=True, slots=True)
class MessageQueued(MessageEvent):
    """A reply waits to be sent; the gateway sends it."""

    connection: UUID


@dataclass(frozen=True, slots=True)
class NoteAdded(MessageEvent):
    mentions: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageSent(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class MessageDelivered(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class MessageRead(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class MessageFailed(MessageEvent):
    reason: str


@dataclass(frozen=True, slots=True)
class MessageUncertain(MessageEvent):
    """The provider may or may not have taken it: no answer came."""


@dataclass(frozen=True, slots=True)
class MessageEdited(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class MessageDeleted(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class MessageReacted(MessageEvent):
    pass


@dataclass(frozen=True, slots=True)
class AttachmentStored(MessageEvent):
    attachment: UUID


@dataclass(frozen=True, slots=True)
class AttachmentFailed(MessageEvent):
    attachment: UUID


@dataclass(frozen=True, slots=True)
class CallProgressed(MessageEvent):
    what: str


KINDS: dict[str, type[Event]] = {
    # Not by walking `__subclasses__`: it still knows the classes that `slots=True` replaced.
    name: kind
    for name, kind in list(globals().items())
    if isinstance(kind, type) and issubclass(kind, Event) and not kind.__subclasses__()
}


def flatten(event: Event) -> dict[str, Any]:
    """The event's facts, ready for JSON."""
    built: dict[str, Any] = msgspec.to_builtins(event)
    return built


def revive(kind: str, data: dict[str, Any]) -> Event:
    """The event as it was recorded. A kind this release no longer knows is a bare `Event`."""
    known = KINDS.get(kind)
    return Event() if known is None else msgspec.convert(data, known)
