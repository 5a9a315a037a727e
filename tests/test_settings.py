from pathlib import Path

import pytest

from sambung import settings
from sambung.settings import BadSettings


def test_options_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "sambung.toml").write_text('port = 1\nhost = "::1"\nllm_model = "from file"\n')
    environment = {"PORT": "2", "SAMBUNG_HOST": "0.0.0.0", "SAMBUNG_DATA": str(tmp_path / "data")}
    loaded = settings.load(environment, folder=tmp_path, port=3, host=None)
    assert (loaded.port, loaded.host, loaded.llm_model) == (3, "0.0.0.0", "from file")
    assert loaded.database_url == f"sqlite:///{tmp_path}/data/sambung.db"


def test_the_secret_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first = settings.load({}, folder=tmp_path, data=tmp_path)
    second = settings.load({}, folder=tmp_path, data=tmp_path)
    assert first.secret.get_secret_value() == second.secret.get_secret_value() != ""
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert first.secret.get_secret_value() not in repr(first)


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "sambung.toml").write_text("prot = 1\n")
    with pytest.raises(BadSettings, match=r"port.*prot"):
        settings.load({"PORT": "many"}, folder=tmp_path)
