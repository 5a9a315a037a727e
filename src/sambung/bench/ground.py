"""A scratch database to measure on, with a business in it and a number that customers write to."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine, make_url, text

from sambung.bench.traffic import CHANNEL, NUMBER, config
from sambung.core import accounts, configs, connections
from sambung.core.events import SYSTEM
from sambung.core.receiving import Link
from sambung.kit import crypto, ids, schema
from sambung.kit.db import Store
from sambung.settings import Settings, load


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with nothing in it but a business and its connection; gone after the benchmark."""

    engine: str
    settings: Settings
    account: UUID
    link: Link

    def store(self) -> Store:
        """A store of one's own; close it."""
        return Store(self.settings.database_url)


@contextmanager
def on_sqlite() -> Iterator[Ground]:
    """A fresh one in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        yield _settled("SQLite", f"sqlite:///{folder}/sambung.db", Path(folder))


@contextmanager
def on_postgres(server: str) -> Iterator[Ground]:
    """A fresh one beside the database that the URL names."""
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder, _database(server) as url:
        yield _settled("PostgreSQL", url, Path(folder))


def know_the_tables(store: Store) -> None:
    """Let PostgreSQL's planner see how many rows there are, as it will have in a minute by itself."""
    if not store.sqlite:
        with store.begin() as tx:
            tx.run(text("ANALYZE"))


def _settled(engine: str, url: str, folder: Path) -> Ground:
    settings = load({}, data=folder, database=url)
    crypto.use(settings.secret.get_secret_value())
    store = Store(settings.database_url)
    schema.upgrade(store)
    with store.begin() as tx:
        account = accounts.open_account(tx, "Bench", by=SYSTEM)
        connection = connections.add(
            tx,
            account,
            channel=CHANNEL,
            name=NUMBER.name,
            config=configs.seal(config()),
            address=NUMBER.phone_number_id,
            by=SYSTEM,
        )
    store.engine.dispose()
    return Ground(engine, settings, account, Link(account, connection, CHANNEL))


@contextmanager
def _database(server: str) -> Iterator[str]:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"sambung_bench_{ids.code(8)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            scratch = url.set(drivername="postgresql", database=name)
            yield scratch.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
