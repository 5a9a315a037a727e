"""What comes in: once each, and in the conversation it belongs to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.core.world import World

from sambung.channels import Attachment, Handle, Inbound, Sender
from sambung.core import conversations, eventlog, files, messages, receiving, replies, sending
from sambung.core.conversations import Conversation
from sambung.core.events import Actor
from sambung.core.messages import Message
from sambung.core.receiving import FOREIGN, REOPEN_WITHIN, Link
from sambung.core.replies import Draft
from sambung.kit import clock
from sambung.kit.media import Stored

SARI, BUDI = "+6281230000001", "+6281230000002"


def _inbound(id: str, who: str = SARI, **given: Any) -> Inbound:
    sender = Sender((Handle("phone", who),))
    return Inbound(id=id, sender=sender, address=who, **({"text": "Halo"} | given))


def _row(world: World, message: UUID) -> Any:
    return messages.get(world.tx, world.account, message)


def _status(world: World, conversation: UUID) -> str:
    return str(conversations.get(world.tx, world.account, conversation).status)


def _tag(world: World, conversation: UUID) -> str:
    return str(conversations.get(world.tx, world.account, conversation).tag)


def _kinds(world: World) -> list[str]:
    world.tx.flush()
    return [one.type for one in eventlog.after(world.tx, world.account, 0)]


def test_a_message_delivered_twice_is_recorded_once(world: World, chat: Link) -> None:
    assert receiving.receive(world.tx, chat, _inbound("wamid.1")) is not None
    assert receiving.receive(world.tx, chat, _inbound("wamid.1")) is None
    assert len(world.tx.values(select(Message.id).where(Message.account == world.account))) == 1


def test_the_same_id_on_another_connection_is_another_message(world: World, chat: Link) -> None:
    other = world.connect("whatsapp", "second")
    assert receiving.receive(world.tx, chat, _inbound("wamid.1")) is not None
    assert receiving.receive(world.tx, other, _inbound("wamid.1")) is not None


def test_an_overlong_id_is_still_known_again(world: World, mail: Link) -> None:
    long = f"<{'x' * 900}@contoh.example>"
    assert receiving.receive(world.tx, mail, _inbound(long)) is not None
    assert receiving.receive(world.tx, mail, _inbound(long)) is None


def test_a_message_goes_on_in_the_open_conversation_across_channels(
    world: World, chat: Link
) -> None:
    sms = world.connect("webchat")
    first = world.hears(chat, SARI, "Halo")
    clock.advance(timedelta(days=30))
    second = world.hears(sms, SARI, "Masih saya")
    assert second.conversation == first.conversation
    assert _row(world, second.message).connection == sms.id


def test_of_two_open_conversations_the_latest_goes_on(
    world: World, chat: Link, agent: Actor
) -> None:
    first = world.hears(chat, SARI, "Halo")
    clock.advance(timedelta(minutes=1))
    other = conversations.open(
        world.tx,
        world.account,
        customer=first.known.home,
        root=first.known.root,
        connection=chat.id,
        by=agent,
    )
    clock.advance(timedelta(minutes=1))
    assert world.hears(chat, SARI, "Lagi").conversation == other


def test_a_snoozed_conversation_is_woken(world: World, chat: Link, agent: Actor) -> None:
    talk = world.hears(chat, SARI, "Halo").conversation
    until = clock.now() + timedelta(days=1)
    conversations.snooze(world.tx, world.account, talk, until=until, by=agent)
    assert world.hears(chat, SARI, "Jadi?").conversation == talk
    assert _status(world, talk) == "open"


def test_one_closed_lately_is_reopened_one_closed_long_ago_is_not(
    world: World, chat: Link, agent: Actor
) -> None:
    talk = world.hears(chat, SARI, "Halo").conversation
    conversations.close(world.tx, world.account, talk, by=agent)
    clock.advance(REOPEN_WITHIN - timedelta(seconds=1))
    assert world.hears(chat, SARI, "Oh ya").conversation == talk
    assert _status(world, talk) == "open"
    conversations.close(world.tx, world.account, talk, by=agent)
    clock.advance(REOPEN_WITHIN + timedelta(seconds=1))
    assert world.hears(chat, SARI, "Hal lain").conversation != talk
    assert _status(world, talk) == "closed"


def test_an_automatic_message_reopens_and_wakes_nothing(
    world: World, mail: Link, agent: Actor
) -> None:
    talk = world.hears(mail, "a@contoh.example", "Halo", kind="email").conversation
    conversations.close(world.tx, world.account, talk, by=agent)
    away = world.hears(mail, "a@contoh.example", "Saya cuti", kind="email", automatic=True)
    assert away.conversation == talk
    row = conversations.get(world.tx, world.account, talk)
    assert (row.status, row.waiting_since) == ("closed", None)


def test_an_answer_continues_what_it_answers_even_when_closed_long_ago(
    world: World, mail: Link, agent: Actor
) -> None:
    first = world.hears(mail, "a@contoh.example", "Soal A", kind="email")
    conversations.close(world.tx, world.account, first.conversation, by=agent)
    clock.advance(timedelta(days=30))
    second = world.hears(mail, "a@contoh.example", "Soal B", kind="email")
    assert second.conversation != first.conversation
    reference = (str(_row(world, first.message).provider_id),)
    third = world.hears(mail, "a@contoh.example", "Re: A", kind="email", references=reference)
    assert third.conversation == first.conversation
    assert _status(world, first.conversation) == "open"


def test_a_tag_counts_more_than_a_reference(world: World, mail: Link, agent: Actor) -> None:
    first = world.hears(mail, "a@contoh.example", "Soal A", kind="email")
    conversations.close(world.tx, world.account, first.conversation, by=agent)
    clock.advance(timedelta(days=30))
    second = world.hears(mail, "a@contoh.example", "Soal B", kind="email")
    answer = world.hears(
        mail,
        "a@contoh.example",
        "Re",
        kind="email",
        references=(str(_row(world, second.message).provider_id),),
        thread_tag=_tag(world, first.conversation),
    )
    assert answer.conversation == first.conversation


def test_a_stranger_with_somebodys_tag_gets_a_conversation_of_their_own(
    world: World, mail: Link
) -> None:
    first = world.hears(mail, "a@contoh.example", "Soal A", kind="email")
    tag = _tag(world, first.conversation)
    other = world.hears(mail, "x@lain.example", "Re: A", kind="email", thread_tag=tag)
    assert other.conversation != first.conversation
    assert _row(world, other.message).warnings == [FOREIGN]


def test_a_claimed_address_that_answers_our_mail_stays_in_the_conversation(
    world: World, mail: Link
) -> None:
    first = world.hears(mail, "a@contoh.example", "Halo", kind="email", verified=False)
    tag = _tag(world, first.conversation)
    again = world.hears(mail, "a@contoh.example", "Re", kind="email", thread_tag=tag)
    assert again.conversation == first.conversation
    assert again.known.root == first.known.root


def test_a_quoting_answer_teaches_the_senders_new_identity(world: World, chat: Link) -> None:
    """WhatsApp knew the customer by phone; now the same phone comes with a user id, quoting."""
    first = world.hears(chat, SARI, "Halo")
    answer = Inbound(
        id="wamid.9",
        sender=Sender((Handle("whatsapp", "ID.9"), Handle("phone", SARI)), name="Sari"),
        address=SARI,
        text="Ya",
        reply_to=str(_row(world, first.message).provider_id),
    )
    second = receiving.receive(world.tx, chat, answer)
    assert second is not None
    row = _row(world, second.message)
    assert (second.conversation, row.warnings) == (first.conversation, [])
    assert row.reply_to == first.message
    without_phone = replace(
        answer, id="wamid.10", sender=Sender((Handle("whatsapp", "ID.9"),)), reply_to=""
    )
    third = receiving.receive(world.tx, chat, without_phone)
    assert third is not None
    assert third.known.root == first.known.root


def test_messages_stand_in_the_order_they_were_written(world: World, chat: Link) -> None:
    earlier = clock.now() - timedelta(hours=2)
    late = world.hears(chat, SARI, "kedua")
    offline = world.hears(chat, SARI, "pertama", at=earlier)
    assert _row(world, offline.message).at == earlier
    assert _row(world, offline.message).received_at == clock.now()
    row = conversations.get(world.tx, world.account, late.conversation)
    assert (row.last_at, row.waiting_since) == (clock.now(), clock.now())


def test_a_clock_that_runs_ahead_cannot_pin_a_message_to_the_end(world: World, chat: Link) -> None:
    future = clock.now() + timedelta(days=365)
    assert _row(world, world.hears(chat, SARI, "?", at=future).message).at == clock.now()


def test_an_echo_is_a_message_of_the_business(world: World, chat: Link) -> None:
    first = world.hears(chat, SARI, "Halo")
    echo = receiving.receive(
        world.tx, chat, _inbound("wamid.e", outgoing=True, text="Dari ponsel toko")
    )
    assert echo is not None
    row = _row(world, echo.message)
    assert (row.direction, row.status, row.author_type) == ("out", "sent", "native_app")
    assert echo.conversation == first.conversation
    assert conversations.get(world.tx, world.account, echo.conversation).waiting_since is None
    assert "MessageImported" in _kinds(world)


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_the_echo_of_our_own_message_is_that_message(
    world: World, chat: Link, agent: Actor, state: str
) -> None:
    talk = world.hears(chat, SARI, "Halo").conversation
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text="Siap"), by=agent)
    assert sending.take(world.tx, world.account, message) is not None
    if state == "unknown":
        sending.uncertain(world.tx, world.account, message, detail="no answer")
    echo = _inbound("wamid.e", outgoing=True, text="Siap")
    assert receiving.receive(world.tx, chat, echo) is None
    row = _row(world, message)
    assert (row.status, row.provider_id, row.failure) == ("sent", "wamid.e", None)
    assert conversations.get(world.tx, world.account, talk).failed == 0
    sending.sent(world.tx, world.account, message, provider_id="wamid.e")
    assert receiving.receive(world.tx, chat, echo) is None
    assert len(world.tx.values(select(Message.id).where(Message.account == world.account))) == 2


def test_files_come_along_or_are_fetched_later(world: World, chat: Link) -> None:
    inbound = _inbound(
        "wamid.f",
        kind="image",
        attachments=(Attachment("image/jpeg", id="m1"), Attachment("image/png", content=b"x")),
    )
    stored = Stored(key="ab", name="foto.png", mime="image/png", size=1, thumbnail="")
    got = receiving.receive(world.tx, chat, inbound, {1: stored})
    assert got is not None
    first, second = messages.attachments_of(world.tx, world.account, [got.message])
    assert (first.state, first.source["id"]) == ("pending", "m1")
    assert second.state == "stored"
    assert files.get(world.tx, world.account, second.file).key == "ab"


def test_waiting_begins_with_the_first_unanswered_message(
    world: World, chat: Link, agent: Actor
) -> None:
    talk = world.hears(chat, SARI, "Halo").conversation
    since = clock.now()
    clock.advance(timedelta(minutes=5))
    world.hears(chat, SARI, "Halo?")

    def waiting() -> Any:
        return conversations.get(world.tx, world.account, talk).waiting_since

    assert waiting() == since
    replies.note(world.tx, world.account, talk, Draft(text="tanya gudang"), by=agent)
    replies.reply(world.tx, world.account, talk, Draft(text="Tunggu", automatic=True), by=agent)
    assert waiting() == since
    replies.reply(world.tx, world.account, talk, Draft(text="Ada"), by=agent)
    assert waiting() is None


def test_positions_count_arrivals(world: World, chat: Link) -> None:
    got = [world.hears(chat, SARI, str(n)) for n in range(3)]
    assert [_row(world, one.message).position for one in got] == [1, 2, 3]
    row = world.tx.first(select(Conversation).where(Conversation.account == world.account))
    assert (row.position, row.last_message) == (3, got[-1].message)


def test_every_message_is_told_of_with_its_person(world: World, chat: Link) -> None:
    got = world.hears(chat, SARI, "Halo")
    assert _kinds(world)[-4:] == [
        "CustomerAdded",
        "IdentityAdded",
        "ConversationOpened",
        "MessageReceived",
    ]
    told = eventlog.after(world.tx, world.account, 0)[-1]
    assert told.data["customer"] == str(got.known.root)
    assert told.data["message"] == str(got.message)
