"""Merge, anything, unmerge = as if never merged.

Two worlds live through the same random script. In one of them customers are merged on the way, and every merge
is undone at the end, in any order. What is each customer's must then be the same in both.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.core.conftest import NOON
from tests.core.world import World

from sambung.channels import Handle
from sambung.core import (
    accounts,
    consent,
    conversations,
    customers,
    identity,
    markers,
    merges,
    messages,
    replies,
    separation,
    threads,
)
from sambung.core.conversations import Conversation
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, Actor
from sambung.core.identity import Identity
from sambung.core.merges import AlreadyOne, AlreadyUndone
from sambung.core.messages import Message
from sambung.core.receiving import Link
from sambung.core.replies import Draft
from sambung.kit import clock
from sambung.kit.db import Tx
from sambung.kit.problems import Problem

PEOPLE = ("+6281230000001", "+6281230000002", "+6281230000003")
BY = Actor("bot")

person = st.integers(0, len(PEOPLE) - 1)
said = st.one_of(
    st.tuples(st.just("hears"), person),
    st.tuples(st.just("answers"), person),
    st.tuples(st.just("closes"), person),
    st.tuples(st.just("names"), person),
    st.tuples(st.just("consents"), person),
    st.tuples(st.just("is known by"), person),
    st.tuples(st.just("days pass"), person),
)
step = st.one_of(
    said, st.tuples(st.just("merge"), person, person), st.tuples(st.just("join"), person, person)
)


@dataclass
class Life:
    """A world whose messages are known by their texts, for ids differ between worlds."""

    world: World
    chat: Link
    homes: list[UUID]
    made: list[UUID] = field(default_factory=list)

    def live(self, n: int, what: str, *who: int) -> None:
        clock.advance(timedelta(minutes=1))
        tx, account, one = self.world.tx, self.world.account, who[0]
        match what:
            case "hears":
                self.world.hears(self.chat, PEOPLE[one], f"{n} from {one}")
            case "answers":
                self._answer(n, one)
            case "closes":
                if talk := self._talk(one):
                    conversations.close(tx, account, talk, by=BY)
            case "names":
                # Through the channel, as nobody names one record of a merged person apart.
                self.world.hears(self.chat, PEOPLE[one], f"{n} from {one}", name=f"Name {n}")
            case "consents":
                consent.record(
                    tx,
                    account,
                    self.homes[one],
                    purpose="marketing",
                    granted=bool(n % 2),
                    source="test",
                    by=BY,
                )
            case "is known by":
                handle = Handle("external", f"c-{n}", scope=str(n))
                identity.changed(tx, account, (Handle("phone", PEOPLE[one]),), (handle,))
            case "days pass":
                clock.advance(timedelta(days=4))

    def merge(self, one: int, other: int) -> None:
        tx, account = self.world.tx, self.world.account
        try:
            made = merges.merge(
                tx, account, self.homes[one], self.homes[other], reason="test", by=BY
            )
        except AlreadyOne:
            return
        self.made.append(made)

    def join(self, one: int, other: int) -> None:
        """An agent merges conversations of what is, for now, one customer."""
        first, second = self._talk(one), self._own_talk(other)
        if first and second:
            try:
                threads.merge(self.world.tx, self.world.account, first, second, by=BY)
            except Problem:
                return

    def _answer(self, n: int, one: int) -> None:
        tx, account = self.world.tx, self.world.account
        known = tx.value(
            select(Identity.id).where(Identity.account == account, Identity.value == PEOPLE[one])
        )
        talk = self._talk(one)
        if talk is None:
            return
        try:
            replies.reply(tx, account, talk, Draft(text=f"{n} to {one}"), by=BY, to=known)
        except Problem:
            return

    def _talk(self, one: int) -> UUID | None:
        tx, account = self.world.tx, self.world.account
        root = customers.get(tx, account, self.homes[one]).id
        return next((row.id for row in conversations.of_customer(tx, account, root)), None)

    def _own_talk(self, one: int) -> UUID | None:
        own = select(Conversation.id).where(
            Conversation.account == self.world.account,
            Conversation.customer == self.homes[one],
            Conversation.merged_into.is_(None),
        )
        found: UUID | None = self.world.tx.value(own.order_by(Conversation.id).limit(1))
        return found

    def each(self, of: Callable[[int], Any]) -> list[Any]:
        return [of(n) for n in range(len(PEOPLE))]

    def identities(self, n: int) -> list[tuple[str, str, str]]:
        rows = identity.of(self.world.tx, self.world.account, self.homes[n])
        return sorted((row.kind, row.value, row.level) for row in rows)

    def name(self, n: int) -> str:
        return str(customers.get(self.world.tx, self.world.account, self.homes[n]).name)

    def consents(self, n: int) -> list[tuple[str, bool]]:
        rows = consent.of(self.world.tx, self.world.account, self.homes[n])
        return sorted((row.purpose, row.granted) for row in rows)

    def said(self, n: int) -> list[str]:
        """Every text in the customer's conversations, each with whose identity is at the other end."""
        tx, account = self.world.tx, self.world.account
        talks = [row.id for row in conversations.of_customer(tx, account, self.homes[n])]
        wanted = (
            select(Message.text, Identity.value)
            .join(
                Identity,
                (Identity.account == Message.account) & (Identity.id == Message.identity),
            )
            .where(Message.account == account, Message.conversation.in_(talks))
        )
        return sorted(f"{row.value}: {row.text}" for row in tx.all(wanted))

    def grouping(self) -> set[frozenset[str]]:
        rows = self.world.tx.all(
            select(Message.conversation, Message.text).where(Message.account == self.world.account)
        )
        found: dict[UUID, set[str]] = {}
        for row in rows:
            found.setdefault(row.conversation, set()).add(row.text)
        return {frozenset(texts) for texts in found.values()}


