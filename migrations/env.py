"""One tree of migrations for SQLite and PostgreSQL, made from the declared tables.

`sambung.kit.schema` hands over an open connection. To write a revision, see `docs/how-to/migrations.md`.
"""

from typing import Any, Literal

from alembic import context

from sambung.kit import columns
from sambung.kit.db import Table

OURS = {
    columns.Id: "columns.Id()",
    columns.Instant: "columns.Instant()",
    columns.Json: "columns.Json()",
}

MADE_BY_HAND = ("search_word", "search_part", "ix_search_doc_words", "ix_search_doc_parts")


def render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Our own column types by their short names."""
    if kind == "type" and type(item) in OURS:
        autogen.imports.add("from sambung.kit import columns")
        return OURS[type(item)]
    return False


def include(name: str | None, kind: str, parents: Any) -> bool:
    """The full-text indexes are made by `search_index.create`, and declared nowhere."""
    return name is None or not name.startswith(MADE_BY_HAND)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite cannot alter much: Alembic copies the table instead.
    render_as_batch=True,
    render_item=render,
    include_name=include,
    compare_type=True,
    # On SQLite too: the store begins every transaction itself, so that DDL is undone with it.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
