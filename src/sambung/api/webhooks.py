"""Where the business's own systems hear of events."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.pages import Cursor, Limit, Page, cut, unpack_id
from sambung.core import audit, subscriptions
from sambung.core.subscriptions import BadSecret, NoSuchDelivery, NoSuchWebhook, UnknownType
from sambung.kit.db import Tx

router = APIRouter(tags=["webhooks"], responses=ALWAYS, route_class=Once)

Manager = Annotated[Caller, requires("webhook.manage")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]
Secret = Annotated[str, StringConstraints(min_length=16, max_length=200)]


class WebhookShape(BaseModel):
    """types: the events it wants; empty = all."""

    id: UUID
    url: str
    types: list[str]
    status: str
    created_at: datetime

    @classmethod
    def of(cls, row: Any) -> "WebhookShape":
        return cls(**_fields(row))


class MadeWebhook(WebhookShape):
    """secret: signs each delivery (Standard Webhooks); shown this once."""

    secret: str


class NewWebhook(Body):
    url: Url
    types: list[str] = []
    secret: Secret | None = None


class WebhookChange(Body):
    url: Url | None = None
    types: list[str] | None = None
    secret: Secret | None = None
    status: Literal["active", "disabled"] | None = None


class DeliveryShape(BaseModel):
    """position: of the event. answer: the receiver's last status, 0 when none came."""

    id: UUID
    position: int
    type: str
    at: datetime
    status: Literal["pending", "delivered", "failed"]
    attempts: int
    answer: int
    failure: str
    last_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> "DeliveryShape":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.get("/webhooks")
async def list_webhooks(who: Manager, at: Serving) -> Page[WebhookShape]:
    rows = await at.store.read(subscriptions.all_of, who.account)
    return Page(items=[WebhookShape.of(row) for row in rows])


@router.post("/webhooks", status_code=201, responses=problems(UnknownType, BadSecret))
async def add_webhook(body: NewWebhook, who: Manager, at: Serving) -> MadeWebhook:
    """Have events posted to an address, signed with a secret (ours, or one you bring)."""
    secret = body.secret or subscriptions.new_secret()
    row = await at.store.write(_add, who.account, who, body, secret)
    return MadeWebhook(**_fields(row), secret=secret)


@router.get("/webhooks/{webhook}", responses=problems(NoSuchWebhook))
async def get_webhook(webhook: UUID, who: Manager, at: Serving) -> WebhookShape:
    return WebhookShape.of(await at.store.read(subscriptions.get, who.account, webhook))


@router.patch("/webhooks/{webhook}", responses=problems(NoSuchWebhook, UnknownType, BadSecret))
async def change_webhook(
    webhook: UUID, body: WebhookChange, who: Manager, at: Serving
) -> WebhookShape:
    return WebhookShape.of(await at.store.write(_change, who.account, webhook, who, body))


@router.delete("/webhooks/{webhook}", status_code=204, responses=problems(NoSuchWebhook))
async def remove_webhook(webhook: UUID, who: Manager, at: Serving) -> None:
    """Send nothing there any more; its deliveries are forgotten."""
    await at.store.write(_remove, who.account, webhook, who)


@router.get("/webhooks/{webhook}/deliveries", responses=problems(NoSuchWebhook))
async def list_deliveries(
    webhook: UUID, who: Manager, at: Serving, limit: Limit = 50, cursor: Cursor = None
) -> Page[DeliveryShape]:
    """What was sent, newest first; kept for 30 days."""
    before = unpack_id(cursor)
    rows = await at.store.read(
        subscriptions.deliveries, who.account, webhook, before=before, limit=limit + 1
    )
    return cut(rows, limit, DeliveryShape.of, lambda row: row.id)


@router.post("/deliveries/{delivery}/replay", status_code=202, responses=problems(NoSuchDelivery))
async def replay_delivery(delivery: UUID, who: Manager, at: Serving) -> DeliveryShape:
    """Send it again, whatever came of it."""
    return DeliveryShape.of(await at.store.write(_replay, who.account, delivery))


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WebhookShape.model_fields}


def _add(tx: Tx, account: UUID, who: Caller, body: NewWebhook, secret: str) -> Any:
    webhook = subscriptions.add(
        tx, account, url=body.url, types=body.types, secret=secret, by=who.actor
    )
    _note(tx, account, "webhook.added", who, webhook)
    return subscriptions.get(tx, account, webhook)


def _change(tx: Tx, account: UUID, webhook: UUID, who: Caller, body: WebhookChange) -> Any:
    subscriptions.change(tx, account, webhook, **body.model_dump(exclude_none=True))
    _note(tx, account, "webhook.changed", who, webhook)
    return subscriptions.get(tx, account, webhook)


def _remove(tx: Tx, account: UUID, webhook: UUID, who: Caller) -> None:
    subscriptions.remove(tx, account, webhook)
    _note(tx, account, "webhook.removed", who, webhook)


def _replay(tx: Tx, account: UUID, delivery: UUID) -> Any:
    subscriptions.replay(tx, account, delivery)
    return subscriptions.find(tx, account, delivery)


def _note(tx: Tx, account: UUID, action: str, who: Caller, subject: UUID) -> None:
    audit.did(tx, account, action, by=who.actor, subject=subject, address=who.address)
