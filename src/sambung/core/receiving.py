"""What comes in: an inbound message becomes a message of the customer's conversation, exactly once.

It continues, in this order: the conversation it explicitly answers; the customer's open one with the latest
activity; one closed a short while ago; else a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, select
from sqlalchemy.dialects.postgresql import insert

from sambung.channels import Attachment, Handle, Inbound, all_channels
from sambung.core import (
    conversations,
    echoes,
    eventlog,
    files,
    identity,
    messages,
    parked,
    parts,
    reach,
)
from sambung.core.connections import Traffic
from sambung.core.conversations import CLOSED, SNOOZED, Closure, Conversation
from sambung.core.customers import Customer
from sambung.core.echoes import Link as Link
from sambung.core.events import SYSTEM, Actor, MessageImported, MessageReceived
from sambung.core.identity import Identity, Known
from sambung.kit import clock, media
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id
from sambung.kit.media import Stored, Withheld

REOPEN_WITHIN = timedelta(days=3)
"""A customer who writes again this soon after the end is taken to mean the same matter."""
FOREIGN = "foreign_reference"
"""Warning: the message answers a conversation that its sender has no part in."""


@dataclass(frozen=True, slots=True)
class Received:
    message: UUID
    conversation: UUID
    known: Known


class AlreadyReceived(Exception):
    """Another process recorded the same message at this moment: undo what was done for it here."""


_CURRENT = Hot(
    # Not a join: SQLite would read every conversation of the account to find this customer's.
    select(Conversation.id, Conversation.status)
    .where(
        Conversation.account == bindparam("account", type_=Id()),
        Conversation.customer.in_(
            select(Customer.id).where(
                Customer.account == bindparam("account", type_=Id()),
                Customer.root == bindparam("root", type_=Id()),
            )
        ),
        Conversation.merged_into.is_(None),
    )
    .order_by(case((Conversation.status == CLOSED, 1), else_=0), Conversation.last_at.desc())
    .limit(1)
)


def receive(
    tx: Tx, link: Link, inbound: Inbound, stored: Mapping[int, Stored | Withheld] | None = None
) -> Received | None:
    """Record a message from a customer (or an echo of the business's own); None when we have it already.

    stored: attachments (by index) whose bytes came along and are in the blob store.
    """
    account = link.account
    if messages.by_provider_id(tx, account, link.id, inbound.id):
        return None
    answered, quoted = _answered(tx, link, inbound)
    known, belongs = _sender(tx, account, inbound, answered)
    warnings = list(inbound.warnings)
    explicit = answered.id if answered and belongs else None
    if answered and not belongs:
        warnings.append(FOREIGN)
        quoted = None
    if inbound.outgoing and echoes.of_ours(tx, link, inbound, known.identity):
        return None
    conversation = _continue(tx, link, known, inbound, explicit)
    message, now = new_id(), clock.now()
    at = min(inbound.at or now, now)
    position = conversations.grow(
        tx,
        account,
        conversation,
        message,
        at=at,
        waits=not (inbound.outgoing or inbound.automatic),
        answers=inbound.outgoing,
    )
    new = messages.write(
        tx,
        account,
        message,
        conversation=conversation,
        position=position,
        direction=messages.OUT if inbound.outgoing else messages.IN,
        kind=inbound.kind,
        text=inbound.text,
        html=inbound.html,
        quoted=inbound.quoted,
        subject=inbound.subject[:500],
        connection=link.id,
        identity=known.identity,
        author_type="native_app" if inbound.outgoing else "customer",
        author_id=None if inbound.outgoing else known.home,
        at=at,
        received_at=now,
        provider_id=inbound.id,
        provider_at=inbound.at,
        reply_to=quoted,
        status="sent" if inbound.outgoing else None,
        warnings=warnings,
        extra=_extra(inbound),
    )
    if not new:
        raise AlreadyReceived(inbound.id)
    _attach(tx, account, message, inbound, stored or {})
    if inbound.outgoing:
        event: Any = MessageImported(conversation, message, link.id)
    else:
        _heard(tx, link, known, inbound, at)
        event = MessageReceived(conversation, message, known.root, link.id)
    by = Actor("native_app") if inbound.outgoing else Actor("customer", known.root)
    eventlog.append(tx, account, event, by=by)
    parked.replay(tx, account, link.id, inbound.id)
    return Received(message, conversation, known)


def _answered(tx: Tx, link: Link, inbound: Inbound) -> tuple[Any, UUID | None]:
    """The conversation this explicitly answers, or None; and the quoted message."""
    quoted = None
    conversation: UUID | None = None
    if inbound.reply_to:
        found = parts.named(tx, link.account, link.id, inbound.reply_to)
        if found:
            quoted, conversation = found.id, found.conversation
    for reference in reversed(inbound.references) if conversation is None else ():
        found = messages.by_provider_id(tx, link.account, link.id, reference)
        if found:
            conversation = found.conversation
            break
    if inbound.thread_tag:
        tagged = select(Conversation.id).where(
            Conversation.account == link.account, Conversation.tag == inbound.thread_tag.lower()
        )
        conversation = tx.value(tagged) or conversation
    if conversation is None:
        return None, None
    return conversations.get(tx, link.account, conversation), quoted


def _sender(tx: Tx, account: UUID, inbound: Inbound, answered: Any) -> tuple[Known, bool]:
    """Who writes, and whether the conversation that it answers is theirs.

    Whoever answers what we sent to an address, from that address, belongs to the conversation, though the
    address be only claimed so far.
    """
    if answered is not None:
        known = _claimant(tx, account, answered.customer, inbound.sender.handles[0])
        if known is not None:
            return known, True
    known = identity.resolve(tx, account, inbound.sender)
    if answered is None:
        return known, False
    person = select(Customer.root).where(
        Customer.account == account, Customer.id == answered.customer
    )
    return known, tx.value(person) == known.root


def _claimant(tx: Tx, account: UUID, home: UUID, handle: Handle) -> Known | None:
    """The conversation's customer, when this handle is known of them, but not verified."""
    root = select(Customer.root).where(Customer.account == account, Customer.id == home)
    wanted = (
        select(Identity.id, Identity.customer, Identity.level, Customer.root)
        .join(Customer, (Customer.account == Identity.account) & (Customer.id == Identity.customer))
        .where(
            Identity.account == account,
            Identity.kind == handle.kind,
            Identity.value == handle.value,
            Customer.root == root.scalar_subquery(),
        )
        .order_by(Identity.level.desc())
    )
    found = tx.first(wanted)
    if found is None or (handle.verified and found.level == identity.VERIFIED):
        return None
    return Known(found.id, found.customer, found.root)


def _continue(tx: Tx, link: Link, known: Known, inbound: Inbound, explicit: UUID | None) -> UUID:
    account = link.account
    if explicit is not None:
        row = conversations.get(tx, account, explicit)
    else:
        row = None if known.new else _CURRENT.first(tx, account=account, root=known.root)
    if row is None or (explicit is None and row.status == CLOSED and not _recent(tx, account, row)):
        return conversations.open(
            tx,
            account,
            customer=known.home,
            root=known.root,
            connection=link.id,
            by=Actor("customer", known.root),
            subject=inbound.subject,
        )
    if inbound.automatic or inbound.outgoing:
        return _id(row)
    if row.status == CLOSED:
        conversations.reopen(tx, account, row.id, by=Actor("customer", known.root))
    elif row.status == SNOOZED:
        conversations.wake(tx, account, row.id, by=Actor("customer", known.root))
    return _id(row)


def _recent(tx: Tx, account: UUID, row: Any) -> bool:
    closed = select(Closure.at).where(Closure.account == account, Closure.conversation == row.id)
    at: datetime | None = tx.value(closed)
    return at is not None and clock.now() - at < REOPEN_WITHIN


def _id(row: Any) -> UUID:
    found: UUID = row.id
    return found


def _heard(tx: Tx, link: Link, known: Known, inbound: Inbound, at: datetime) -> None:
    window = inbound.window or all_channels()[link.channel].capabilities.window
    address = inbound.address
    if not inbound.sender.handles[0].verified:
        # Whoever borrows somebody's name must not have the answers sent to themselves.
        address = reach.address(tx, link.account, link.id, known.identity) or address
    reach.heard(
        tx,
        link.account,
        connection=link.id,
        identity=known.identity,
        address=address,
        at=at,
        window=window,
    )
    tx.defer(_note_traffic, (link.account, link.id, at))


_TRAFFIC = Hot(
    insert(Traffic)
    .values({c.name: bindparam(c.name, type_=c.type) for c in Traffic.__table__.c})
    .on_conflict_do_update(
        index_elements=[Traffic.account, Traffic.connection],
        set_={"last_in_at": bindparam("last_in_at", type_=Instant())},
    )
)


def _note_traffic(tx: Tx, seen: list[tuple[UUID, UUID, datetime]]) -> None:
    for (account, connection), at in sorted({(a, c): at for a, c, at in seen}.items()):
        _TRAFFIC.run(tx, account=account, connection=connection, last_in_at=at, last_out_at=None)


def _extra(inbound: Inbound) -> dict[str, Any]:
    return {**inbound.extra, "automatic": True} if inbound.automatic else dict(inbound.extra)


def _attach(
    tx: Tx, account: UUID, message: UUID, inbound: Inbound, stored: Mapping[int, Stored | Withheld]
) -> None:
    rows = []
    for index, attachment in enumerate(inbound.attachments):
        taken = stored.get(index)
        file = files.add(tx, account, taken, by=SYSTEM) if isinstance(taken, Stored) else None
        rows.append(_attachment_row(attachment, taken, file))
    if rows:
        messages.attach(tx, account, message, rows)


def _attachment_row(
    attachment: Attachment, taken: Stored | Withheld | None, file: UUID | None
) -> dict[str, Any]:
    mime = taken.mime if taken else attachment.mime
    return {
        "name": (taken.name if taken else attachment.name)[:255],
        "mime": mime[:128],
        "kind": media.kind_of(mime, voice=attachment.voice),
        "state": "stored" if file else "failed" if taken else "pending",
        "file": file,
        "source": {
            "id": attachment.id,
            "url": attachment.url,
            "mime": attachment.mime,
            "size": attachment.size,
            "sha256": attachment.sha256,
        },
        "inline": attachment.inline,
        "content_id": attachment.content_id[:255],
        "voice": attachment.voice,
        "failure": taken.why[:255] if isinstance(taken, Withheld) else "",
    }
