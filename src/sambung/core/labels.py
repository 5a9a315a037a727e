"""Labels: words of the business that sort conversations."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import conversations, eventlog
from sambung.core.events import Actor, ConversationLabelled
from sambung.kit.columns import Id
from sambung.kit.db import Table, Tx
from sambung.kit.problems import Invalid

LONGEST = 40


class Label(Table):
    __tablename__ = "label"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    colour: Mapped[str] = mapped_column(String(16))


class Labelled(Table):
    __tablename__ = "conversation_label"
    __table_args__ = (Index("ix_conversation_label", "account", "label", "conversation"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id, primary_key=True)
    label: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)


class BadLabel(Invalid):
    text = {
        "en": "A label has 1 to 40 characters.",
        "id": "Label terdiri dari 1 sampai 40 karakter.",
    }


def define(tx: Tx, account: UUID, name: str, *, colour: str = "") -> str:
    """Have a label; its tidied name."""
    tidy = " ".join(name.split()).lower()
    if not 1 <= len(tidy) <= LONGEST:
        raise BadLabel
    made = insert(Label).values(account=account, name=tidy, colour=colour)
    if colour:
        made = made.on_conflict_do_update(
            index_elements=[Label.account, Label.name], set_={"colour": colour}
        )
    else:
        made = made.on_conflict_do_nothing()
    tx.run(made)
    return tidy


def remove(tx: Tx, account: UUID, name: str) -> None:
    """Forget a label, everywhere."""
    tx.run(delete(Labelled).where(Labelled.account == account, Labelled.label == name))
    tx.run(delete(Label).where(Label.account == account, Label.name == name))


def put(tx: Tx, account: UUID, conversation: UUID, names: Collection[str], *, by: Actor) -> None:
    """Have exactly these labels on a conversation."""
    found = conversations.lock(tx, account, conversation).id
    wanted = {define(tx, account, name) for name in names}
    present = set(of(tx, account, [found]).get(found, ()))
    added, removed = sorted(wanted - present), sorted(present - wanted)
    for label in added:
        tx.run(insert(Labelled).values(account=account, conversation=found, label=label))
    if removed:
        this = Labelled.account == account, Labelled.conversation == found
        tx.run(delete(Labelled).where(*this, Labelled.label.in_(removed)))
    if added or removed:
        event = ConversationLabelled(found, tuple(added), tuple(removed))
        eventlog.append(tx, account, event, by=by)


def of(tx: Tx, account: UUID, found: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The labels of each of these conversations, in alphabetical order."""
    rows = tx.all(
        select(Labelled.conversation, Labelled.label).where(
            Labelled.account == account, Labelled.conversation.in_(found)
        )
    )
    grouped: dict[UUID, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.label):
        grouped.setdefault(row.conversation, []).append(row.label)
    return grouped


def all_of(tx: Tx, account: UUID) -> list[Any]:
    """(name, colour, used): every label and on how many conversations it is."""
    used = func.count(Labelled.conversation).label("used")
    rows = (
        select(Label.name, Label.colour, used)
        .outerjoin(Labelled, (Labelled.account == Label.account) & (Labelled.label == Label.name))
        .where(Label.account == account)
        .group_by(Label.name, Label.colour)
        .order_by(Label.name)
    )
    return list(tx.all(rows))
