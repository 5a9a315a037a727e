"""The locks hold what the project asks for, by hash, and say nothing of where it comes from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "requirements.lock": [*PROJECT["project"]["dependencies"], *GROUPS["build"]],
    "requirements-dev.lock": [
        *PROJECT["project"]["dependencies"],
        *GROUPS["build"],
        *GROUPS["dev"],
    ],
    "requirements-node.lock": GROUPS["node"],
}


def locked(lock: str) -> dict[str, str]:
    """Version by name."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_satisfies_what_is_asked(lock: str) -> None:
    pins = locked(lock)
    for line in ASKED[lock]:
        asked = Requirement(line)
        version = pins.get(canonicalize_name(asked.name))
        assert version, f"{asked.name} is not in {lock}: run `make lock`"
        assert asked.specifier.contains(version, prereleases=True), f"{lock}: run `make lock`"


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_pins_every_file_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert len(re.findall(r"==\S+.*\\\n +--hash=sha256:", text)) == len(locked(lock))
    assert "://" not in text
    assert "--index-url" not in text


def test_the_development_lock_holds_the_other_one_whole() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()
