"""The demo business: what a newcomer finds, made by the verbs of production."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from sambung import seed
from sambung.core import accounts, merges, users
from sambung.core.connections import Connection
from sambung.core.conversations import Conversation
from sambung.core.eventlog import Entry
from sambung.core.messages import Attachment, Message
from sambung.core.suggestions import Suggestion
from sambung.kit.blobs import OnDisk
from sambung.kit.db import Store
from sambung.seed.business import NAME, STAFF
from sambung.settings import load
from sambung.simulator.app import Simulator


@asynccontextmanager
async def demonstrated(store: Store, folder: Path) -> AsyncIterator[Simulator]:
    simulator = await seed.demo(store, OnDisk(folder / "files"), load({}, data=folder))
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


def counted(store: Store, column: Any, *where: Any) -> Counter[Any]:
    with store.begin() as tx:
        return Counter(tx.values(select(column).where(*where)))


async def test_two_weeks_of_traffic_wait_for_whoever_tries_it(store: Store, tmp_path: Path) -> None:
    async with demonstrated(store, tmp_path) as simulator:
        phones = len(list(simulator.cloud.chats)), len(list(simulator.mail.boxes))
        played = [standin.name for standin in simulator.standins if standin.connection()]
    states = counted(store, Conversation.status)
    assert 130 <= sum(states.values()) <= 240
    assert states["open"] >= 15
    assert states["snoozed"] >= 3
    sent = counted(store, Message.status, Message.direction == "out")
    assert sent.keys() == {"sent", "delivered", "read", "failed"}
    channels = counted(store, Connection.channel)
    assert channels == dict.fromkeys([*played, "email", "webchat"], 1)
    assert counted(store, Attachment.state).keys() == {"stored"}
    assert all(count > 30 for count in phones)
    with store.begin() as tx:
        account = accounts.named(tx, NAME)
        assert account
        several = (
            select(Message.conversation)
            .where(Message.connection.is_not(None))
            .group_by(Message.conversation)
            .having(func.count(func.distinct(Message.connection)) > 1)
        )
        assert len(tx.values(several)) >= 10
        assert len(tx.values(select(Suggestion.id))) >= 3
        assert tx.value(select(merges.Merge.id).where(merges.Merge.by_type == "user"))
        moments = tx.values(select(Entry.at).order_by(Entry.position))
        # Those of setting it up happen at the end of the two weeks but are written first.
        told = moments[len(STAFF) + 1 + len(channels) :]
        assert told == sorted(told)
        assert users.by_email(tx, "agent1@sambung.test").role == "agent"


@pytest.mark.slow
async def test_starting_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    async with demonstrated(store, tmp_path) as first:
        kept = first.memory()
    before = counted(store, Message.id).keys(), counted(store, Entry.type)
    async with demonstrated(store, tmp_path) as again:
        assert again.memory() == kept
        assert again.shop == first.shop
    messages, events = counted(store, Message.id).keys(), counted(store, Entry.type)
    assert messages == before[0]
    # The mail provider and the message centre of a test listen on other ports each time: their
    # connections follow them.
    assert events - before[1] == Counter(ConnectionChanged=2)
