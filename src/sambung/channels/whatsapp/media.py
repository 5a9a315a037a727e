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
from sambung.channels.whatsapp.wire import text
from sambung.kit.net import Forbidden, Net, TooLarge

_MB = 1024 * 1024

RULES = (
    MediaRule("image", ("image/jpeg", "image/png"), 5 * _MB),
    MediaRule("voice", ("audio/ogg",), 16 * _MB),
    MediaRule(
        "audio",
        ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/ogg"),
        16 * _MB,
    ),
    MediaRule("video", ("video/mp4", "video/3gpp"), 16 * _MB),
    MediaRule("sticker", ("image/webp",), 500 * 1024),
    MediaRule("document", ("application/*", "text/*", "image/*", "video/*", "audio/*"), 100 * _MB),
)
"""https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types"""

_STILL_STICKER = 100 * 1024
LARGEST = 100 * _MB

_BY_KIND = {rule.kind: rule for rule in RULES}


def mime_of(file: OutAttachment) -> str:
    """The bare type: `audio/ogg; codecs=opus` → `audio/ogg`."""
    return file.mime.partition(";")[0].strip().lower()


def kind_of(file: OutAttachment, wanted: str) -> Kind:
    """How to send a file: as the kind the composer wants where its type allows, else as it can go.

    What WhatsApp would not show as picture, sound or film still reaches the customer as a document.
    """
    mime = mime_of(file)
    if wanted == "document":
        return "document"
    if file.voice or wanted == "voice":
        wanted = "voice" if mime == "audio/ogg" else "audio"
    if wanted in ("image", "audio", "voice", "video", "sticker"):
        order = [rule for rule in RULES if rule.kind == wanted]
    else:
        order = [rule for rule in RULES if rule.kind in ("image", "audio", "video")]
    return next((rule.kind for rule in order if mime in rule.mimes), "document")


def check(file: OutAttachment, kind: Kind) -> None:
    """Raise Refused for a file WhatsApp would refuse or drop."""
    largest = _BY_KIND[kind].largest
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
