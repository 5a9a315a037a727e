"""What goes out: replies queued on a connection the customer can be reached by, and private notes.

A reply goes by default where the customer last wrote from. Another connection is used by choice, never silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.channels import Capabilities, Handle, all_channels
from sambung.core import (
    connections,
    consent,
    conversations,
    customers,
    eventlog,
    files,
    identity,
    messages,
    reach,
)
from sambung.core.events import Actor, MessageQueued, NoteAdded
from sambung.core.messages import Message
from sambung.kit import clock
from sambung.kit.db import Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent (or a bot) wants said. attachments: file ids; kind follows from what is given."""

    text: str = ""
    html: str = ""
    subject: str = ""
    attachments: Sequence[UUID] = ()
    template: dict[str, Any] | None = None
    interactive: dict[str, Any] | None = None
    reply_to: UUID | None = None
    automatic: bool = False
    mentions: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A connection and the identity to write to on it. window_ends_at: as `Reach`; new: never heard from there."""

    connection: UUID
    channel: str
    identity: UUID
    address: str
    window_ends_at: datetime | None
    new: bool
    level: str
    kind: str
    value: str


class NobodyToAnswer(Conflict):
    text = {
        "en": "The customer cannot be reached on this connection.",
        "id": "Pelanggan tidak dapat dihubungi lewat koneksi ini.",
    }


class WindowClosed(Conflict):
    text = {
        "en": "The customer's last message is too long ago; only an approved template can be sent.",
        "id": "Pesan terakhir pelanggan sudah terlalu lama; hanya templat yang disetujui bisa dikirim.",
    }


class ConnectionUnusable(Conflict):
    text = {
        "en": "This connection is stopped or switched off.",
        "id": "Koneksi ini berhenti atau dimatikan.",
    }


class OptedOut(Conflict):
    text = {
        "en": "The customer does not want messages there.",
        "id": "Pelanggan tidak mau menerima pesan di sana.",
    }


class NothingToSend(Invalid):
    text = {"en": "There is nothing to send.", "id": "Tidak ada yang dikirim."}


class TooLong(Invalid):
    text = {
        "en": "The text is too long: at most {longest} characters here.",
        "id": "Teks terlalu panjang: paling banyak {longest} karakter di sini.",
    }


class NotCarried(Invalid):
    text = {
        "en": "This channel does not carry {what}.",
        "id": "Kanal ini tidak dapat mengirim {what}.",
    }


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

    connection, to: by choice another connection, another identity. Raises the problems above.
    """
    found = conversations.lock(tx, account, conversation)
    if (first := _said(tx, account, found.id, client_id)) is not None:
        return first, False
    root = customers.get(tx, account, found.customer).id
    route = choose(tx, account, root, found.id, connection=connection, identity=to)
    _check(tx, account, root, route, draft)
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
    """Write first: a new conversation with a queued message in it; the conversation's id."""
    person = customers.get(tx, account, customer)
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
    messages.change(tx, account, row.id, status="queued", failure=None)
    conversations.count_failed(tx, account, row.conversation, -1)
    eventlog.append(tx, account, MessageQueued(row.conversation, row.id, row.connection), by=by)


def routes(tx: Tx, account: UUID, root: UUID) -> list[Route]:
    """Every way to write to this person: where they wrote from, latest first; then where we may write first."""
    heard = reach.of(tx, account, root)
    active = {row.id: row for row in connections.all_of(tx, account)}
    found = [
        Route(
            row.connection,
            active[row.connection].channel,
            row.identity,
            row.address,
            row.window_ends_at,
            False,
            row.level,
            row.kind,
            row.value,
        )
        for row in heard
        if row.connection in active
    ]
    known = identity.of(tx, account, root)
    taken = {(route.connection, route.kind) for route in found}
    for row in active.values():
        channel = all_channels().get(row.channel)
        if channel is None or not channel.capabilities.can_start:
            continue
        for kind in channel.handle_kinds:
            other = next((one for one in known if one.kind == kind), None)
            if other is None or any((row.id, k) in taken for k in channel.handle_kinds):
                continue
            address = channel.address_of(Handle(kind, other.value, scope=other.scope))
            past = clock.now() if channel.capabilities.window else None
            found.append(
                Route(
                    row.id,
                    row.channel,
                    other.id,
                    address,
                    past,
                    True,
                    other.level,
                    kind,
                    other.value,
                )
            )
            break
    return found


def choose(
    tx: Tx,
    account: UUID,
    root: UUID,
    conversation: UUID,
    *,
    connection: UUID | None = None,
    identity: UUID | None = None,
) -> Route:
    """The route asked for, else where the customer last wrote from. Raises NobodyToAnswer."""
    found = routes(tx, account, root)
    wanted = connection if connection is not None else _last_connection(tx, account, conversation)
    for route in found:
        if wanted in (None, route.connection) and identity in (None, route.identity):
            return route
    if connection is None and found and identity is None:
        return found[0]
    raise NobodyToAnswer


def _last_connection(tx: Tx, account: UUID, conversation: UUID) -> UUID | None:
    last = (
        select(Message.connection)
        .where(
            Message.account == account,
            Message.conversation == conversation,
            Message.direction == messages.IN,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
    found: UUID | None = tx.value(last)
    return found


def _check(tx: Tx, account: UUID, root: UUID, route: Route, draft: Draft) -> None:
    row = connections.get(tx, account, route.connection)
    if row.status != connections.ACTIVE:
        raise ConnectionUnusable
    if not (draft.text.strip() or draft.attachments or draft.template or draft.interactive):
        raise NothingToSend
    if consent.stopped(tx, account, root, "service"):
        raise OptedOut
    able = all_channels()[route.channel].capabilities
    if draft.template is None and not reach.is_open(route.window_ends_at):
        raise WindowClosed
    _check_content(tx, account, able, draft)


def _check_content(tx: Tx, account: UUID, able: Capabilities, draft: Draft) -> None:
    if len(draft.text) > able.longest_text:
        raise TooLong(longest=able.longest_text)
    if draft.template is not None and not able.templates:
        raise NotCarried(what="template")
    if draft.interactive is not None and not (able.buttons or able.list_rows):
        raise NotCarried(what="interactive")
    if len(draft.attachments) > able.attachments_per_message:
        raise NotCarried(what=f"> {able.attachments_per_message} attachments")
    for file in draft.attachments:
        row = files.get(tx, account, file)
        if not any(_carries(rule.mimes, rule.largest, row) for rule in able.media):
            raise NotCarried(what=f"{row.name} ({row.mime}, {row.size} B)")


def _carries(mimes: Sequence[str], largest: int, file: Any) -> bool:
    fits = any(
        file.mime == mime
        or (mime.endswith("/*") and file.mime.startswith(mime[:-1]))
        or mime == "*/*"
        for mime in mimes
    )
    return fits and file.size <= largest


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
    return messages.kind_of(attached[0].mime) if attached else "text"


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
        "kind": messages.kind_of(file.mime),
        "state": "stored",
        "file": file.id,
        "source": {},
        "inline": False,
        "content_id": "",
        "voice": False,
        "failure": "",
    }
