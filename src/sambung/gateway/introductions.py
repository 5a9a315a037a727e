"""Introductions: providers that send no name with a message are asked for it, once per conversation."""

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.channels import Handle, Refused, Stopped, TryLater, Unknown
from sambung.core import customers, identity
from sambung.core.connections import ACTIVE
from sambung.core.customers import Customer
from sambung.core.eventlog import Recorded
from sambung.core.events import SYSTEM
from sambung.core.follower import Reader
from sambung.core.identity import Identity
from sambung.core.reach import Reach
from sambung.gateway.directory import Directory
from sambung.kit import jobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.net import Net
from sambung.kit.runner import Failed

log = logging.getLogger(__name__)

ASK = "profile"


def schedule(tx: Tx, recorded: Recorded) -> None:
    """A conversation with somebody whose name we do not know becomes a job."""
    account, data = recorded.account, recorded.data
    this = Customer.account == account, Customer.id == UUID(data["customer"])
    row = tx.first(select(Customer.name, Customer.named).where(*this))
    if row is not None and not row.name and not row.named:
        args = {"customer": data["customer"], "connection": data["connection"]}
        jobs.enqueue(tx, account, ASK, args, dedupe=f"profile:{data['customer']}", max_attempts=4)


READER = Reader("introductions", schedule, ("ConversationOpened",))


class Ask:
    """The worker of `profile` jobs."""

    def __init__(self, store: Store, directory: Directory, net: Net) -> None:
        self._store = store
        self._directory = directory
        self._net = net

    async def __call__(self, job: Leased) -> None:
        connection, customer = UUID(job.args["connection"]), UUID(job.args["customer"])
        connected = self._directory.get(connection)
        if connected is None or connected.status != ACTIVE:
            return
        for row in await self._store.read(_heard_on, job.account, customer, connection):
            handle = Handle(row.kind, row.value, row.level == identity.VERIFIED, row.scope)
            try:
                profile = await connected.channel.profile(
                    handle, connected.config, self._net, address=row.address
                )
            except TryLater as later:
                raise Failed(later.detail, later.seconds) from later
            except (Refused, Stopped, Unknown) as failure:
                log.info("the provider does not say who this is: %s", failure)
                return
            if profile is not None and (profile.name or profile.username):
                name = profile.name or f"@{profile.username}"
                await self._store.write(
                    customers.called, job.account, row.customer, name, by=SYSTEM
                )
                return


def _heard_on(tx: Tx, account: UUID, customer: UUID, connection: UUID) -> list[Any]:
    """The person's identities that wrote on the connection, with their addresses."""
    root = customers.get(tx, account, customer).id
    wanted = (
        select(Identity.kind, Identity.value, Identity.scope, Identity.level, Identity.customer)
        .add_columns(Reach.address)
        .join(Reach, (Reach.account == Identity.account) & (Reach.identity == Identity.id))
        .where(
            Identity.account == account,
            Identity.customer.in_(customers.homes(account, root)),
            Reach.connection == connection,
        )
    )
    return list(tx.all(wanted.order_by(Reach.last_in_at.desc())))
