"""Lists come in pages that continue after their last item's key, never by counting items."""

import base64
import binascii
from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from fastapi import Query
from pydantic import BaseModel

from sambung.kit.problems import Problem

T = TypeVar("T")
MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items of a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """`next` is the cursor of the following page; null on the last one."""

    items: list[T]
    next: str | None = None


class BadCursor(Problem):
    text = {"en": "The cursor is not one of ours.", "id": "Penanda halaman tidak dikenal."}


def pack(*key: Any) -> str:
    """A key as an opaque cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def unpack(cursor: str | None, *kinds: Any) -> tuple[Any, ...] | None:
    """The key of a cursor, its parts as `kinds`; None without a cursor. Raises BadCursor."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return tuple(msgspec.json.decode(raw, type=GenericAlias(tuple, kinds)))
    except (msgspec.DecodeError, binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise BadCursor from error


def unpack_id(cursor: str | None) -> UUID | None:
    """The id of a cursor made from one. Raises BadCursor."""
    key = unpack(cursor, UUID)
    return None if key is None else key[0]


def cut(
    rows: Sequence[Any], limit: int, shape: Callable[[Any], T], key: Callable[[Any], Any]
) -> Page[T]:
    """The page of `limit` items out of rows that were asked for with `limit + 1`."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(items=[shape(row) for row in shown], next=pack(key(shown[-1])) if more else None)
