"""Receipts that name a moment, messages that went out in parts, and how late people may write."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest
from tests.core.world import World

from sambung.channels import Handle, Inbound, ReadUpTo, Sender
from sambung.core import changes, messages, outgoing, reachable, receiving, replies, sending
from sambung.core.events import Actor
from sambung.core.receiving import Link, Received
from sambung.core.replies import Draft
from sambung.kit import clock

SARI = "7011223344556677"
SENDER = Sender((Handle("messenger", SARI),))


@pytest.fixture
def page(world: World) -> Link:
    return world.connect("messenger")


@pytest.fixture
def heard(world: World, page: Link) -> Received:
    return world.hears(page, SARI, "Halo", kind="messenger")


def _send(world: World, talk: UUID, by: Actor, id: str, *, parts: tuple[str, ...] = ()) -> UUID:
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text=id), by=by)
    sending.take(world.tx, world.account, message)
    sending.sent(world.tx, world.account, message, provider_id=id, parts=parts)
    return message


def _row(world: World, message: UUID) -> Any:
    return messages.get(world.tx, world.account, message)


def _seen(
    world: World, page: Link, sent: UUID, state: Literal["delivered", "read"], at: datetime
) -> None:
    item = ReadUpTo(sender=SENDER, target="", state=state, at=at)
    identity = _row(world, sent).identity
    changes.read_up_to(world.tx, world.account, page.id, item, identity=identity)


def test_a_watermark_moves_what_was_sent_before_it_and_nothing_that_may_not_have_left(
    world: World, page: Link, heard: Received, agent: Actor
) -> None:
    sent = []
    for n in range(3):
        clock.advance(timedelta(seconds=10))
        sent.append(_send(world, heard.conversation, agent, f"m_{n}"))
    lost, _ = replies.reply(
        world.tx, world.account, heard.conversation, Draft(text="hilang?"), by=agent
    )
    sending.take(world.tx, world.account, lost)
    sending.uncertain(world.tx, world.account, lost, detail="timed out")
    between = _row(world, sent[1]).at + timedelta(seconds=1)
    _seen(world, page, sent[0], "read", _row(world, sent[0]).at)
    _seen(world, page, sent[0], "delivered", between)
    assert [_row(world, one).status for one in sent] == ["read", "delivered", "sent"]
    _seen(world, page, sent[0], "read", clock.now())
    assert [_row(world, one).status for one in [*sent, lost]] == ["read", "read", "read", "unknown"]


def _echo(world: World, page: Link, id: str) -> Received | None:
    inbound = Inbound(id=id, sender=SENDER, address=SARI, text="bagian", outgoing=True)
    return receiving.receive(world.tx, page, inbound)


def test_an_echo_of_a_further_part_is_ours_whether_it_comes_after_our_answer_or_before(
    world: World, page: Link, heard: Received, agent: Actor
) -> None:
    _send(world, heard.conversation, agent, "m_1", parts=("m_2",))
    assert _echo(world, page, "m_2") is None
    early = _echo(world, page, "m_4")
    assert early is not None
    _send(world, heard.conversation, agent, "m_3", parts=("m_4",))
    assert _row(world, early.message).deleted_at is not None
    assert _echo(world, page, "m_5") is not None


def test_people_may_write_for_seven_days_where_machines_may_for_one(
    world: World, heard: Received, agent: Actor
) -> None:
    clock.advance(timedelta(days=6))
    (way,) = reachable.channels_of(world.tx, world.account, heard.conversation)
    assert (way["usable"], way["reason"]) == (True, None)
    machine = Draft(text="Promo", automatic=True)
    with pytest.raises(outgoing.WindowClosed):
        replies.reply(world.tx, world.account, heard.conversation, machine, by=agent)
    replies.reply(world.tx, world.account, heard.conversation, Draft(text="Maaf"), by=agent)
    clock.advance(timedelta(days=1))
    (way,) = reachable.channels_of(world.tx, world.account, heard.conversation)
    assert (way["usable"], way["reason"]) == (False, "window_closed")
    with pytest.raises(outgoing.WindowClosed):
        replies.reply(world.tx, world.account, heard.conversation, Draft(text="Maaf"), by=agent)
