"""Messages on their way out: queued once, taken once, never sent twice without a person's word."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.core.world import World

from sambung.channels import Handle, Inbound, Sender
from sambung.core import (
    connections,
    consent,
    conversations,
    files,
    identity,
    messages,
    outgoing,
    receiving,
    replies,
    routes,
    sending,
)
from sambung.core.connections import NoSuchConnection
from sambung.core.events import Actor
from sambung.core.receiving import Link, Received
from sambung.core.replies import Draft
from sambung.kit import clock
from sambung.kit.media import Stored

SARI = "+6281230000001"


@pytest.fixture
def heard(world: World, chat: Link) -> Received:
    return world.hears(chat, SARI, "Halo")


def _row(world: World, message: UUID) -> Any:
    return messages.get(world.tx, world.account, message)


def _reply(world: World, talk: UUID, agent: Actor, text: str = "Siap", **given: Any) -> UUID:
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text=text), by=agent, **given)
    return message


def test_a_double_click_is_one_message(world: World, heard: Received, agent: Actor) -> None:
    said = [
        replies.reply(
            world.tx, world.account, heard.conversation, Draft("Siap"), by=agent, client_id="c1"
        )
        for _ in range(2)
    ]
    assert said[0][0] == said[1][0]
    assert [new for _, new in said] == [True, False]


def test_a_note_is_not_sent(world: World, heard: Received, agent: Actor) -> None:
    note, _ = replies.note(
        world.tx, world.account, heard.conversation, Draft("catatan"), by=agent, client_id="n"
    )
    row = _row(world, note)
    assert (row.direction, row.status, row.connection) == ("note", None, None)
    assert sending.take(world.tx, world.account, note) is None


def test_nothing_is_not_sent(world: World, heard: Received, agent: Actor) -> None:
    for verb in (replies.reply, replies.note):
        with pytest.raises(outgoing.NothingToSend):
            verb(world.tx, world.account, heard.conversation, Draft(" \n"), by=agent)


def test_free_words_end_with_the_window(world: World, heard: Received, agent: Actor) -> None:
    clock.advance(timedelta(hours=24))
    with pytest.raises(outgoing.WindowClosed):
        _reply(world, heard.conversation, agent)
    template = Draft(template={"name": "halo", "language": "id"})
    replies.reply(world.tx, world.account, heard.conversation, template, by=agent)


def test_an_older_message_does_not_shorten_the_window(
    world: World, chat: Link, heard: Received, agent: Actor
) -> None:
    world.hears(chat, SARI, "terlambat", at=clock.now() - timedelta(hours=20))
    clock.advance(timedelta(hours=23))
    _reply(world, heard.conversation, agent)


def test_a_stopped_connection_takes_nothing_new(
    world: World, chat: Link, heard: Received, agent: Actor
) -> None:
    connections.stop(world.tx, world.account, chat.id, reason="auth")
    with pytest.raises(outgoing.ConnectionUnusable):
        _reply(world, heard.conversation, agent)


def test_a_text_too_long_for_the_channel_is_refused(
    world: World, heard: Received, agent: Actor
) -> None:
    with pytest.raises(outgoing.TooLong) as refused:
        _reply(world, heard.conversation, agent, "x" * 5000)
    assert "4096" in refused.value.title("id")


def test_a_file_the_channel_does_not_carry_is_refused(
    world: World, heard: Received, agent: Actor
) -> None:
    film = Stored(key="k", name="a.mp4", mime="video/mp4", size=500_000_000, thumbnail="")
    file = files.add(world.tx, world.account, film, by=agent)
    with pytest.raises(outgoing.NotCarried):
        replies.reply(
            world.tx, world.account, heard.conversation, Draft(attachments=[file]), by=agent
        )


def test_who_said_stop_is_not_written_to(world: World, heard: Received, agent: Actor) -> None:
    consent.record(
        world.tx,
        world.account,
        heard.known.home,
        purpose="service",
        granted=False,
        source="agent",
        by=agent,
    )
    with pytest.raises(outgoing.OptedOut):
        _reply(world, heard.conversation, agent)


def test_a_reply_goes_where_the_customer_last_wrote_from(world: World, agent: Actor) -> None:
    chat, site = world.connect("whatsapp"), world.connect("webchat")
    talk = world.hears(chat, SARI, "Halo").conversation
    clock.advance(timedelta(minutes=1))
    world.hears(site, SARI, "Di sini", kind="phone")
    assert _row(world, _reply(world, talk, agent)).connection == site.id
    chosen = _reply(world, talk, agent, "pilih", connection=chat.id)
    assert _row(world, chosen).connection == chat.id


def test_every_route_is_offered_and_new_ones_where_the_channel_may_begin(world: World) -> None:
    chat, mail = world.connect("whatsapp"), world.connect("email")
    heard = world.hears(chat, SARI, "Halo")
    agent = world.user("Dewi")
    identity.add(
        world.tx, world.account, heard.known.home, kind="email", value="Sari@X.test", by=agent
    )
    found = routes.routes(world.tx, world.account, heard.known.root)
    assert [(one.connection, one.new, one.value, one.level) for one in found] == [
        (chat.id, False, SARI, "verified"),
        (mail.id, True, "sari@x.test", "claimed"),
    ]


def test_nobody_is_written_to_where_they_are_unknown(
    world: World, heard: Received, agent: Actor
) -> None:
    mail = world.connect("email")
    with pytest.raises(routes.NobodyToAnswer):
        _reply(world, heard.conversation, agent, connection=mail.id)


def test_the_business_may_write_first(world: World, heard: Received, agent: Actor) -> None:
    mail = world.connect("email")
    customer = heard.known.home
    identity.add(world.tx, world.account, customer, kind="email", value="sari@x.test", by=agent)
    talk = replies.start(
        world.tx,
        world.account,
        customer,
        Draft("Pesanan Anda", subject="Pesanan"),
        connection=mail.id,
        by=agent,
    )
    assert talk != heard.conversation
    row = conversations.get(world.tx, world.account, talk)
    taken = sending.take(world.tx, world.account, row.last_message)
    assert taken is not None
    assert (taken.value, taken.address, taken.subject, taken.tag) == (
        "sari@x.test",
        "",
        "Pesanan",
        row.tag,
    )


def test_a_message_is_taken_once(world: World, heard: Received, agent: Actor) -> None:
    message = _reply(world, heard.conversation, agent)
    taken = sending.take(world.tx, world.account, message)
    assert taken is not None
    assert (taken.address, taken.kind, taken.verified) == (SARI, "phone", True)
    sending.sent(world.tx, world.account, message, provider_id="wamid.1")
    assert sending.take(world.tx, world.account, message) is None


def test_after_a_crash_between_take_and_sent_it_is_uncertain_not_sent_again(
    world: World, heard: Received, agent: Actor
) -> None:
    message = _reply(world, heard.conversation, agent)
    assert sending.take(world.tx, world.account, message) is not None
    assert sending.take(world.tx, world.account, message) is None
    assert _row(world, message).status == "unknown"
    assert sending.take(world.tx, world.account, message) is None
    assert conversations.get(world.tx, world.account, heard.conversation).failed == 1
    replies.retry(world.tx, world.account, message, by=agent)
    assert sending.take(world.tx, world.account, message) is not None


def test_what_was_put_back_is_taken_again(world: World, heard: Received, agent: Actor) -> None:
    message = _reply(world, heard.conversation, agent)
    sending.take(world.tx, world.account, message)
    sending.put_back(world.tx, world.account, message)
    assert sending.take(world.tx, world.account, message) is not None


def test_only_what_failed_is_sent_again(world: World, heard: Received, agent: Actor) -> None:
    message = _reply(world, heard.conversation, agent)
    with pytest.raises(replies.NotToBeRetried):
        replies.retry(world.tx, world.account, message, by=agent)


def test_what_waits_on_a_stopped_connection_is_left_waiting(
    world: World, chat: Link, heard: Received, agent: Actor
) -> None:
    message = _reply(world, heard.conversation, agent)
    connections.stop(world.tx, world.account, chat.id, reason="auth")
    assert sending.take(world.tx, world.account, message) is None
    assert _row(world, message).status == "queued"
    assert [row.id for row in sending.waiting(world.tx, world.account, chat.id)] == [message]
    connections.resume(world.tx, world.account, chat.id, by=agent)
    assert sending.take(world.tx, world.account, message) is not None


def test_a_removed_connection_sends_nothing(
    world: World, chat: Link, heard: Received, agent: Actor
) -> None:
    message = _reply(world, heard.conversation, agent)
    connections.remove(world.tx, world.account, chat.id, by=agent)
    with pytest.raises(NoSuchConnection):
        sending.take(world.tx, world.account, message)


def test_an_identity_removed_meanwhile_is_not_written_to(
    world: World, mail: Link, agent: Actor
) -> None:
    heard = world.hears(mail, "a@x.test", "Halo", kind="email", verified=False)
    message = _reply(world, heard.conversation, agent)
    identity.remove(world.tx, world.account, heard.known.identity, by=agent)
    assert sending.take(world.tx, world.account, message) is None
    assert _row(world, message).failure["reason"] == "undeliverable"


def test_an_echo_that_came_first_under_other_words_gives_way(
    world: World, chat: Link, heard: Received, agent: Actor
) -> None:
    message = _reply(world, heard.conversation, agent, "*Siap*")
    sending.take(world.tx, world.account, message)
    echo = Inbound(
        id="wamid.1",
        sender=Sender((Handle("phone", SARI),)),
        address=SARI,
        text="Siap",
        outgoing=True,
    )
    imported = receiving.receive(world.tx, chat, echo)
    assert imported is not None
    sending.sent(world.tx, world.account, message, provider_id="wamid.1")
    assert _row(world, message).provider_id == "wamid.1"
    assert _row(world, imported.message).deleted_at is not None
    assert receiving.receive(world.tx, chat, echo) is None


def test_mail_refers_to_what_was_said_before_on_its_connection(
    world: World, mail: Link, agent: Actor
) -> None:
    chat = world.connect("whatsapp")
    first = world.hears(mail, SARI, "satu", kind="phone")
    clock.advance(timedelta(minutes=1))
    world.hears(chat, SARI, "di tempat lain")
    clock.advance(timedelta(minutes=1))
    second = world.hears(mail, SARI, "dua", kind="phone")
    message = _reply(world, second.conversation, agent, connection=mail.id)
    taken = sending.take(world.tx, world.account, message)
    assert taken is not None
    assert taken.references == tuple(
        _row(world, one.message).provider_id for one in (first, second)
    )
