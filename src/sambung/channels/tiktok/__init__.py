"""TikTok direct messages, by the Business Messaging API: https://business-api.tiktok.com/portal/docs

receive  webhooks (events)        send  messages (api)
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
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
from sambung.channels.tiktok import api, events
from sambung.channels.tiktok.config import TikTokConfig
from sambung.kit.net import Net
from sambung.kit.signatures import signed_by
from sambung.kit.untrusted import record, text

LONGEST_TEXT = 6000
_PICTURES = ("image/jpeg", "image/png")
_LARGEST_UP, _LARGEST_DOWN = 3 * MB, 100 * MB


class TikTok(Channel[TikTokConfig]):
    """One business account's direct messages."""

    name = "tiktok"
    title = {"en": "TikTok", "id": "TikTok"}
    config = TikTokConfig
    handle_kinds = (events.PERSON,)
    accepted = Reply(200)
    capabilities = Capabilities(
        longest_text=LONGEST_TEXT,
        window=timedelta(hours=48),
        media=(MediaRule("image", _PICTURES, _LARGEST_UP),),
        caption=False,
        reply_to=True,
        read_receipts=True,
    )
    quality = {
        **dict.fromkeys(QUALITY, "done"),
        "edits_and_deletes": "exempt: TikTok tells of neither",
        "send_interactive": "exempt: its question cards are for automatic greetings",
        "templates": "exempt: TikTok has none that open a closed window",
    }

    def addresses(self, config: TikTokConfig) -> tuple[str, ...]:
        return (config.business_id,)

    def verify(self, request: Request, config: TikTokConfig) -> None:
        """`t=<Unix time>,s=<HMAC of "t.body">`. No limit on its age: TikTok repeats for days, and a repetition,
        whoever sends it, says nothing that is not recorded already."""
        given = request.headers.get("tiktok-signature", "")
        parts = dict(part.strip().partition("=")[::2] for part in given.split(","))
        signed = parts.get("t", "").encode() + b"." + request.body
        if not signed_by(config.secrets, signed, parts.get("s", "")):
            raise Rejected("the signature is missing or wrong")

    def receive(self, request: Request) -> Iterator[Item]:
        return events.receive(request.body)

    async def send(self, message: Outbound, config: TikTokConfig, net: Net) -> Receipt:
        if not message.to or message.to == message.handle.value:
            raise Refused("on TikTok the customer writes first", reason="undeliverable")
        body: dict[str, Any] = {
            "business_id": config.business_id,
            "recipient_type": "CONVERSATION",
            "recipient": message.to,
            **await _said(message, config, net),
        }
        path = "business/message/send/"
        answer = await api.call(config, net, "POST", path, repeatable=False, json=body)
        id = text(record(answer.get("message")), "message_id") or text(answer, "message_id")
        if not id:
            raise Unknown("TikTok's answer names no message", reason="timed_out")
        return Receipt(id)

    async def fetch(self, attachment: Attachment, config: TikTokConfig, net: Net) -> Fetched:
        """A file's id is four words: conversation, message, file, kind. A sticker has an address."""
        if attachment.url:
            return await download(attachment, net, largest=_LARGEST_DOWN)
        names = ("conversation_id", "message_id", "media_id", "media_type")
        words = attachment.id.split(" ")
        if len(words) != len(names):
            raise Refused("the file has no id", reason="media_invalid")
        asked = {"business_id": config.business_id, **dict(zip(names, words, strict=True))}
        path = "business/message/media/download/"
        url = text(await api.call(config, net, "POST", path, json=asked), "download_url")
        if not url:
            raise TryLater("TikTok gave no address for the file")
        shown = {"x-user": config.token}
        return await download(attachment, net, largest=_LARGEST_DOWN, url=url, headers=shown)

    async def check(self, config: TikTokConfig, net: Net) -> str:
        """Reads the account's name."""
        asked = {"business_id": config.business_id, "fields": '["username","display_name"]'}
        found = await api.call(config, net, "GET", "business/get/", params=asked)
        name = text(found, "username") or text(found, "display_name") or config.business_id
        return f"Terhubung ke @{name}. / Connected to @{name}."

    async def register(self, hook: str, config: TikTokConfig, net: Net) -> None:
        """One address for all accounts of the app."""
        if config.client_key:
            asked = {
                "app_id": config.client_key,
                "secret": config.secrets[0],
                "event_type": "DIRECT_MESSAGE",
                "callback_url": hook,
            }
            await api.call(config, net, "POST", "business/webhook/update/", json=asked)

    def listen(
        self, config: TikTokConfig, state: Mapping[str, Any], net: Net
    ) -> AsyncIterator[Listened] | None:
        if not config.renewable:
            return None
        return keep_fresh(config, state, lambda config: api.renew(config, net))


async def _said(message: Outbound, config: TikTokConfig, net: Net) -> dict[str, Any]:
    if message.reaction or message.template or message.interactive:
        raise Refused("TikTok carries text or one picture a message", reason="invalid")
    if message.attachments:
        if len(message.attachments) > 1 or message.text.strip():
            raise Refused("a picture goes alone, without text", reason="media_invalid")
        file = message.attachments[0]
        mime = picture(file, mimes=_PICTURES, largest=_LARGEST_UP)
        form = {"business_id": config.business_id, "media_type": "IMAGE"}
        files = {"file": (file.name or "picture", file.content, mime)}
        path = "business/message/media/upload/"
        told = await api.call(config, net, "POST", path, data=form, files=files, timeout=60.0)
        if not text(told, "media_id"):
            raise TryLater("TikTok took the picture but gave it no id")
        return {"message_type": "IMAGE", "image": {"media_id": text(told, "media_id")}}
    words = fitting(message.text, LONGEST_TEXT)
    said: dict[str, Any] = {"message_type": "TEXT", "text": {"body": words}}
    if message.reply_to:
        said["referenced_message_info"] = {"referenced_message_id": message.reply_to}
    return said


channel = TikTok()
