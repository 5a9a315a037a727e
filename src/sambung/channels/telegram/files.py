"""Files: up with the message that shows them, down by their id. https://core.telegram.org/bots/api#sending-files"""

from urllib.parse import quote

import httpx

from sambung.channels import (
    Attachment,
    Fetched,
    MediaRule,
    OutAttachment,
    Refused,
    Stopped,
    TryLater,
)
from sambung.channels.telegram import api
from sambung.channels.telegram.config import TelegramConfig
from sambung.kit.net import Net
from sambung.kit.untrusted import record, text

_MB = 1024 * 1024
PUBLIC = "https://api.telegram.org"
LARGEST_DOWN = 20 * _MB
"""Bytes the public Bot API lets a bot download; a server of one's own has no such limit."""
_LARGEST_OWN = 512 * _MB
_LARGEST_PHOTO = 10 * _MB

_PHOTOS = ("image/jpeg", "image/png")
_VOICES = ("audio/ogg", "audio/mpeg", "audio/mp4")
_SOUNDS = ("audio/mpeg", "audio/mp4")
_FILMS = ("video/mp4",)
_STICKERS = ("image/webp", "application/x-tgsticker", "video/webm")

RULES = (
    MediaRule("image", _PHOTOS, _LARGEST_PHOTO),
    MediaRule("voice", _VOICES, 50 * _MB),
    MediaRule("audio", _SOUNDS, 50 * _MB),
    MediaRule("video", (*_FILMS, "image/gif"), 50 * _MB),
    MediaRule("sticker", _STICKERS, 512 * 1024),
    MediaRule(
        "document",
        ("application/*", "text/*", "image/*", "audio/*", "video/*", "font/*", "model/*"),
        50 * _MB,
    ),
)
_SPELLINGS = {"audio/x-m4a": "audio/mp4", "audio/mp3": "audio/mpeg", "image/jpg": "image/jpeg"}
_BY_KIND: dict[str, MediaRule] = {rule.kind: rule for rule in RULES}

MEMBERS = {
    "image": "photo",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "animation": "animation",
    "sticker": "sticker",
    "document": "document",
}
"""Our kind → the method's and the part's name (`sendPhoto`, `photo`)."""


def mime_of(file: OutAttachment) -> str:
    """The bare type as Telegram spells it: `audio/ogg; codecs=opus` → `audio/ogg`."""
    mime = file.mime.partition(";")[0].strip().lower()
    return _SPELLINGS.get(mime, mime)


def kind_of(file: OutAttachment, wanted: str) -> str:
    """How to send a file: as its type says, else as a document. A photo too large for one is a document too."""
    mime = mime_of(file)
    if wanted == "document":
        return "document"
    if (file.voice or wanted == "voice") and mime in _VOICES:
        return "voice"
    if wanted == "sticker" and mime in _STICKERS:
        return "sticker"
    if mime in _PHOTOS and len(file.content) <= _LARGEST_PHOTO:
        return "image"
    if mime == "image/gif":
        return "animation"
    return next((kind for kind in ("audio", "video") if mime in _BY_KIND[kind].mimes), "document")


def check(file: OutAttachment, kind: str) -> None:
    """Raise Refused for a file Telegram would refuse."""
    if not file.content:
        raise Refused(f"{file.name} is empty", reason="media_invalid")
    rule = _BY_KIND["video" if kind == "animation" else kind]
    if len(file.content) > rule.largest:
        raise Refused(
            f"{file.name} is {len(file.content):,} bytes; Telegram takes at most {rule.largest:,}",
            reason="media_invalid",
        )


async def fetch(attachment: Attachment, config: TelegramConfig, net: Net) -> Fetched:
    """The bytes of a received file. Its address holds our token, so it is never part of what we raise."""
    public = config.api_base == PUBLIC
    largest = LARGEST_DOWN if public else _LARGEST_OWN
    if not attachment.id:
        raise Refused("the file has no id", reason="media_invalid")
    if attachment.size is not None and attachment.size > largest:
        raise _too_large(largest)
    try:
        told = record(await api.call(config, net, "getFile", json={"file_id": attachment.id}))
    except api.Migrated as moved:
        raise TryLater("the chat moved") from moved
    path = text(told, "file_path")
    if not path:
        raise TryLater("Telegram gave no address for the file")
    if path.startswith("/"):
        raise Refused(
            "the Bot API server keeps its files to itself (--local)", reason="media_invalid"
        )
    token = config.bot_token.get_secret_value()
    url = f"{config.api_base}/file/bot{token}/{quote(path)}"
    return Fetched(await _download(url, largest, net), attachment.mime, attachment.name)


async def _download(url: str, largest: int, net: Net) -> bytes:
    """From the configured provider itself, so the guard against others' addresses is not asked."""
    body = bytearray()
    try:
        async with net.http.stream("GET", url) as answer:
            status = answer.status_code
            if answer.is_success:
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > largest:
                        raise _too_large(largest)
                return bytes(body)
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise TryLater(f"download: {type(error).__name__}") from None
    if status == 401:
        raise Stopped("Telegram does not know the bot's token", reason="auth", code="401")
    if status == 429 or status >= 500:
        raise TryLater(f"download: HTTP {status}", code=str(status))
    raise Refused(f"Telegram no longer has the file (HTTP {status})", reason="media_invalid")


def _too_large(largest: int) -> Refused:
    return Refused(f"the file is over {largest:,} bytes", reason="media_invalid")
