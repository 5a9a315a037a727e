"""Separation: undoing that two were one, so that it is as if they never had been.

Identities, conversations and consents of a merged customer never moved. What was written meanwhile goes to the
identity that wrote it (or was written to): out of the other person's conversation, into one of their own.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sambung.core import conversations, customers, eventlog, merges, messages
from sambung.core.conversations import CLOSED, Conversation
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, Actor, ConversationsSplit
from sambung.core.identity import Identity
from sambung.core.messages import Message
from sambung.core.threads import ConversationMerge, recount, undo_merge
from sambung.kit.db import Tx


def undo(tx: Tx, account: UUID, merge: UUID, *, by: Actor) -> None:
    """Unmerge two customers exactly. Raises NoSuchMerge, AlreadyUndone."""
    row = merges.undo(tx, account, merge, by=by)
    kept = _root(tx, account, row.survivor)
    for one, other in ((kept, row.absorbed), (row.absorbed, kept)):
        _part_conversations(tx, account, one, other, by=by)
        _give_back(tx, account, one, other, since=row.at)


def _part_conversations(tx: Tx, account: UUID, one: UUID, other: UUID, *, by: Actor) -> None:
    """Undo what agents merged of the two persons' conversations while they were one."""
    own, theirs = customers.homes(account, one), customers.homes(account, other)
    into = select(Conversation.id).where(
        Conversation.account == account, Conversation.customer.in_(own)
    )
    of_other = select(Conversation.id).where(
        Conversation.account == account, Conversation.customer.in_(theirs)
    )
    merged = select(ConversationMerge.id).where(
        ConversationMerge.account == account,
        ConversationMerge.undone_at.is_(None),
        ConversationMerge.survivor.in_(into),
        ConversationMerge.absorbed.in_(of_other),
    )
    for found in tx.values(merged.order_by(ConversationMerge.id.desc())):
        undo_merge(tx, account, found, by=by)


def _give_back(tx: Tx, account: UUID, one: UUID, other: UUID, *, since: datetime) -> None:
    """Move `other`'s messages out of `one`'s conversations."""
    own = customers.homes(account, one)
    theirs = select(Identity.id).where(
        Identity.account == account, Identity.customer.in_(customers.homes(account, other))
    )
    misplaced = (
        select(Message.id, Message.conversation, Message.at, Message.connection)
        .join(
            Conversation,
            (Conversation.account == Message.account) & (Conversation.id == Message.conversation),
        )
        .where(
            Message.account == account,
            Message.identity.in_(theirs),
            Message.received_at >= since,
            Conversation.customer.in_(own),
        )
        .order_by(Message.at, Message.id)
    )
    by_source: dict[UUID, list[Any]] = {}
    for row in tx.all(misplaced):
        by_source.setdefault(row.conversation, []).append(row)
    for source, rows in by_source.items():
        target = _own_conversation(tx, account, other, rows[0])
        for row in rows:
            messages.change(tx, account, row.id, conversation=target)
        recount(tx, account, source)
        recount(tx, account, target)
        eventlog.append(tx, account, ConversationsSplit(source, target), by=SYSTEM)


def _own_conversation(tx: Tx, account: UUID, person: UUID, first: Any) -> UUID:
    """The one they would have gone on in: their open one with the latest activity, else a new one."""
    for row in conversations.of_customer(tx, account, person):
        if row.status != CLOSED:
            found: UUID = row.id
            return found
    opened = conversations.open(
        tx, account, customer=person, root=person, connection=first.connection, by=SYSTEM
    )
    this = Conversation.account == account, Conversation.id == opened
    tx.run(update(Conversation).where(*this).values(opened_at=first.at, last_at=first.at))
    return opened


def _root(tx: Tx, account: UUID, home: UUID) -> UUID:
    this = Customer.account == account, Customer.id == home
    root: UUID = tx.value(select(Customer.root).where(*this))
    return root
