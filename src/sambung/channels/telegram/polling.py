"""Long polling, where Telegram cannot reach us: https://core.telegram.org/bots/api#getupdates

What we ask for with an offset is forgotten by Telegram, so the offset moves on only when an update is recorded.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import msgspec

from sambung.channels import Listened, Refused, Request, TryLater
from sambung.channels.telegram import api
from sambung.channels.telegram.config import TelegramConfig
from sambung.channels.telegram.updates import WANTED
from sambung.kit.net import Net
from sambung.kit.untrusted import records

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105
_HELD = 50
"""Seconds Telegram keeps the question open when there is nothing to tell."""
_PATIENCE = httpx.Timeout(_HELD + 15, connect=5)


async def follow(
    config: TelegramConfig, state: Mapping[str, Any], net: Net
) -> AsyncIterator[Listened]:
    """Every update from `state["offset"]` on, for ever. Raises TryLater, Stopped."""
    offset = state.get("offset")
    asked: dict[str, Any] = {"timeout": _HELD, "allowed_updates": list(WANTED)}
    # A webhook, once set, keeps everything from us; what waits for it is kept.
    await _call(config, net, "deleteWebhook", {"drop_pending_updates": False})
    while True:
        if isinstance(offset, int):
            asked["offset"] = offset
        for update in records(await _call(config, net, "getUpdates", asked)):
            id = update.get("update_id")
            if not isinstance(id, int):
                continue
            offset = id + 1
            yield Listened(_request(update, config), {"offset": offset})


async def _call(config: TelegramConfig, net: Net, method: str, body: dict[str, Any]) -> Any:
    try:
        return await api.call(config, net, method, json=body, timeout=_PATIENCE)
    except Refused as refused:  # a listener never gives up: whoever runs the server may mend it
        raise TryLater(refused.detail, code=refused.code) from refused
    except api.Migrated as moved:
        raise TryLater("Telegram speaks of a moved chat") from moved


def _request(update: Mapping[str, Any], config: TelegramConfig) -> Request:
    """As if Telegram had posted it: our own question is proof enough of who answers."""
    secret = config.webhook_secret.get_secret_value()
    return Request(
        msgspec.json.encode(update), {SECRET_HEADER: secret}, key=f"update:{update['update_id']}"
    )
