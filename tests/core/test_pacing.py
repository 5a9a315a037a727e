from datetime import timedelta
from uuid import UUID

import pytest

from sambung.core import pacing
from sambung.core.pacing import Limit
from sambung.kit import clock
from sambung.kit.db import Tx

LINE = Limit("line", rate=2.0, burst=3)
PERSON = Limit("person", rate=1 / 6, burst=1)


def test_a_burst_goes_out_and_then_the_rate_holds(tx: Tx, account: UUID) -> None:
    with clock.at(clock.now()):
        assert [pacing.take(tx, account, [LINE]) for _ in range(3)] == [0, 0, 0]
        assert pacing.take(tx, account, [LINE]) == pytest.approx(0.5)
        clock.advance(timedelta(seconds=0.5))
        assert pacing.take(tx, account, [LINE]) == 0


def test_who_must_wait_takes_nothing(tx: Tx, account: UUID) -> None:
    with clock.at(clock.now()):
        assert pacing.take(tx, account, [LINE, PERSON]) == 0
        assert pacing.take(tx, account, [LINE, PERSON]) == pytest.approx(6)
        assert pacing.take(tx, account, [LINE]) == 0
        assert pacing.take(tx, account, [LINE]) == 0


def test_old_buckets_are_forgotten(tx: Tx, account: UUID) -> None:
    with clock.at(clock.now()):
        pacing.take(tx, account, [PERSON])
        clock.advance(timedelta(hours=2))
        pacing.sweep(tx)
        assert pacing.take(tx, account, [PERSON]) == 0
