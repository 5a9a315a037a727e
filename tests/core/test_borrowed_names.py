"""Mails that borrow somebody's name: they may reach the conversation, the answers do not reach them."""

import pytest
from tests.core.world import World

from sambung.channels import Handle, Inbound, Sender
from sambung.core import reach, receiving
from sambung.core.receiving import Link

DIAN, THIEF = "dian@contoh.example", "thief@other.example"


def _answers_go_to(world: World, mail: Link, id: str, address: str, *, verified: bool) -> list[str]:
    """Where answers to Dian go after this mail, which answers the first one and wishes to be answered at `address`."""
    sender = Sender((Handle("email", DIAN, verified),))
    inbound = Inbound(id=id, sender=sender, address=address, text="Halo", reply_to="first")
    received = receiving.receive(world.tx, mail, inbound)
    assert received is not None
    return [row.address for row in reach.of(world.tx, world.account, received.known.root)]


@pytest.mark.parametrize("proven", [True, False])
def test_an_unverified_sender_does_not_move_where_the_answers_go(
    world: World, mail: Link, proven: bool
) -> None:
    _answers_go_to(world, mail, "first", DIAN, verified=proven)
    assert _answers_go_to(world, mail, "forged", THIEF, verified=False) == [DIAN]


def test_a_verified_sender_does(world: World, mail: Link) -> None:
    _answers_go_to(world, mail, "first", DIAN, verified=True)
    assert _answers_go_to(world, mail, "second", THIEF, verified=True) == [THIEF]