def _begin(tx: Tx) -> Life:
    world = World(tx, accounts.open_account(tx, "Toko Uji", by=SYSTEM))
    chat = world.connect("webchat")
    homes = [world.hears(chat, one, f"first from {n}").known.home for n, one in enumerate(PEOPLE)]
    return Life(world, chat, homes)


def _consistent(life: Life) -> None:
    """Figures of every conversation that lists show agree with its messages."""
    tx, account = life.world.tx, life.world.account
    shown = select(Conversation).where(
        Conversation.account == account, Conversation.merged_into.is_(None)
    )
    for row in tx.all(shown):
        inside = tx.all(
            select(Message.position, Message.id, Message.at)
            .where(Message.account == account, Message.conversation == row.id)
            .order_by(Message.position)
        )
        assert [one.position for one in inside] == list(range(1, len(inside) + 1))
        assert row.position == len(inside)
        if inside:
            assert row.last_at == max(one.at for one in inside)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(said, max_size=6), st.lists(step, min_size=1, max_size=14), st.randoms())
def test_after_unmerging_it_is_as_if_nobody_had_been_merged(
    tx: Tx, before: list[Any], script: list[Any], random: Any
) -> None:
    with clock.at(NOON):
        plain = _begin(tx)
        for n, (what, *who) in enumerate(before + script):
            plain.live(n, what, *who)
    with clock.at(NOON):
        merged = _begin(tx)
        for n, (what, *who) in enumerate(before):
            merged.live(n, what, *who)
        grouped = merged.grouping()
        for n, (what, *who) in enumerate(script, len(before)):
            merged.live(n, what, *who)
            if what == "merge":
                merged.merge(*who)
            elif what == "join" and merged.made:
                merged.join(*who)
        random.shuffle(merged.made)
        for made in merged.made:
            separation.undo(tx, merged.world.account, made, by=BY)
            _consistent(merged)
        assert merged.each(merged.identities) == plain.each(plain.identities)
        assert merged.each(merged.name) == plain.each(plain.name)
        assert merged.each(merged.consents) == plain.each(plain.consents)
        for n, texts in enumerate(merged.each(merged.said)):
            assert all(text.startswith(PEOPLE[n]) for text in texts)
            heard = [text for text in texts if " from " in text]
            assert heard == [text for text in plain.said(n) if " from " in text]
        _same_grouping(grouped, merged.grouping())


def _same_grouping(before: set[frozenset[str]], after: set[frozenset[str]]) -> None:
    """What stood together stands together, what stood apart apart; new messages may have joined."""
    known = frozenset().union(*before)
    assert {texts & known for texts in after if texts & known} == before


@pytest.fixture
def two(world: World, chat: Link) -> tuple[UUID, UUID]:
    """Two customers' homes, each with a conversation."""
    first = world.hears(chat, PEOPLE[0], "a", name="A").known.home
    clock.advance(timedelta(minutes=1))
    return first, world.hears(chat, PEOPLE[1], "b", name="B").known.home


def test_merged_customers_are_one_until_undone(world: World, two: tuple[UUID, UUID]) -> None:
    tx, account = world.tx, world.account
    made = merges.merge(tx, account, *two, reason="same", by=BY)
    assert customers.get(tx, account, two[1]).id == two[0]
    assert len(conversations.of_customer(tx, account, two[0])) == 2
    with pytest.raises(AlreadyOne):
        merges.merge(tx, account, two[1], two[0], reason="again", by=BY)
    separation.undo(tx, account, made, by=BY)
    assert customers.get(tx, account, two[1]).id == two[1]
    with pytest.raises(AlreadyUndone):
        separation.undo(tx, account, made, by=BY)
    (row,) = merges.of(tx, account, two[0])
    assert (row.reason, row.by_type, row.undone_at) == ("same", "bot", clock.now())


