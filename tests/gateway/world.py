"""A gateway over a real store: connections of WhatsApp, and a place where hooks are posted."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import func, select
from starlette.applications import Starlette
from tests.channels.whatsapp_cases import SETTINGS, Graph, config

from sambung.core import accounts, configs, connections
from sambung.core.events import SYSTEM
from sambung.core.follower import Follower
from sambung.core.messages import Message
from sambung.gateway import media, outbound
from sambung.gateway.directory import Directory
from sambung.gateway.inbound import Gateway
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store, Tx
from sambung.kit.runner import Runner

SECRET = str(SETTINGS["app_secret"])


@dataclass
class Shop:
    """One process's gateway, with a Graph API that remembers."""

    store: Store
    blobs: Blobs
    graph: Graph = field(default_factory=Graph)

    def __post_init__(self) -> None:
        self.directory = Directory(self.store)
        self.gateway = Gateway(
            self.store,
            self.directory,
            self.blobs,
            public_url="https://toko.contoh.example",
            tell=lambda account, what, data: None,
        )
        app = Starlette(routes=self.gateway.routes())
        transport = httpx.ASGITransport(app=app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        given = (self.store, self.directory, self.blobs, self.graph.net)
        self.runner = Runner(
            self.store,
            {
                outbound.SEND: outbound.Deliver(*given, public_url="https://cc.example"),
                media.FETCH: media.Fetch(*given),
            },
        )
        readers = [outbound.READER, outbound.RELEASER, media.READER]
        self.follower = Follower(self.store, readers)

    async def open(self) -> UUID:
        """A business."""
        return await self.store.write(_open)

    async def connect(self, account: UUID, **changes: Any) -> UUID:
        """A WhatsApp number."""
        made = await self.store.write(_connect, account, config(**changes))
        await self.directory.load()
        return made

    async def post(
        self, hook: object, body: bytes | dict[str, Any], *, secret: str = SECRET
    ) -> httpx.Response:
        """As Meta does: signed over the very bytes."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": f"sha256={digest}", "content-type": "application/json"}
        return await self.http.post(f"/hooks/{hook}", content=raw, headers=headers)

    async def work(self) -> None:
        """Readers and jobs, until there is nothing more to do now."""
        await self.follower.until_caught_up()
        await self.runner.until_idle()

    async def texts(self, account: UUID) -> list[str]:
        return await self.store.read(_texts, account)

    async def count(self, table: Any) -> int:
        return await self.store.read(_count, table)


def message(
    id: str, text: str = "Halo", *, number: str = SETTINGS["phone_number_id"], who: str = "6281"
) -> dict[str, Any]:
    """A webhook with one text message for one of our numbers."""
    phone = f"{who}234567890"
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": SETTINGS["waba_id"], "changes": [change(id, text, number, phone)]}],
    }


def change(id: str, text: str, number: str, phone: str = "6281234567890") -> dict[str, Any]:
    return {
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1", "phone_number_id": number},
            "contacts": [{"profile": {"name": "Sari"}, "wa_id": phone}],
            "messages": [
                {
                    "from": phone,
                    "id": id,
                    "timestamp": "1764500000",
                    "type": "text",
                    "text": {"body": text},
                }
            ],
        },
    }


def _open(tx: Tx) -> UUID:
    return accounts.open_account(tx, "Toko Uji", by=SYSTEM)


def _connect(tx: Tx, account: UUID, settings: Any) -> UUID:
    return connections.add(
        tx,
        account,
        channel="whatsapp",
        name="Toko",
        config=configs.seal(settings),
        address=settings.phone_number_id,
        by=SYSTEM,
    )


def _texts(tx: Tx, account: UUID) -> list[str]:
    mine = select(Message.text).where(Message.account == account)
    return sorted(tx.values(mine))


def _count(tx: Tx, table: Any) -> int:
    return int(tx.value(select(func.count()).select_from(table)))
