"""Shopee: signatures, what has no recorded payload, what is sent, and what Shopee says no to."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.channels.rest_cases import FOLDER, Api, changed, channel, config, picture, recorded

from sambung.channels import (
    AccountNotice,
    Ignored,
    Inbound,
    Receipt,
    Refused,
    Rejected,
    Request,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.shopee.api import sign
from sambung.kit import clock

NOW = datetime.fromtimestamp(1794279600, UTC)
SENT = {"error": "", "message": "", "response": {"message_id": "2200000000000000009"}}
VECTORS = json.loads((FOLDER / "shopee" / "request_sign_vectors.json").read_bytes())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["path"])
def test_requests_are_signed_as_shopee_asks(vector: dict[str, Any]) -> None:
    partner, path, at = str(vector["partner_id"]), vector["path"], vector["timestamp"]
    token, shop = vector["access_token"] or "", str(vector["shop_id"] or "")
    assert sign(VECTORS["partner_key"], partner, path, at, token, shop) == vector["sign"]


def test_the_address_is_part_of_what_is_signed() -> None:
    _, request = recorded("shopee", "chat_text")
    other = Request(request.body, request.headers, url=f"{request.url}/")
    with pytest.raises(Rejected):
        channel("shopee").verify(other, config("shopee"))


# --- what it says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "members", "outgoing"),
    [
        ("chat_text", {}, False),
        ("chat_text", {"sub_account_id": 777}, True),
        ("chat_text", {"from_id": 99001122, "from_shop_id": 220011}, True),
    ],
)
def test_the_shops_own_words_are_echoes(case: str, members: Any, outgoing: bool) -> None:
    _, request = recorded("shopee", case)
    push = json.loads(request.body)
    push["data"]["content"] |= members
    (said,) = channel("shopee").receive(Request(json.dumps(push).encode()))
    assert isinstance(said, Inbound)
    assert said.outgoing is outgoing


def test_a_shop_whose_user_is_known_needs_no_guessing() -> None:
    _, request = recorded("shopee", "chat_seller_echo")
    push = json.loads(request.body)
    push["data"]["content"]["sub_account_id"] = 0
    hints = channel("shopee").hints(config("shopee", shop_user_id="99001122"))
    (said,) = channel("shopee").receive(Request(json.dumps(push).encode(), hints))
    assert isinstance(said, Inbound)
    assert said.outgoing
    assert said.sender.handles[0].value == "55667788"


def test_cards_say_what_they_are_about() -> None:
    (order,) = changed("shopee", "chat_order_card")
    assert isinstance(order, Inbound)
    assert order.extra["order"] == {"id": "261110QAZWSX01"}
    (item,) = changed("shopee", "chat_item_card")
    assert isinstance(item, Inbound)
    assert item.extra["product"] == {"id": "778899", "shop": "220011"}
    (asked,) = changed("shopee", "chat_text_from_product_page_with_quote")
    assert isinstance(asked, Inbound)
    assert asked.extra["product"] == {"id": "778899"}
    assert asked.extra["conversation"] == "4411223344556677"


@pytest.mark.parametrize(
    ("case", "changes", "kind"),
    [
        ("chat_image", {"message_type": "video"}, "video"),
        ("chat_image", {"url": None}, "unsupported"),
        ("chat_text", {"message_type": "voucher"}, "unsupported"),
        ("chat_item_card", {"item_id": None}, "unsupported"),
    ],
)
def test_other_kinds_are_shown_or_kept(case: str, changes: Any, kind: str) -> None:
    (said,) = changed("shopee", case, **changes)
    assert isinstance(said, Inbound)
    assert said.kind == kind


def test_what_is_no_chat_is_kept_whole() -> None:
    (order,) = changed("shopee", "order_status_older_late")
    assert isinstance(order, AccountNotice)
    assert order.detail["data"]["status"] == "UNPAID"
    assert not order.alert
    (again,) = changed("shopee", "order_status_older_late", msg_id="lain", timestamp=1)
    assert isinstance(again, AccountNotice)
    assert again.id == order.id
    (stock,) = changed("shopee", "order_status_older_late", code=8)
    assert isinstance(stock, AccountNotice)
    assert (stock.what, stock.id) == ("reserved_stock", "8:push-uji-0102")
    (other,) = changed("shopee", "order_status_older_late", code=99)
    assert isinstance(other, AccountNotice)
    assert other.what == "push_99"


def test_every_shop_is_told_of_its_end() -> None:
    items = changed("shopee", "authorisation_expiring", shop_expire_soon=[220011, 220012])
    assert [item.to for item in items] == ["220011", "220012"]
    assert all(isinstance(item, AccountNotice) and item.alert for item in items)


def test_a_try_out_and_a_broken_push_are_ignored() -> None:
    (tried,) = changed("shopee", "shop_deauthorised", code=0)
    assert isinstance(tried, Ignored)
    (broken,) = changed("shopee", "chat_text", from_id=None)
    assert isinstance(broken, Ignored)
    assert broken.to == "220011"


# --- what is sent --------------------------------------------------------------------------------


async def test_a_text_goes_signed() -> None:
    api = Api("shopee", SENT)
    with clock.at(NOW):
        assert await api.send(to="55667788", text="Ready") == Receipt("2200000000000000009")
    (asked,) = api.asked
    assert asked.url.host == "partner.shopeemobile.com"
    assert dict(asked.url.params) == {
        "partner_id": "2001887",
        "timestamp": "1794279600",
        "access_token": "tok-uji-1",
        "shop_id": "220011",
        "sign": VECTORS["vectors"][2]["sign"],
    }
    assert api.body == {"to_id": 55667788, "message_type": "text", "content": {"text": "Ready"}}


async def test_pictures_and_cards_go_too() -> None:
    api = Api("shopee", {"error": "", "response": {"url": "https://cf.contoh.id/a"}}, SENT)
    await api.send(to="1", attachments=(picture(),))
    assert b'name="file"' in api.asked[0].content
    assert api.body["content"] == {"url": "https://cf.contoh.id/a"}
    api = Api("shopee", SENT, SENT)
    await api.send(to="1", extra={"product": {"id": "778899"}})
    assert (api.body["message_type"], api.body["content"]) == ("item", {"item_id": 778899})
    await api.send(to="1", extra={"order": {"id": "2611"}})
    assert (api.body["message_type"], api.body["content"]) == ("order", {"order_sn": "2611"})


@pytest.mark.parametrize(
    "message",
    [
        {"text": ""},
        {"text": "x" * 1001},
        {"text": "Halo", "to": "dewi"},
        {"text": "Halo", "attachments": (picture(),)},
        {"attachments": (picture("video/mp4"),)},
        {"attachments": (picture(size=2 * 1024 * 1024 + 1),)},
        {"extra": {"product": {"id": "satu"}}},
        {"template": {"name": "a"}},
    ],
)
async def test_what_shopee_would_refuse_is_not_asked(message: dict[str, Any]) -> None:
    api = Api("shopee")
    with pytest.raises(Refused):
        await api.send(**({"to": "1"} | message))
    assert api.asked == []


def error(name: str, message: str = "tidak") -> dict[str, Any]:
    return {"error": name, "message": message, "request_id": "r"}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (error("error_param"), Refused, "invalid"),
        (error("error_not_found"), Refused, "undeliverable"),
        (error("error_param", "contains sensitive words"), Refused, "spam"),
        (error("chat_blocked"), Refused, "blocked"),
        (error("error_auth"), Stopped, "auth"),
        (error("invalid_acceess_token"), Stopped, "auth"),
        (error("error_permission"), Stopped, "auth"),
        (error("error_sign"), Stopped, "auth"),
        (error("error_busy"), TryLater, "provider_down"),
        (error("error_rate_limit"), TryLater, "rate_limited"),
        (httpx.Response(403, json=error("error_auth")), Stopped, "auth"),
        (httpx.Response(429), TryLater, "rate_limited"),
        (httpx.Response(503), TryLater, "provider_down"),
        (httpx.Response(504), Unknown, "provider_down"),
        (httpx.Response(404), Refused, "invalid"),
        (error(""), Unknown, "timed_out"),
        (httpx.ReadError("putus"), Unknown, "timed_out"),
    ],
)
async def test_every_answer_is_told_apart(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises(kind) as failure:
        await Api("shopee", answer).send(to="1", text="Halo")
    assert failure.value.reason == reason  # type: ignore[attr-defined]


async def test_a_dead_token_that_can_be_renewed_only_delays() -> None:
    with pytest.raises(TryLater):
        await Api("shopee", error("error_auth"), refresh_token="r").send(to="1", text="Halo")


async def test_the_shop_is_named() -> None:
    api = Api("shopee", {"error": "", "shop_name": "Toko Makmur", "region": "ID"})
    said = await channel("shopee").check(api.config, api.net)
    assert "Toko Makmur" in said
    assert "empat jam" in said
