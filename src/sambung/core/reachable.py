"""What a reply can be sent on: every route to the customer, each with the reason where it cannot be used now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sambung.channels import Capabilities, all_channels
from sambung.core import connections, consent, conversations, customers, reach
from sambung.core import routes as ways
from sambung.core.routes import NobodyToAnswer, Route
from sambung.core.views import Shape
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant


def channels_of(tx: Tx, account: UUID, conversation: UUID) -> list[Shape]:
    """The composer's choices, the default one first. Raises NoSuchConversation."""
    found = conversations.get(tx, account, conversation)
    root = customers.get(tx, account, found.customer).id
    routes = ways.routes(tx, account, root)
    default = _default(tx, account, root, found.id)
    shapes = _shapes(tx, account, root, routes, default)
    return sorted(shapes, key=lambda shape: not shape["default"])


def channels_to(tx: Tx, account: UUID, customer: UUID) -> list[Shape]:
    """On what a conversation with this customer can be begun. Raises NoSuchCustomer."""
    root = customers.get(tx, account, customer).id
    routes = ways.routes(tx, account, root)
    return _shapes(tx, account, root, routes, routes[0] if routes else None)


def capabilities(able: Capabilities) -> Shape:
    """A channel's abilities as docs/http.md shows them."""
    shape = {
        name: getattr(able, name)
        for name in Capabilities.__dataclass_fields__
        if name not in ("window", "human_window", "media")
    }
    window = able.window
    shape["window_seconds"] = None if window is None else int(window.total_seconds())
    shape["media"] = [
        {"kind": rule.kind, "mimes": list(rule.mimes), "largest": rule.largest}
        for rule in able.media
    ]
    return shape


def _default(tx: Tx, account: UUID, root: UUID, conversation: UUID) -> Route | None:
    try:
        return ways.choose(tx, account, root, conversation)
    except NobodyToAnswer:
        return None


def _shapes(
    tx: Tx, account: UUID, root: UUID, routes: list[Route], default: Route | None
) -> list[Shape]:
    rows = {row.id: row for row in connections.all_of(tx, account)}
    return [
        _shape(
            route,
            rows[route.connection],
            stopped=consent.stopped(tx, account, root, "service", connection=route.connection),
            default=route == default,
        )
        for route in routes
    ]


def _shape(route: Route, row: Any, *, stopped: bool, default: bool) -> Shape:
    able = all_channels()[route.channel].capabilities
    reason = _reason(route, row, able, stopped=stopped)
    return {
        "connection": {"id": str(row.id), "channel": row.channel, "name": row.name},
        "identity": {
            "id": str(route.identity),
            "kind": route.kind,
            "value": route.value,
            "level": route.level,
        },
        "usable": reason in (None, "template_only", "unverified"),
        "reason": reason,
        "window_ends_at": instant(_ends_at(route, able)),
        "templates": able.templates,
        "default": default,
        "capabilities": capabilities(able),
    }


def _ends_at(route: Route, able: Capabilities) -> datetime | None:
    """Until when an agent may write freely; None = always, or not before the customer has written."""
    if route.new or route.window_ends_at is None:
        return None
    return route.window_ends_at + able.leeway(automatic=False)


def _reason(route: Route, row: Any, able: Capabilities, *, stopped: bool) -> str | None:
    """Why not, or with what restraint: a template only; an identity that nobody has proved."""
    if row.status != connections.ACTIVE:
        return "connection_stopped"
    if stopped:
        return "opted_out"
    if not reach.is_open(route.window_ends_at if route.new else _ends_at(route, able)):
        return "template_only" if able.templates else "window_closed"
    if route.new and route.level != "verified":
        return "unverified"
    return None
