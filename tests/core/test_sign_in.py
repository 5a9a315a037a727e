from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sambung.core import sessions, sign_in, users
from sambung.core.events import SYSTEM
from sambung.core.sign_in import FREE_PER_ADDRESS, FREE_PER_EMAIL, TooManyAttempts
from sambung.kit import clock
from sambung.kit.db import Tx

MORNING = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


def _try(tx: Tx, email: str = "sari@toko.test", address: str = "203.0.113.7") -> None:
    sign_in.attempt(tx, email=email, address=address)


def _wait_asked(tx: Tx) -> int:
    with pytest.raises(TooManyAttempts) as refused:
        _try(tx)
    return int(refused.value.values["seconds"])


def test_pauses_grow_with_failures(tx: Tx) -> None:
    for _ in range(FREE_PER_EMAIL):
        _try(tx)
    waits = []
    for _ in range(3):
        waits.append(_wait_asked(tx))
        clock.advance(timedelta(seconds=waits[-1]))
        _try(tx)
    assert waits == [1, 2, 4]


def test_an_address_that_tries_many_emails_is_slowed_down(tx: Tx) -> None:
    for n in range(FREE_PER_ADDRESS):
        _try(tx, email=f"user{n}@toko.test")
    with pytest.raises(TooManyAttempts):
        _try(tx, email="another@toko.test")
    _try(tx, email="another@toko.test", address="198.51.100.4")


def test_success_forgets_the_failures(tx: Tx, account: UUID) -> None:
    user = users.add(
        tx, account, email="sari@toko.test", name="S", role="agent", password="h", by=SYSTEM
    )
    for _ in range(FREE_PER_EMAIL):
        _try(tx)
    token = sign_in.succeeded(
        tx, account, user=user, email="sari@toko.test", address="203.0.113.7", device="", rehashed="new"
    )  # fmt: skip
    assert sessions.find(tx, token).user == user
    assert users.get(tx, account, user).password == "new"
    _try(tx)


def test_failures_are_forgotten_after_an_hour(tx: Tx) -> None:
    for _ in range(FREE_PER_EMAIL):
        _try(tx)
    clock.advance(timedelta(hours=1, seconds=1))
    _try(tx)
    _try(tx)
