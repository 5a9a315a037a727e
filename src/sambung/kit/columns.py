"""Column types that mean the same on SQLite and PostgreSQL, and cost little on the hot path."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Convert = Callable[[Any], Any]


class Id(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, 16 bytes on SQLite."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else _to_bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return None if dialect.name == "postgresql" else _from_bytes


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(
            DateTime(timezone=True) if dialect.name == "postgresql" else Integer()
        )

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return None if dialect.name == "postgresql" else _to_microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        return _to_utc if dialect.name == "postgresql" else _from_microseconds


class Json(TypeDecorator[Any]):
    """Anything JSON can say: jsonb on PostgreSQL, text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Convert | None:
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _to_json

    def result_processor(self, dialect: Dialect, coltype: object) -> Convert | None:
        found = super().result_processor(dialect, coltype)
        return found if dialect.name == "postgresql" else _from_json


# `process_bind_param` and its kin are called through three functions per value; these are called at once.


def _to_bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _from_bytes(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


def _to_microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - EPOCH) // MICROSECOND


def _from_microseconds(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


def _to_json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _from_json(value: str | None) -> Any:
    return None if value is None else msgspec.json.decode(value)


def _to_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)
