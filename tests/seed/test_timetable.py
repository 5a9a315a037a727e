"""What is said when: parsed and planned without a database."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sambung.kit.chance import dice
from sambung.seed.play import ENDS, Script, scripts
from sambung.seed.timetable import Beat, Timetable
from sambung.seed.townspeople import townspeople

ACTS = ("N", "wait", "high", "urgent", *ENDS)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def planned() -> list[Beat]:
    people, cities, channels = townspeople()
    timetable = Timetable(scripts(), dice(1), NOW)
    return [
        beat
        for person in people
        for beat in timetable.of(person, cities[person.id], channels[person.id], guest=False)
    ]


def test_the_same_seed_plans_the_same_two_weeks() -> None:
    def told() -> list[tuple[datetime, str, list[str]]]:
        return [(beat.at, beat.talk.person.id, beat.line.words) for beat in planned()]

    assert told() == told()


def test_everything_happens_in_the_past_and_in_order() -> None:
    beats = planned()
    assert all(NOW - timedelta(days=14) <= beat.at < NOW for beat in beats)
    for one, other in pairwise(beats):
        assert one.talk is not other.talk or one.at <= other.at


def test_nobody_talks_by_a_channel_they_do_not_have() -> None:
    _, _, channels = townspeople()
    for beat in planned():
        assert beat.channel in channels[beat.talk.person.id].replace("u", "p")


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.lines[0].words[0][:30])
def test_every_blank_can_be_filled_and_every_talk_ends(script: Script) -> None:
    assert set(script.channels) <= set("wpe")
    assert script.ends in ENDS
    assert script.subject or "e" not in script.channels + script.goes_on_by
    person = next(iter(townspeople()[0]))
    beat = next(Timetable(scripts(), dice(1), NOW).of(person, "Solo", "wpe", guest=False))
    for line in script.lines:
        assert line.does in "CAPDFBRL>" or line.does in ACTS
        assert all(words.format_map(beat.talk.values) for words in line.words if words)
