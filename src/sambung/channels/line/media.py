"""Files: LINE takes none from us but fetches them from an address, and keeps received ones for a while.

https://developers.line.biz/en/reference/messaging-api/#get-content
"""

from typing import Any
from urllib.parse import quote

import httpx

from sambung.channels import Attachment, Fetched, MediaRule, OutAttachment, Refused, TryLater
from sambung.channels.line import api
from sambung.channels.line.config import LineConfig
from sambung.kit.net import Forbidden, Net, TooLarge

_MB = 1024 * 1024
LARGEST = 200 * _MB
_LARGEST_PREVIEW = _MB
_NOT_READY = 5.0
"""Seconds until a film that LINE still converts is asked for again."""

RULES = (
    MediaRule("image", ("image/jpeg", "image/png"), 10 * _MB),
    MediaRule("video", ("video/mp4",), LARGEST),
    MediaRule("audio", ("audio/mp4", "audio/mpeg"), LARGEST),
    MediaRule("document", ("application/*", "text/*", "image/*", "audio/*", "video/*"), LARGEST),
)
"""Documents, and what LINE has no player for, go as a link."""

_SPELLINGS = {"audio/x-m4a": "audio/mp4", "audio/mp3": "audio/mpeg", "image/jpg": "image/jpeg"}


def message_of(file: OutAttachment) -> dict[str, Any]:
    """The message object that shows a file. Raises Refused."""
    if not file.content:
        raise Refused(f"{file.name} is empty", reason="media_invalid")
    if len(file.content) > LARGEST:
        raise Refused(f"{file.name} is over {LARGEST:,} bytes", reason="media_invalid")
    if not file.url.startswith("https://"):
        raise Refused(
            "LINE fetches files itself and needs a public https address: set SAMBUNG_PUBLIC_URL",
            reason="media_invalid",
        )
    mime = file.mime.partition(";")[0].strip().lower()
    mime = _SPELLINGS.get(mime, mime)
    preview = file.preview_url
    if mime in RULES[0].mimes and len(file.content) <= RULES[0].largest:
        if len(file.content) <= _LARGEST_PREVIEW:
            preview = file.url
        if preview:
            return _shown("image", file.url, preview)
    if mime in RULES[1].mimes and preview:
        return _shown("video", file.url, preview)
    duration = _milliseconds(file.content)
    if mime in RULES[2].mimes and duration:
        return {"type": "audio", "originalContentUrl": file.url, "duration": duration}
    return {"type": "text", "text": "\n".join(filter(None, (file.name, file.url)))}


def _shown(kind: str, url: str, preview: str) -> dict[str, Any]:
    return {"type": kind, "originalContentUrl": url, "previewImageUrl": preview}


def _milliseconds(content: bytes) -> int:
    """How long an MPEG-4 file plays, from its movie header (ISO 14496-12 §8.2.2); 0 when it does not say."""
    at = content.find(b"mvhd")
    header = content[at + 4 : at + 36] if at >= 0 else b""
    if len(header) < 32:
        return 0
    wide = header[0] == 1
    scale = int.from_bytes(header[20:24] if wide else header[12:16])
    units = int.from_bytes(header[24:32] if wide else header[16:20])
    return 1000 * units // scale if scale else 0


async def fetch(attachment: Attachment, config: LineConfig, net: Net) -> Fetched:
    """The bytes of a received file. Raises Refused, TryLater, Stopped."""
    if attachment.url:
        return await _from_elsewhere(attachment, net)
    if not attachment.id:
        raise Refused("the file has no id", reason="media_invalid")
    url = f"{config.data_base}/v2/bot/message/{quote(attachment.id, safe='')}/content"
    body = bytearray()
    try:
        async with net.http.stream("GET", url, headers=api.bearer(config)) as answer:
            if answer.status_code == 202:
                raise TryLater("LINE still prepares the file", seconds=_NOT_READY, code="202")
            if not answer.is_success:
                raise _gone(answer)
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise Refused(f"the file is over {LARGEST:,} bytes", reason="media_invalid")
            mime = answer.headers.get("content-type", "")
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise TryLater(f"download: {error}") from error
    return Fetched(bytes(body), mime or attachment.mime, attachment.name)


def _gone(answer: httpx.Response) -> Exception:
    if answer.status_code in (400, 404, 410):
        detail = f"LINE no longer has the file (HTTP {answer.status_code})"
        return Refused(detail, reason="media_invalid", code=str(answer.status_code))
    return api.failure(answer, {})


async def _from_elsewhere(attachment: Attachment, net: Net) -> Fetched:
    try:
        body, mime = await net.download(attachment.url, largest=LARGEST)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status == 429 or status >= 500:
            raise TryLater(f"download: HTTP {status}", code=str(status)) from error
        raise Refused(f"download: HTTP {status}", reason="media_invalid") from error
    except TooLarge as error:
        raise Refused(f"the file is over {LARGEST:,} bytes", reason="media_invalid") from error
    except (Forbidden, ValueError, httpx.InvalidURL) as error:
        raise Refused(f"not an address to fetch from: {error}", reason="media_invalid") from error
    except (OSError, httpx.RequestError) as error:
        raise TryLater(f"download: {error}") from error
    return Fetched(body, mime or attachment.mime, attachment.name)
