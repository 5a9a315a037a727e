"""Recorded payloads of X, TikTok and the marketplaces through the gateway, each sent twice."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from tests.channels.rest_cases import CASES, SETTINGS, channel, config, recorded
from tests.gateway.world import Shop

from sambung.core import accounts, configs, connections
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM
from sambung.core.messages import IN, OUT, Message
from sambung.core.notices import Notice
from sambung.core.unrecorded import Unrecorded
from sambung.gateway.directory import Directory
from sambung.gateway.inbound import Gateway
from sambung.kit.db import Store, Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of each there are."""

    incoming: int
    outgoing: int
    notices: int
    customers: int


TOLD = {
    "x": Kept(incoming=5, outgoing=1, notices=0, customers=1),
    "tiktok": Kept(incoming=4, outgoing=0, notices=1, customers=1),
    "shopee": Kept(incoming=6, outgoing=1, notices=3, customers=1),
    "tiktok_shop": Kept(incoming=5, outgoing=2, notices=2, customers=1),
    "lazada": Kept(incoming=2, outgoing=2, notices=0, customers=1),
}


@pytest.mark.parametrize("name", SETTINGS)
async def test_what_was_told_twice_is_kept_once(name: str, store: Store, shop: Shop) -> None:
    connection = await store.write(_connect, name)
    directory = Directory(store)
    await directory.load()
    gateway = Gateway(
        store,
        directory,
        shop.blobs,
        public_url="https://cc.contoh.id",
        tell=lambda account, what, data: None,
    )
    transport = httpx.ASGITransport(app=Starlette(routes=gateway.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        for case in [case for folder, case in CASES if folder == name]:
            _, request = recorded(name, case)
            headers = dict(request.headers)
            for hook in (name, name) if name == "shopee" else (name, connection):
                answer = await http.post(f"/hooks/{hook}", content=request.body, headers=headers)
                assert (answer.status_code, answer.content) == (200, b"")
            forged = await http.post(f"/hooks/{name}", content=request.body + b" ", headers=headers)
            assert forged.status_code == 401
    assert await store.read(_kept) == TOLD[name]


def _connect(tx: Tx, name: str) -> UUID:
    settings = config(name)
    return connections.add(
        tx,
        accounts.open_account(tx, "Toko Uji", by=SYSTEM),
        channel=name,
        name="Toko",
        config=configs.seal(settings),
        address=channel(name).addresses(settings)[0],
        by=SYSTEM,
    )


def _kept(tx: Tx) -> Kept:
    assert _count(tx, Unrecorded) == 0
    return Kept(
        _count(tx, Message, Message.direction == IN),
        _count(tx, Message, Message.direction == OUT),
        _count(tx, Notice),
        _count(tx, Customer),
    )


def _count(tx: Tx, table: Any, *conditions: Any) -> int:
    return int(tx.value(select(func.count()).select_from(table).where(*conditions)))
