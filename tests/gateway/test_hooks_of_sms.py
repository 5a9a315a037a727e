"""Hooks that are answered in the provider's own way, come by GET, or hide their secret in the path; and a
message centre that a listener keeps: recorded before it is answered."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.gateway.world import Shop
from tests.peers.message_centre import message_centre
from twilio.request_validator import RequestValidator

from sambung.channels import all_channels
from sambung.core import configs, connections
from sambung.core.connections import Connection
from sambung.core.events import SYSTEM
from sambung.gateway.listeners import Listeners
from sambung.kit.db import Tx

PUBLIC = "https://toko.contoh.example"
TWILIO = {
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "auth_token": "token",
    "from": "+622150998877",
}


def _add(tx: Tx, account: UUID, channel: str, config: dict[str, Any]) -> UUID:
    sealed = configs.seal(all_channels()[channel].config.model_validate(config))
    return connections.add(
        tx, account, channel=channel, name=channel, config=sealed, address="", by=SYSTEM
    )


async def _connect(shop: Shop, account: UUID, channel: str, config: dict[str, Any]) -> UUID:
    made = await shop.store.write(_add, account, channel, config)
    await shop.directory.load()
    return made


@pytest.mark.parametrize("whole_channel", [False, True])
async def test_twilio_is_answered_with_nothing_to_say(shop: Shop, whole_channel: bool) -> None:
    """Any other text would be sent to the customer."""
    account = await shop.open()
    connection = await _connect(shop, account, "sms_twilio", TWILIO)
    path = f"/hooks/{'sms_twilio' if whole_channel else connection}"
    form = {"Body": "ya", "MessageSid": "SM1", "SmsStatus": "received"}
    form |= {"From": "+6281234567890", "To": "+622150998877"}
    signature = RequestValidator("token").compute_signature(PUBLIC + path, form)
    answer = await shop.http.post(path, data=form, headers={"x-twilio-signature": signature})
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    assert answer.headers["content-type"].startswith("text/xml")
    assert await shop.texts(account) == ["ya"]


async def test_a_gateway_that_only_asks_by_get_is_heard(shop: Shop) -> None:
    account = await shop.open()
    settings = {"url": "https://sms.contoh.id", "mapping": {}, "secret": "rahasia-panjang"}
    connection = await _connect(shop, account, "sms_http", settings)
    told = {"from": "081234567890", "text": "Halo & pagi"}
    hook = f"/hooks/{connection}/rahasia-panjang"
    assert (await shop.http.get(hook)).status_code == 200
    for _ in range(2):
        assert (await shop.http.get(hook, params=told)).status_code == 200
    assert await shop.texts(account) == ["Halo & pagi"]
    wrong = await shop.http.get(f"/hooks/{connection}/tebakan", params=told)
    assert wrong.status_code == 401


async def test_a_message_centre_is_listened_to(shop: Shop) -> None:
    account = await shop.open()
    async with message_centre() as centre:
        settings = {"host": "127.0.0.1", "port": centre.port, "system_id": "ccuji"}
        settings |= {"password": "rahasia", "source": "628119900"}
        connection = await _connect(shop, account, "smpp", settings)
        listeners = Listeners(shop.store, shop.directory, shop.gateway, shop.graph.net)
        task = asyncio.create_task(listeners.run())
        await centre.expect("bind", kind="transceiver")
        await asyncio.sleep(0.1)
        for tag in ("first", "again"):
            centre.deliver("Halo, ada stok?", tag=tag)
            await centre.expect("delivered", tag=tag)
        assert await shop.texts(account) == ["Halo, ada stok?"]
        state = await shop.store.read(_state, account, connection)
        assert len(state["recent"]) == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _state(tx: Tx, account: UUID, connection: UUID) -> Any:
    kept = select(Connection.listen_state)
    return tx.value(kept.where(Connection.account == account, Connection.id == connection))
