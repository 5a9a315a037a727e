"""Notifications: encrypted as the RFC asks, each provider in its own way, and what their answers mean."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.channels.push_cases import (
    ANDROID,
    ANSWERS,
    BROWSER,
    IPHONE,
    KEYS,
    P8,
    RSA,
    SECRET,
    SUBSCRIPTION,
    Services,
    config,
    push,
    recorded,
    replayed,
)

from sambung.channels import (
    DeviceRegistered,
    Gone,
    Handle,
    Ignored,
    Item,
    Malformed,
    Refused,
    Rejected,
    Request,
    Sender,
    StatusReported,
    Stopped,
    TryLater,
)
from sambung.kit import clock

NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)


def bare(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened(body: bytes, private: str, auth: str) -> bytes:
    """As a browser reads it, by Mozilla's own code."""
    key = ec.derive_private_key(int.from_bytes(bare(private), "big"), ec.SECP256R1())
    found: bytes = http_ece.decrypt(
        body, private_key=key, auth_secret=bare(auth), version="aes128gcm"
    )
    return found


# --- browsers --------------------------------------------------------------------------------------


async def test_a_browser_can_read_what_was_encrypted_for_it() -> None:
    services = Services()
    with clock.at(NOW):
        receipt = await services.send("web")
    (request,) = services.asked
    assert str(request.url) == SUBSCRIPTION["endpoint"]
    _, vector = recorded("encrypt_vector")
    shown = json.loads(opened(request.content, vector["ua_private"], KEYS["auth"]))
    assert shown == {
        "title": "Toko Makmur",
        "body": "Pesanan dikirim",
        "message": receipt.id,
        "url": "https://toko.contoh.id/chat",
    }
    assert request.headers["ttl"] == "86400"
    assert request.headers["content-encoding"] == "aes128gcm"


async def test_the_sender_says_who_it_is_to_this_push_service_alone() -> None:
    services = Services()
    with clock.at(NOW):
        await services.send("web")
    scheme, _, rest = services.asked[0].headers["authorization"].partition(" ")
    token, key = (part.strip().partition("=")[2] for part in rest.split(","))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bare(key))
    claims = jwt.decode(
        token,
        public,
        algorithms=["ES256"],
        audience="https://push.contoh.example",
        options={"verify_exp": False},
    )
    assert scheme == "vapid"
    assert claims["sub"] == "mailto:push@tokomakmur.example"
    assert claims["exp"] == int((NOW + timedelta(hours=12)).timestamp())


