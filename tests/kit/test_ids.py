from datetime import UTC, datetime, timedelta

from sambung.kit import clock
from sambung.kit.ids import new_id

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_ids_grow_while_the_clock_runs() -> None:
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_grow_while_the_clock_stands_still() -> None:
    with clock.at(NOON):
        made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_grow_when_the_clock_is_corrected_a_little() -> None:
    with clock.at(NOON):
        before = new_id()
        clock.advance(timedelta(milliseconds=-300))
        assert new_id() > before


def test_ids_tell_the_time_a_test_or_a_seed_sets() -> None:
    present, past_time = datetime(2027, 1, 5, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    with clock.at(present):
        now = new_id()
    with clock.at(past_time):
        past = new_id()
    with clock.at(past_time + timedelta(milliseconds=5)):
        later = new_id()
    assert past < later < now
    assert now.version == 7
    assert now.int >> 80 == int(present.timestamp() * 1000)
