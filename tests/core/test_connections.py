from uuid import UUID

import pytest

from sambung.core import accounts, connections
from sambung.core.connections import AddressTaken
from sambung.core.events import SYSTEM
from sambung.kit.db import Tx

MAILBOX = "cs@toko.example"


def add(tx: Tx, account: UUID, channel: str, address: str) -> UUID:
    return connections.add(
        tx, account, channel=channel, name="CS", config={}, address=address, by=SYSTEM
    )


def test_a_mail_address_belongs_to_one_business(tx: Tx, account: UUID) -> None:
    other = accounts.open_account(tx, "Toko Lain", by=SYSTEM)
    mine = add(tx, account, "email", MAILBOX)
    with pytest.raises(AddressTaken):
        add(tx, other, "email", MAILBOX)
    theirs = add(tx, other, "email", "lain@toko.example")
    with pytest.raises(AddressTaken):
        connections.change(tx, other, theirs, config={}, address=MAILBOX, by=SYSTEM)
    connections.remove(tx, account, mine, by=SYSTEM)
    add(tx, other, "email", MAILBOX)


def test_a_number_proven_by_a_secret_may_be_connected_twice(tx: Tx, account: UUID) -> None:
    other = accounts.open_account(tx, "Toko Lain", by=SYSTEM)
    add(tx, account, "whatsapp", "5521")
    add(tx, other, "whatsapp", "5521")
