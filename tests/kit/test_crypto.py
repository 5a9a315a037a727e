import pytest

from sambung.kit import crypto
from sambung.kit.crypto import Unreadable


def test_what_is_encrypted_is_read_back_and_looks_different_each_time() -> None:
    first, second = (crypto.encrypt("config", "EAAG-token") for _ in range(2))
    assert first != second
    assert "EAAG" not in first
    assert crypto.encrypted(first)
    assert crypto.decrypt("config", first) == "EAAG-token"


@pytest.mark.parametrize("wrong", ["EAAG-token", "sealed:1:AAAA", "sealed:1:%%"])
def test_what_we_did_not_encrypt_is_unreadable(wrong: str) -> None:
    with pytest.raises(Unreadable):
        crypto.decrypt("config", wrong)


def test_another_purpose_reads_nothing() -> None:
    with pytest.raises(Unreadable):
        crypto.decrypt("backup", crypto.encrypt("config", "EAAG-token"))


def test_a_signature_holds_for_its_value_and_purpose_only() -> None:
    signature = crypto.sign("file", "42")
    assert crypto.verify("file", "42", signature)
    assert not crypto.verify("file", "43", signature)
    assert not crypto.verify("thread", "42", signature)
    assert not crypto.verify("file", "42", signature[:-1] + "é")
