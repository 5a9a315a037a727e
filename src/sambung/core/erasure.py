"""Erasure: a customer asks to be forgotten. What they said and who they were goes; that something happened stays.

The log carries ids only, so it stays whole and every figure computed from it stays true.
"""

from uuid import UUID

from sqlalchemy import delete, select, update

from sambung.core import customers, eventlog, files
from sambung.core.conversations import Conversation
from sambung.core.customers import Customer
from sambung.core.drafts import Draft
from sambung.core.events import Actor, CustomerErased
from sambung.core.identity import Identity
from sambung.core.merges import Merge
from sambung.core.messages import Attachment, Message, files_of
from sambung.core.reach import Reach
from sambung.core.suggestions import Suggestion
from sambung.kit import clock
from sambung.kit.db import Tx


def erase(tx: Tx, account: UUID, customer: UUID, *, by: Actor) -> None:
    """Forget a person, with every record that was merged into theirs. Cannot be undone."""
    root = customers.get(tx, account, customer).id
    own = tx.values(customers.homes(account, root))
    in_theirs = select(Conversation.id).where(
        Conversation.account == account, Conversation.customer.in_(own)
    )
    said = select(Message.id).where(
        Message.account == account,
        Message.conversation.in_(in_theirs),
    )
    _forget_files(tx, account, tx.values(said))
    blank = {"text": "", "html": "", "quoted": "", "subject": "", "extra": {}, "edits": []}
    messages = update(Message).where(Message.account == account, Message.id.in_(said))
    tx.run(messages.values(**blank, deleted_at=clock.now()))
    drafts = Draft.account == account, Draft.conversation.in_(in_theirs)
    tx.run(delete(Draft).where(*drafts))
    made = Merge.survivor.in_(own) | Merge.absorbed.in_(own)
    tx.run(update(Merge).where(Merge.account == account, made).values(reason="", evidence=[]))
    talks = update(Conversation).where(
        Conversation.account == account, Conversation.customer.in_(own)
    )
    tx.run(talks.values(subject=""))
    known = select(Identity.id).where(Identity.account == account, Identity.customer.in_(own))
    tx.run(delete(Reach).where(Reach.account == account, Reach.identity.in_(known)))
    tx.run(delete(Identity).where(Identity.account == account, Identity.customer.in_(own)))
    pairs = Suggestion.one.in_(own) | Suggestion.other.in_(own)
    tx.run(delete(Suggestion).where(Suggestion.account == account, pairs))
    person = update(Customer).where(Customer.account == account, Customer.id.in_(own))
    tx.run(
        person.values(
            name="", name_key="", notes="", language="", named=True, erased_at=clock.now()
        )
    )
    eventlog.append(tx, account, CustomerErased(root), by=by)


def _forget_files(tx: Tx, account: UUID, said: list[UUID]) -> None:
    held = Attachment.account == account, Attachment.message.in_(said)
    found = files_of(tx.all(select(Attachment.file, Attachment.variant).where(*held)))
    tx.run(delete(Attachment).where(*held))
    files.forget(tx, account, found)
