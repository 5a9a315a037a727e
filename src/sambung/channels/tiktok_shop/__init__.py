"""TikTok Shop and Tokopedia, by one Partner Center: the chat with buyers. https://partner.tiktokshop.com/docv2

receive  webhooks (events)        send  messages (api)
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sambung.channels import (
    QUALITY,
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    Listened,
    MediaRule,
    Outbound,
    Receipt,
    Refused,
    Rejected,
    Reply,
    Request,
    TryLater,
    Unknown,
)
from sambung.channels._rest.downloads import MB, download, picture, within
from sambung.channels._rest.texts import fitting
from sambung.channels._rest.tokens import keep_fresh
from sambung.channels.tiktok_shop import api, events
from sambung.channels.tiktok_shop.config import TikTokShopConfig
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import Unreadable, decode, record, records, text

LONGEST_TEXT = 2000
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp")
_LARGEST_UP, _LARGEST_DOWN = 10 * MB, 100 * MB
_CHATS = "/customer_service/202309/conversations"
_OWN_HOSTS = ("tiktokglobalshop.com", "tiktok-shops.com", "tiktokshop.com", "tokopedia.com")
"""Whom our token may be shown to."""


class TikTokShop(Channel[TikTokShopConfig]):
    """One shop. Buyers of either marketplace write to it; in Indonesia the brand is not called TikTok."""

    name = "tiktok_shop"
    title = {"en": "TikTok Shop & Tokopedia", "id": "Tokopedia & Shop"}
    config = TikTokShopConfig
    handle_kinds = (events.CHAT,)
    accepted = Reply(200)
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        window=timedelta(days=30),
        media=(MediaRule("image", _PICTURES, _LARGEST_UP),),
        caption=False,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "edits_and_deletes": "exempt: the shop is told of neither",
        "reactions": "exempt: the chat has none",
        "statuses": "exempt: the shop is told neither of delivery nor of reading",
        "send_interactive": "exempt: the chat has no buttons",
        "templates": "exempt: there are none",
    }

    def addresses(self, config: TikTokShopConfig) -> tuple[str, ...]:
        return (config.shop_id,)

    def verify(self, request: Request, config: TikTokShopConfig) -> None:
        signed = config.app_key.encode() + request.body
        if not signed_by(config.secrets, signed, request.headers.get("authorization", "")):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body)

    async def send(self, message: Outbound, config: TikTokShopConfig, net: Net) -> Receipt:
        kind, content = await _said(message, config, net)
        body = {"type": kind, "content": json.dumps(content, ensure_ascii=False)}
        path = f"{_CHATS}/{quote(message.to or message.handle.value, safe='')}/messages"
        answer = await api.call(config, net, "POST", path, repeatable=False, body=body)
        id = text(answer, "message_id")
        if not id:
            raise Unknown("the answer names no message", reason="timed_out")
        return Receipt(id)

    async def fetch(self, attachment: Attachment, config: TikTokShopConfig, net: Net) -> Fetched:
        """At the address that came; when it has died, at the one the chat has now."""
        try:
            return await _fetched(attachment, attachment.url, config, net)
        except Refused as refused:
            url = await _address_now(attachment, config, net) if refused.code else ""
            if not url or url == attachment.url:
                raise
        return await _fetched(attachment, url, config, net)

    async def check(self, config: TikTokShopConfig, net: Net) -> str:
        """Finds the shop among those that have authorised the app."""
        path = "/authorization/202309/shops"
        found = await api.call(config, net, "GET", path, of_shop=False)
        for shop in records(found.get("shops")):
            if text(shop, "id") == config.shop_id:
                name = text(shop, "name")
                return f"Terhubung ke {name}. / Connected to {name}."
        raise Refused(
            f"Toko {config.shop_id} belum mengizinkan aplikasi ini. "
            f"/ Shop {config.shop_id} has not authorised this app.",
            reason="auth",
        )

    def listen(
        self, config: TikTokShopConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        if not config.renewable:
            return None
        return keep_fresh(config, state, lambda config: api.renew(config, net))


async def _said(
    message: Outbound, config: TikTokShopConfig, net: Net
) -> tuple[str, dict[str, Any]]:
    """The message's type, and its content."""
    if message.reaction or message.template or message.interactive:
        raise Refused("text, one picture or one card a message", reason="invalid")
    if message.attachments:
        return "IMAGE", await _upload(message, config, net)
    if product := text(record(message.extra.get("product")), "id"):
        return "PRODUCT_CARD", {"product_id": product}
    if order := text(record(message.extra.get("order")), "id"):
        return "ORDER_CARD", {"order_id": order}
    return "TEXT", {"content": fitting(message.text, LONGEST_TEXT)}


async def _upload(message: Outbound, config: TikTokShopConfig, net: Net) -> dict[str, Any]:
    if len(message.attachments) > 1 or message.text.strip():
        raise Refused("a picture goes alone, without text", reason="media_invalid")
    file = message.attachments[0]
    mime = picture(file, mimes=_PICTURES, largest=_LARGEST_UP)
    files = {"data": (file.name or "picture", file.content, mime)}
    path = "/customer_service/202309/images/upload"
    told = await api.call(config, net, "POST", path, files=files)
    if not text(told, "url"):
        raise TryLater("the picture was taken but given no address")
    return {"url": told["url"], "width": told.get("width"), "height": told.get("height")}


async def _fetched(attachment: Attachment, url: str, config: TikTokShopConfig, net: Net) -> Fetched:
    """Since 30 September 2025 pictures of Indonesian chats are for the shop alone; other files are for anybody."""
    stand_in = bool(config.api_base) and url.startswith(f"{config.api_base}/")
    headers: dict[str, str] = {}
    if stand_in or within(url, *_OWN_HOSTS):
        headers["x-tts-access-token"] = config.token
        if "shop_cipher=" not in url:
            url += f"{'&' if '?' in url else '?'}shop_cipher={quote(await api.cipher(config, net))}"
    return await download(attachment, net, largest=_LARGEST_DOWN, url=url, headers=headers)


async def _address_now(attachment: Attachment, config: TikTokShopConfig, net: Net) -> str:
    """Among the chat's latest messages; "" when it is not."""
    chat, _, id = attachment.id.partition(" ")
    if not chat or not id:
        return ""
    asked = {"page_size": "10", "sort_order": "DESC", "sort_field": "create_time"}
    path = f"{_CHATS}/{quote(chat, safe='')}/messages"
    found = await api.call(config, net, "GET", path, params=asked)
    for message in records(found.get("messages")):
        if text(message, "id") == id or text(message, "message_id") == id:
            try:
                return text(record(decode(text(message, "content").encode())), "url")
            except Unreadable:
                return ""
    return ""


channel = TikTokShop()
