"""Lists come in pages that continue after their last item's key, never by counting items."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from sambung.kit import cursors

T = TypeVar("T")
MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items of a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """`next` is the cursor of the following page; null on the last one."""

    items: list[T]
    next: str | None = None


def unpack_id(cursor: str | None) -> UUID | None:
    """The id of a cursor made from one. Raises BadCursor."""
    key = cursors.unpack(cursor, UUID)
    return None if key is None else key[0]


def cut(
    rows: Sequence[Any], limit: int, shape: Callable[[Any], T], key: Callable[[Any], Any]
) -> Page[T]:
    """The page of `limit` items out of rows that were asked for with `limit + 1`."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[shape(row) for row in shown], next=cursors.pack(key(shown[-1])) if more else None
    )