def test_what_came_meanwhile_goes_to_who_wrote_it(
    world: World, chat: Link, two: tuple[UUID, UUID]
) -> None:
    tx, account = world.tx, world.account
    made = merges.merge(tx, account, *two, reason="same", by=BY)
    clock.advance(timedelta(minutes=1))
    # B's conversation has the latest activity, so A's message goes on there.
    meanwhile = world.hears(chat, PEOPLE[0], "a again")
    assert meanwhile.conversation != conversations.of_customer(tx, account, two[0])[1].id
    separation.undo(tx, account, made, by=BY)
    row = messages.get(tx, account, meanwhile.message)
    owner = conversations.get(tx, account, row.conversation).customer
    assert owner == two[0]


def test_a_chain_of_merges_is_a_chain_of_records(world: World, chat: Link) -> None:
    tx, account = world.tx, world.account
    homes = [world.hears(chat, one, "x").known.home for one in PEOPLE]
    first = merges.merge(tx, account, homes[0], homes[1], reason="1", by=BY)
    merges.merge(tx, account, homes[2], homes[0], reason="2", by=BY)
    separation.undo(tx, account, first, by=BY)
    roots = {
        row.id: row.root for row in tx.all(select(Customer).where(Customer.account == account))
    }
    assert [roots[home] for home in homes] == [homes[2], homes[1], homes[2]]


def test_joined_threads_part_as_they_were_whatever_is_undone_first(
    world: World, chat: Link, two: tuple[UUID, UUID]
) -> None:
    tx, account = world.tx, world.account
    first = conversations.of_customer(tx, account, two[0])[0].id

    def opened() -> UUID:
        return conversations.open(
            tx, account, customer=two[0], root=two[0], connection=chat.id, by=BY
        )

    second = opened()
    clock.advance(timedelta(minutes=1))
    world.hears(chat, PEOPLE[0], "c")
    third = opened()
    inner = threads.merge(tx, account, second, first, by=BY)
    outer = threads.merge(tx, account, third, second, by=BY)
    assert conversations.get(tx, account, first).id == third
    for made in (inner, outer):
        threads.undo_merge(tx, account, made, by=BY)
    where = select(Message.text, Message.conversation).where(Message.account == account)
    found = dict(tuple(row) for row in tx.all(where))
    assert (found["a"], found["c"]) == (first, second)
    with pytest.raises(threads.NotTwo):
        threads.undo_merge(tx, account, inner, by=BY)


def test_threads_of_two_customers_are_not_joined(world: World, two: tuple[UUID, UUID]) -> None:
    tx, account = world.tx, world.account
    talks = [conversations.of_customer(tx, account, home)[0].id for home in two]
    with pytest.raises(threads.OtherCustomer):
        threads.merge(tx, account, *talks, by=BY)
    with pytest.raises(threads.NotTwo):
        threads.merge(tx, account, talks[0], talks[0], by=BY)


def test_who_had_read_all_sees_the_next_message_as_unread_after_parting(
    world: World, chat: Link, two: tuple[UUID, UUID], agent: Actor
) -> None:
    tx, account = world.tx, world.account
    assert agent.id is not None
    made = merges.merge(tx, account, *two, reason="same", by=BY)
    clock.advance(timedelta(minutes=1))
    talk = world.hears(chat, PEOPLE[0], "a in b's").conversation
    markers.move(tx, account, agent.id, talk, 2)
    separation.undo(tx, account, made, by=BY)
    assert markers.of(tx, account, agent.id, [talk]) == {talk: 1}


def test_a_snooze_that_ended_while_threads_were_joined_ends(
    world: World, chat: Link, two: tuple[UUID, UUID]
) -> None:
    tx, account = world.tx, world.account
    first = conversations.of_customer(tx, account, two[0])[0].id
    second = conversations.open(
        tx, account, customer=two[0], root=two[0], connection=chat.id, by=BY
    )
    until = clock.now() + timedelta(hours=1)
    conversations.snooze(tx, account, first, until=until, by=BY)
    made = threads.merge(tx, account, second, first, by=BY)
    clock.advance(timedelta(hours=2))
    conversations.ring(tx, account, first)
    threads.undo_merge(tx, account, made, by=BY)
    assert conversations.get(tx, account, first).status == conversations.OPEN
