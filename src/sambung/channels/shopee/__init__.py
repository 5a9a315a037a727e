"""Shopee: the chat between a shop and its buyers, and what else Shopee pushes. https://open.shopee.com/documents

receive  pushes (events)        send  messages (api)
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

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
from sambung.channels._rest.downloads import MB, download, picture
from sambung.channels._rest.texts import fitting
from sambung.channels._rest.tokens import keep_fresh
from sambung.channels.shopee import api, events
from sambung.channels.shopee.config import ShopeeConfig
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import record, text

LONGEST_TEXT = 1000
_PICTURES = ("image/jpeg", "image/png", "image/gif")
_LARGEST_UP, _LARGEST_DOWN = 2 * MB, 100 * MB


class Shopee(Channel[ShopeeConfig]):
    """One shop."""

    name = "shopee"
    title = {"en": "Shopee", "id": "Shopee"}
    config = ShopeeConfig
    handle_kinds = (events.PERSON,)
    accepted = Reply(200)
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        media=(MediaRule("image", _PICTURES, _LARGEST_UP),),
        caption=False,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "edits_and_deletes": "exempt: Shopee pushes neither",
        "reactions": "exempt: Shopee's chat has none",
        "statuses": "exempt: Shopee pushes neither delivery nor reading",
        "send_interactive": "exempt: Shopee's chat has no buttons",
        "templates": "exempt: Shopee has none",
        "window": "exempt: Shopee names none",
    }

    def addresses(self, config: ShopeeConfig) -> tuple[str, ...]:
        return (config.shop_id,)

    def hints(self, config: ShopeeConfig) -> Mapping[str, str]:
        return {events.SHOP_USER: config.shop_user_id}

    def verify(self, request: Request, config: ShopeeConfig) -> None:
        """Over the address as it is registered with Shopee, and the body."""
        signed = request.url.encode() + b"|" + request.body
        if not signed_by(config.secrets, signed, request.headers.get("authorization", "")):
            raise Rejected("the signature is missing or wrong, or the push address is another")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body, shop_user=request.headers.get(events.SHOP_USER, ""))

    async def send(self, message: Outbound, config: ShopeeConfig, net: Net) -> Receipt:
        person = message.to or message.handle.value
        if not person.isdigit():
            raise Refused("Shopee knows buyers by their number", reason="invalid")
        body = {"to_id": int(person), **await _said(message, config, net)}
        path = "/api/v2/sellerchat/send_message"
        answer = await api.call(config, net, "POST", path, repeatable=False, json=body)
        id = text(answer, "message_id")
        if not id:
            raise Unknown("Shopee's answer names no message", reason="timed_out")
        return Receipt(id)

    async def fetch(self, attachment: Attachment, config: ShopeeConfig, net: Net) -> Fetched:
        return await download(attachment, net, largest=_LARGEST_DOWN)

    async def check(self, config: ShopeeConfig, net: Net) -> str:
        """Reads the shop's name, and until when it lets the app in."""
        shop = await api.call(config, net, "GET", "/api/v2/shop/get_shop_info")
        name = text(shop, "shop_name") or config.shop_id
        sentence = f"Terhubung ke {name}. / Connected to {name}."
        if not config.renewable:
            sentence += (
                " Tanpa token penyegar, token ini mati dalam empat jam. "
                "/ Without a refresh token this token dies within four hours."
            )
        return sentence

    def listen(
        self, config: ShopeeConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        if not config.renewable:
            return None
        return keep_fresh(config, state, lambda config: api.renew(config, net))


async def _said(message: Outbound, config: ShopeeConfig, net: Net) -> dict[str, Any]:
    if message.reaction or message.template or message.interactive:
        raise Refused("Shopee carries text, one picture or one card a message", reason="invalid")
    if message.attachments:
        return {"message_type": "image", "content": {"url": await _upload(message, config, net)}}
    if product := text(record(message.extra.get("product")), "id"):
        return {"message_type": "item", "content": {"item_id": _number(product)}}
    if order := text(record(message.extra.get("order")), "id"):
        return {"message_type": "order", "content": {"order_sn": order}}
    return {"message_type": "text", "content": {"text": fitting(message.text, LONGEST_TEXT)}}


def _number(product: str) -> int:
    if not product.isdigit():
        raise Refused("Shopee knows products by their number", reason="invalid")
    return int(product)


async def _upload(message: Outbound, config: ShopeeConfig, net: Net) -> str:
    """The address a message can name."""
    if len(message.attachments) > 1 or message.text.strip():
        raise Refused("a picture goes alone, without text", reason="media_invalid")
    file = message.attachments[0]
    mime = picture(file, mimes=_PICTURES, largest=_LARGEST_UP)
    files = {"file": (file.name or "picture", file.content, mime)}
    path = "/api/v2/sellerchat/upload_image"
    told = await api.call(config, net, "POST", path, files=files, timeout=60.0)
    if not text(told, "url"):
        raise TryLater("Shopee took the picture but gave it no address")
    return text(told, "url")


channel = Shopee()
