"""Posts signed as Standard Webhooks asks, or plainly."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from sambung.kit import standard_webhooks

NOW = datetime(2021, 2, 25, 11, 51, 55, tzinfo=UTC)


def test_the_signature_is_the_one_of_the_standards_own_example() -> None:
    """The example of the libraries of standardwebhooks.com."""
    made = standard_webhooks.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_we_sign_is_recognised_until_it_is_stale() -> None:
    given = standard_webhooks.headers("one", "m1", NOW, b"body")
    assert standard_webhooks.signed(given, b"body", ("two", "one"), NOW)
    assert not standard_webhooks.signed(given, b"body", ("two", ""), NOW)
    assert not standard_webhooks.signed(given, b"other", ("one",), NOW)
    assert not standard_webhooks.signed(given, b"body", ("one",), NOW + timedelta(minutes=6))
    assert not standard_webhooks.signed({**given, "webhook-id": "m2"}, b"body", ("one",), NOW)
    rotated = {**given, "webhook-signature": "v1,AAAA " + given["webhook-signature"]}
    assert standard_webhooks.signed(rotated, b"body", ("one",), NOW)
    for broken in ("", "x", "99999999999999", "²"):
        assert not standard_webhooks.signed({**given, "webhook-timestamp": broken}, b"", ("",), NOW)


def test_a_plain_signature_of_the_body_will_do() -> None:
    made = hmac.new(b"one", b"body", hashlib.sha256).hexdigest()
    for written in (made, f"sha256={made}", made.upper()):
        assert standard_webhooks.signed({"x-signature": written}, b"body", ("one",), NOW)
    assert not standard_webhooks.signed({"x-signature": made}, b"body", ("two",), NOW)
    assert not standard_webhooks.signed({}, b"body", ("one",), NOW)
    assert not standard_webhooks.signed({"x-signature": "é"}, b"body", ("one", ""), NOW)
