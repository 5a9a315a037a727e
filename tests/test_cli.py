import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sambung.cli import main
from sambung.core import accounts, configs, connections, users
from sambung.kit.db import Store

WHATSAPP = (
    "phone_number_id=106540352242922",
    "waba_id=102290129340398",
    "access_token=EAAG-secret-token-of-the-business",
    "app_secret=0123456789abcdef0123456789abcdef",
    "verify_token=verify-me-please",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SAMBUNG_DATA", "SAMBUNG_DATABASE", "SAMBUNG_SECRET", "PORT"):
        monkeypatch.delenv(name, raising=False)


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["--data", "kept", *words])


def _add_user(email: str) -> Result:
    words = ("--account", "Toko Uji", "--role", "admin", "--password", "sandi-panjang")
    return _run("user", "add", email, *words)


def test_a_user_is_added_to_a_business_that_is_made() -> None:
    added = _add_user("Admin@Toko.test")
    assert added.exit_code == 0, added.output
    store = Store("sqlite:///kept/sambung.db")
    with store.begin() as tx:
        row = users.by_email(tx, "admin@toko.test")
        assert (row.role, row.name) == ("admin", "Admin")
        assert accounts.get(tx, row.account).name == "Toko Uji"
    store.engine.dispose()
    again = _add_user("admin@toko.test")
    assert again.exit_code == 1
    assert "already" in again.output


def test_a_connection_is_added_with_its_secrets_sealed() -> None:
    _add_user("admin@toko.test")
    added = _run("connection", "add", "whatsapp", *WHATSAPP, "--account", "Toko Uji")
    assert added.exit_code == 0, added.output
    store = Store("sqlite:///kept/sambung.db")
    with store.begin() as tx:
        (row,) = connections.everywhere(tx)
    store.engine.dispose()
    assert "EAAG" not in str(row.config)
    assert configs.unseal(row.config)["access_token"] == "EAAG-secret-token-of-the-business"
    assert _run("check").exit_code == 0


def test_what_is_wrong_is_said_in_a_sentence() -> None:
    assert "one of" in _run("connection", "add", "fax", "--account", "X").output
    lacking = _run("connection", "add", "whatsapp", "waba_id=1", "--account", "X")
    assert "access_token: Field required" in lacking.output
    nobody = _run("connection", "add", "whatsapp", *WHATSAPP, "--account", "Nobody")
    assert "no such business" in nobody.output
    assert "pack" in _run("seed", "moonbase").output


def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    refused = _run("check")
    assert refused.exit_code == 1
    assert "port" in refused.output
    assert "Traceback" not in refused.output


def test_a_lost_secret_is_found_by_the_doctor(tmp_path: Path) -> None:
    _add_user("admin@toko.test")
    _run("connection", "add", "whatsapp", *WHATSAPP, "--account", "Toko Uji")
    (tmp_path / "kept" / "secret").write_text("another secret altogether")
    found = _run("check")
    assert found.exit_code == 1
    assert "another secret" in found.output


def test_the_document_is_printed() -> None:
    printed = _run("openapi")
    assert "/api/v1/conversations" in json.loads(printed.output)["paths"]
