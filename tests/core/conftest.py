from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.core.world import World

from sambung.core.events import Actor
from sambung.core.receiving import Link
from sambung.kit import clock
from sambung.kit.db import Tx

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock stands at noon (Jakarta) until the test moves it."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def world(tx: Tx, account: UUID, noon: datetime) -> World:
    return World(tx, account)


@pytest.fixture
def chat(world: World) -> Link:
    return world.connect("whatsapp")


@pytest.fixture
def mail(world: World) -> Link:
    return world.connect("email")


@pytest.fixture
def agent(world: World) -> Actor:
    return world.user("Dewi")
