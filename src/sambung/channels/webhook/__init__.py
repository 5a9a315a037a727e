"""Any system that can post a message and take one: mapped by settings, not by code. See docs/channels/webhook.md."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar
from urllib.parse import quote, urlencode

from sambung.channels import (
    Attachment,
    Capabilities,
    Channel,
    Fetched,
    Item,
    Outbound,
    Receipt,
    Refused,
    Request,
)
from sambung.channels._posted.deliver import deliver
from sambung.channels._rest.downloads import MB, download
from sambung.channels._rest.fields import plain
from sambung.channels.webhook import proof, receive
from sambung.channels.webhook.config import WebhookConfig
from sambung.kit import clock, mapping, standard_webhooks
from sambung.kit.net import Net

LARGEST_FILE = 25 * MB


class Webhook(Channel[WebhookConfig]):
    """One system."""

    name = "webhook"
    title: ClassVar[Mapping[str, str]] = {
        "en": "Other system (webhook)",
        "id": "Sistem lain (webhook)",
    }
    config = WebhookConfig
    handle_kinds = ("webhook",)
    capabilities = Capabilities(longest_text=20_000)
    quality: ClassVar[Mapping[str, str]] = {
        "verify": "done",
        "receive_text": "done",
        "receive_media": "done",
        "receive_all_kinds": "exempt: messages are what all systems have in common",
        "receive_batches": "done",
        "edits_and_deletes": "exempt: no two systems agree on them; use the app channel",
        "reactions": "exempt: no two systems agree on them; use the app channel",
        "statuses": "exempt: no two systems agree on them; use the app channel",
        "echoes": "done",
        "identity": "done",
        "send_text": "done",
        "send_media": "exempt: text only; use the app channel",
        "send_interactive": "exempt: text only; use the app channel",
        "templates": "exempt: none needed",
        "window": "exempt: none",
        "errors_mapped": "done",
        "rate_limits": "done",
        "stand_in": "exempt: every system is another one",
        "docs": "done",
    }

    def hints(self, config: WebhookConfig) -> Mapping[str, str]:
        return {receive.MAPPED: config.mapped}

    def verify(self, request: Request, config: WebhookConfig) -> None:
        proof.check(request, config)

    def receive(self, request: Request) -> Iterator[Item]:
        return receive.receive(request)

    async def send(self, message: Outbound, config: WebhookConfig, net: Net) -> Receipt:
        """The id goes along in webhook-id too, and the whole is signed as Standard Webhooks asks."""
        if message.kind != "text" or message.attachments or not message.text.strip():
            raise Refused("this system takes text alone", reason="media_invalid")
        if len(message.text) > config.longest_text:
            raise Refused(f"longer than {config.longest_text} characters", reason="invalid")
        if not config.send_url:
            raise Refused("the connection has no sending address", reason="invalid")
        values = {
            "to": message.to,
            "text": message.text,
            "id": message.id,
            "reply_to": message.reply_to,
            "name": message.from_name,
            "key": plain(config.send_token),
        }
        body, mime = _body(config, values)
        signed = standard_webhooks.headers(config.secrets[0], message.id, clock.now(), body)
        own = {k.lower(): _line(v) for k, v in mapping.fill(config.send_headers, values).items()}
        headers = {"content-type": mime, **signed, **own}
        url = mapping.fill(config.send_url, {k: quote(v, safe="") for k, v in values.items()})
        if config.api_base:
            url = re.sub(r"^https?://[^/?]+", config.api_base.rstrip("/"), url)
        return await deliver(
            net,
            url,
            body,
            headers=headers,
            id=message.id,
            id_path=config.send_id,
            method=config.send_method,
        )

    async def fetch(self, attachment: Attachment, config: WebhookConfig, net: Net) -> Fetched:
        return await download(attachment, net, largest=LARGEST_FILE)

    async def check(self, config: WebhookConfig, net: Net) -> str:
        """Nothing can be tried without sending a message: what was understood is told instead."""
        into = ", ".join(f"{k}={v}" for k, v in dict(config.incoming).items() if v)
        return f"Pemetaan / mapping: {into} -> {config.send_method} {config.send_url or '-'}"


def _body(config: WebhookConfig, values: Mapping[str, str]) -> tuple[bytes, str]:
    filled = mapping.fill(config.send_body, values)
    if config.send_format == "form":
        flat = {k: v if isinstance(v, str) else json.dumps(v) for k, v in filled.items()}
        return urlencode(flat).encode(), receive.FORM
    return json.dumps(filled, ensure_ascii=False).encode(), "application/json"


def _line(value: str) -> str:
    """A header's value: one line of what a header may hold."""
    return "".join(c for c in value if " " <= c <= "~")


channel = Webhook()
