"""Small signs to the customer: that their message was read, and reactions of the business. Never tried for long."""

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.channels import Handle, Outbound, Refused, Stopped, TryLater, Unknown
from sambung.core import identity, messages
from sambung.core.connections import ACTIVE
from sambung.core.eventlog import Recorded
from sambung.core.events import MessageReacted
from sambung.core.follower import Reader
from sambung.core.messages import Message
from sambung.core.reach import Reach
from sambung.gateway.directory import Connected, Directory
from sambung.kit import jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.net import Net

log = logging.getLogger(__name__)

REACT, ACKNOWLEDGE = "react", "acknowledge"
NOT_DONE = (Refused, TryLater, Stopped, Unknown)


def schedule(tx: Tx, recorded: Recorded) -> None:
    """A reaction by one of ours becomes a job."""
    event = recorded.event
    if isinstance(event, MessageReacted) and recorded.actor.type != "customer":
        args = {"message": str(event.message)}
        jobs.enqueue(tx, recorded.account, REACT, args, max_attempts=3)


READER = Reader("reactions", schedule, ("MessageReacted",))


class Courtesies:
    """The workers of `seen`, `react` and `acknowledge` jobs."""

    def __init__(self, store: Store, directory: Directory, net: Net) -> None:
        self._store = store
        self._directory = directory
        self._net = net

    async def seen(self, job: Leased) -> None:
        """Tell the channel that the last message up to a position was read."""
        conversation, position = UUID(job.args["conversation"]), int(job.args["position"])
        for row in await self._store.read(_last_in, job.account, conversation, position):
            connected = self._usable(row.connection)
            if connected is None or not connected.channel.capabilities.read_receipts:
                continue
            try:
                await connected.channel.seen(row.provider_id, connected.config, self._net)
            except NOT_DONE as failure:
                log.info("could not show that a message was read: %s", failure)

    async def acknowledge(self, job: Leased) -> None:
        """Tell the provider at once that a tap on a button has come."""
        connected = self._usable(UUID(job.args["connection"]))
        if connected is None:
            return
        try:
            await connected.channel.acknowledge(job.args["target"], connected.config, self._net)
        except NOT_DONE as failure:
            log.info("could not acknowledge a tap: %s", failure)

    async def react(self, job: Leased) -> None:
        """Put the business's reaction on the customer's message, or take it off."""
        found = await self._store.read(_reacted, job.account, UUID(job.args["message"]))
        if found is None:
            return
        row, known, address = found
        connected = self._usable(row.connection)
        if connected is None or not connected.channel.capabilities.reactions:
            return
        emoji = next((one["emoji"] for one in row.reactions if one["by"] == "business"), "")
        handle = Handle(known.kind, known.value, known.level == identity.VERIFIED, known.scope)
        outbound = Outbound(
            id=str(job.id),
            to=address or connected.channel.address_of(handle),
            handle=handle,
            kind="reaction",
            reaction={"target": row.provider_id, "emoji": emoji},
        )
        try:
            await connected.channel.send(outbound, connected.config, self._net)
        except NOT_DONE as failure:
            log.info("could not send a reaction: %s", failure)

    def _usable(self, connection: UUID | None) -> Connected | None:
        found = self._directory.get(connection) if connection else None
        return found if found is not None and found.status == ACTIVE else None


def _last_in(tx: Tx, account: UUID, conversation: UUID, position: int) -> list[Any]:
    """Of each connection, the customer's last message up to the position."""
    wanted = (
        select(Message.connection, Message.provider_id)
        .where(
            Message.account == account,
            Message.conversation == conversation,
            Message.direction == messages.IN,
            Message.position <= position,
        )
        .order_by(Message.at.desc())
        .limit(20)
    )
    last: dict[Any, Any] = {}
    for row in tx.all(wanted):
        last.setdefault(row.connection, row)
    return list(last.values())


def _reacted(tx: Tx, account: UUID, message: UUID) -> tuple[Any, Any, str] | None:
    row = messages.get(tx, account, message)
    if row.identity is None or row.provider_id is None:
        return None
    heard = select(Reach.address).where(
        Reach.account == account, Reach.connection == row.connection, Reach.identity == row.identity
    )
    return row, identity.get(tx, account, row.identity), tx.value(heard) or ""
