"""What the inbox, threads and panels show, in the shapes of docs/http.md."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest
from sqlalchemy import event
from tests.core.world import World, minutes

from sambung.core import (
    changes,
    consent,
    conversations,
    customer_views,
    files,
    identity,
    inbox,
    labels,
    markers,
    merges,
    message_views,
    messages,
    reachable,
    replies,
    threads,
    timeline,
    views,
)
from sambung.core.conversations import NoSuchConversation
from sambung.core.inbox import Filters
from sambung.core.replies import Draft
from sambung.kit import clock, cursors
from sambung.kit.cursors import BadCursor
from sambung.kit.db import Tx
from sambung.kit.media import Stored

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
SARI, BUDI = "+6281230000001", "+6281230000002"


@pytest.fixture
def world(tx: Tx, account: UUID) -> World:
    return World(tx, account)


def test_a_conversation_shows_who_where_and_what(world: World) -> None:
    tx, account = world.tx, world.account
    chat, mail = world.connect("whatsapp", "Toko"), world.connect("email", "Surat")
    agent = world.user("Dewi")
    assert agent.id is not None
    with clock.at(NOON):
        first = world.hears(chat, SARI, "Halo", name="Sari")
    identity.add(tx, account, first.known.home, kind="email", value="sari@x.test", by=agent)
    with clock.at(minutes(NOON, 1)):
        replies.reply(tx, account, first.conversation, Draft(text="Siap"), by=agent)
        labels.put(tx, account, first.conversation, ["vip", "retur"], by=agent)
        conversations.assign(tx, account, first.conversation, assignee=agent.id, by=agent)
        conversations.prioritise(tx, account, first.conversation, priority="high", by=agent)
        replies.reply(
            tx, account, first.conversation, Draft(text="Lewat surel"), by=agent, connection=mail.id
        )
    shape = views.conversation(tx, account, first.conversation, agent.id)
    last = shape.pop("last_message")
    assert shape == {
        "id": str(first.conversation),
        "customer": {"id": str(first.known.root), "name": "Sari"},
        "status": "open",
        "assignee": {"id": str(agent.id), "name": "Dewi"},
        "priority": "high",
        "labels": ["retur", "vip"],
        "subject": "",
        "opened_at": "2026-03-02T05:00:00Z",
        "last_at": "2026-03-02T05:01:00Z",
        "position": 3,
        "unread": 1,
        "connections": [
            {"id": str(chat.id), "channel": "whatsapp", "name": "Toko"},
            {"id": str(mail.id), "channel": "email", "name": "Surat"},
        ],
        "waiting_since": None,
        "failed": False,
        "snooze": None,
        "closure": None,
    }
    assert last["text"] == "Lewat surel"
    assert last["author"] == {"type": "user", "id": str(agent.id), "name": "Dewi"}
    assert (last["status"], last["connection_id"]) == ("queued", str(mail.id))


def test_snooze_and_closure_say_who_and_when(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    talk = world.hears(world.connect("whatsapp"), SARI, "Halo").conversation
    with clock.at(NOON):
        conversations.snooze(tx, account, talk, until=minutes(NOON, 60), by=agent)
        who = {"id": str(agent.id), "name": "Dewi"}
        assert views.conversation(tx, account, talk, None)["snooze"] == {
            "until": "2026-03-02T06:00:00Z",
            "by": who,
            "at": "2026-03-02T05:00:00Z",
        }
        conversations.close(tx, account, talk, by=agent)
        shape = views.conversation(tx, account, talk, None)
    assert shape["snooze"] is None
    assert shape["closure"] == {"by": {"type": "user", **who}, "at": "2026-03-02T05:00:00Z"}
    assert "unread" not in shape


def test_unread_counts_what_the_customer_wrote_past_the_marker(world: World) -> None:
    tx, account = world.tx, world.account
    chat = world.connect("whatsapp")
    one, other = world.user("Dewi"), world.user("Rian")
    assert one.id is not None
    for text in ("satu", "dua", "tiga"):
        talk = world.hears(chat, SARI, text).conversation
    replies.note(tx, account, talk, Draft(text="catatan"), by=other)
    markers.move(tx, account, one.id, talk, 2)
    assert views.conversation(tx, account, talk, one.id)["unread"] == 1
    assert views.conversation(tx, account, talk, other.id)["unread"] == 3
    markers.move(tx, account, one.id, talk, 4)
    assert views.conversation(tx, account, talk, one.id)["unread"] == 0
    assert inbox.counts(tx, account, one.id)["unread"] == 0
    assert inbox.counts(tx, account, other.id)["unread"] == 1


def test_a_merged_conversation_is_hidden_and_leads_to_the_survivor(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    chat = world.connect("whatsapp")
    first = world.hears(chat, SARI, "lama").conversation
    conversations.close(tx, account, first, by=agent)
    with clock.at(clock.now() + timedelta(days=9)):
        second = world.hears(chat, SARI, "baru").conversation
    assert first != second
    threads.merge(tx, account, second, first, by=agent)
    shown = inbox.page(tx, account, agent.id, Filters())
    assert [item["id"] for item in shown["items"]] == [str(second)]
    assert views.conversation(tx, account, first, None)["id"] == str(second)
    assert len(message_views.page(tx, account, first)["items"]) == 2


def test_a_merged_customer_is_shown_as_the_person(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    chat, mail = world.connect("whatsapp"), world.connect("email")
    first = world.hears(chat, SARI, "halo", name="Sari")
    second = world.hears(mail, "sari@x.test", "halo", kind="email", name="S. Rahma")
    made = merges.merge(tx, account, first.known.home, second.known.home, reason="sama", by=agent)
    shape = views.conversation(tx, account, second.conversation, None)
    assert shape["customer"] == {"id": str(first.known.root), "name": "Sari"}
    page = inbox.page(tx, account, None, Filters(customer=second.known.home))
    assert len(page["items"]) == 2
    whole = customer_views.customer(tx, account, second.known.home)
    assert whole["id"] == str(first.known.root)
    assert {known["value"] for known in whole["identities"]} == {SARI, "sari@x.test"}
    assert whole["identities"][0]["channel_icons"]
    (merge,) = whole["merges"]
    assert (merge["id"], merge["reason"]) == (str(made), "sama")
    assert merge["absorbed"] == {"id": str(second.known.home), "name": "S. Rahma"}
    assert merge["by"] == {"type": "user", "id": str(agent.id), "name": "Dewi"}


def test_pages_of_the_inbox_miss_and_repeat_nothing(world: World) -> None:
    tx, account = world.tx, world.account
    chat, agent = world.connect("whatsapp"), world.user("Dewi")
    talks = []
    for n in range(11):
        with clock.at(minutes(NOON, n // 3)):  # several at the same moment
            talks.append(world.hears(chat, f"+62812000{n:05}", "halo").conversation)
    conversations.close(tx, account, talks[4], by=agent)
    with clock.at(minutes(NOON, 99)):
        conversations.snooze(tx, account, talks[5], until=minutes(NOON, 200), by=agent)
    orders: list[tuple[Literal["newest", "oldest"], list[UUID]]] = [
        ("newest", talks[::-1]),
        ("oldest", talks),
    ]
    for sort, expected in orders:
        seen: list[str] = []
        cursor = None
        while True:
            page = inbox.page(
                tx,
                account,
                agent.id,
                Filters(sort=sort),
                cursor,
                4,
            )
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(map(str, talks))
        assert len(seen) == len(set(seen))
        ordered = {str(talk): n // 3 for n, talk in enumerate(talks)}
        times = [ordered[id] for id in seen]
        assert times == sorted(times, reverse=sort == "newest")
        assert seen[0] in {str(talk) for talk in expected[:3]}


def test_filters_narrow_the_inbox(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    assert agent.id is not None
    chat, mail = world.connect("whatsapp"), world.connect("email")
    one = world.hears(chat, SARI, "halo").conversation
    two = world.hears(mail, "budi@x.test", "halo", kind="email").conversation
    three = world.hears(chat, BUDI, "halo").conversation
    conversations.assign(tx, account, one, assignee=agent.id, by=agent)
    labels.put(tx, account, two, ["VIP"], by=agent)
    conversations.prioritise(tx, account, three, priority="urgent", by=agent)
    conversations.close(tx, account, three, by=agent)

    def shown(filters: Filters, viewer: UUID | None = agent.id) -> set[str]:
        return {item["id"] for item in inbox.page(tx, account, viewer, filters)["items"]}

    assert shown(Filters(status="open")) == {str(one), str(two)}
    assert shown(Filters(status="closed")) == {str(three)}
    assert shown(Filters(assignee="me")) == shown(Filters(assignee=agent.id)) == {str(one)}
    assert shown(Filters(assignee="me"), None) == set()
    assert shown(Filters(assignee="none")) == {str(two), str(three)}
    assert shown(Filters(label="vip")) == {str(two)}
    assert shown(Filters(label="lain")) == set()
    assert shown(Filters(connection=mail.id)) == {str(two)}
    assert shown(Filters(connection=chat.id, status="open")) == {str(one)}
    assert shown(Filters(priority="urgent")) == {str(three)}
    assert set(map(str, inbox.ids(tx, account, agent.id, Filters(status="open")))) == {
        str(one),
        str(two),
    }
    assert inbox.counts(tx, account, agent.id) == {
        "mine": 1,
        "unassigned": 1,
        "open": 2,
        "snoozed": 0,
        "unread": 2,
    }


def test_another_account_sees_nothing(world: World) -> None:
    tx, account = world.tx, world.account
    talk = world.hears(world.connect("whatsapp"), SARI, "halo").conversation
    stranger = UUID(int=7)
    assert inbox.page(tx, stranger, None, Filters())["items"] == []
    assert views.conversation_rows(tx, stranger, [talk], None) == {}
    with pytest.raises(NoSuchConversation):
        message_views.page(tx, stranger, talk)
    assert inbox.counts(tx, account, None)["open"] == 1


def test_a_page_costs_the_same_number_of_queries_however_long(world: World) -> None:
    tx, account = world.tx, world.account
    chat, agent = world.connect("whatsapp"), world.user("Dewi")

    def queries() -> int:
        seen: list[str] = []

        def note(*given: object) -> None:
            seen.append(str(given[2]))

        event.listen(tx.connection, "before_cursor_execute", note)
        inbox.page(tx, account, agent.id, Filters(status="open"))
        talk = inbox.ids(tx, account, None, Filters())[0]
        message_views.page(tx, account, talk)
        event.remove(tx.connection, "before_cursor_execute", note)
        return len(seen)

    world.hears(chat, SARI, "halo")
    few = queries()
    for n in range(12):
        world.hears(chat, f"+62813000{n:05}", "halo")
        world.hears(chat, SARI, "lagi")
    assert queries() == few


def test_a_message_shows_all_that_is_known_of_it(world: World) -> None:
    tx, account = world.tx, world.account
    chat, agent = world.connect("whatsapp", "Toko"), world.user("Dewi")
    with clock.at(NOON):
        got = world.hears(chat, SARI, "Ada stok?", name="Sari", at=NOON - timedelta(seconds=5))
    stored = Stored("0" * 64, "nota.pdf", "application/pdf", 1234, thumbnail="1" * 64)
    file = files.add(tx, account, stored, by=agent)
    with clock.at(minutes(NOON, 1)):
        sent, _ = replies.reply(
            tx,
            account,
            got.conversation,
            Draft(text="Ada", attachments=[file], reply_to=got.message),
            by=agent,
            client_id="c1",
        )
        changes.react(tx, account, sent, emoji="👍", by="customer", actor=changes.CUSTOMER)
        row = messages.get(tx, account, sent)
        failure = changes.failure_of("undeliverable", "131026", "no such number")
        changes.set_status(tx, account, row, "failed", failure=failure)
    answer, question = message_views.page(tx, account, got.conversation)["items"]
    assert question["author"] == {
        "type": "customer",
        "id": str(got.known.root),
        "name": "Sari",
    }
    assert question["identity"] == {"kind": "phone", "value": SARI}
    assert question["at"] == question["provider_at"] == "2026-03-02T04:59:55Z"
    assert question["received_at"] == "2026-03-02T05:00:00Z"
    assert question["connection"] == {"id": str(chat.id), "channel": "whatsapp", "name": "Toko"}
    assert answer["reply_to"] == {
        "id": str(got.message),
        "text": "Ada stok?",
        "author": question["author"],
    }
    assert answer["client_id"] == "c1"
    assert answer["reactions"] == [{"emoji": "👍", "by": "customer"}]
    assert answer["failure"]["at"] == "2026-03-02T05:01:00Z"
    assert answer["failure"]["reason"] == "undeliverable"
    (attachment,) = answer["attachments"]
    assert attachment["url"].startswith(f"/api/v1/files/{file}?account={account}&")
    assert attachment["thumbnail_url"] != attachment["url"]
    assert (attachment["size"], attachment["state"]) == (1234, "stored")
    assert views.conversation(tx, account, got.conversation, None)["failed"] is True


def test_a_thread_pages_back_in_time(world: World) -> None:
    chat = world.connect("whatsapp")
    for n in range(7):
        with clock.at(minutes(NOON, n // 2)):
            talk = world.hears(chat, SARI, str(n)).conversation
    seen: list[str] = []
    cursor = None
    while True:
        page = message_views.page(world.tx, world.account, talk, cursor, 3)
        seen += [item["text"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == list("6543210")
    with pytest.raises(BadCursor):
        message_views.page(world.tx, world.account, talk, "nonsense", 3)


def test_the_composer_is_told_where_a_reply_can_go(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    chat, mail = world.connect("whatsapp"), world.connect("email")
    with clock.at(NOON):
        got = world.hears(chat, SARI, "halo")
        identity.add(tx, account, got.known.home, kind="email", value="sari@x.test", by=agent)
        first, second = reachable.channels_of(tx, account, got.conversation)
    assert first["connection"]["id"] == str(chat.id)
    assert (first["usable"], first["reason"], first["default"]) == (True, None, True)
    assert first["window_ends_at"] == "2026-03-03T05:00:00Z"
    assert first["capabilities"]["window_seconds"] == 86_400
    assert first["identity"]["level"] == "verified"
    assert second["connection"]["id"] == str(mail.id)
    assert (second["usable"], second["reason"], second["default"]) == (True, "unverified", False)
    with clock.at(NOON + timedelta(days=2)):
        first, _ = reachable.channels_of(tx, account, got.conversation)
        assert (first["usable"], first["reason"]) == (True, "template_only")
    consent.record(
        tx, account, got.known.home, purpose="service", granted=False, source="x", by=agent
    )
    assert {way["reason"] for way in reachable.channels_of(tx, account, got.conversation)} == {
        "opted_out"
    }


def test_the_timeline_tells_everything_newest_first_in_pages(world: World) -> None:
    tx, account = world.tx, world.account
    agent = world.user("Dewi")
    chat, mail = world.connect("whatsapp"), world.connect("email")
    with clock.at(NOON):
        first = world.hears(chat, SARI, "halo", name="Sari")
        for n in range(5):  # imported at one moment
            world.hears(chat, SARI, f"impor {n}")
    with clock.at(minutes(NOON, 1)):
        second = world.hears(mail, "s@x.test", "Retur", kind="email", subject="Retur barang")
    with clock.at(minutes(NOON, 2)):
        merges.merge(tx, account, first.known.home, second.known.home, reason="sama", by=agent)
        consent.record(
            tx, account, first.known.home, purpose="marketing", granted=True, source="x", by=agent
        )
    with clock.at(minutes(NOON, 3)):
        replies.reply(tx, account, second.conversation, Draft(text="Baik"), by=agent)
        conversations.close(tx, account, second.conversation, by=agent)
    whole = timeline.page(tx, account, second.known.home, None, 100)
    assert whole["next"] is None
    kinds = [item["type"] for item in whole["items"]]
    assert sorted(set(kinds)) == ["consent", "conversation", "identity", "merge", "message"]
    assert kinds.count("message") == 8
    assert [item["at"] for item in whole["items"]] == sorted(
        (item["at"] for item in whole["items"]), reverse=True
    )
    seen = []
    cursor = None
    while True:
        page = timeline.page(tx, account, first.known.home, cursor, 2)
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole["items"]


def test_suggestions_show_the_other_person(world: World) -> None:
    tx, account = world.tx, world.account
    chat, mail = world.connect("whatsapp"), world.connect("email")
    agent = world.user("Dewi")
    first = world.hears(mail, "sari@x.test", "halo", kind="email", name="Sari")
    other = world.hears(chat, SARI, "halo", name="Sari R")
    identity.add(tx, account, other.known.home, kind="email", value="sari@x.test", by=agent)
    (shape,) = customer_views.suggested(tx, account, other.known.home)
    assert shape["other"]["id"] == str(first.known.root)
    assert shape["evidence"][0]["value"] == "email:sari@x.test"
    assert 0 < shape["score"] < 1


def test_customers_come_in_pages_by_latest_activity(world: World) -> None:
    tx, account = world.tx, world.account
    chat = world.connect("whatsapp")
    for n in range(5):
        with clock.at(minutes(NOON, n)):
            world.hears(chat, f"+62812000{n:05}", "halo", name=f"Pelanggan {n}")
    page = customer_views.page(tx, account, None, None, 3)
    rest = customer_views.page(tx, account, None, page["next"], 3)
    names = [item["name"] for item in [*page["items"], *rest["items"]]]
    assert names == [f"Pelanggan {n}" for n in (4, 3, 2, 1, 0)]
    assert rest["next"] is None
    assert "identities" not in page["items"][0]


def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    with pytest.raises(BadCursor):
        inbox.page(world.tx, world.account, None, Filters(), cursors.pack("a", 1))
