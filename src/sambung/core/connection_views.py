"""Connections as docs/http.md shows them to everybody: without their settings, which only their managers see."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sambung.channels import all_channels
from sambung.core import health
from sambung.core.connections import Connection, Traffic
from sambung.core.views import Shape
from sambung.kit.db import Tx
from sambung.kit.rfc3339 import text as instant
from sambung.kit.rfc3339 import zulu


def connection(tx: Tx, account: UUID, id: UUID, base_url: str = "") -> Shape | None:
    """One, even a removed one; None when there never was one. base_url: where providers reach us."""
    found = tx.first(
        select(Connection, Traffic.last_in_at, Traffic.last_out_at)
        .outerjoin(
            Traffic,
            and_(Traffic.account == Connection.account, Traffic.connection == Connection.id),
        )
        .where(Connection.account == account, Connection.id == id)
    )
    if found is None:
        return None
    fares = health.of_all(tx, account, [id]).get(id)
    return _shape(found, fares.state if fares else "ok", base_url)


def _shape(row: Any, state: str, base_url: str) -> Shape:
    channel = all_channels().get(row.channel)
    posted = channel is not None and channel.transport == "webhook"
    return {
        "id": str(row.id),
        "channel": row.channel,
        "name": row.name,
        "config": {},
        "status": row.status,
        "health": state,
        "problem": row.problem and {**row.problem, "at": zulu(row.problem["at"])},
        "address": row.address,
        "hook_url": f"{base_url}/hooks/{row.id}" if posted else None,
        "last_in_at": instant(row.last_in_at),
        "last_out_at": instant(row.last_out_at),
        "created_at": instant(row.created_at),
    }
