"""What goes out: replies queued on a connection the customer can be reached by, and private notes.

A reply goes by default where the customer last wrote from. Another connection is used by choice, never silently.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.core import (
    changes,
    conversations,
    customers,
    eventlog,
    files,
    messages,
    outgoing,
    routes,
)
from sambung.core.events import Actor, MessageQueued, NoteAdded
from sambung.core.messages import Message
from sambung.core.outgoing import Draft as Draft
from sambung.core.outgoing import NothingToSend
from sambung.core.routes import Route
from sambung.core.sounds import RECORDED
from sambung.kit import clock, media
from sambung.kit.db import Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict


class NotToBeRetried(Conflict):
    text = {
        "en": "Only a message that failed can be sent again.",
        "id": "Hanya pesan yang gagal dapat dikirim ulang.",
    }


def reply(
    tx: Tx,
    account: UUID,
    conversation: UUID,
    draft: Draft,
    *,
    by: Actor,
    client_id: str | None = None,
    connection: UUID | None = None,
    to: UUID | None = None,
) -> tuple[UUID, bool]:
    """Queue a message to the customer: its id, and whether it is new (a repeated `client_id` is not).

    connection, to: by choice another connection, another identity. Raises the problems of `routes` and `outgoing`.
    """
    found = conversations.lock(tx, account, conversation)
    if (first := _said(tx, account, found.id, client_id)) is not None:
        return first, False
    root = customers.get(tx, account, found.customer).id
    route = routes.choose(tx, account, root, found.id, connection=connection, identity=to)
    outgoing.check(tx, account, root, route, draft)
    message = _write(tx, account, found.id, draft, by=by, client_id=client_id, route=route)
    eventlog.append(tx, account, MessageQueued(found.id, message, route.connection), by=by)
    return message, True


def note(
    tx: Tx,
    account: UUID,
    conversation: UUID,
    draft: Draft,
    *,
    by: Actor,
    client_id: str | None = None,
) -> tuple[UUID, bool]:
    """Write a private note: its id, and whether it is new."""
    found = conversations.lock(tx, account, conversation)
    if (first := _said(tx, account, found.id, client_id)) is not None:
        return first, False
    if not draft.text.strip() and not draft.attachments:
        raise NothingToSend
    message = _write(tx, account, found.id, draft, by=by, client_id=client_id, route=None)
    eventlog.append(tx, account, NoteAdded(found.id, message, tuple(draft.mentions)), by=by)
    return message, True


def start(
    tx: Tx,
    account: UUID,
    customer: UUID,
    draft: Draft,
    *,
    connection: UUID,
    by: Actor,
    client_id: str | None = None,
) -> UUID:
    """Write first: a new conversation with a queued message in it; the conversation's id.

    With a repeated `client_id` the one that was begun the first time.
    """
    person = customers.get(tx, account, customer)
    if (begun := _begun(tx, account, person.id, client_id)) is not None:
        return begun
    conversation = conversations.open(
        tx,
        account,
        customer=person.id,
        root=person.id,
        connection=connection,
        by=by,
        subject=draft.subject,
    )
    reply(tx, account, conversation, draft, by=by, client_id=client_id, connection=connection)
    return conversation


def retry(tx: Tx, account: UUID, message: UUID, *, by: Actor) -> None:
    """Queue a message that failed (or may have) once more. Raises NotToBeRetried."""
    row = messages.get(tx, account, message, lock=True)
    if row.status not in ("failed", "unknown") or row.connection is None:
        raise NotToBeRetried
    values: dict[str, Any] = {"status": "queued", "failure": None}
    if row.provider_id is not None:
        earlier = [*row.extra.get(changes.EARLIER, ()), row.provider_id]
        values |= {"provider_id": None, "extra": {**row.extra, changes.EARLIER: earlier}}
    messages.change(tx, account, row.id, **values)
    conversations.count_failed(tx, account, row.conversation, -1)
    eventlog.append(tx, account, MessageQueued(row.conversation, row.id, row.connection), by=by)


def _begun(tx: Tx, account: UUID, root: UUID, client_id: str | None) -> UUID | None:
    """The person's conversation that began with this message."""
    if client_id is None:
        return None
    talks = [row.id for row in conversations.of_customer(tx, account, root)]
    first = select(Message.conversation).where(
        Message.account == account,
        Message.conversation.in_(talks),
        Message.client_id == client_id,
    )
    found: UUID | None = tx.value(first)
    return found


def _said(tx: Tx, account: UUID, conversation: UUID, client_id: str | None) -> UUID | None:
    if client_id is None:
        return None
    same = select(Message.id).where(
        Message.account == account,
        Message.conversation == conversation,
        Message.client_id == client_id,
    )
    found: UUID | None = tx.value(same)
    return found


def _write(
    tx: Tx,
    account: UUID,
    conversation: UUID,
    draft: Draft,
    *,
    by: Actor,
    client_id: str | None,
    route: Route | None,
) -> UUID:
    message, now = new_id(), clock.now()
    answers = route is not None and not draft.automatic
    position = conversations.grow(tx, account, conversation, message, at=now, answers=answers)
    attached = [files.get(tx, account, file) for file in draft.attachments]
    messages.write(
        tx,
        account,
        message,
        conversation=conversation,
        position=position,
        direction=messages.NOTE if route is None else messages.OUT,
        kind=_kind(draft, attached),
        text=draft.text,
        html=draft.html,
        subject=draft.subject[:500],
        connection=route.connection if route else None,
        identity=route.identity if route else None,
        author_type=by.type,
        author_id=by.id,
        at=now,
        received_at=now,
        client_id=client_id,
        reply_to=draft.reply_to,
        status="queued" if route else None,
        extra=_extra(draft),
    )
    messages.attach(tx, account, message, [_attachment(file) for file in attached])
    return message


def _kind(draft: Draft, attached: Sequence[Any]) -> str:
    if draft.template:
        return "template"
    if draft.interactive:
        return "interactive"
    return media.kind_of(attached[0].mime) if attached else "text"


def _extra(draft: Draft) -> dict[str, Any]:
    given = {
        "template": draft.template,
        "interactive": draft.interactive,
        "mentions": [str(user) for user in draft.mentions],
        "automatic": draft.automatic,
    }
    return {key: value for key, value in given.items() if value}


def _attachment(file: Any) -> dict[str, Any]:
    return {
        "name": file.name,
        "mime": file.mime,
        "kind": media.kind_of(file.mime, voice=file.mime == RECORDED),
        "state": "stored",
        "file": file.id,
        "source": {},
        "inline": False,
        "content_id": "",
        "voice": file.mime == RECORDED,
        "failure": "",
    }