def test_the_known_answer_and_the_rfcs_own_example() -> None:
    """RFC 8291 §5, and the recorded vector, with the salts and keys that they give."""
    _, vector = recorded("encrypt_vector")
    web_push = _module("web_push")
    ours = web_push.private_key(vector["as_private"])
    made = web_push.encrypted(
        vector["plaintext"].encode(),
        bare(vector["ua_public"]),
        bare(vector["auth"]),
        salt=bare(vector["salt"]),
        ours=ours,
    )
    assert web_push.encoded(made) == vector["body_base64url"]
    example = web_push.encrypted(
        b"When I grow up, I want to be a watermelon",
        bare(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        bare("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=bare("DGv6ra1nlYgDCS1FRnbzlw"),
        ours=web_push.private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert web_push.encoded(example) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def _module(name: str) -> Any:
    return __import__(f"{type(push()).__module__}.{name}", fromlist=[name])


@given(st.binary(max_size=3993))
def test_any_message_that_fits_a_record_comes_back(message: bytes) -> None:
    _, vector = recorded("encrypt_vector")
    body = _module("web_push").encrypted(message, bare(KEYS["p256dh"]), bare(KEYS["auth"]))
    assert len(body) <= 4096
    assert opened(body, vector["ua_private"], KEYS["auth"]) == message


# --- Android and Apple -----------------------------------------------------------------------------


async def test_fcm_is_asked_with_a_token_that_is_kept() -> None:
    services = Services()
    with clock.at(NOW):
        settings = config(api_base="http://127.0.0.1:1/a")
        receipt = await services.send("fcm", config=settings)
        await services.send("fcm", config=settings)
    assert (receipt.id, services.tokens) == ("projects/uji/messages/1", 1)
    request = services.asked[0]
    assert request.url.path == "/a/v1/projects/uji/messages:send"
    assert request.headers["authorization"] == "Bearer ya29.1"
    message = json.loads(request.content)["message"]
    assert message["token"] == ANDROID.value
    assert message["notification"] == {"title": "Toko Makmur", "body": "Pesanan dikirim"}
    assert all(isinstance(value, str) for value in message["data"].values())
    with clock.at(NOW + timedelta(hours=1)):
        await services.send("fcm", config=settings)
    assert services.tokens == 2


async def test_google_is_shown_a_signed_claim() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(400, json={"error": "invalid_grant"})

    services = Services()
    services.net.http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with clock.at(NOW), pytest.raises(Stopped) as stopped:
        await push().check(config(api_base="http://127.0.0.1:1/b"), services.net)
    assert stopped.value.reason == "auth"
    form = httpx.QueryParams(asked[0].content.decode())
    claims = jwt.decode(
        form["assertion"],
        RSA.public_key(),
        algorithms=["RS256"],
        audience="https://oauth2.googleapis.com/token",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
    assert claims["exp"] - claims["iat"] == 3600


async def test_apple_is_asked_as_it_wants_to_be() -> None:
    services = Services()
    with clock.at(NOW):
        receipt = await services.send("apns")
        await services.send("apns")
    first, second = services.asked
    assert str(first.url) == f"https://api.push.apple.com/3/device/{IPHONE.value}"
    expected, _ = recorded("apns_request")
    assert expected["events"] == []
    headers = first.headers
    assert receipt.id == headers["apns-id"] == headers["apns-collapse-id"]
    assert headers["apns-topic"] == "id.contoh.app"
    assert headers["apns-push-type"] == "alert"
    assert headers["apns-expiration"] == str(int(NOW.timestamp()) + 86400)
    token = headers["authorization"].removeprefix("bearer ")
    claims = jwt.decode(token, P8.public_key(), algorithms=["ES256"], options={"verify_iat": False})
    assert claims == {"iss": "DEF123GHIJ", "iat": int(NOW.timestamp())}
    assert jwt.get_unverified_header(token)["kid"] == "ABC123DEFG"
    assert second.headers["authorization"] == headers["authorization"]
    aps = json.loads(first.content)["aps"]
    assert aps["alert"] == {"title": "Toko Makmur", "body": "Pesanan dikirim"}


# --- what they answer ------------------------------------------------------------------------------

MEANT = {
    "answer_413": (Refused, "invalid"),
    "answer_429": (TryLater, "rate_limited"),
    "answer_503": (TryLater, "provider_down"),
    "apns_bad_token": (Refused, "undeliverable"),
    "apns_jwt_refreshed_too_often": (TryLater, "rate_limited"),
    "fcm_invalid_argument": (Refused, "invalid"),
    "fcm_quota": (TryLater, "rate_limited"),
    "fcm_unavailable": (TryLater, "provider_down"),
    "fcm_unregistered": (Gone, "undeliverable"),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_a_recorded_answer_means_what_is_expected(case: str) -> None:
    expected = recorded(case)[0]["events"][0]
    provider, answer = replayed(case)
    if expected["status"] == "sent":
        assert (await Services(answer).send(provider)).state == "sent"
        return
    with pytest.raises((Refused, TryLater)) as raised:
        await Services(answer).send(provider)
    kind, reason = MEANT[case]
    assert type(raised.value) is kind
    assert raised.value.reason == reason
    assert raised.value.code == expected["error"]["code"]
    assert isinstance(raised.value, TryLater) == expected["error"]["retryable"]
    if after := answer.headers.get("retry-after"):
        assert isinstance(raised.value, TryLater)
        assert raised.value.seconds == float(after)


@pytest.mark.parametrize(
    ("provider", "status", "body", "kind", "reason"),
    [
        ("web", 404, None, Gone, "undeliverable"),
        ("web", 410, None, Gone, "undeliverable"),
        ("web", 403, None, Refused, "auth"),
        ("web", 400, None, Refused, "invalid"),
        ("apns", 410, {"reason": "Unregistered"}, Gone, "undeliverable"),
        ("apns", 410, {"reason": "ExpiredToken"}, Gone, "undeliverable"),
        ("apns", 403, {"reason": "InvalidProviderToken"}, Stopped, "auth"),
        ("apns", 403, {"reason": "ExpiredProviderToken"}, TryLater, "auth"),
        ("apns", 400, {"reason": "DeviceTokenNotForTopic"}, Refused, "undeliverable"),
        ("apns", 413, {"reason": "PayloadTooLarge"}, Refused, "invalid"),
        ("apns", 429, {"reason": "TooManyRequests"}, TryLater, "rate_limited"),
        ("apns", 500, None, TryLater, "provider_down"),
        ("fcm", 401, {"error": {"status": "UNAUTHENTICATED"}}, TryLater, "auth"),
        ("fcm", 403, {"error": {"status": "PERMISSION_DENIED"}}, Stopped, "auth"),
        ("fcm", 500, "<html>", TryLater, "provider_down"),
    ],
)
async def test_other_answers(
    provider: str, status: int, body: Any, kind: type[Exception], reason: str
) -> None:
    with pytest.raises((Refused, TryLater, Stopped)) as raised:
        await Services(httpx.Response(status, json=body)).send(provider)
    assert type(raised.value) is kind
    assert raised.value.reason == reason


@pytest.mark.parametrize("provider", ["web", "fcm", "apns"])
async def test_a_lost_answer_is_worth_a_repetition_for_it_replaces_the_first(provider: str) -> None:
    with pytest.raises(TryLater):
        await Services(httpx.ReadTimeout("late")).send(provider)


async def test_what_is_no_notification_is_refused() -> None:
    services = Services()
    for more in ({"text": " "}, {"text": "x" * 1001}, {"kind": "image"}):
        with pytest.raises(Refused):
            await services.send("web", **more)
    with pytest.raises(Refused):
        await services.send("web", handle=Handle("push", "x", scope="sms"))
    with pytest.raises(Refused):
        await services.send("web", config=config(vapid_private_key=None))
    with pytest.raises(Gone):
        await services.send("web", handle=Handle("push", BROWSER.value, scope="web:AA.BB"))
    assert services.asked == []


async def test_the_test_button_shows_the_key_that_browsers_need() -> None:
    said = await push().check(config(api_base="http://127.0.0.1:1/c"), Services().net)
    _, vector = recorded("encrypt_vector")
    assert vector["as_public"] in said
    with pytest.raises(Refused):
        await push().check(
            push().config.model_validate({"secret": SECRET, "title": "Toko"}), Services().net
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "short"},
        {"vapid_private_key": "AAAA"},
        {"vapid_contact": ""},
        {"fcm_service_account_private_key": "{}"},
        {"fcm_service_account_private_key": "no"},
        {"apns_private_key": "no"},
        {"apns_topic": ""},
        {"api_base": "ftp://x"},
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        config(**changes)


# --- devices ---------------------------------------------------------------------------------------


def posted(body: Any, secret: str = SECRET) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Request(raw, {"x-signature": f"sha256={made}"}, url="https://cc.example/hooks/1")


def received(body: Any) -> list[Item]:
    return list(push().receive(posted(body)))


SARI = {"id": "cust-1", "email": "Sari@Contoh.id"}


def test_devices_are_registered_by_the_business() -> None:
    android = {"provider": "fcm", "token": ANDROID.value}
    items = received(
        {
            "events": [
                {
                    "type": "device",
                    "id": "1",
                    "customer": SARI,
                    "provider": "web",
                    "subscription": SUBSCRIPTION,
                },
                {"type": "device", "customer": {"phone": "0812-3456-7890"}, **android},
                {"type": "device_removed", "provider": "apns", "token": IPHONE.value.upper()},
            ]
        }
    )
    owner = Sender((Handle("external", "cust-1"), Handle("email", "sari@contoh.id")))
    assert items[0] == DeviceRegistered(id="1", device=BROWSER, owner=owner)
    second, third = items[1:]
    assert isinstance(second, DeviceRegistered)
    assert isinstance(third, DeviceRegistered)
    assert second.owner is not None
    assert second.owner.handles == (Handle("phone", "+6281234567890"),)
    assert (third.device, third.owner) == (IPHONE, None)


def test_what_became_of_a_notification() -> None:
    (seen,) = received({"type": "opened", "message": "m1", "at": 1794279600})
    assert seen == StatusReported(target="m1", message="m1", state="read", at=NOW)


@pytest.mark.parametrize(
    "event",
    [
        {"type": "device", "provider": "fcm", "token": ANDROID.value},
        {"type": "device", "customer": SARI, "provider": "fcm", "token": "short"},
        {"type": "device", "customer": SARI, "provider": "apns", "token": "xyz"},
        {"type": "device", "customer": SARI, "provider": "pigeon", "token": "x" * 64},
        {"type": "device", "customer": SARI, "provider": "web", "subscription": None},
        {
            "type": "device",
            "customer": SARI,
            "provider": "web",
            "subscription": {**SUBSCRIPTION, "endpoint": "http://push.contoh.example"},
        },
        {"type": "opened"},
        {"type": "other"},
        "x",
    ],
)
def test_what_cannot_be_registered_is_ignored_and_costs_the_others_nothing(event: Any) -> None:
    items = received([event, {"type": "opened", "message": "m1"}])
    assert [type(item) for item in items] == [Ignored, StatusReported]


def test_only_who_knows_the_secret_may_post() -> None:
    push().verify(posted({}), config())
    push().verify(posted({}), config(secret="n" * 16, secret_previous=SECRET))
    for request in (posted({}, "another"), Request(b"{}")):
        with pytest.raises(Rejected):
            push().verify(request, config())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        received(body)


@given(st.dictionaries(st.sampled_from(["customer", "provider", "token", "at", "id"]), JSON))
def test_any_registration_is_read(members: dict[str, Any]) -> None:
    assert len(received({"type": "device", "provider": "fcm", "customer": SARI, **members})) == 1
