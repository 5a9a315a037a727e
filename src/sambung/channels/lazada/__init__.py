"""Lazada: the chat between a seller and buyers, and what else Lazada pushes. https://open.lazada.com/apps/doc

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
from sambung.channels.lazada import api, events
from sambung.channels.lazada.config import LazadaConfig
from sambung.kit.media import dimensions
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import record, text

LONGEST_TEXT = 1000
_PICTURES = ("image/jpeg", "image/png")
_LARGEST_UP, _LARGEST_DOWN = 1 * MB, 100 * MB


class Lazada(Channel[LazadaConfig]):
    """One seller in one country."""

    name = "lazada"
    title = {"en": "Lazada", "id": "Lazada"}
    config = LazadaConfig
    handle_kinds = (events.PERSON,)
    accepted = Reply(200)
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        media=(MediaRule("image", _PICTURES, _LARGEST_UP),),
        caption=False,
        read_receipts=True,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "reactions": "exempt: Lazada's chat has none",
        "send_interactive": "exempt: Lazada's chat has no buttons",
        "templates": "exempt: Lazada has none",
        "window": "exempt: Lazada names none",
    }

    def addresses(self, config: LazadaConfig) -> tuple[str, ...]:
        return (config.seller_id,)

    def verify(self, request: Request, config: LazadaConfig) -> None:
        signed = config.app_key.encode() + request.body
        if not signed_by(config.secrets, signed, request.headers.get("authorization", "")):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body)

    async def send(self, message: Outbound, config: LazadaConfig, net: Net) -> Receipt:
        if not message.to or message.to == message.handle.value:
            raise Refused("on Lazada the buyer writes first", reason="undeliverable")
        given = {"session_id": message.to, **await _said(message, config, net)}
        answer = await api.call(config, net, "/im/message/send", given, repeatable=False)
        id = text(record(answer.get("data")), "message_id")
        if not id:
            raise Unknown("Lazada's answer names no message", reason="timed_out")
        return Receipt(id)

    async def fetch(self, attachment: Attachment, config: LazadaConfig, net: Net) -> Fetched:
        return await download(attachment, net, largest=_LARGEST_DOWN)

    async def check(self, config: LazadaConfig, net: Net) -> str:
        """Reads the seller's name, and whose token it is."""
        seller = record((await api.call(config, net, "/seller/get", {})).get("data"))
        name, id = text(seller, "name"), text(seller, "seller_id")
        if id and id != config.seller_id:
            raise Refused(
                f"Token ini milik penjual {id} ({name}). / This token is seller {id}'s ({name}).",
                reason="invalid",
            )
        return f"Terhubung ke {name}. / Connected to {name}."

    def listen(
        self, config: LazadaConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        if not config.renewable:
            return None
        return keep_fresh(config, state, lambda config: api.renew(config, net))


async def _said(message: Outbound, config: LazadaConfig, net: Net) -> dict[str, str]:
    if message.reaction or message.template or message.interactive:
        raise Refused("Lazada carries text, one picture or one card a message", reason="invalid")
    if message.attachments:
        return {"template_id": "3", **await _upload(message, config, net)}
    if product := text(record(message.extra.get("product")), "id"):
        return {"template_id": "10006", "item_id": product}
    if order := text(record(message.extra.get("order")), "id"):
        return {"template_id": "10007", "order_id": order}
    return {"template_id": "1", "txt": fitting(message.text, LONGEST_TEXT)}


async def _upload(message: Outbound, config: LazadaConfig, net: Net) -> dict[str, str]:
    if len(message.attachments) > 1 or message.text.strip():
        raise Refused("a picture goes alone, without text", reason="media_invalid")
    file = message.attachments[0]
    mime = picture(file, mimes=_PICTURES, largest=_LARGEST_UP)
    size = dimensions(file.content)
    if size is None:
        raise Refused(f"{file.name} cannot be read as a picture", reason="media_invalid")
    files = {"image": (file.name or "picture", file.content, mime)}
    told = await api.call(config, net, "/image/upload", {}, files=files)
    url = text(record(record(told.get("data")).get("image")), "url")
    if not url:
        raise TryLater("Lazada took the picture but gave it no address")
    return {"img_url": url, "width": str(size[0]), "height": str(size[1])}


channel = Lazada()
