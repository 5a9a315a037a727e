"""Files: bytes somebody sent or uploaded, kept by content in the blob store and named here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core.events import Actor
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.media import Stored
from sambung.kit.problems import NotFound


class File(Table):
    __tablename__ = "file"

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


def get(tx: Tx, account: UUID, file: UUID) -> Any:
    """The row; raises NoSuchFile."""
    found = tx.first(select(File).where(File.account == account, File.id == file))
    if found is None:
        raise NoSuchFile
    return found
