"""Nothing is registered by hand, so one test says when a part of something is missing."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

import sambung
from sambung.channels import QUALITY, Channel, all_channels
from sambung.core.events import KINDS
from sambung.kit.problems import Problem

ROOT = Path(__file__).parent.parent
CHANNELS = list(all_channels().values())
SECRETIVE = ("token", "secret", "password", "private_key")
NOT_SECRET = ("verify_token",)
"""A word the business and its provider agree on; it opens nothing by itself."""


def _every_module() -> Iterator[Any]:
    for found in pkgutil.walk_packages(sambung.__path__, "sambung."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _all_below(kind: type[Problem]) -> set[type[Problem]]:
    found = set(kind.__subclasses__())
    return found.union(*(_all_below(child) for child in found))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield name, field
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _fields(field.annotation)


@pytest.fixture(params=CHANNELS, ids=lambda channel: channel.name)
def channel(request: pytest.FixtureRequest) -> Channel[Any]:
    found: Channel[Any] = request.param
    return found


def test_a_channel_answers_every_question_of_quality(channel: Channel[Any]) -> None:
    assert set(channel.quality) == set(QUALITY)
    for item, answer in channel.quality.items():
        assert answer == "done" or answer.startswith("exempt: "), f"{item}: {answer}"


def test_a_channel_is_named_in_both_languages(channel: Channel[Any]) -> None:
    assert channel.title["en"]
    assert channel.title["id"]


def test_a_channel_is_tested_on_recorded_payloads_and_documented(channel: Channel[Any]) -> None:
    tests = ROOT / "tests" / "channels"
    assert list(tests.glob(f"test_{channel.name}*.py"))
    assert any((tests / channel.name).iterdir())
    assert (ROOT / "docs" / "channels" / f"{channel.name}.md").is_file()


def test_a_channels_form_is_in_both_languages_and_hides_its_secrets(channel: Channel[Any]) -> None:
    for name, field in _fields(channel.config):
        assert field.title, f"{name} has no title"
        assert (field.json_schema_extra or {}).get("title_id"), f"{name} has no Indonesian title"
        if name.endswith(SECRETIVE) and name not in NOT_SECRET:
            assert "SecretStr" in str(field.annotation) or field.annotation is SecretStr, name


def test_a_channel_can_be_written_to_by_some_identity(channel: Channel[Any]) -> None:
    assert channel.handle_kinds


def test_every_problem_speaks_both_languages() -> None:
    for _ in _every_module():
        pass
    problems = _all_below(Problem)
    assert len(problems) > 20
    for problem in problems:
        assert set(problem.text) == {"en", "id"}, problem
        assert problem.text["en"] != problem.text["id"], problem
        assert 400 <= problem.status < 600, problem


def test_every_problem_has_a_type_of_its_own_or_the_same_meaning() -> None:
    """The type is the API's name of it: two problems of one name must not differ in status."""
    statuses: dict[str, set[int]] = {}
    for problem in _all_below(Problem):
        statuses.setdefault(problem.__name__, set()).add(problem.status)
    assert {name: found for name, found in statuses.items() if len(found) > 1} == {}


def test_every_event_is_documented() -> None:
    told = (ROOT / "docs" / "http.md").read_text()
    assert [kind for kind in KINDS if kind not in told] == []
