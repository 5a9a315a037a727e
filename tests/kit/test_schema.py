"""Migrating an empty database gives the tables that the code declares."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.engine import URL

from sambung.kit import schema
from sambung.kit.db import Store, Table

DATABASE = os.environ.get("SAMBUNG_TEST_DATABASE", "sqlite://")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """URLs of two empty databases."""
    url = make_url(DATABASE)
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path}/migrated.db", f"sqlite:///{tmp_path}/declared.db"
        return
    names = [f"{kind}_{uuid4().hex[:8]}" for kind in ("migrated", "declared")]
    _on_server(url, *(f"CREATE DATABASE {name}" for name in names))
    migrated, declared = (
        url.set(database=name).render_as_string(hide_password=False) for name in names
    )
    yield migrated, declared
    _on_server(url, *(f"DROP DATABASE {name} WITH (FORCE)" for name in names))


def test_migrations_lead_to_what_is_declared(places: tuple[str, str]) -> None:
    migrated, declared = (Store(url) for url in places)
    schema.upgrade(migrated)
    Table.metadata.create_all(declared.engine)
    found, wanted = _picture(migrated), _picture(declared)
    found.pop("alembic_version")
    assert found.keys() == wanted.keys()
    for table, columns in wanted.items():
        assert found[table] == columns, table
    assert schema.present(migrated) == schema.head()
    schema.upgrade(migrated)
    for store in (migrated, declared):
        store.engine.dispose()


def _picture(store: Store) -> dict[str, Any]:
    inspector = inspect(store.engine)
    return {table: _table(inspector, table) for table in inspector.get_table_names()}


def _table(inspector: Any, table: str) -> dict[str, Any]:
    columns = {
        column["name"]: (str(column["type"]), column["nullable"])
        for column in inspector.get_columns(table)
    }
    indexes = {
        index["name"]: (
            index.get("expressions") or index["column_names"],
            bool(index["unique"]),
            {name: str(value) for name, value in index.get("dialect_options", {}).items()},
        )
        for index in inspector.get_indexes(table)
    }
    key = inspector.get_pk_constraint(table)["constrained_columns"]
    unique = sorted(
        tuple(constraint["column_names"]) for constraint in inspector.get_unique_constraints(table)
    )
    return {"columns": columns, "key": key, "indexes": indexes, "unique": unique}


def _on_server(url: URL, *statements: str) -> None:
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
