"""Files: up to WhatsApp before a message names them, down from it after one came."""

from urllib.parse import quote

import httpx

from sambung.channels import (
    Attachment,
    Fetched,
    Kind,
    MediaRule,
    OutAttachment,
    Refused,
    TryLater,
)
from sambung.channels.whatsapp import graph
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.kit.net import Forbidden, Net, TooLarge
from sambung.kit.untrusted import text

_MB = 1024 * 1024
_IMAGES = ("image/jpeg", "image/png")
_SOUNDS = ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")
_FILMS = ("video/mp4", "video/3gpp")
_STICKERS = ("image/webp",)

RULES = (
    MediaRule("image", _IMAGES, 5 * _MB),
    MediaRule("voice", ("audio/ogg",), 16 * _MB),
    MediaRule("audio", _SOUNDS, 16 * _MB),
    MediaRule("video", _FILMS, 16 * _MB),
    MediaRule("sticker", _STICKERS, 500 * 1024),
    MediaRule(
        "document",
        ("application/*", "text/*", *_IMAGES, *_SOUNDS, *_FILMS, *_STICKERS),
        100 * _MB,
    ),
)
"""https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types"""

_STILL_STICKER = 100 * 1024
LARGEST = 100 * _MB

_BY_KIND = {rule.kind: rule for rule in RULES}


_SPELLINGS = {"audio/x-m4a": "audio/mp4", "audio/mp3": "audio/mpeg", "image/jpg": "image/jpeg"}


def mime_of(file: OutAttachment) -> str:
    """The bare type as WhatsApp spells it: `audio/ogg; codecs=opus` → `audio/ogg`."""
    mime = file.mime.partition(";")[0].strip().lower()
    return _SPELLINGS.get(mime, mime)


def kind_of(file: OutAttachment, wanted: str) -> Kind:
    """How to send a file: as the kind the composer wants where its type allows, else as its type says.

    WebP, which WhatsApp shows only as a sticker, goes as a document unless a sticker is wanted.
    """
    mime = mime_of(file)
    if wanted == "document":
        return "document"
    if file.voice or wanted == "voice":
        wanted = "voice" if mime == "audio/ogg" else "audio"
    order = [rule for rule in RULES if rule.kind == wanted]
    order += [rule for rule in RULES if rule.kind in ("image", "audio", "video")]
    return next((rule.kind for rule in order if mime in rule.mimes), "document")


def check(file: OutAttachment, kind: Kind) -> None:
    """Raise Refused for a file WhatsApp would refuse or drop."""
    rule, mime = _BY_KIND[kind], mime_of(file)
    if mime not in rule.mimes and f"{mime.partition('/')[0]}/*" not in rule.mimes:
        raise Refused(
            f"{file.name}: WhatsApp does not carry files of type {mime}", reason="media_invalid"
        )
    largest = rule.largest
    if kind == "sticker" and not _moves(file.content):
        largest = _STILL_STICKER
    if not file.content:
        raise Refused(f"{file.name} is empty", reason="media_invalid")
    if len(file.content) > largest:
        raise Refused(
            f"{file.name} is {len(file.content):,} bytes; WhatsApp takes at most {largest:,} "
            f"for this kind ({kind})",
            reason="media_invalid",
        )


def _moves(webp: bytes) -> bool:
    """Whether a WebP's extended header (RFC 9649 §2.7) has the animation flag."""
    return webp[12:16] == b"VP8X" and len(webp) > 20 and bool(webp[20] & 0x02)


async def upload(file: OutAttachment, config: WhatsAppConfig, net: Net) -> str:
    """The media id a message can name for 30 days. Raises as `send`, but never Unknown."""
    answer = await graph.call(
        config,
        net,
        "POST",
        f"{config.phone_number_id}/media",
        data={"messaging_product": "whatsapp", "type": mime_of(file)},
        files={"file": (file.name or "file", file.content, mime_of(file))},
    )
    if id := text(answer, "id"):
        return id
    raise TryLater("WhatsApp took the file but gave it no id")


async def fetch(attachment: Attachment, config: WhatsAppConfig, net: Net) -> Fetched:
    """The bytes of a received file. Its id lives 7 days, the address it stands for 5 minutes.

    An address that died meanwhile is asked for once more. Raises Refused, TryLater, Stopped.
    """
    if not attachment.id:
        raise Refused("the file has no media id", reason="media_invalid")
    found = await _fetched(attachment, config, net) or await _fetched(attachment, config, net)
    if found is None:
        raise Refused("WhatsApp no longer has the file", reason="media_invalid")
    return found


async def _fetched(attachment: Attachment, config: WhatsAppConfig, net: Net) -> Fetched | None:
    """One try; None when the address is dead."""
    answer = await graph.call(
        config,
        net,
        "GET",
        quote(attachment.id, safe=""),
        params={"phone_number_id": config.phone_number_id},
    )
    url, size = text(answer, "url"), answer.get("file_size")
    if not url:
        raise TryLater("WhatsApp gave no address for the file")
    if config.api_base.startswith("https:") and not url.startswith("https:"):
        raise Refused("the file's address would show our token", reason="media_invalid")
    if isinstance(size, int) and size > LARGEST:
        raise Refused(f"the file is {size:,} bytes", reason="media_invalid")
    try:
        body, mime = await net.download(url, headers=graph.bearer(config), largest=LARGEST)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status == 429 or status >= 500:
            raise TryLater(f"download: HTTP {status}", code=str(status)) from error
        return None
    except TooLarge as error:
        raise Refused(f"the file is over {LARGEST:,} bytes", reason="media_invalid") from error
    except (Forbidden, ValueError, httpx.InvalidURL) as error:
        raise Refused(f"not an address to fetch from: {error}", reason="media_invalid") from error
    except (OSError, httpx.RequestError) as error:
        raise TryLater(f"download: {error}") from error
    return Fetched(body, text(answer, "mime_type") or mime, attachment.name)
