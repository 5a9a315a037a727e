"""A reply, posted to the business's server."""

import base64
import json
from typing import Any

from sambung.channels import OutAttachment, Outbound, Receipt, Refused
from sambung.channels._posted.deliver import deliver
from sambung.channels._visitor.frames import LONGEST_TEXT, MOST_FILES
from sambung.channels.app.config import AppConfig
from sambung.kit import clock, standard_webhooks
from sambung.kit.net import Net
from sambung.kit.rfc3339 import text as instant
from sambung.kit.untrusted import only

LARGEST_INLINE = 5_000_000
"""Bytes of a file that goes along where it has no address."""


async def send(message: Outbound, config: AppConfig, net: Net) -> Receipt:
    """Without a server's address there is nothing to hand over: the customer's socket follows the log."""
    _check(message)
    if not config.target:
        return Receipt(id=message.id, state="sent")
    return await post("message", message.id, _shape(message), config, net)


async def post(type: str, id: str, data: dict[str, Any], config: AppConfig, net: Net) -> Receipt:
    """One signed event of ours. Raises as `deliver`."""
    now = clock.now()
    body = json.dumps({"type": type, "id": id, "at": instant(now), **data}).encode()
    headers = standard_webhooks.headers(config.secrets[0], id, now, body)
    headers["content-type"] = "application/json"
    return await deliver(net, config.target, body, headers=headers, id=id)


def _check(message: Outbound) -> None:
    if len(message.text) > LONGEST_TEXT:
        raise Refused(f"longer than {LONGEST_TEXT} characters", reason="invalid")
    if len(message.attachments) > MOST_FILES:
        raise Refused(f"more than {MOST_FILES} files", reason="media_invalid")
    if message.kind == "template":
        raise Refused("an app has no templates", reason="template_invalid")
    if message.kind == "reaction":
        raise Refused("an app's chat has no reactions of ours", reason="invalid")


def _shape(message: Outbound) -> dict[str, Any]:
    shape = {
        "kind": message.kind,
        "text": message.text,
        "html": message.html,
        "subject": message.subject,
        "attachments": [_file(file) for file in message.attachments] or None,
        "reply_to": message.reply_to,
        "interactive": dict(message.interactive) if message.interactive else None,
        "author": message.from_name,
        "automatic": message.automatic or None,
    }
    key = "id" if message.handle.kind == "external" else message.handle.kind
    customer = {key: message.handle.value, "address": message.to}
    return {"customer": customer, **only(shape, *shape)}


def _file(file: OutAttachment) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "name": file.name,
        "mime": file.mime,
        "size": len(file.content),
        "url": file.url,
        "voice": file.voice or None,
    }
    if not file.url:
        if len(file.content) > LARGEST_INLINE:
            raise Refused("the file is too large to go along", reason="media_invalid")
        shape["content"] = base64.b64encode(file.content).decode()
    return only(shape, *shape)
