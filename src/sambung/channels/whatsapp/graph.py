"""Requests to Meta's Graph API, answered with WhatsApp's errors."""

from typing import Any

from sambung.channels._meta import graph
from sambung.channels._meta.graph import bearer as bearer
from sambung.channels.whatsapp import errors
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.kit.net import Net


async def call(
    config: WhatsAppConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """As `_meta.graph.call`."""
    return await graph.call(
        config, net, method, path, failure=errors.failure, repeatable=repeatable, **options
    )
