"""Everything said, and everybody, is found: by words, by beginnings, by parts; in one's own account only."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.core.world import World, minutes

from sambung.channels import Deleted, Edited
from sambung.core import (
    accounts,
    changes,
    conversations,
    customers,
    erasure,
    eventlog,
    found,
    identity,
    inbox,
    merges,
    replies,
    search,
    search_index,
    search_reader,
    threads,
)
from sambung.core.events import SYSTEM
from sambung.core.inbox import Filters
from sambung.core.replies import Draft
from sambung.core.search_index import Document
from sambung.kit import clock
from sambung.kit.db import Tx

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
SARI, BUDI = "+6281230000001", "+6281230000002"


def follow(tx: Tx, account: UUID) -> None:
    tx.flush()
    reader = search_reader.READER
    while eventlog.follow(tx, account, reader.name, reader.handle, types=reader.types):
        pass


@pytest.fixture
def world(tx: Tx, account: UUID) -> World:
    return World(tx, account)


class Talk:
    """Two customers, some messages, all indexed."""

    def __init__(self, world: World) -> None:
        self.world, self.tx, self.account = world, world.tx, world.account
        self.agent = world.user("Dewi")
        self.chat, self.mail = world.connect("whatsapp"), world.connect("email")
        self.sari = world.hears(
            self.chat, SARI, "Apakah sepatu merah ukuran 42 masih ada?", name="Sari Dewanti"
        )
        self.budi = world.hears(
            self.mail,
            "budi@toko.test",
            "Nomor resi INV-2024-0099 belum sampai",
            kind="email",
            name="Budi",
            subject="Paket terlambat",
        )
        replies.note(
            self.tx,
            self.account,
            self.sari.conversation,
            Draft(text="Cek gudang Bekasi"),
            by=self.agent,
        )
        follow(self.tx, self.account)

    def texts(self, q: str, **more: Any) -> list[str]:
        items = found.page(self.tx, self.account, None, q, "messages", **more)["items"]
        return [item["message"]["text"] for item in items]

    def names(self, q: str) -> list[str]:
        items = found.page(self.tx, self.account, None, q, "customers")["items"]
        return [item["customer"]["name"] for item in items]


@pytest.fixture
def talk(world: World) -> Talk:
    return Talk(world)


@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("sepatu", 1),
        ("SEPATU merah", 1),
        ("sepa", 1),
        ("merah gudang", 0),
        ("patu", 1),
        ("2024-0099", 1),
        ("INV-2024", 1),
        ("terlambat", 1),
        ("bekasi", 1),
        ("100%", 0),
        ('"', 0),
        ("' OR 1=1", 0),
        ("AND", 0),
        ("se:*", 1),
        ("xx", 0),
        ("   ", 0),
    ],
)
def test_messages_are_found(talk: Talk, q: str, count: int) -> None:
    assert len(talk.texts(q)) == count


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("sari", ["Sari Dewanti"]),
        ("wanti", ["Sari Dewanti"]),
        ("budi@toko", ["Budi"]),
        ("0812-3000-0001", ["Sari Dewanti"]),
        ("+62 812 3000 0001", ["Sari Dewanti"]),
        ("30000001", ["Sari Dewanti"]),
        ("nobody", []),
    ],
)
def test_customers_are_found(talk: Talk, q: str, names: list[str]) -> None:
    assert talk.names(q) == names


def test_results_have_the_documented_shape(talk: Talk) -> None:
    (item,) = found.page(talk.tx, talk.account, talk.agent.id, "merah")["items"]
    assert item["kind"] == "messages"
    assert item["message"]["id"] == str(talk.sari.message)
    assert item["conversation"]["id"] == str(talk.sari.conversation)
    assert item["snippet"] == "Apakah sepatu \x01merah\x02 ukuran 42 masih ada?"
    assert item["at"] == item["message"]["at"]
    (item,) = found.page(talk.tx, talk.account, None, "dewanti")["items"]
    assert (item["kind"], item["snippet"]) == ("customers", "Sari \x01Dewanti\x02")
    assert item["customer"]["id"] == str(talk.sari.known.root)


def test_a_snippet_shows_the_place() -> None:
    body = "kata " * 50 + "JARUM di tumpukan\n\x01jerami " + "kata " * 50
    shown = search.snippet(body, "jarum")
    assert "\x01JARUM\x02 di tumpukan jerami" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 220


def test_pages_go_on_where_they_ended(world: World) -> None:
    chat = world.connect("whatsapp")
    for n in range(7):
        with clock.at(minutes(NOON, n)):
            world.hears(chat, SARI, f"pesanan nomor {n}")
    follow(world.tx, world.account)
    for q in ("pesanan", "esanan"):
        seen: list[str] = []
        cursor = None
        while True:
            page = found.page(world.tx, world.account, None, q, "messages", cursor, 3)
            seen += [item["message"]["text"][-1] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == list("6543210")


def test_changes_are_followed(talk: Talk) -> None:
    tx, account = talk.tx, talk.account
    target = next(
        item["message"]["provider_id"]
        for item in found.page(tx, account, None, "sepatu", "messages")["items"]
    )
    edit = Edited(id="e1", target=target, text="Apakah sandal biru ada?")
    assert changes.apply(tx, account, talk.chat.id, edit)
    customers.change(tx, account, talk.sari.known.root, by=talk.agent, name="Sari Rahma")
    conversations.rename(tx, account, talk.sari.conversation, subject="Alas kaki", by=talk.agent)
    follow(tx, account)
    assert (talk.texts("sepatu"), len(talk.texts("sandal"))) == ([], 1)
    assert (talk.names("dewanti"), talk.names("rahma")) == ([], ["Sari Rahma"])
    assert inbox.page(tx, account, None, Filters(q="alas"))["items"]
    assert changes.apply(tx, account, talk.chat.id, Deleted(id="d1", target=target))
    follow(tx, account)
    assert talk.texts("sandal") == []


def test_a_merge_leads_to_the_person_and_an_unmerge_back(talk: Talk) -> None:
    tx, account = talk.tx, talk.account
    one, other = talk.sari.known.root, talk.budi.known.root
    made = merges.merge(tx, account, one, other, reason="", by=talk.agent)
    follow(tx, account)
    assert talk.names("budi") == ["Sari Dewanti"]
    merges.undo(tx, account, made, by=talk.agent)
    follow(tx, account)
    assert talk.names("budi") == ["Budi"]


def test_a_moved_message_is_found_in_its_conversation(talk: Talk) -> None:
    tx, account = talk.tx, talk.account
    merges.merge(tx, account, talk.sari.known.root, talk.budi.known.root, reason="", by=talk.agent)
    threads.merge(tx, account, talk.sari.conversation, talk.budi.conversation, by=talk.agent)
    (item,) = found.page(tx, account, None, "resi", "messages")["items"]
    assert item["conversation"]["id"] == str(talk.sari.conversation)


def test_who_was_erased_is_found_no_more(talk: Talk) -> None:
    identity.add(
        talk.tx,
        talk.account,
        talk.sari.known.home,
        kind="email",
        value="sari@x.test",
        by=talk.agent,
    )
    erasure.erase(talk.tx, talk.account, talk.sari.known.root, by=talk.agent)
    follow(talk.tx, talk.account)
    assert talk.names("sari") == talk.texts("sepatu") == talk.texts("bekasi") == []
    assert len(talk.texts("resi")) == 1


def test_the_inbox_is_searched_by_words_people_and_subjects(talk: Talk) -> None:
    def shown(q: str) -> list[str]:
        page = inbox.page(talk.tx, talk.account, None, Filters(q=q))
        return [item["id"] for item in page["items"]]

    assert shown("sepatu") == shown("dewanti") == [str(talk.sari.conversation)]
    assert shown("terlambat") == shown("budi@toko.test") == [str(talk.budi.conversation)]
    assert shown("tidak ada") == []


def test_accounts_find_nothing_of_each_other(talk: Talk) -> None:
    other = World(talk.tx, accounts.open_account(talk.tx, "Toko Lain", by=SYSTEM))
    chat = other.connect("whatsapp")
    other.hears(chat, SARI, "sepatu rahasia", name="Sari Lain")
    follow(talk.tx, other.account)
    assert talk.texts("rahasia") == []
    assert talk.names("sari") == ["Sari Dewanti"]
    items = found.page(talk.tx, other.account, None, "sepatu", "messages")["items"]
    assert [item["message"]["text"] for item in items] == ["sepatu rahasia"]
    nobody = UUID(int=5)
    assert found.page(talk.tx, nobody, None, "sepatu")["items"] == []


def test_reading_the_log_from_nothing_gives_the_same(talk: Talk) -> None:
    tx, account = talk.tx, talk.account
    changes.apply(
        tx,
        account,
        talk.mail.id,
        Edited(id="e1", target=_provider_id(talk), text="Nomor resi INV-2024-0099 sudah sampai"),
    )
    follow(tx, account)
    asked = ("sepatu", "resi", "sampai", "belum", "0099", "bekasi", "an")
    before = ([talk.texts(q) for q in asked], talk.names("budi"), _documents(tx, account))
    search_index.clear(tx, account)
    assert talk.texts("sepatu") == []
    eventlog.rewind(tx, account, search_reader.READER.name)
    follow(tx, account)
    after = ([talk.texts(q) for q in asked], talk.names("budi"), _documents(tx, account))
    assert after == before


def _provider_id(talk: Talk) -> str:
    (item,) = found.page(talk.tx, talk.account, None, "resi", "messages")["items"]
    return str(item["message"]["provider_id"])


def _documents(tx: Tx, account: UUID) -> list[Any]:
    table = Document.__table__
    wanted = table.select().where(Document.account == account).order_by(Document.doc)
    return [tuple(row) for row in tx.run(wanted)]
