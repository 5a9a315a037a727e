"""Search results as docs/http.md shows them."""

from typing import Any, Literal
from uuid import UUID

from sambung.core import customer_views, message_views, search, views
from sambung.core.search import How
from sambung.core.views import Shape
from sambung.kit import cursors
from sambung.kit.db import Tx

FIRST_CUSTOMERS = 5
"""Customers shown before the messages when both are asked for."""


def page(
    tx: Tx,
    account: UUID,
    viewer: UUID | None,
    q: str,
    kind: Literal["customers", "messages"] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`{items, next}`; without a kind a few customers, then messages, newest first. Raises BadCursor."""
    if not q.strip():
        return {"items": [], "next": None}
    if kind == "customers":
        found = customer_views.page(tx, account, q, cursor, limit)
        return {**found, "items": [_customer(shape, q) for shape in found["items"]]}
    items: list[Shape] = []
    if kind is None and cursor is None:
        people = customer_views.page(tx, account, q, None, FIRST_CUSTOMERS)
        items = [_customer(shape, q) for shape in people["items"]]
    said = _messages(tx, account, viewer, q, cursor, limit)
    return {"items": items + said["items"], "next": said["next"]}


def _messages(
    tx: Tx, account: UUID, viewer: UUID | None, q: str, cursor: str | None, limit: int
) -> dict[str, Any]:
    before, how = cursors.unpack(cursor, int, How) or (None, None)
    way, hits = search.messages(tx, account, q, before=before, how=how, limit=limit + 1)
    shown = hits[:limit]
    found = message_views.rows(tx, account, [hit.about for hit in shown])
    into = {UUID(shape["conversation"]) for shape in found.values()}
    about = views.conversation_rows(tx, account, into, viewer)
    return {
        "items": [_message(found[hit.about], about, q) for hit in shown if hit.about in found],
        "next": cursors.pack(shown[-1].doc, way) if len(hits) > limit else None,
    }


def _message(shape: Shape, about: dict[UUID, Shape], q: str) -> Shape:
    names = (attachment["name"] for attachment in shape["attachments"])
    body = "\n".join(part for part in (shape["text"], shape["subject"], *names) if part)
    return {
        "kind": "messages",
        "message": shape,
        "conversation": about.get(UUID(shape["conversation"])),
        "snippet": search.snippet(body, q),
        "at": shape["at"],
    }


def _customer(shape: Shape, q: str) -> Shape:
    return {
        "kind": "customers",
        "customer": shape,
        "snippet": search.snippet(shape["name"], q),
        "at": shape["last_at"],
    }
