"""Files: bytes somebody sent or uploaded, kept by content in the blob store and named here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core.events import Actor
from sambung.kit import clock, jobs
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.media import Stored
from sambung.kit.problems import NotFound

FORGET = "forget_file"
"""Job: remove bytes from the blob store that no file is left for."""


class File(Table):
    __tablename__ = "file"
    __table_args__ = (Index("ix_file_at", "account", "at"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(String(255))
    mime: Mapped[str] = mapped_column(String(128))
    size: Mapped[int] = mapped_column(BigInteger)
    thumbnail: Mapped[str] = mapped_column(String(128))
    by_type: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[UUID | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)


class NoSuchFile(NotFound):
    text = {"en": "There is no such file.", "id": "Berkas tidak ditemukan."}


def add(tx: Tx, account: UUID, stored: Stored, *, by: Actor) -> UUID:
    """Name what was stored."""
    file = new_id()
    row = {
        "account": account,
        "id": file,
        "key": stored.key,
        "name": stored.name[:255],
        "mime": stored.mime[:128],
        "size": stored.size,
        "thumbnail": stored.thumbnail,
        "by_type": by.type,
        "by_id": by.id,
        "at": clock.now(),
    }
    tx.run(insert(File).values(**row))
    return file


def forget(tx: Tx, account: UUID, files: Sequence[UUID]) -> None:
    """Take the names away; a job removes the bytes that no other file has."""
    these = File.account == account, File.id.in_(files)
    for row in tx.all(select(File.key, File.thumbnail).where(*these)):
        for key in filter(None, (row.key, row.thumbnail)):
            jobs.enqueue(tx, account, FORGET, {"key": key})
    tx.run(delete(File).where(*these))


def is_kept(tx: Tx, key: str) -> bool:
    """Whether any business still has a file of these bytes."""
    same = (File.key == key) | (File.thumbnail == key)
    # across accounts: bytes are kept once for all
    return tx.first(select(File.id).where(same).limit(1)) is not None


def get(tx: Tx, account: UUID, file: UUID) -> Any:
    """The row; raises NoSuchFile."""
    found = tx.first(select(File).where(File.account == account, File.id == file))
    if found is None:
        raise NoSuchFile
    return found
