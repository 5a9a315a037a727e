import json
import logging
import time

import pytest

from sambung.kit.log import Structured, redact


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /x Authorization: Bearer abc.def-1", "GET /x Authorization: Bearer •••"),
        ('{"access_token": "EAAG123"}', '{"access_token": "•••"}'),
        ("?token=abc&page=2", "?token=•••&page=2"),
        ("session ses_abcdefghijklmnopqrstuvwxyz", "session ses_•••"),
        ("postgresql://sambung:pw@db/sambung", "postgresql://sambung:•••@db/sambung"),
        (
            "POST https://a.test/bot7000000077:AAEtokenUJI-1_xyz/x",
            "POST https://a.test/bot7000000077:•••/x",
        ),
        ("from budi.s@mail.example", "from •••@mail.example"),
        ("to +6281234567890", "to •••890"),
        ("nothing to hide in 17 messages", "nothing to hide in 17 messages"),
    ],
)
def test_secrets_and_people_are_blotted_out(said: str, kept: str) -> None:
    assert redact(said) == kept


def test_what_a_stranger_sent_costs_a_moment_and_is_cut() -> None:
    started = time.process_time()
    assert len(redact("z" * 5_000_000)) < 30_000
    assert time.process_time() - started < 1


def test_a_record_is_one_line_of_json_without_secrets() -> None:
    record = logging.makeLogRecord(
        {"name": "sambung", "msg": "sent to %s", "args": ("a@b.test",), "levelname": "INFO"}
    )
    record.config = {"access_token": "EAAG", "page_id": "7"}
    line = json.loads(Structured().format(record))
    assert line["text"] == "sent to •••@b.test"
    assert line["config"] == {"access_token": "•••", "page_id": "7"}
