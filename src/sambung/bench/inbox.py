"""Pages of the inbox in a large account."""

import asyncio
import random
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from sambung.bench import traffic
from sambung.bench.figures import Figure, percentile
from sambung.bench.ground import Ground, know_the_tables
from sambung.core import customers, identity, inbox
from sambung.core.conversations import CLOSED, NOBODY, OPEN, SNOOZED, Conversation
from sambung.core.customers import Customer
from sambung.core.inbox import Filters
from sambung.core.messages import Message
from sambung.kit import clock, ids
from sambung.kit.db import Store, Tx

CONVERSATIONS = 100_000
MESSAGES_EACH = 10
AGENTS = 30
AT_A_TIME = 1_000
"""Conversations written in one transaction."""
LOOKS = 200
PAGES: Mapping[str, Filters] = {
    "open, newest first": Filters(status="open"),
    "open and mine": Filters(status="open", assignee="me"),
    "open and nobody's": Filters(status="open", assignee="none"),
    "closed": Filters(status="closed"),
    "all": Filters(),
}


def run(ground: Ground, scale: float) -> list[Figure]:
    """The figures on one database. scale 10: 1M conversations, 10M messages."""
    return asyncio.run(_measured(ground, max(1_000, int(CONVERSATIONS * scale))))


async def _measured(ground: Ground, conversations: int) -> list[Figure]:
    store = ground.store()
    dice = random.Random(1)  # noqa: S311  the same account every time
    agents = [ids.new_id() for _ in range(AGENTS)]
    for start in range(0, conversations, AT_A_TIME):
        count = min(AT_A_TIME, conversations - start)
        await store.write(_fill, ground, dice, agents, start, count)
    know_the_tables(store)
    figures = [
        Figure("conversations", conversations),
        Figure("messages", conversations * MESSAGES_EACH),
    ]
    for name, filters in PAGES.items():
        took = [seconds async for seconds in _looks(store, ground, agents, filters, dice)]
        figures += [
            Figure(f"{name}: half within", percentile(took, 0.5) * 1000, "ms", 1),
            Figure(f"{name}: 99 of 100 within", percentile(took, 0.99) * 1000, "ms", 1, "≤ 30 ms"),
        ]
    await store.close()
    return figures


async def _looks(
    store: Store, ground: Ground, agents: list[UUID], filters: Filters, dice: random.Random
) -> Any:
    """Seconds for each page: the first, or one further down."""
    cursor = None
    for _ in range(LOOKS):
        viewer = dice.choice(agents) if filters.assignee == "me" else agents[0]
        began = time.perf_counter()
        page = await store.read(inbox.page, ground.account, viewer, filters, cursor)
        yield time.perf_counter() - began
        cursor = page["next"] if dice.random() < 0.7 and filters.assignee != "me" else None


def _fill(
    tx: Tx, ground: Ground, dice: random.Random, agents: list[UUID], start: int, count: int
) -> None:
    people, known, threads, said = [], [], [], []
    for number in range(start, start + count):
        customer, identified, conversation = ids.new_id(), ids.new_id(), ids.new_id()
        people.append(_customer(ground.account, customer, number))
        known.append(_identity(ground.account, customer, identified, number))
        messages = list(_messages(ground, conversation, customer, identified, dice))
        status = dice.choices((OPEN, SNOOZED, CLOSED), (20, 5, 75))[0]
        assignee = NOBODY if dice.random() < 0.3 else dice.choice(agents)
        threads.append(_conversation(ground.account, conversation, messages, status, assignee))
        said += messages
    for table, rows in (
        (Customer, people),
        (identity.Identity, known),
        (Conversation, threads),
        (Message, said),
    ):
        tx.run(insert(table), rows)


def _customer(account: UUID, customer: UUID, number: int) -> dict[str, Any]:
    now, name = clock.now(), traffic.person(number).name
    return {
        "account": account,
        "id": customer,
        "root": customer,
        "name": name,
        "name_key": customers.key_of(name),
        "named": False,
        "language": "id",
        "notes": "",
        "created_at": now,
        "last_at": now,
    }


def _identity(account: UUID, customer: UUID, id: UUID, number: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "account": account,
        "id": id,
        "customer": customer,
        "kind": traffic.CHANNEL,
        "value": traffic.person(number).bsuid,
        "scope": "",
        "level": identity.VERIFIED,
        "evidence": "provider",
        "added_at": now,
        "last_at": now,
    }


def _conversation(
    account: UUID, id: UUID, messages: list[dict[str, Any]], status: str, assignee: UUID
) -> dict[str, Any]:
    last = messages[-1]
    return {
        "account": account,
        "id": id,
        "customer": messages[0]["author_id"],
        "status": status,
        "assignee": assignee,
        "priority": 0,
        "subject": "",
        "tag": id.hex,
        "opened_at": messages[0]["at"],
        "last_at": last["at"],
        "position": len(messages),
        "last_message": last["id"],
        "waiting_since": None,
        "failed": 0,
        "merged_into": None,
    }


def _messages(
    ground: Ground, conversation: UUID, customer: UUID, known: UUID, dice: random.Random
) -> Iterator[dict[str, Any]]:
    at = clock.now() - timedelta(seconds=dice.randrange(30 * 86400))
    for position in range(1, MESSAGES_EACH + 1):
        id, incoming = ids.new_id(), position % 2 == 1
        yield {
            "account": ground.account,
            "id": id,
            "conversation": conversation,
            "position": position,
            "direction": "in" if incoming else "out",
            "kind": "text",
            "text": traffic.TEXTS[position % len(traffic.TEXTS)],
            **dict.fromkeys(("html", "quoted", "subject"), ""),
            "connection": ground.link.id,
            "identity": known,
            "author_type": "customer" if incoming else "user",
            "author_id": customer,
            "at": at + timedelta(minutes=position),
            "received_at": at + timedelta(minutes=position),
            "provider_id": f"wamid.{id.hex}",
            "status": None if incoming else "read",
            "warnings": [],
            "extra": {},
            "reactions": [],
            "edits": [],
        }
