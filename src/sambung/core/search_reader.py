"""Keeps what can be searched in step with the log: each event has its record indexed as it is now."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import bindparam, select

from sambung.core import customers, search_index
from sambung.core.conversations import Conversation
from sambung.core.customers import Customer
from sambung.core.eventlog import Recorded
from sambung.core.events import (
    ConversationOpened,
    ConversationRenamed,
    CustomerAdded,
    CustomerChanged,
    CustomerErased,
    IdentityAdded,
    IdentityRemoved,
    MessageDeleted,
    MessageEdited,
    MessageImported,
    MessageQueued,
    MessageReceived,
    NoteAdded,
)
from sambung.core.follower import Reader
from sambung.core.identity import Identity
from sambung.core.messages import Attachment, Message
from sambung.core.search_index import CONVERSATION, CUSTOMER, MESSAGE
from sambung.kit.columns import Id
from sambung.kit.db import Tx
from sambung.kit.hot import Hot

KINDS = (
    *(MessageReceived, MessageImported, MessageQueued, NoteAdded, MessageEdited, MessageDeleted),
    *(CustomerAdded, CustomerChanged, CustomerErased, IdentityAdded, IdentityRemoved),
    *(ConversationOpened, ConversationRenamed),
)

_TEXT = Hot(
    select(Message.text, Message.subject, Message.deleted_at).where(
        Message.account == bindparam("account", type_=Id()),
        Message.id == bindparam("message", type_=Id()),
    )
)
_FILES = Hot(
    select(Attachment.name).where(
        Attachment.account == bindparam("account", type_=Id()),
        Attachment.message == bindparam("message", type_=Id()),
    )
)


def handle(tx: Tx, recorded: Recorded) -> None:
    account, position, event = recorded.account, recorded.position, recorded.event
    match event:
        case ConversationOpened() | ConversationRenamed():
            _index_subject(tx, account, event.conversation, position)
        case CustomerErased():
            _forget(tx, account, event.customer, position)
        case CustomerAdded() | CustomerChanged() | IdentityAdded() | IdentityRemoved():
            _index_customer(tx, account, event.customer, position)
        case (
            MessageReceived()
            | MessageImported()
            | MessageQueued()
            | NoteAdded()
            | MessageEdited()
            | MessageDeleted()
        ):
            _index_message(tx, account, event.message, position)


READER = Reader("search", handle, tuple(kind.__name__ for kind in KINDS))


def _index_message(tx: Tx, account: UUID, message: UUID, position: int) -> None:
    row = _TEXT.first(tx, account=account, message=message)
    if row is None or row.deleted_at is not None:
        search_index.take(tx, account, MESSAGE, message)
        return
    files = _FILES.all(tx, account=account, message=message)
    body = "\n".join(_said(row.subject, row.text, *(file.name for file in files)))
    search_index.put(tx, account, MESSAGE, message, body, position=position)


def _index_subject(tx: Tx, account: UUID, conversation: UUID, position: int) -> None:
    this = Conversation.account == account, Conversation.id == conversation
    subject = tx.value(select(Conversation.subject).where(*this)) or ""
    search_index.put(tx, account, CONVERSATION, conversation, subject, position=position)


def _index_customer(tx: Tx, account: UUID, customer: UUID, position: int) -> None:
    """By their own record's name and identities: a merge changes nothing, results lead to the person."""
    this = Customer.account == account, Customer.id == customer
    row = tx.first(select(Customer.name, Customer.erased_at).where(*this))
    if row is None or row.erased_at is not None:
        search_index.take(tx, account, CUSTOMER, customer)
        return
    known = select(Identity.value).where(Identity.account == account, Identity.customer == customer)
    body = "\n".join(_said(row.name, *tx.values(known.order_by(Identity.id))))
    search_index.put(tx, account, CUSTOMER, customer, body, position=position)


def _forget(tx: Tx, account: UUID, root: UUID, position: int) -> None:
    """The person on every record of theirs, and all that was said with them."""
    homes = tx.values(customers.homes(account, root))
    for home in homes:
        _index_customer(tx, account, home, position)
    own = select(Conversation.id).where(
        Conversation.account == account, Conversation.customer.in_(homes)
    )
    for conversation in tx.values(own):
        _index_subject(tx, account, conversation, position)
        said = select(Message.id).where(
            Message.account == account, Message.conversation == conversation
        )
        for message in tx.values(said):
            _index_message(tx, account, message, position)


def _said(*parts: str) -> Iterator[str]:
    return (part for part in parts if part)
