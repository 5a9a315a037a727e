"""Customers' devices that can be notified: identities that move with whoever is signed in, and vanish with the app."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from sambung.channels import DeviceRegistered, Handle, Sender
from sambung.core import eventlog, identity
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, IdentityRemoved
from sambung.core.identity import Identity
from sambung.kit import clock
from sambung.kit.db import Tx


def told(tx: Tx, account: UUID, item: DeviceRegistered) -> None:
    """The device has an owner, or none any more."""
    if item.owner is None:
        forget(tx, account, item.device)
    else:
        register(tx, account, item.device, item.owner)


def register(tx: Tx, account: UUID, device: Handle, owner: Sender) -> None:
    """The device is this person's from now on, and nobody else's: what is sent to it, only they may read."""
    known = identity.resolve(tx, account, owner)
    for row in _known(tx, account, device):
        if row.root == known.root and row.scope == device.scope:
            again = update(Identity).where(*_this(account, row.id))
            tx.run(again.values(last_at=clock.now()))
            return
        _remove(tx, account, row)
    identity.changed(tx, account, (device,), owner.handles)


def forget(tx: Tx, account: UUID, device: Handle) -> None:
    """Nobody can be reached by it any more."""
    for row in _known(tx, account, device):
        _remove(tx, account, row)


def _known(tx: Tx, account: UUID, device: Handle) -> list[Any]:
    """Identities of this device, whatever keys it was registered with."""
    wanted = (
        select(Identity.id, Identity.customer, Identity.scope, Customer.root)
        .join(Customer, (Customer.account == Identity.account) & (Customer.id == Identity.customer))
        .where(
            Identity.account == account,
            Identity.value == device.value,
            Identity.kind == device.kind,
        )
    )
    return list(tx.all(wanted))


def _remove(tx: Tx, account: UUID, row: Any) -> None:
    tx.run(delete(Identity).where(*_this(account, row.id)))
    eventlog.append(tx, account, IdentityRemoved(row.customer, row.id), by=SYSTEM)


def _this(account: UUID, identity: UUID) -> tuple[Any, ...]:
    return Identity.account == account, Identity.id == identity
