"""The folders beside the code are found in a checkout and in an installed wheel."""

from importlib import resources
from pathlib import Path

import pytest

from sambung.kit import paths

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkout_keeps_them_at_its_root() -> None:
    assert paths.migrations() == ROOT / "migrations"
    assert paths.packs() == ROOT / "packs"
    assert paths.web() == ROOT / "src" / "sambung" / "_web"


def test_an_installed_wheel_carries_them_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_migrations", "_packs", "_web"):
        (tmp_path / "sambung" / name).mkdir(parents=True)
    monkeypatch.setattr(resources, "files", lambda package: tmp_path / package)
    assert paths.migrations() == tmp_path / "sambung" / "_migrations"
    assert paths.packs() == tmp_path / "sambung" / "_packs"
    assert paths.web() == tmp_path / "sambung" / "_web"
