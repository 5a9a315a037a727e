"""Lazada: signatures, what has no recorded payload, what is sent, and what Lazada says no to."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from tests.channels.rest_cases import Api, changed, channel, picture, received, recorded

from sambung.channels import (
    AccountNotice,
    Deleted,
    Handle,
    Ignored,
    Inbound,
    ReadUpTo,
    Receipt,
    Refused,
    Sender,
    StatusReported,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.channels.lazada.api import sign

SESSION = "100094063_2_1011822749_1_103"
BUYER = Sender((Handle("lazada", "1011822749", scope="ID"),))
SENT = {"code": "0", "success": True, "err_code": "0", "data": {"message_id": "1zY"}}


def test_requests_are_signed_as_in_lazadas_own_example() -> None:
    given = {
        "access_token": "test",
        "app_key": "123456",
        "order_id": "1234",
        "sign_method": "sha256",
        "timestamp": "1517820392000",
    }
    wanted = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
    assert sign("helloworld", "/order/get", given) == wanted


# --- what it says --------------------------------------------------------------------------------


def test_a_message_the_filter_held_never_arrived() -> None:
    said, failed = changed("lazada", "chat_blocked_by_filter")
    assert isinstance(said, Inbound)
    assert isinstance(failed, StatusReported)
    assert (said.outgoing, said.sender, said.address) == (True, BUYER, SESSION)
    assert (failed.target, failed.state, failed.reason) == (said.id, "failed", "spam")
    assert failed.detail == "Pesan tidak terkirim: mohon gunakan bahasa sopan"
    (held,) = changed("lazada", "chat_text", process_msg="tertahan")
    assert isinstance(held, Inbound)
    assert held.warnings == ("Lazada: tertahan",)


def test_a_message_taken_back_is_deleted() -> None:
    (gone,) = changed("lazada", "chat_text", status=1)
    assert isinstance(gone, Deleted)
    assert (gone.id, gone.target) == ("1zYUJI000000000001:1", "1zYUJI000000000001")


def test_an_automatic_reply_is_marked() -> None:
    (said,) = changed("lazada", "chat_seller_auto_reply")
    assert isinstance(said, Inbound)
    assert (said.outgoing, said.automatic) == (True, True)


@pytest.mark.parametrize(
    ("template", "content", "kind", "extra"),
    [
        (
            10006,
            {"itemId": 17, "title": "Sepatu"},
            "order",
            {"product": {"id": "17", "name": "Sepatu"}},
        ),
        (10007, {"orderId": 57}, "order", {"order": {"id": "57"}}),
        (4, {"txt": "[senyum]"}, "text", {}),
        (6, {"videoUrl": "https://a.contoh.id/v"}, "video", {}),
        (10008, {"promotionId": 1}, "unsupported", {}),
        (3, {}, "unsupported", {}),
        (99, {"a": 1}, "unsupported", {}),
    ],
)
def test_every_kind_is_shown_or_kept(
    template: int, content: dict[str, Any], kind: str, extra: dict[str, Any]
) -> None:
    said = json.dumps(content)
    (item,) = changed("lazada", "chat_text", template_id=template, content=said)
    assert isinstance(item, Inbound)
    assert item.kind == kind
    assert extra.items() <= item.extra.items()


def push(kind: int, **data: Any) -> dict[str, Any]:
    return {
        "seller_id": "100094063",
        "message_type": kind,
        "data": data,
        "timestamp": 1794279600000,
        "site": "lazada_id",
    }


def test_how_far_the_buyer_has_read() -> None:
    (seen,) = received("lazada", push(19, session_id=SESSION, to_position="1zY", unread_count=0))
    assert isinstance(seen, ReadUpTo)
    assert (seen.sender, seen.target) == (BUYER, "1zY")
    (moment,) = received("lazada", push(19, session_id=SESSION, to_position=1794279604000))
    assert isinstance(moment, ReadUpTo)
    assert (moment.target, moment.at is not None) == ("", True)
    (own,) = received("lazada", push(19, session_id=SESSION, self_position="1zY"))
    assert isinstance(own, Ignored)


def test_what_is_no_chat_is_kept_whole_and_told_once() -> None:
    line = {"trade_order_id": "5", "order_status": "unpaid", "status_update_time": 1794279600}
    (order,) = received("lazada", push(0, **line))
    assert isinstance(order, AccountNotice)
    assert (order.what, order.alert, order.detail["data"]) == ("order_status", False, line)
    assert received("lazada", push(0, **line) | {"timestamp": 1794279999000})[0].id == order.id  # type: ignore[union-attr]
    (token,) = received("lazada", push(8))
    assert isinstance(token, AccountNotice)
    assert token.alert
    (other,) = received("lazada", push(21))
    assert isinstance(other, AccountNotice)
    assert other.what == "event_21"


def test_a_broken_message_is_ignored() -> None:
    _, request = recorded("lazada", "chat_text")
    body = json.loads(request.body)
    body["data"]["content"] = "{"
    (broken,) = received("lazada", body)
    assert isinstance(broken, Ignored)
    assert broken.raw["data"]["content"] == "{"


# --- what is sent --------------------------------------------------------------------------------


async def test_a_text_goes_signed_over_everything() -> None:
    api = Api("lazada", SENT)
    assert await api.send(to=SESSION, text="Ada") == Receipt("1zY")
    (asked,) = api.asked
    assert (asked.url.host, asked.url.path) == ("api.lazada.co.id", "/rest/im/message/send")
    form = {key: values[0] for key, values in parse_qs(asked.content.decode()).items()}
    assert form == {"session_id": SESSION, "template_id": "1", "txt": "Ada"}
    query = dict(asked.url.params)
    given = query.pop("sign")
    assert given == sign("lazada-app-secret-uji-0001", "/im/message/send", query | form)


async def test_pictures_go_with_their_size_and_cards_with_their_number() -> None:
    up = {"code": "0", "data": {"image": {"url": "https://a.contoh.id/p"}}}
    api = Api("lazada", up, SENT)
    await api.send(to=SESSION, attachments=(picture(),))
    form = {key: values[0] for key, values in parse_qs(api.asked[1].content.decode()).items()}
    assert form == {
        "session_id": SESSION,
        "template_id": "3",
        "img_url": "https://a.contoh.id/p",
        "width": "2",
        "height": "3",
    }
    api = Api("lazada", SENT, SENT)
    await api.send(to=SESSION, extra={"product": {"id": "17"}})
    assert b"template_id=10006&item_id=17" in api.asked[0].content
    await api.send(to=SESSION, extra={"order": {"id": "57"}})
    assert b"template_id=10007&order_id=57" in api.asked[1].content


@pytest.mark.parametrize(
    "message",
    [
        {"text": ""},
        {"text": "Halo", "to": ""},
        {"text": "Halo", "to": "55667788"},
        {"text": "Halo", "attachments": (picture(),)},
        {"attachments": (picture(size=10),)},
        {"attachments": (picture("image/gif"),)},
        {"reaction": {"target": "1"}},
    ],
)
async def test_what_lazada_would_refuse_is_not_asked(message: dict[str, Any]) -> None:
    api = Api("lazada")
    with pytest.raises(Refused):
        await api.send(**({"to": SESSION} | message))
    assert api.asked == []


def fault(code: str, kind: str = "ISV", message: str = "tidak") -> dict[str, Any]:
    return {"code": code, "type": kind, "message": message, "request_id": "r"}


def no(message: str) -> dict[str, Any]:
    return {"code": "0", "success": False, "err_code": "12", "err_message": message}


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (fault("IllegalAccessToken"), Stopped, "auth"),
        (fault("IncompleteSignature"), Stopped, "auth"),
        (fault("AppCallLimit"), TryLater, "rate_limited"),
        (fault("ServiceTimeout", "ISP"), TryLater, "provider_down"),
        (fault("Aneh", "SYSTEM"), TryLater, "provider_down"),
        (fault("MissingParameter"), Refused, "invalid"),
        (no("sensitive words"), Refused, "spam"),
        (no("buyer has blocked you"), Refused, "blocked"),
        (no("session not exist"), Refused, "undeliverable"),
        ({"code": "0", "success": True, "data": {}}, Unknown, "timed_out"),
        (httpx.Response(429), TryLater, "rate_limited"),
        (httpx.Response(502), Unknown, "provider_down"),
        (httpx.ReadTimeout("lama"), Unknown, "timed_out"),
    ],
)
async def test_every_answer_is_told_apart(answer: Any, kind: type, reason: str) -> None:
    with pytest.raises(kind) as failure:
        await Api("lazada", answer).send(to=SESSION, text="Halo")
    assert failure.value.reason == reason  # type: ignore[attr-defined]


# --- test button, token --------------------------------------------------------------------------


async def test_the_seller_is_named_and_another_found_out() -> None:
    mine = {"code": "0", "data": {"name": "Toko Makmur", "seller_id": 100094063}}
    other = {"code": "0", "data": {"name": "Toko Lain", "seller_id": 7}}
    api = Api("lazada", mine, other)
    assert "Toko Makmur" in await channel("lazada").check(api.config, api.net)
    with pytest.raises(Refused, match="Toko Lain"):
        await channel("lazada").check(api.config, api.net)


async def test_the_token_is_renewed_where_all_countries_are() -> None:
    given = {"code": "0", "access_token": "b", "refresh_token": "s", "expires_in": 604800}
    api = Api("lazada", given, fault("IllegalRefreshToken"), refresh_token="r")
    heard = channel("lazada").listen(api.config, {}, api.net)
    assert heard is not None
    assert (await anext(heard)).settings == {"access_token": "b", "refresh_token": "s"}
    asked = api.asked[0]
    assert (asked.url.host, asked.url.path) == ("auth.lazada.com", "/rest/auth/token/refresh")
    query = dict(asked.url.params)
    given_sign = query.pop("sign")
    assert given_sign == sign("lazada-app-secret-uji-0001", "/auth/token/refresh", query)
    again = channel("lazada").listen(api.config, {}, api.net)
    assert again is not None
    with pytest.raises(Stopped):
        await anext(again)
