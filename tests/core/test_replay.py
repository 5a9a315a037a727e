"""Every reader, replayed from nothing, leaves what following live left."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.core.conftest import NOON
from tests.core.world import World

from sambung.core import (
    accounts,
    conversations,
    customers,
    eventlog,
    identity,
    labels,
    merges,
    replies,
    separation,
)
from sambung.core.events import SYSTEM, Actor
from sambung.core.follower import Reader
from sambung.core.receiving import Link
from sambung.core.replies import Draft
from sambung.kit import clock
from sambung.kit.db import Table, Tx
from sambung.kit.problems import Problem
from sambung.main import READERS

PEOPLE = ("+6281230000001", "+6281230000002", "+6281230000003")
WORDS = ("Halo kak", "barang belum datang", "STOP", "mulai", "terima kasih", "ukuran berapa")
BY = Actor("bot")
NOT_DERIVED = {"job", "event", "account_seq", "reader_cursor"}
"""Jobs are work to be done, which a worker finds done already; the others are the log itself."""


class Business:
    """Lives at random, by the same verbs as any other."""

    def __init__(self, tx: Tx, seed: int) -> None:
        self.random = random.Random(seed)
        self.tx = tx
        self.world = World(tx, accounts.open_account(tx, "Toko Uji", by=SYSTEM))
        self.account = self.world.account
        self.chat: Link = self.world.connect("webchat")
        self.homes: dict[str, UUID] = {}
        self.talks: set[UUID] = set()
        self.merged: list[UUID] = []

    def live(self) -> None:
        clock.advance(timedelta(minutes=self.random.choice((1, 1, 1, 6000))))
        act = self.random.choice((self._hear, self._hear, self._answer, self._tend, self._link))
        try:
            act()
        except Problem:
            return

    def _hear(self) -> None:
        who = self.random.choice(PEOPLE)
        name = self.random.choice(("", "Sari", "Sari W", "Budi"))
        got = self.world.hears(self.chat, who, self.random.choice(WORDS), name=name)
        self.homes[who] = got.known.home
        self.talks.add(got.conversation)

    def _answer(self) -> None:
        talk = self.random.choice(sorted(self.talks))
        draft = Draft(text=self.random.choice(WORDS))
        verb = self.random.choice((replies.reply, replies.note))
        verb(self.tx, self.account, talk, draft, by=BY)

    def _tend(self) -> None:
        talk = self.random.choice(sorted(self.talks))
        match self.random.randrange(4):
            case 0:
                conversations.close(self.tx, self.account, talk, by=BY)
            case 1:
                conversations.rename(self.tx, self.account, talk, subject="Retur", by=BY)
            case 2:
                labels.put(self.tx, self.account, talk, [self.random.choice(WORDS)], by=BY)
            case _:
                until = clock.now() + timedelta(hours=1)
                conversations.snooze(self.tx, self.account, talk, until=until, by=BY)

    def _link(self) -> None:
        homes = sorted(self.homes.values())
        one, other = self.random.choice(homes), self.random.choice(homes)
        match self.random.randrange(4):
            case 0:
                made = merges.merge(self.tx, self.account, one, other, reason="x", by=BY)
                self.merged.append(made)
            case 1 if self.merged:
                separation.undo(self.tx, self.account, self.merged.pop(), by=BY)
            case 2:
                value = f"{self.random.randrange(3)}@x.test"
                identity.add(self.tx, self.account, one, kind="email", value=value, by=BY)
            case _:
                customers.change(self.tx, self.account, one, name="Ibu Sari", by=BY)


def _catch_up(tx: Tx, account: UUID, readers: list[Reader]) -> None:
    """Follow until nobody is behind: what one reader records, another may read."""
    moved = True
    while moved:
        tx.flush()
        moved = False
        for reader in readers:
            while eventlog.follow(tx, account, reader.name, reader.handle, types=reader.types):
                moved = True
                tx.flush()


def _derived(tx: Tx) -> dict[str, list[str]]:
    """Every row of every table that a reader might write."""
    return {
        table.name: sorted(repr(tuple(row)) for row in tx.all(select(table)))
        for table in Table.metadata.sorted_tables
        if table.name not in NOT_DERIVED
    }


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_replaying_a_reader_changes_nothing(tx: Tx, reader: Reader, seed: int) -> None:
    with clock.at(NOON):
        business = Business(tx, seed)
        business._hear()
        for _ in range(25):
            business.live()
            _catch_up(tx, business.account, list(READERS))
        live = _derived(tx)
        eventlog.rewind(tx, business.account, reader.name)
        _catch_up(tx, business.account, list(READERS))
        replayed: dict[str, Any] = _derived(tx)
    for table, rows in live.items():
        assert replayed[table] == rows, table
