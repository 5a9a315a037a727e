"""The API over an empty database, and people who are signed in to it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from tests.api.person import PASSWORD, Person
from tests.api.talk import Line, connect

from sambung import api, settings
from sambung.api.context import Services
from sambung.core import accounts, sessions, users
from sambung.core.events import SYSTEM
from sambung.kit import passwords
from sambung.kit.blobs import OnDisk
from sambung.kit.db import Store, Tx
from sambung.kit.net import open_net


@pytest.fixture
async def app(store: Store, tmp_path: Path) -> AsyncIterator[FastAPI]:
    configured = settings.load({}, folder=tmp_path, data=tmp_path, requests_per_second=0)
    async with open_net() as net:
        yield api.app(Services(store=store, settings=configured, net=net, blobs=OnDisk(tmp_path)))


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1") as client:
        yield client


@pytest.fixture
async def business(store: Store) -> UUID:
    return await store.write(accounts.open_account, "Toko Uji", by=SYSTEM)


@pytest.fixture
async def admin(store: Store, business: UUID) -> Person:
    return await store.write(_person, business, "admin")


@pytest.fixture
async def supervisor(store: Store, business: UUID) -> Person:
    return await store.write(_person, business, "supervisor")


@pytest.fixture
async def agent(store: Store, business: UUID) -> Person:
    return await store.write(_person, business, "agent")


@pytest.fixture
async def line(store: Store, business: UUID) -> Line:
    """A number of the business that customers write to."""
    return await connect(store, business)


@pytest.fixture
async def stranger(store: Store) -> Person:
    """The admin of another business."""
    other = await store.write(accounts.open_account, "Toko Lain", by=SYSTEM)
    return await store.write(_person, other, "admin", name="lain")


def _person(tx: Tx, account: UUID, role: str, name: str = "") -> Person:
    email = f"{name or role}@toko.test"
    details: dict[str, Any] = {"name": role.title(), "role": role, "language": "id"}
    user = users.add(
        tx, account, email=email, password=passwords.hash_of(PASSWORD), by=SYSTEM, **details
    )
    token = sessions.start(tx, account, user=user)
    return Person(account, user, email, token, {"Authorization": f"Bearer {token}"})
