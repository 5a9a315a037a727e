"""Read markers: how far each user has read a conversation (a message's `position`)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Integer, case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.kit import jobs
from sambung.kit.columns import Id
from sambung.kit.db import Table, Tx


class ReadMarker(Table):
    __tablename__ = "read_marker"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user: Mapped[UUID] = mapped_column(Id, primary_key=True)
    conversation: Mapped[UUID] = mapped_column(Id, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


SEEN = "seen"
"""Job: show the customer, where the channel can, that we have read up to here."""


def move(tx: Tx, account: UUID, user: UUID, conversation: UUID, position: int) -> None:
    """Read up to `position`; never back."""
    higher = case((ReadMarker.position > position, ReadMarker.position), else_=position)
    tx.run(
        insert(ReadMarker)
        .values(account=account, user=user, conversation=conversation, position=position)
        .on_conflict_do_update(
            index_elements=[ReadMarker.account, ReadMarker.user, ReadMarker.conversation],
            set_={"position": higher},
        )
    )
    args = {"conversation": str(conversation), "position": position}
    jobs.enqueue(tx, account, SEEN, args, dedupe=f"seen:{conversation}:{position}", max_attempts=1)


def cap(tx: Tx, account: UUID, conversation: UUID, highest: int) -> None:
    """Messages have left the conversation: nobody has read further than there is, or the next would count as read."""
    beyond = update(ReadMarker).where(
        ReadMarker.account == account,
        ReadMarker.conversation == conversation,
        ReadMarker.position > highest,
    )
    tx.run(beyond.values(position=highest))


def of(tx: Tx, account: UUID, user: UUID, found: Sequence[UUID]) -> dict[UUID, int]:
    """How far the user has read each of these conversations; absent = nothing."""
    mine = select(ReadMarker.conversation, ReadMarker.position).where(
        ReadMarker.account == account,
        ReadMarker.user == user,
        ReadMarker.conversation.in_(found),
    )
    return dict(tuple(row) for row in tx.all(mine))
