"""A token that a listening channel renewed is kept, encrypted, in place of the old one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from tests.gateway.world import Shop

from sambung.channels import Listened, all_channels
from sambung.core import configs, connections
from sambung.gateway.listeners import Listeners


async def test_what_a_channel_renewed_is_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    whatsapp = type(all_channels()["whatsapp"])

    async def renewing() -> AsyncIterator[Listened]:
        yield Listened(None, {"renewed": "today"}, {"access_token": "token-baru"})
        await asyncio.Event().wait()

    def listen(self: Any, config: Any, state: Mapping[str, Any], net: Any) -> Any:
        return renewing() if config.access_token.get_secret_value() == "token-uji" else None

    monkeypatch.setattr(whatsapp, "listen", listen)
    listeners = Listeners(shop.store, shop.directory, shop.gateway, shop.graph.net)
    task = asyncio.create_task(listeners.run())
    async with asyncio.timeout(5):
        while True:
            row = await shop.store.read(connections.get, account, connection)
            if configs.unseal(row.config)["access_token"] == "token-baru":
                break
            await asyncio.sleep(0.01)
    task.cancel()
    assert row.listen_state == {"renewed": "today"}
    assert "token-baru" not in str(row.config)
    assert configs.unseal(row.config)["app_secret"] == "meta-app-secret-uji-0001"
