"""Frames: an event with the present state of what it touched, encoded once for everybody.

Whatever a batch of events touches is read in a constant number of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from sambung.core import connection_views, customer_views, events, message_views, views
from sambung.core.eventlog import Recorded
from sambung.core.events import ConversationEvent, Event, MessageEvent
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant

ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Frame:
    """What a socket is sent. position: in the log; None for what is of the moment. text: JSON."""

    type: str
    position: int | None
    data: dict[str, Any]
    text: str


def of_the_moment(type: str, data: dict[str, Any]) -> Frame:
    return Frame(type, None, data, ENCODE({"type": type, "data": data}).decode())


def permission_of(type: str) -> str:
    """What a role must be allowed to see an event of this type."""
    return _PERMISSIONS.get(type, "event.read")


def expand(tx: Tx, account: UUID, recorded: Sequence[Recorded], base_url: str = "") -> list[Frame]:
    """The events as frames, in order."""
    messages = _ids(recorded, "message", _OF_MESSAGES)
    conversations = _ids(recorded, "conversation", _OF_CONVERSATIONS)
    customers = _ids(recorded, "customer", _OF_CUSTOMERS)
    connections = _ids(recorded, "connection", _OF_CONNECTIONS)
    found: dict[str, dict[UUID, Any]] = {
        "message": message_views.rows(tx, account, messages),
        "conversation": views.conversation_rows(tx, account, conversations, None),
        "customer": customer_views.persons(tx, account, customers),
        "connection": {
            id: shape
            for id in connections
            if (shape := connection_views.connection(tx, account, id, base_url)) is not None
        },
    }
    return [_frame(one, found) for one in recorded]


def _frame(recorded: Recorded, found: dict[str, dict[UUID, Any]]) -> Frame:
    data = dict(recorded.data)
    for name, types in _TOUCHED.items():
        if recorded.type in types and name in data:
            data[name] = found[name].get(UUID(data[name]), data[name])
    actor = recorded.actor
    whole = {
        "position": recorded.position,
        "type": recorded.type,
        "at": instant(recorded.at),
        "actor": {"type": actor.type, "id": None if actor.id is None else str(actor.id)},
        "data": data,
    }
    return Frame(recorded.type, recorded.position, data, ENCODE(whole).decode())


def _ids(recorded: Sequence[Recorded], name: str, types: frozenset[str]) -> list[UUID]:
    given = (one.data.get(name) for one in recorded if one.type in types)
    return list(dict.fromkeys(UUID(id) for id in given if id))


def _under(kind: type[Event]) -> frozenset[str]:
    return frozenset(name for name, known in events.KINDS.items() if issubclass(known, kind))


def _named(*prefixes: str) -> frozenset[str]:
    return frozenset(name for name in events.KINDS if name.startswith(prefixes))


_OF_MESSAGES = _under(MessageEvent)
_OF_CONVERSATIONS = _under(ConversationEvent)
_OF_CUSTOMERS = _named("Customer", "Identity", "Suggestion", "Consent")
_OF_CONNECTIONS = _named("Connection", "ProviderNoticed")
_TOUCHED = {
    "message": _OF_MESSAGES,
    "conversation": _OF_CONVERSATIONS,
    "customer": _OF_CUSTOMERS,
    "connection": _OF_CONNECTIONS,
}
_PERMISSIONS = {
    **dict.fromkeys(_OF_CONVERSATIONS, "conversation.read"),
    **dict.fromkeys(_OF_CUSTOMERS, "customer.read"),
    **dict.fromkeys(_OF_CONNECTIONS, "connection.read"),
    **dict.fromkeys(_named("User"), "user.read"),
}
