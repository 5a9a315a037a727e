"""What others signed, and what nobody did."""

import base64

import httpx

from sambung.kit import meta
from sambung.kit.signatures import same, signed_by

# RFC 4231, test case 2.
KEY, DATA = "Jefe", b"what do ya want for nothing?"
DIGEST = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")


def test_a_digest_is_known_in_whatever_way_it_is_written() -> None:
    assert signed_by([KEY], DATA, DIGEST.hex())
    in_base64 = base64.b64encode(DIGEST).decode()
    assert signed_by([KEY], DATA, in_base64, written=lambda d: base64.b64encode(d).decode())
    assert not signed_by([KEY], DATA + b".", DIGEST.hex())


def test_any_of_the_secrets_will_do_but_an_empty_one_signs_nothing() -> None:
    assert signed_by(["new", KEY], DATA, DIGEST.hex())
    assert not signed_by([], DATA, DIGEST.hex())
    of_nothing = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    assert not signed_by([""], b"", of_nothing)


def test_headers_may_hold_anything() -> None:
    assert not same("sha256=é\udcff", "sha256=")


def test_a_fault_keeps_what_decides_and_what_helps_support() -> None:
    error = {"code": 10, "error_subcode": 2018278, "message": "outside", "fbtrace_id": "Abc"}
    answer = httpx.Response(400, json={"error": error}, headers={"retry-after": "7"})
    fault = meta.fault(answer)
    assert (fault.code, fault.subcode, fault.wait) == ("10", "2018278", 7.0)
    assert fault.detail == "outside (fbtrace_id Abc)"
    assert not fault.transient


def test_a_gateways_own_page_is_a_fault_without_a_body() -> None:
    fault = meta.fault(httpx.Response(502, text="<html>Bad gateway</html>"))
    assert (fault.code, fault.body, fault.detail) == ("", {}, "HTTP 502")
