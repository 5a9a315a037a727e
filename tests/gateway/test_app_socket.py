"""An app's own chat over the visitor's socket: from no page at all, with devices to notify."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from tests.gateway.visiting import Browser

from sambung.channels import all_channels
from sambung.core import accounts, configs, connections
from sambung.core.events import SYSTEM
from sambung.core.identity import Identity
from sambung.gateway.directory import Directory
from sambung.gateway.visitor_feed import Feed
from sambung.gateway.visitor_socket import Around
from sambung.gateway.visitors import Visitors
from sambung.kit import clock
from sambung.kit.blobs import OnDisk
from sambung.kit.db import Store, Tx
from sambung.simulator.host import hosted

IDENTITY = "app-identity-secret-uji-0001-long-enough"
CHANNEL = next(one for one in all_channels().values() if one.visitors)
IPHONE = {"provider": "apns", "token": "ab" * 32}


@dataclass
class Place:
    store: Store
    connection: UUID
    server: str

    async def devices(self) -> list[str]:
        return await self.store.read(_devices)


def _connect(tx: Tx, account: UUID) -> UUID:
    config = CHANNEL.config.model_validate({"secret": "s" * 16, "identity_secret": IDENTITY})
    return connections.add(
        tx,
        account,
        channel=CHANNEL.name,
        name="Aplikasi Uji",
        config=configs.seal(config),
        address="",
        by=SYSTEM,
    )


def _devices(tx: Tx) -> list[str]:
    # across accounts: one test's own
    return [row.value for row in tx.all(select(Identity.value).where(Identity.kind == "push"))]


@pytest.fixture
async def place(store: Store, tmp_path: Path) -> AsyncIterator[Place]:
    (tmp_path / "app-client.js").write_text("export const connect = 1")
    account = await store.write(accounts.open_account, "Toko Uji", by=SYSTEM)
    connection = await store.write(_connect, account)
    directory, feed = Directory(store), Feed(store)
    await directory.load()
    loop = asyncio.get_running_loop()

    def wake(announced: dict[UUID, int]) -> None:
        with suppress(RuntimeError):
            for one in announced:
                loop.call_soon_threadsafe(feed.woken, one)

    store.on_commit = wake
    around = Around(store, feed, lambda account, conversation, on: None, "https://cc.contoh.id")
    visitors = Visitors(directory, OnDisk(tmp_path / "files"), around, built=tmp_path)
    async with hosted(Starlette(routes=visitors.routes())) as server:
        yield Place(store, connection, server)


def signed(place: Place) -> dict[str, Any]:
    claims = {
        "sub": "cust-1",
        "aud": str(place.connection),
        "exp": int(clock.now().timestamp()) + 60,
    }
    return {"t": "identify", "jwt": jwt.encode(claims, IDENTITY, algorithm="HS256")}


async def test_an_app_talks_without_a_page_and_has_its_device_notified(place: Place) -> None:
    # An Origin of nobody's page, as a web view has one.
    async with Browser(place.server, str(place.connection), origin="null") as app:
        await app.hello()
        await app.say(t="device", cid="d0", **IPHONE)
        assert (await app.hear("error"))["code"] == "sign_in"
        await app.say(**signed(place))
        assert (await app.ready())["identified"]
        await app.say(t="device", cid="d1", **IPHONE)
        await app.hear("ack", cid="d1")
        assert await place.devices() == [IPHONE["token"]]
        await app.write("m1", "Halo")
        await app.say(t="device_removed", cid="d2", **IPHONE)
        await app.hear("ack", cid="d2")
    assert await place.devices() == []


async def test_the_client_is_there_for_pages_of_any_origin(place: Place) -> None:
    async with httpx.AsyncClient(base_url=place.server) as http:
        client = await http.get("/widget/app-client.js")
        assert client.text == "export const connect = 1"
        assert client.headers["access-control-allow-origin"] == "*"
        asked = await http.options(f"/widget/{place.connection}/history")
        assert asked.status_code == 204
        assert "authorization" in asked.headers["access-control-allow-headers"]
