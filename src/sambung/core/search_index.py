"""What can be searched: documents about messages, customers and subjects, fed from the log.

A document is (account, doc), `doc` being the position of the event that brought it: newest is highest, and reading
the log from nothing gives the same documents. It says which record it is about; results are read from the record.

SQLite       two contentless FTS5 tables, words and trigrams, whose rowids carry the account in their upper bits, so
             that an account's search never walks another's entries and newest first is the tables' own order.
PostgreSQL   the text beside the document, with GIN indexes over (account, words) and (account, trigrams).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    String,
    Text,
    bindparam,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from sambung.kit import sqlite
from sambung.kit.columns import Id
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot

MESSAGE, CUSTOMER, CONVERSATION = "message", "customer", "conversation"
LONGEST = 20_000
"""Characters indexed of one record."""
SPACE = 40
"""Bits of a rowid below the account's number: documents of one account."""


class Space(Table):
    """An account's small number: the upper bits of its rowids (SQLite)."""

    __tablename__ = "search_space"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)


class Document(Table):
    """about: the record's id. body: its text (PostgreSQL; SQLite keeps no copy)."""

    __tablename__ = "search_doc"
    __table_args__ = (Index("uq_search_doc_about", "account", "about", "kind", unique=True),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    doc: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[UUID] = mapped_column(Id)
    body: Mapped[str] = mapped_column(Text)


def create(connection: Connection) -> None:
    """Make what no column can declare; for `create_all` and for a migration alike."""
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Undo `create` (the GIN indexes go with their table)."""
    if connection.dialect.name == "sqlite":
        for table in ("search_word", "search_part"):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))


# Deleting from a contentless table came with SQLite 3.43; before, what is gone stays as an entry nobody is led to.
_CAN_DELETE = sqlite.version() >= (3, 43)
_KEEPS_NOTHING = "content='', contentless_delete=1" if _CAN_DELETE else "content=''"
_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_word USING fts5"
    f"(body, {_KEEPS_NOTHING}, tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_part USING fts5"
    f"(body, {_KEEPS_NOTHING}, tokenize='trigram')",
)
# kB of new entries that wait unsorted: each search reads through them, and PostgreSQL's 4 MB cost it a second.
_SOON = "WITH (gin_pending_list_limit = 128)"
_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS btree_gin",
    "CREATE INDEX IF NOT EXISTS ix_search_doc_words ON search_doc"
    f" USING gin (account, to_tsvector('simple', body)) {_SOON}",
    "CREATE INDEX IF NOT EXISTS ix_search_doc_parts ON search_doc"
    f" USING gin (account, body gin_trgm_ops) {_SOON}",
)


@event.listens_for(Document.__table__, "after_create")
def _created(_: Any, connection: Connection, **__: Any) -> None:
    create(connection)


@event.listens_for(Document.__table__, "before_drop")
def _dropping(_: Any, connection: Connection, **__: Any) -> None:
    drop(connection)


_FIND = Hot(
    select(Document.doc).where(
        Document.account == bindparam("account", type_=Id()),
        Document.about == bindparam("about", type_=Id()),
        Document.kind == bindparam("kind"),
    )
)
_ADD = Hot(
    insert(Document).values({c.name: bindparam(c.name, type_=c.type) for c in Document.__table__.c})
)
_NUMBER = Hot(select(Space.number).where(Space.account == bindparam("account", type_=Id())))
_WORD = Hot(text("INSERT INTO search_word (rowid, body) VALUES (:rowid, :body)"))
_PART = Hot(text("INSERT INTO search_part (rowid, body) VALUES (:rowid, :body)"))


def put(tx: Tx, account: UUID, kind: str, about: UUID, body: str, *, position: int) -> None:
    """Have the record found by this text; by nothing when it is empty."""
    found = _FIND.first(tx, account=account, about=about, kind=kind)
    body = body[:LONGEST]
    if not body.strip():
        if found is not None:
            _take(tx, account, found.doc)
        return
    if found is None:
        doc, kept = position, body if tx.dialect.name == "postgresql" else ""
        _ADD.run(tx, account=account, doc=doc, kind=kind, about=about, body=kept)
        _write(tx, account, doc, body)
    elif tx.dialect.name == "postgresql":
        this = Document.account == account, Document.doc == found.doc
        tx.run(update(Document).where(*this).values(body=body))
    elif _CAN_DELETE:
        _erase(tx, account, found.doc)
        _write(tx, account, found.doc, body)
    else:
        _take(tx, account, found.doc)
        _ADD.run(tx, account=account, doc=position, kind=kind, about=about, body="")
        _write(tx, account, position, body)


def take(tx: Tx, account: UUID, kind: str, about: UUID) -> None:
    """Have the record found no more."""
    put(tx, account, kind, about, "", position=0)


def clear(tx: Tx, account: UUID) -> None:
    """Forget the account's documents, before its log is read anew."""
    if tx.dialect.name == "sqlite" and _CAN_DELETE:
        low, high = bounds(tx, account)
        for table in ("search_word", "search_part"):
            gone = text(f"DELETE FROM {table} WHERE rowid BETWEEN :low AND :high")  # noqa: S608
            tx.run(gone, {"low": low, "high": high})
    tx.run(delete(Document).where(Document.account == account))


def bounds(tx: Tx, account: UUID) -> tuple[int, int]:
    """The rowids that are the account's (SQLite)."""
    number = _number(tx, account) or 0
    return number << SPACE, (number + 1 << SPACE) - 1


def _take(tx: Tx, account: UUID, doc: int) -> None:
    tx.run(delete(Document).where(Document.account == account, Document.doc == doc))
    if tx.dialect.name == "sqlite" and _CAN_DELETE:
        _erase(tx, account, doc)


def _write(tx: Tx, account: UUID, doc: int, body: str) -> None:
    if tx.dialect.name == "postgresql":
        return
    number = _number(tx, account)
    if number is None:
        # across accounts: numbers are given one after the other
        number = (tx.value(select(func.max(Space.number))) or 0) + 1
        tx.run(insert(Space).values(account=account, number=number))
    rowid = (number << SPACE) + doc
    _WORD.run(tx, rowid=rowid, body=body)
    _PART.run(tx, rowid=rowid, body=body)


def _erase(tx: Tx, account: UUID, doc: int) -> None:
    low, _ = bounds(tx, account)
    for table in ("search_word", "search_part"):
        tx.run(text(f"DELETE FROM {table} WHERE rowid = :rowid"), {"rowid": low + doc})  # noqa: S608


def _number(tx: Tx, account: UUID) -> int | None:
    row = _NUMBER.first(tx, account=account)
    return None if row is None else int(row.number)
