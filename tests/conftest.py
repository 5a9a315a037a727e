"""What every test may ask for: an empty database, a transaction in it, a business; and no network."""

import importlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

import sambung
from sambung.core import accounts
from sambung.core.events import SYSTEM
from sambung.kit import crypto, passwords, sqlite
from sambung.kit.db import Store, Table, Tx

DATABASE = os.environ.get("SAMBUNG_TEST_DATABASE", "sqlite://")


def _know_every_table() -> None:
    folder = Path(sambung.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        if "__tablename__" in path.read_text():
            parts = path.relative_to(folder.parent).with_suffix("").parts
            importlib.import_module(".".join(parts).removesuffix(".__init__"))


_know_every_table()


@pytest.fixture(scope="session")
def _template() -> Any:
    """A database with all tables and no rows: copied for each test, or emptied after each."""
    store = Store(DATABASE)
    if not store.memory:
        Table.metadata.drop_all(store.engine)
    Table.metadata.create_all(store.engine)
    return store


@pytest.fixture
async def store(_template: Store) -> AsyncIterator[Store]:
    store = Store(DATABASE)
    if store.memory:
        sqlite.copy(_driver(_template), _driver(store))
    yield store
    await store.close()
    if not store.memory:
        # Most tables are empty: deleting nothing from forty takes 2 ms, truncating them 60.
        emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in Table.metadata.sorted_tables)
        with _template.engine.begin() as connection:
            connection.execute(text(emptied))


@pytest.fixture
def tx(store: Store) -> Iterator[Tx]:
    """A transaction that is open during the test."""
    with store.begin() as tx:
        yield tx


@pytest.fixture
def account(tx: Tx) -> UUID:
    return accounts.open_account(tx, "Toko Uji", by=SYSTEM)


@pytest.fixture(autouse=True, scope="session")
def _cheap_secrets() -> None:
    crypto.use("the secret of the tests")
    passwords.cheap()


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests reach this machine and nothing else."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host not in ("127.0.0.1", "::1", "localhost"):
                pytest.fail(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _driver(store: Store) -> Any:
    return store.engine.raw_connection().driver_connection
