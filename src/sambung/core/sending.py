"""What becomes of a queued message: taken for sending, then sent, put back, failed, or uncertain.

Before the network is touched the message is `sending`. Who finds it so (after a crash) cannot know whether the
provider took it, and makes it `unknown` rather than send it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from sambung.core import changes, connections, conversations, eventlog, messages, parked
from sambung.core.connections import ACTIVE, Traffic
from sambung.core.events import SYSTEM, MessageDeleted
from sambung.core.identity import Identity
from sambung.core.messages import Message
from sambung.core.parts import keep
from sambung.core.reach import Reach
from sambung.kit import clock
from sambung.kit.columns import Instant
from sambung.kit.db import Tx
from sambung.kit.hot import Hot

SEND = "send"
"""Job: hand one message to its channel."""
MOST_REFERENCES = 40


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message taken for sending, with what its channel needs. address "" = never heard from there."""

    row: Any
    kind: str
    value: str
    scope: str
    verified: bool
    address: str
    window_ends_at: Any
    reply_to: str
    references: tuple[str, ...]
    subject: str
    tag: str
    attachments: tuple[Any, ...]


def take(tx: Tx, account: UUID, message: UUID) -> Outgoing | None:
    """Take a queued message for sending; None when there is nothing (more) to send.

    Raises NoSuchConnection when its connection was removed.
    """
    row = messages.get(tx, account, message, lock=True)
    if row.status == "sending":
        changes.set_status(tx, account, row, "unknown")
        return None
    if row.status != "queued" or row.deleted_at is not None:
        return None
    if connections.get(tx, account, row.connection).status != ACTIVE:
        # Whoever mends the connection has what waits for it sent.
        return None
    identity = tx.first(
        select(Identity).where(Identity.account == account, Identity.id == row.identity)
    )
    if identity is None:
        failed(tx, account, row.id, reason="undeliverable", detail="the identity was removed")
        return None
    messages.change(tx, account, row.id, status="sending")
    heard = tx.first(
        select(Reach).where(
            Reach.account == account,
            Reach.connection == row.connection,
            Reach.identity == row.identity,
        )
    )
    conversation = conversations.get(tx, account, row.conversation)
    attachments = messages.attachments_of(tx, account, [row.id])
    return Outgoing(
        row,
        identity.kind,
        identity.value,
        identity.scope,
        identity.level == "verified",
        heard.address if heard else "",
        heard.window_ends_at if heard else None,
        _quoted(tx, account, row),
        _references(tx, account, row),
        row.subject or conversation.subject,
        conversation.tag,
        tuple(attachment for attachment in attachments if attachment.file is not None),
    )


def sent(
    tx: Tx,
    account: UUID,
    message: UUID,
    *,
    provider_id: str,
    state: str = "sent",
    parts: Sequence[str] = (),
) -> None:
    """The provider took it and calls it `provider_id`. parts: what it calls the rest of it."""
    row = messages.get(tx, account, message, lock=True)
    for id in (provider_id, *parts):
        echo = messages.by_provider_id(tx, account, row.connection, id)
        if echo is not None and echo.id != row.id:
            _drop_echo(tx, account, echo)
    messages.change(tx, account, row.id, provider_id=provider_id)
    if parts:
        keep(tx, account, row.id, connection=row.connection, provider_ids=parts)
    changes.set_status(tx, account, row, state)
    tx.defer(_note_traffic, (account, row.connection))
    for id in (provider_id, *parts):
        parked.replay(tx, account, row.connection, id)


def put_back(tx: Tx, account: UUID, message: UUID) -> None:
    """It was surely not taken: queued again (its job comes again)."""
    row = messages.get(tx, account, message, lock=True)
    if row.status == "sending":
        messages.change(tx, account, row.id, status="queued")


def failed(
    tx: Tx, account: UUID, message: UUID, *, reason: str, code: str = "", detail: str = ""
) -> None:
    """It was refused, or given up."""
    row = messages.get(tx, account, message, lock=True)
    failure = changes.failure_of(reason, code, detail)
    changes.set_status(tx, account, row, "failed", failure=failure)


def uncertain(tx: Tx, account: UUID, message: UUID, *, detail: str) -> None:
    """No answer came after it was written to the wire."""
    row = messages.get(tx, account, message, lock=True)
    failure = changes.failure_of("timed_out", "", detail)
    changes.set_status(tx, account, row, "unknown", failure=failure)


def waiting(tx: Tx, account: UUID, connection: UUID) -> list[Any]:
    """(id, conversation) of what is queued on a connection, oldest first."""
    queued = select(Message.id, Message.conversation).where(
        Message.account == account, Message.connection == connection, Message.status == "queued"
    )
    return list(tx.all(queued.order_by(Message.id)))


def _quoted(tx: Tx, account: UUID, row: Any) -> str:
    if row.reply_to is None:
        return ""
    quoted = messages.get(tx, account, row.reply_to)
    return (quoted.provider_id or "") if quoted.connection == row.connection else ""


def _references(tx: Tx, account: UUID, row: Any) -> tuple[str, ...]:
    """The provider's ids of what was said before on this connection, oldest first."""
    earlier = (
        select(Message.provider_id)
        .where(
            Message.account == account,
            Message.conversation == row.conversation,
            Message.connection == row.connection,
            Message.provider_id.is_not(None),
            Message.id != row.id,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(MOST_REFERENCES)
    )
    return tuple(reversed(tx.values(earlier)))


def _drop_echo(tx: Tx, account: UUID, echo: Any) -> None:
    """The provider showed us our own message before it answered us: keep ours."""
    messages.change(tx, account, echo.id, provider_id=None, deleted_at=clock.now(), text="")
    event = MessageDeleted(echo.conversation, echo.id)
    eventlog.append(tx, account, event, by=SYSTEM)


_TRAFFIC = Hot(
    insert(Traffic)
    .values({c.name: bindparam(c.name, type_=c.type) for c in Traffic.__table__.c})
    .on_conflict_do_update(
        index_elements=[Traffic.account, Traffic.connection],
        set_={"last_out_at": bindparam("last_out_at", type_=Instant())},
    )
)


def _note_traffic(tx: Tx, seen: list[tuple[UUID, UUID]]) -> None:
    for account, connection in sorted(set(seen)):
        _TRAFFIC.run(
            tx, account=account, connection=connection, last_in_at=None, last_out_at=clock.now()
        )
