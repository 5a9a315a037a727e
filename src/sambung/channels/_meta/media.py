"""Files: up to Meta before a message names them, down from its public addresses after one came."""

import json
from typing import Any

import httpx

from sambung.channels import (
    Attachment,
    Fetched,
    MediaRule,
    OutAttachment,
    Refused,
    TryLater,
)
from sambung.channels._meta import errors, graph
from sambung.channels._meta.config import MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.kit.net import Forbidden, Net, TooLarge
from sambung.kit.untrusted import text

LARGEST = 25 * 1024 * 1024


def mime_of(file: OutAttachment) -> str:
    """The bare type: `audio/ogg; codecs=opus` → `audio/ogg`."""
    return file.mime.partition(";")[0].strip().lower()


def type_of(file: OutAttachment, rules: tuple[MediaRule, ...], title: str) -> str:
    """Meta's word for the file. Raises Refused for one that Meta would refuse."""
    mime = mime_of(file)
    fitting = [rule for rule in rules if _takes(rule, mime)]
    if not fitting:
        raise Refused(f"{file.name}: {title} does not carry {mime}", reason="media_invalid")
    if not file.content:
        raise Refused(f"{file.name} is empty", reason="media_invalid")
    rule = next((rule for rule in fitting if len(file.content) <= rule.largest), None)
    if rule is None:
        largest = max(rule.largest for rule in fitting)
        raise Refused(
            f"{file.name} is {len(file.content):,} bytes; {title} takes at most {largest:,}",
            reason="media_invalid",
        )
    return "file" if rule.kind == "document" else rule.kind


def _takes(rule: MediaRule, mime: str) -> bool:
    return any(
        one in ("*/*", mime) or (one.endswith("/*") and mime.startswith(one[:-1]))
        for one in rule.mimes
    )


async def upload(
    file: OutAttachment, type: str, config: MetaConfig, dialect: Dialect, net: Net
) -> str:
    """The id by which messages can name the file. Raises as `send`, but never Unknown."""
    message = {"attachment": {"type": type, "payload": {"is_reusable": True}}}
    data = {"platform": dialect.platform, "message": json.dumps(message)}
    answer: dict[str, Any] = await graph.call(
        config,
        net,
        "POST",
        f"{config.node}/message_attachments",
        failure=errors.failure,
        data=data,
        files={"filedata": (_name(file), file.content, mime_of(file))},
    )
    if id := text(answer, "attachment_id"):
        return id
    raise TryLater("Meta took the file but gave it no id")


def _name(file: OutAttachment) -> str:
    """Meta takes no names with other letters than ASCII's."""
    name = "".join(
        letter if letter.isascii() and letter.isprintable() else "_" for letter in file.name
    )
    return name or "file"


async def fetch(attachment: Attachment, net: Net) -> Fetched:
    """The bytes of a received file, from an address that is public for some days, a story's for 24 hours."""
    if not attachment.url:
        raise Refused("the file has no address", reason="media_invalid")
    try:
        body, mime = await net.download(attachment.url, largest=LARGEST)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        if status == 429 or status >= 500:
            raise TryLater(f"download: HTTP {status}", code=str(status)) from error
        raise Refused(
            "the file's address has expired, or the file was taken back",
            reason="media_invalid",
            code=str(status),
        ) from error
    except TooLarge as error:
        raise Refused(f"the file is over {LARGEST:,} bytes", reason="media_invalid") from error
    except (Forbidden, ValueError, httpx.InvalidURL) as error:
        raise Refused(f"not an address to fetch from: {error}", reason="media_invalid") from error
    except (OSError, httpx.RequestError) as error:
        raise TryLater(f"download: {error}") from error
    return Fetched(body, mime, attachment.name)
