"""What changes a message later: statuses, edits, deletions, reactions; also when it comes too early."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.world import World

from sambung.channels import (
    Attachment,
    Deleted,
    DeliveryState,
    Edited,
    Handle,
    Inbound,
    Reacted,
    ReadUpTo,
    Sender,
    StatusReported,
)
from sambung.core import (
    changes,
    conversations,
    files,
    messages,
    parked,
    receiving,
    replies,
    sending,
)
from sambung.core.events import SYSTEM, Actor
from sambung.core.files import NoSuchFile
from sambung.core.receiving import Link
from sambung.core.replies import Draft
from sambung.kit import clock, jobs
from sambung.kit.media import Stored

SARI = "+6281230000001"
SENDER = Sender((Handle("phone", SARI),))


@pytest.fixture
def talk(world: World, chat: Link) -> UUID:
    return world.hears(chat, SARI, "Halo").conversation


@pytest.fixture
def sent(world: World, talk: UUID, agent: Actor) -> UUID:
    """A message that the provider took as wamid.out."""
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text="Siap"), by=agent)
    sending.take(world.tx, world.account, message)
    sending.sent(world.tx, world.account, message, provider_id="wamid.out")
    return message


def _row(world: World, message: UUID) -> Any:
    return messages.get(world.tx, world.account, message)


def _apply(world: World, link: Link, item: parked.About) -> None:
    parked.apply(world.tx, world.account, link.id, item)


def _receive(world: World, link: Link, id: str, **given: Any) -> UUID:
    inbound = Inbound(id=id, sender=SENDER, address=SARI, **({"text": "asli"} | given))
    got = receiving.receive(world.tx, link, inbound)
    assert got is not None
    return got.message


STATES = ("sent", "delivered", "read", "failed", "unknown", "sending", "queued")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_a_status_never_goes_back(reported: list[DeliveryState]) -> None:
    """The ladder alone, as a pure function: what may follow what."""
    present = "queued"
    path = [present]
    for state in reported:
        if changes._may(present, state):
            present = state
            path.append(state)
    ladder = [changes.LADDER[state] for state in path if state != "failed"]
    assert ladder == sorted(set(ladder))
    assert path.count("failed") <= 1
    if "failed" in path:
        assert path[-1] == "failed"
        assert not {"delivered", "read"} & set(path)


def test_statuses_climb_and_are_told_of(world: World, chat: Link, sent: UUID) -> None:
    states: tuple[DeliveryState, ...] = ("delivered", "sent", "read", "delivered", "failed")
    seen = []
    for state in states:
        _apply(world, chat, StatusReported(target="wamid.out", state=state))
        seen.append(_row(world, sent).status)
    assert seen == ["delivered", "delivered", "read", "read", "read"]


def test_a_failure_is_shown_with_its_reason_and_counted_once(
    world: World, chat: Link, talk: UUID, sent: UUID
) -> None:
    item = StatusReported(
        target="wamid.out", state="failed", reason="undeliverable", code="131026", detail="x"
    )
    _apply(world, chat, item)
    _apply(world, chat, item)
    row = _row(world, sent)
    assert (row.status, row.failure["reason"], row.failure["retryable"]) == (
        "failed",
        "undeliverable",
        False,
    )
    assert conversations.get(world.tx, world.account, talk).failed == 1


def test_a_status_before_send_returned_is_kept_for_it(
    world: World, chat: Link, talk: UUID, agent: Actor
) -> None:
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text="Siap"), by=agent)
    sending.take(world.tx, world.account, message)
    _apply(world, chat, StatusReported(target="wamid.out", state="delivered"))
    assert _row(world, message).status == "sending"
    sending.sent(world.tx, world.account, message, provider_id="wamid.out")
    assert _row(world, message).status == "delivered"


def test_a_status_with_our_own_id_needs_no_waiting(
    world: World, chat: Link, talk: UUID, agent: Actor
) -> None:
    message, _ = replies.reply(world.tx, world.account, talk, Draft(text="Siap"), by=agent)
    sending.take(world.tx, world.account, message)
    item = StatusReported(target="wamid.out", state="delivered", message=str(message))
    _apply(world, chat, item)
    sending.sent(world.tx, world.account, message, provider_id="wamid.out")
    row = _row(world, message)
    assert (row.status, row.provider_id) == ("delivered", "wamid.out")


def test_our_own_id_counts_only_on_its_connection(world: World, chat: Link, sent: UUID) -> None:
    other = world.connect("whatsapp", "second")
    _apply(world, other, StatusReported(target="x", state="read", message=str(sent)))
    assert _row(world, sent).status == "sent"


def test_what_is_said_of_an_attempt_before_the_retry_counts_no_more(
    world: World, chat: Link, talk: UUID, sent: UUID, agent: Actor
) -> None:
    failed = StatusReported(target="wamid.out", state="failed", message=str(sent))
    _apply(world, chat, failed)
    replies.retry(world.tx, world.account, sent, by=agent)
    _apply(world, chat, failed)
    assert _row(world, sent).status == "queued"
    sending.take(world.tx, world.account, sent)
    sending.sent(world.tx, world.account, sent, provider_id="wamid.again")
    _apply(world, chat, failed)
    assert _row(world, sent).status == "sent"
    assert conversations.get(world.tx, world.account, talk).failed == 0


def test_what_was_parked_at_the_same_moment_is_found_by_the_sweep(
    world: World, chat: Link, sent: UUID
) -> None:
    item = StatusReported(target="wamid.later", state="read")
    _apply(world, chat, item)
    messages.change(world.tx, world.account, sent, provider_id="wamid.later")
    assert parked.sweep(world.tx) == 1
    assert _row(world, sent).status == "read"
    assert parked.sweep(world.tx) == 0


def test_what_nobody_comes_for_is_forgotten(world: World, chat: Link) -> None:
    _apply(world, chat, StatusReported(target="wamid.nobody", state="read"))
    clock.advance(parked.KEPT + timedelta(seconds=1))
    assert parked.sweep(world.tx) == 0
    message = _receive(world, chat, "wamid.nobody", outgoing=True)
    assert _row(world, message).status == "sent"


def test_an_edit_keeps_what_was_said_before(world: World, chat: Link) -> None:
    message = _receive(world, chat, "wamid.1")
    clock.advance(timedelta(minutes=1))
    for text in ("kedua", "kedua", "ketiga"):
        _apply(world, chat, Edited(id=text, target="wamid.1", text=text))
    row = _row(world, message)
    assert row.text == "ketiga"
    assert [edit["text"] for edit in row.edits] == ["asli", "kedua"]


def test_an_edit_that_arrives_late_changes_nothing(world: World, chat: Link) -> None:
    message = _receive(world, chat, "wamid.1")
    now = clock.now()
    _apply(world, chat, Edited(id="b", target="wamid.1", text="baru", at=now))
    old = now - timedelta(minutes=1)
    _apply(world, chat, Edited(id="a", target="wamid.1", text="lama", at=old))
    assert _row(world, message).text == "baru"


def test_an_edit_before_its_original_waits_for_it(world: World, chat: Link) -> None:
    _apply(world, chat, Edited(id="e", target="wamid.1", text="baru"))
    row = _row(world, _receive(world, chat, "wamid.1"))
    assert (row.text, [edit["text"] for edit in row.edits]) == ("baru", ["asli"])


def test_what_was_taken_back_is_gone_with_its_files(world: World, chat: Link) -> None:
    stored = Stored(key="ab", name="foto.png", mime="image/png", size=1, thumbnail="cd")
    inbound = Inbound(
        id="wamid.1",
        sender=SENDER,
        address=SARI,
        text="rahasia",
        attachments=(Attachment("image/png", content=b"x"),),
    )
    got = receiving.receive(world.tx, chat, inbound, {0: stored})
    assert got is not None
    (before,) = messages.attachments_of(world.tx, world.account, [got.message])
    _apply(world, chat, Edited(id="e", target="wamid.1", text="lebih rahasia"))
    _apply(world, chat, Deleted(id="d", target="wamid.1"))
    row = _row(world, got.message)
    assert (row.text, row.edits, row.extra) == ("", [], {})
    assert row.deleted_at == clock.now()
    (after,) = messages.attachments_of(world.tx, world.account, [got.message])
    assert (after.state, after.file) == ("failed", None)
    with pytest.raises(NoSuchFile):
        files.get(world.tx, world.account, before.file)
    forgotten = {job.args["key"] for job in jobs.claim(world.tx, "w") if job.kind == files.FORGET}
    assert forgotten == {"ab", "cd"}
    _apply(world, chat, Edited(id="f", target="wamid.1", text="kembali"))
    assert _row(world, got.message).text == ""


def test_a_reaction_is_put_on_changed_and_taken_off(world: World, chat: Link, sent: UUID) -> None:
    def react(emoji: str) -> list[Any]:
        item = Reacted(id=emoji, target="wamid.out", sender=SENDER, emoji=emoji)
        _apply(world, chat, item)
        found: list[Any] = _row(world, sent).reactions
        return found

    assert react("👍") == [{"emoji": "👍", "by": "customer"}]
    changes.react(world.tx, world.account, sent, emoji="🙏", by="business", actor=SYSTEM)
    assert react("❤️") == [
        {"emoji": "🙏", "by": "business"},
        {"emoji": "❤️", "by": "customer"},
    ]
    assert react("") == [{"emoji": "🙏", "by": "business"}]


def test_reading_up_to_a_message_reads_what_was_sent_before_it(
    world: World, chat: Link, talk: UUID, agent: Actor
) -> None:
    sent = []
    for n in range(3):
        clock.advance(timedelta(seconds=1))
        message, _ = replies.reply(world.tx, world.account, talk, Draft(text=str(n)), by=agent)
        sending.take(world.tx, world.account, message)
        sending.sent(world.tx, world.account, message, provider_id=f"wamid.{n}")
        sent.append(message)
    identity = _row(world, sent[0]).identity
    item = ReadUpTo(sender=SENDER, target="wamid.1")
    changes.read_up_to(world.tx, world.account, chat.id, item, identity=identity)
    assert [_row(world, one).status for one in sent] == ["read", "read", "sent"]
