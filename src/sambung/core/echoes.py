"""Echoes: the provider shows us what the business sent. Some of it is our own, seen before our send returned."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.channels import Inbound
from sambung.core import changes, messages, parked, parts
from sambung.core.messages import Message
from sambung.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Link:
    """The connection something came in on."""

    account: UUID
    id: UUID
    channel: str


def of_ours(tx: Tx, link: Link, echo: Inbound, identity: UUID) -> bool:
    """Whether the echo is of a message that we are sending, or sent without hearing the answer: then it was sent."""
    row = _awaited(tx, link, echo, identity)
    if row is None:
        # A further part of something we sent.
        return parts.named(tx, link.account, link.id, echo.id) is not None
    messages.change(tx, link.account, row.id, provider_id=echo.id)
    changes.set_status(tx, link.account, row, "sent")
    parked.replay(tx, link.account, link.id, echo.id)
    return True


def _awaited(tx: Tx, link: Link, echo: Inbound, identity: UUID) -> Any:
    """The oldest message to this identity with these words whose fate we do not know yet."""
    wanted = (
        select(Message)
        .where(
            Message.account == link.account,
            Message.connection == link.id,
            Message.identity == identity,
            Message.direction == messages.OUT,
            Message.status.in_(("sending", "unknown")),
            Message.provider_id.is_(None),
            Message.text == echo.text,
        )
        .order_by(Message.id)
        .limit(1)
    )
    return tx.first(wanted.with_for_update())
