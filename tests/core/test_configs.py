from pydantic import BaseModel, SecretStr

from sambung.core import configs
from sambung.core.configs import MASK


class Server(BaseModel):
    host: str
    password: SecretStr


class Config(BaseModel):
    address: str
    token: SecretStr
    token_previous: SecretStr | None = None
    smtp: Server
    tags: list[str] = []


GIVEN = {
    "address": "cs@toko.test",
    "token": "EAAG-1",
    "smtp": {"host": "smtp.toko.test", "password": "pw"},
    "tags": ["a"],
}


def _kept() -> dict[str, object]:
    return configs.seal(Config.model_validate(GIVEN))


def test_secrets_are_encrypted_wherever_they_stand() -> None:
    kept = str(_kept())
    assert "EAAG-1" not in kept
    assert "'pw'" not in kept
    assert configs.unseal(_kept()) == {**GIVEN, "token_previous": None}


def test_people_see_a_mask() -> None:
    shown = configs.masked(_kept())
    assert shown["token"] == shown["smtp"]["password"] == MASK
    assert shown["token_previous"] is None
    assert shown["smtp"]["host"] == "smtp.toko.test"


def test_a_mask_sent_back_keeps_the_secret() -> None:
    changed = {**configs.masked(_kept()), "token": "EAAG-2", "address": "halo@toko.test"}
    filled = configs.filled(changed, _kept())
    assert filled["token"] == "EAAG-2"
    assert filled["smtp"]["password"] == "pw"
    assert filled["address"] == "halo@toko.test"


def test_what_merely_looks_encrypted_is_read_again_as_it_was_given() -> None:
    given = {**GIVEN, "address": "sealed:1:AAAA", "tags": ["sealed:1:BBBB"]}
    assert configs.unseal(configs.seal(Config.model_validate(given))) == {
        **given,
        "token_previous": None,
    }
