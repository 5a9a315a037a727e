"""Health: how each connection fares, from what is recorded of it. Every figure is read off an index."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from sambung.core import checks, connections
from sambung.core.connections import ACTIVE, STOPPED
from sambung.core.messages import Message
from sambung.core.notices import Notice
from sambung.core.unrecorded import Unrecorded
from sambung.kit import clock
from sambung.kit.db import Tx

State = Literal["ok", "warning", "stopped"]
Concern = Literal["problem", "failing", "waiting", "unrecorded", "notice", "token", "check"]
"""Why a connection that runs wants a look, the gravest first."""

DAY = timedelta(days=1)
GONE_OUT = ("sent", "delivered", "read")
LONGEST_WAIT = timedelta(minutes=15)
"""A reply that waits longer is stuck, whatever the provider's pace."""
FAILING, FEWEST = 0.2, 5
"""Share of a day's messages, of at least so many, that may fail before somebody should look."""
EXPIRES_SOON = timedelta(days=7)


@dataclass(slots=True)
class Health:
    """sent, failed, alerts: of the last 24 hours. check: the last one's row, or None."""

    status: str
    problem: dict[str, Any] | None
    last_in_at: datetime | None
    last_out_at: datetime | None
    token_expires_at: datetime | None
    sent: int = 0
    failed: int = 0
    waiting: int = 0
    oldest_waiting_at: datetime | None = None
    unrecorded: int = 0
    alerts: int = 0
    check: Any = None
    warnings: list[Concern] = field(default_factory=list[Concern])

    @property
    def error_rate(self) -> float:
        """Of what the provider has answered for: 0 to 1."""
        tried = self.sent + self.failed
        return self.failed / tried if tried else 0.0

    @property
    def state(self) -> State:
        if self.status == STOPPED:
            return "stopped"
        return "warning" if self.warnings else "ok"


def of(tx: Tx, account: UUID, connection: UUID) -> Health:
    """One connection's. Raises NoSuchConnection."""
    connections.get(tx, account, connection)
    return of_all(tx, account, [connection])[connection]


def of_all(tx: Tx, account: UUID, only: Sequence[UUID] | None = None) -> dict[UUID, Health]:
    """By connection, of those that were not removed."""
    rows = connections.all_of(tx, account)
    found = {
        row.id: Health(
            row.status, row.problem, row.last_in_at, row.last_out_at, _expiry(row.listen_state)
        )
        for row in rows
        if only is None or row.id in only
    }
    these = list(found)
    if these:
        _count_messages(tx, account, found, these)
        _count_kept(tx, account, found, these)
        for id, row in checks.of(tx, account, these).items():
            found[id].check = row
    for health in found.values():
        if health.status == ACTIVE:
            health.warnings = _warnings(health)
    return found


def _count_messages(tx: Tx, account: UUID, found: dict[UUID, Health], these: list[UUID]) -> None:
    mine = Message.account == account, Message.connection.in_(these)
    day = (
        select(Message.connection, Message.status, func.count())
        .where(*mine, Message.status.in_((*GONE_OUT, "failed")), Message.at >= clock.now() - DAY)
        .group_by(Message.connection, Message.status)
    )
    for connection, status, n in tx.all(day):
        if status == "failed":
            found[connection].failed = n
        else:
            found[connection].sent += n
    queued = (
        select(Message.connection, func.count(), func.min(Message.at))
        .where(*mine, Message.status == "queued")
        .group_by(Message.connection)
    )
    for connection, n, oldest in tx.all(queued):
        found[connection].waiting, found[connection].oldest_waiting_at = n, oldest


def _count_kept(tx: Tx, account: UUID, found: dict[UUID, Health], these: list[UUID]) -> None:
    kept = (
        select(Unrecorded.connection, func.count())
        .where(Unrecorded.account == account, Unrecorded.connection.in_(these))
        .group_by(Unrecorded.connection)
    )
    for connection, n in tx.all(kept):
        found[connection].unrecorded = n
    alerts = (
        select(Notice.connection, func.count())
        .where(
            Notice.account == account,
            Notice.connection.in_(these),
            Notice.at >= clock.now() - DAY,
            Notice.alert,
        )
        .group_by(Notice.connection)
    )
    for connection, n in tx.all(alerts):
        found[connection].alerts = n


def _warnings(health: Health) -> list[Concern]:
    now = clock.now()
    tried = health.sent + health.failed
    waits = health.oldest_waiting_at
    expires = health.token_expires_at
    wrong: dict[Concern, bool] = {
        "problem": health.problem is not None,
        "failing": tried >= FEWEST and health.error_rate >= FAILING,
        "waiting": waits is not None and waits < now - LONGEST_WAIT,
        "unrecorded": health.unrecorded > 0,
        "notice": health.alerts > 0,
        "token": expires is not None and expires < now + EXPIRES_SOON,
        "check": health.check is not None and not health.check.ok,
    }
    return [warning for warning, so in wrong.items() if so]


def _expiry(state: dict[str, Any]) -> datetime | None:
    """Where a channel that renews its token keeps when the present one dies."""
    at = state.get("token_expires_at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None
