"""Subscriptions: the business's own systems hear of events by HTTP. Each event is one delivery, kept and replayable.

Signed as Standard Webhooks (standardwebhooks.com) says, so that receivers can use any of its libraries.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, String, Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core.events import KINDS, Actor
from sambung.kit import clock, crypto, ids, jobs
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.problems import Invalid, NotFound

DELIVER = "webhook"
"""Job: hand one delivery to its receiver."""
ACTIVE, DISABLED = "active", "disabled"
PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"
PURPOSE = "webhook secret"
PREFIX = "whsec_"
KEPT = timedelta(days=30)


class Subscription(Table):
    """types: event types it wants; empty = all. secret: encrypted."""

    __tablename__ = "webhook"

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    types: Mapped[list[str]] = mapped_column(Json)
    secret: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID | None] = mapped_column(Id)


class Delivery(Table):
    """position: of the event. answer: the receiver's last status, 0 = none came. failure: what went wrong last."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("uq_webhook_delivery", "account", "webhook", "position", unique=True),
        Index("ix_webhook_delivery_at", "at"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    webhook: Mapped[UUID] = mapped_column(Id)
    position: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    answer: Mapped[int] = mapped_column(Integer)
    failure: Mapped[str] = mapped_column(String(500))
    last_at: Mapped[datetime | None] = mapped_column(Instant)


class NoSuchWebhook(NotFound):
    text = {"en": "There is no such webhook.", "id": "Webhook tidak ditemukan."}


class NoSuchDelivery(NotFound):
    text = {"en": "There is no such delivery.", "id": "Pengiriman tidak ditemukan."}


class UnknownType(Invalid):
    text = {
        "en": "There is no event type “{name}”.",
        "id": "Tidak ada jenis peristiwa “{name}”.",
    }


class BadSecret(Invalid):
    text = {
        "en": "What follows whsec_ in a secret must be Base64.",
        "id": "Yang mengikuti whsec_ dalam rahasia harus Base64.",
    }


def new_secret() -> str:
    """As Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(ids.secret(24).encode()).decode()


def add(tx: Tx, account: UUID, *, url: str, types: Sequence[str], secret: str, by: Actor) -> UUID:
    """Have events sent to `url`. Raises UnknownType, BadSecret."""
    _check_types(types)
    _key_of(secret)
    webhook = ids.new_id()
    row = {"account": account, "id": webhook, "url": url, "types": list(types)}
    row |= {"secret": crypto.encrypt(PURPOSE, secret), "status": ACTIVE}
    tx.run(insert(Subscription).values(**row, created_at=clock.now(), made_by=by.id))
    return webhook


def change(tx: Tx, account: UUID, webhook: UUID, **values: Any) -> None:
    """Change url, types, secret or status. Raises NoSuchWebhook, UnknownType, BadSecret."""
    get(tx, account, webhook)
    if not values:
        return
    _check_types(values.get("types", ()))
    if "secret" in values:
        _key_of(values["secret"])
        values["secret"] = crypto.encrypt(PURPOSE, values["secret"])
    tx.run(update(Subscription).where(*_this(account, webhook)).values(**values))


def remove(tx: Tx, account: UUID, webhook: UUID) -> None:
    """Send nothing there any more, and forget what was. Raises NoSuchWebhook."""
    get(tx, account, webhook)
    tx.run(delete(Delivery).where(Delivery.account == account, Delivery.webhook == webhook))
    tx.run(delete(Subscription).where(*_this(account, webhook)))


def get(tx: Tx, account: UUID, webhook: UUID) -> Any:
    """The row; raises NoSuchWebhook."""
    found = tx.first(select(Subscription).where(*_this(account, webhook)))
    if found is None:
        raise NoSuchWebhook
    return found


def all_of(tx: Tx, account: UUID) -> list[Any]:
    """Oldest first."""
    mine = select(Subscription).where(Subscription.account == account)
    return list(tx.all(mine.order_by(Subscription.id)))


_ACTIVE = Hot(
    select(Subscription.id, Subscription.types)
    .where(Subscription.account == bindparam("account", type_=Id()), Subscription.status == ACTIVE)
    .order_by(Subscription.id)
)


def schedule(tx: Tx, account: UUID, *, position: int, type: str) -> None:
    """A delivery, and the job that makes it, for each subscription that wants the event."""
    for row in _ACTIVE.all(tx, account=account):
        if not row.types or type in row.types:
            _schedule(tx, account, row.id, position, type)


def find(tx: Tx, account: UUID, delivery: UUID) -> Any:
    """The delivery's row; raises NoSuchDelivery."""
    this = Delivery.account == account, Delivery.id == delivery
    found = tx.first(select(Delivery).where(*this))
    if found is None:
        raise NoSuchDelivery
    return found


def deliveries(
    tx: Tx, account: UUID, webhook: UUID, *, before: UUID | None = None, limit: int = 50
) -> list[Any]:
    """Newest first, those older than the delivery `before`. Raises NoSuchWebhook."""
    get(tx, account, webhook)
    found = select(Delivery).where(Delivery.account == account, Delivery.webhook == webhook)
    if before is not None:
        found = found.where(Delivery.id < before)
    return list(tx.all(found.order_by(Delivery.id.desc()).limit(limit)))


def note(
    tx: Tx, account: UUID, delivery: UUID, *, status: str, answer: int, failure: str = ""
) -> None:
    """What came of an attempt."""
    this = Delivery.account == account, Delivery.id == delivery
    values = {"status": status, "answer": answer, "failure": failure[:500]}
    attempts = Delivery.attempts + 1
    tx.run(update(Delivery).where(*this).values(**values, attempts=attempts, last_at=clock.now()))


def replay(tx: Tx, account: UUID, delivery: UUID) -> None:
    """Send it again, whatever came of it. Raises NoSuchDelivery."""
    row = find(tx, account, delivery)
    this = Delivery.account == account, Delivery.id == row.id
    tx.run(update(Delivery).where(*this).values(status=PENDING))
    jobs.enqueue(tx, account, DELIVER, {"delivery": str(row.id)})


def expire(tx: Tx) -> None:
    """Forget what was delivered or given up long ago."""
    # across accounts: the same age for all
    old = delete(Delivery).where(Delivery.at < clock.now() - KEPT, Delivery.status != PENDING)
    tx.run(old)


def signature(secret: str, delivery: str, at: int, body: bytes) -> str:
    """v1 of Standard Webhooks. `at`: seconds since 1970."""
    mac = hmac.new(_key_of(secret), f"{delivery}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


def _schedule(tx: Tx, account: UUID, webhook: UUID, position: int, type: str) -> None:
    delivery = ids.new_id()
    row = {"account": account, "id": delivery, "webhook": webhook, "position": position}
    row |= {"type": type, "at": clock.now(), "status": PENDING, "attempts": 0}
    made = insert(Delivery).values(**row, answer=0, failure="")
    if tx.run(made.on_conflict_do_nothing()).rowcount:
        jobs.enqueue(tx, account, DELIVER, {"delivery": str(delivery)})


def _key_of(secret: str) -> bytes:
    """The bytes it stands for. Raises BadSecret."""
    plain = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(plain) if secret.startswith(PREFIX) else plain.encode()
    except ValueError as error:
        raise BadSecret from error


def _check_types(types: Sequence[str]) -> None:
    for name in types:
        if name not in KINDS:
            raise UnknownType(name=name)


def _this(account: UUID, webhook: UUID) -> tuple[Any, ...]:
    return Subscription.account == account, Subscription.id == webhook
