"""Files: up in pieces before a message names them, down with our token. https://docs.x.com/x-api/media"""

import asyncio

from sambung.channels import (
    Attachment,
    Fetched,
    MediaRule,
    OutAttachment,
    Refused,
    TryLater,
)
from sambung.channels._rest.downloads import MB, download, within
from sambung.channels.x import api
from sambung.channels.x.config import XConfig
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, text

_STILLS = ("image/jpeg", "image/png", "image/webp")
RULES = (
    MediaRule("image", _STILLS, 5 * MB),
    MediaRule("video", ("video/mp4", "image/gif"), 512 * MB),
)
_LARGEST = 512 * MB
_LARGEST_GIF = 15 * MB
_PIECE = 4 * MB
_LOOKS = 20
"""Times we ask whether X has prepared a film."""


async def upload(file: OutAttachment, config: XConfig, net: Net) -> str:
    """The media id a message can name. Raises as `send`, but never Unknown."""
    mime, category, largest = _category(file)
    if not 0 < len(file.content) <= largest:
        raise Refused(
            f"{file.name} is {len(file.content):,} bytes; from 1 to {largest:,} can be sent",
            reason="media_invalid",
        )
    wanted = {
        "media_type": mime,
        "total_bytes": len(file.content),
        "media_category": category,
    }
    begun = await api.call(config, net, "POST", "/2/media/upload/initialize", json=wanted)
    id = text(record(begun.get("data")), "id")
    if not id.isalnum():
        raise TryLater("X took the file but gave it no id")
    for place, start in enumerate(range(0, len(file.content), _PIECE)):
        piece = ("piece", file.content[start : start + _PIECE], "application/octet-stream")
        await api.call(
            config,
            net,
            "POST",
            f"/2/media/upload/{id}/append",
            data={"segment_index": str(place)},
            files={"media": piece},
            timeout=120.0,
        )
    done = await api.call(config, net, "POST", f"/2/media/upload/{id}/finalize")
    await _prepared(id, record(done.get("data")), config, net)
    return id


def _category(file: OutAttachment) -> tuple[str, str, int]:
    mime = file.mime.partition(";")[0].strip().lower().replace("image/jpg", "image/jpeg")
    if mime in _STILLS:
        return mime, "dm_image", 5 * MB
    if mime == "image/gif":
        return mime, "dm_gif", _LARGEST_GIF
    if mime == "video/mp4":
        return mime, "dm_video", _LARGEST
    raise Refused(f"{file.name}: X does not carry files of type {mime}", reason="media_invalid")


async def _prepared(id: str, told: Record, config: XConfig, net: Net) -> None:
    """Until X can show the film; a file that is not ready may not be named."""
    for _ in range(_LOOKS):
        progress = record(told.get("processing_info"))
        state = text(progress, "state")
        if state in ("", "succeeded"):
            return
        if state == "failed":
            why = text(record(progress.get("error")), "message") or "X cannot use this file"
            raise Refused(why, reason="media_invalid")
        wait = progress.get("check_after_secs")
        await asyncio.sleep(min(wait, 10) if isinstance(wait, int | float) and wait > 0 else 0)
        asked = {"command": "STATUS", "media_id": id}
        answer = await api.call(config, net, "GET", "/2/media/upload", params=asked)
        told = record(answer.get("data"))
    raise TryLater("X is still preparing the file")


async def fetch(attachment: Attachment, config: XConfig, net: Net) -> Fetched:
    """Files of direct messages are shown to who may read them; our token goes to X alone."""
    if not attachment.url:
        raise Refused("the file has no address", reason="media_invalid")
    ours = within(attachment.url, "x.com", "twitter.com", "twimg.com")
    stand_in = bool(config.api_base) and attachment.url.startswith(f"{config.api_base}/")
    headers = api.bearer(config) if ours or stand_in else None
    return await download(attachment, net, largest=_LARGEST, headers=headers)
