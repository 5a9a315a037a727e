"""TikTok Shop and Tokopedia: signatures, what has no recorded payload, what is sent, and what it says no to."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.channels.rest_cases import FOLDER, Api, changed, channel, picture, received, recorded

from sambung.channels import (
    AccountNotice,
    Attachment,
    Handle,
    Ignored,
    Inbound,
    Receipt,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.tiktok_shop.api import sign
from sambung.kit import clock

NOW = datetime.fromtimestamp(1794279600, UTC)
CHAT = "7106888320000000001"
SENT = {"code": 0, "message": "Success", "data": {"message_id": "722"}}
VECTORS = json.loads((FOLDER / "tiktok_shop" / "request_sign_vectors.json").read_bytes())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["method"])
def test_requests_are_signed_as_the_shop_asks(vector: dict[str, Any]) -> None:
    given = vector["query"] | {"sign": "x", "access_token": "y"}
    assert sign(VECTORS["app_secret"], vector["path"], given, vector["body"]) == vector["sign"]


# --- what it says --------------------------------------------------------------------------------


def test_a_buyer_and_what_the_shop_answers_meet_in_their_chat() -> None:
    (said,) = changed("tiktok_shop", "message_text")
    (echo,) = changed("tiktok_shop", "message_from_seller_center_echo")
    assert isinstance(said, Inbound)
    assert isinstance(echo, Inbound)
    chat = Handle("tiktok_shop", CHAT)
    assert said.sender.handles == (chat, Handle("tiktok_shop_user", "7078855650000000001"))
    assert echo.sender.handles == (chat,)
    assert (said.outgoing, echo.outgoing, echo.automatic) == (False, True, False)
    assert said.extra["index"] == "7494560100000000001"


def test_what_no_person_wrote_is_marked() -> None:
    (robot,) = changed("tiktok_shop", "message_robot_invisible")
    assert isinstance(robot, Inbound)
    assert (robot.automatic, robot.outgoing, robot.extra["hidden"]) == (True, True, True)


@pytest.mark.parametrize(
    ("kind", "content", "wanted", "about"),
    [
        ("PRODUCT_CARD", {"product_id": "17"}, "order", {"product": {"id": "17"}}),
        ("ORDER_CARD", {"order_id": "57"}, "order", {"order": {"id": "57"}}),
        (
            "RETURN_REFUND_CARD",
            {"order_id": "57", "return_id": "9"},
            "order",
            {"return": {"id": "9"}},
        ),
        ("BUYER_ENTER_FROM_PRODUCT", {"product_id": "17"}, "context", {"product": {"id": "17"}}),
        ("BUYER_ENTER_FROM_TRANSFER", {}, "context", {}),
        ("IMAGE", {"url": "https://a.contoh.id/p", "width": 1}, "image", {}),
        ("EMOTICONS", {"url": "https://a.contoh.id/e"}, "sticker", {}),
        ("COUPON_CARD", {"coupon_id": "1"}, "unsupported", {"coupon": {"coupon_id": "1"}}),
        ("IMAGE", {}, "unsupported", {}),
        ("SESUATU_BARU", {"a": 1}, "unsupported", {}),
    ],
)
def test_every_kind_is_shown_or_kept(
    kind: str, content: dict[str, Any], wanted: str, about: dict[str, Any]
) -> None:
    _, request = recorded("tiktok_shop", "message_text")
    hook = json.loads(request.body)
    hook["data"] |= {"type": kind, "content": json.dumps(content)}
    (said,) = received("tiktok_shop", hook)
    assert isinstance(said, Inbound)
    assert said.kind == wanted
    assert about.items() <= said.extra.items()
    assert said.automatic is (wanted == "context")


def test_what_is_no_chat_is_kept_whole_and_told_once() -> None:
    (stock,) = changed("tiktok_shop", "inventory_low")
    assert isinstance(stock, AccountNotice)
    assert stock.detail["data"]["inventory_distribution"]["available_quantity"] == 4
    assert (stock.id, stock.alert) == ("27:7327112390000000023", False)
    (order,) = changed("tiktok_shop", "inventory_low", type=1)
    assert isinstance(order, AccountNotice)
    assert order.what == "order_status"
    (gone,) = changed("tiktok_shop", "deauthorised")
    assert isinstance(gone, AccountNotice)
    assert gone.alert


def test_a_message_without_a_chat_is_ignored() -> None:
    (broken,) = changed("tiktok_shop", "message_text", conversation_id=None)
    assert isinstance(broken, Ignored)


# --- what is sent --------------------------------------------------------------------------------


async def test_a_text_goes_signed_over_the_bytes_sent() -> None:
    api = Api("tiktok_shop", SENT)
    with clock.at(NOW):
        assert await api.send(to=CHAT, text="Ready kak") == Receipt("722")
    (asked,) = api.asked
    path = f"/customer_service/202309/conversations/{CHAT}/messages"
    assert asked.url.path == path
    assert asked.headers["x-tts-access-token"] == "token-uji"
    assert asked.headers["content-type"] == "application/json"
    query = dict(asked.url.params)
    assert query.pop("sign") == sign(VECTORS["app_secret"], path, query, asked.content.decode())
    assert json.loads(api.body["content"]) == {"content": "Ready kak"}
    assert api.body["type"] == "TEXT"


async def test_the_shops_cipher_is_asked_for_where_nobody_entered_it() -> None:
    shops = {"shops": [{"id": "1", "cipher": "A"}, {"id": "7494049642640000077", "cipher": "B"}]}
    api = Api("tiktok_shop", {"code": 0, "data": shops}, SENT, shop_cipher="")
    await api.send(to=CHAT, text="Halo")
    assert api.asked[1].url.params["shop_cipher"] == "B"
    with pytest.raises(Stopped):
        await Api("tiktok_shop", {"code": 0, "data": {}}, shop_cipher="").send(to="1", text="a")


async def test_pictures_and_cards_go_too() -> None:
    up = {"code": 0, "data": {"url": "https://a.contoh.id/p", "width": 2, "height": 3}}
    api = Api("tiktok_shop", up, SENT)
    await api.send(to=CHAT, attachments=(picture(),))
    assert b'name="data"' in api.asked[0].content
    assert (api.body["type"], json.loads(api.body["content"])) == ("IMAGE", up["data"])
    api = Api("tiktok_shop", SENT, SENT)
    await api.send(to=CHAT, extra={"order": {"id": "57"}})
    assert json.loads(api.body["content"]) == {"order_id": "57"}
    await api.send(to=CHAT, extra={"product": {"id": "17"}})
    assert api.body["type"] == "PRODUCT_CARD"


@pytest.mark.parametrize(
    "message",
    [
        {"text": " "},
        {"text": "x" * 2001},
        {"text": "Halo", "attachments": (picture(),)},
        {"attachments": (picture("video/mp4"),)},
        {"interactive": {"type": "list"}},
    ],
)
async def test_what_would_be_refused_is_not_asked(message: dict[str, Any]) -> None:
    api = Api("tiktok_shop")
    with pytest.raises(Refused):
        await api.send(**message)
    assert api.asked == []


def says(code: int, message: str = "tidak") -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "r", "data": None}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (says(105002), Stopped, "auth"),
        (says(105005), Stopped, "auth"),
        (says(106001), Stopped, "auth"),
        (says(36009002), TryLater, "rate_limited"),
        (says(36009003), TryLater, "provider_down"),
        (says(45101004), TryLater, "rate_limited"),
        (says(45101006), Refused, "spam"),
        (says(45109001), Refused, "window_closed"),
        (says(36009001), Refused, "invalid"),
        (says(0), Unknown, "timed_out"),
        (httpx.Response(401, json=says(1)), Stopped, "auth"),
        (httpx.Response(429), TryLater, "rate_limited"),
        (httpx.Response(502), Unknown, "provider_down"),
        (httpx.ReadTimeout("lama"), Unknown, "timed_out"),
    ],
)
async def test_every_answer_is_told_apart(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises(kind) as failure:
        await Api("tiktok_shop", answer).send(to=CHAT, text="Halo")
    assert failure.value.reason == reason  # type: ignore[attr-defined]


# --- files, test button, token -------------------------------------------------------------------


async def test_a_file_whose_address_died_is_asked_for_anew() -> None:
    content = json.dumps({"url": "https://video.contoh.id/baru"})
    chat = {"messages": [{"id": "1", "content": "{}"}, {"id": "722", "content": content}]}
    api = Api(
        "tiktok_shop",
        httpx.Response(403),
        {"code": 0, "data": chat},
        httpx.Response(200, content=b"film", headers={"content-type": "video/mp4"}),
    )
    lost = Attachment("video/mp4", id=f"{CHAT} 722", url="https://video.contoh.id/lama")
    found = await channel("tiktok_shop").fetch(lost, api.config, api.net)
    assert found.content == b"film"
    assert str(api.asked[2].url) == "https://video.contoh.id/baru"
    assert "x-tts-access-token" not in api.asked[0].headers
    api = Api("tiktok_shop", httpx.Response(404), {"code": 0, "data": {}})
    with pytest.raises(Refused):
        await channel("tiktok_shop").fetch(lost, api.config, api.net)


async def test_pictures_for_the_shop_alone_are_asked_for_as_the_shop() -> None:
    api = Api("tiktok_shop", httpx.Response(200, content=b"foto"))
    url = "https://open-api.tiktokglobalshop.com/customer_service/images/1"
    await channel("tiktok_shop").fetch(Attachment("image/jpeg", url=url), api.config, api.net)
    assert api.asked[0].headers["x-tts-access-token"] == "token-uji"
    assert api.asked[0].url.params["shop_cipher"] == "ROW_uji"


async def test_the_shop_is_found_among_those_that_let_us_in() -> None:
    shops = {"shops": [{"id": "7494049642640000077", "name": "Toko Makmur", "cipher": "B"}]}
    api = Api("tiktok_shop", {"code": 0, "data": shops}, {"code": 0, "data": {"shops": []}})
    assert "Toko Makmur" in await channel("tiktok_shop").check(api.config, api.net)
    assert "shop_cipher" not in api.asked[0].url.params
    with pytest.raises(Refused):
        await channel("tiktok_shop").check(api.config, api.net)


async def test_the_token_lives_until_the_moment_it_names() -> None:
    data = {
        "access_token": "b",
        "access_token_expire_in": 1794279600 + 604800,
        "refresh_token": "s",
    }
    api = Api("tiktok_shop", {"code": 0, "data": data}, refresh_token="r")
    with clock.at(NOW):
        heard = channel("tiktok_shop").listen(api.config, {}, api.net)
        assert heard is not None
        one = await anext(heard)
    assert one.settings == {"access_token": "b", "refresh_token": "s"}
    assert one.state["renew_at"] == "2026-11-13T15:00:00+00:00"
    assert api.asked[0].url.host == "auth.tiktok-shops.com"
    assert api.asked[0].url.params["grant_type"] == "refresh_token"
