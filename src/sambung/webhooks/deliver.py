"""The worker of webhook jobs: posts one delivery, signed."""

from typing import Any
from uuid import UUID

import httpx
import msgspec

from sambung.core import eventlog, subscriptions
from sambung.core.eventlog import Recorded
from sambung.core.subscriptions import ACTIVE, DELIVERED, FAILED, PENDING, NoSuchDelivery
from sambung.kit import clock, crypto
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.net import Forbidden, Net
from sambung.kit.rfc3339 import text as instant
from sambung.kit.runner import Failed

GONE = 410


class Deliver:
    def __init__(self, store: Store, net: Net) -> None:
        self._store = store
        self._net = net

    async def __call__(self, job: Leased) -> None:
        delivery = UUID(job.args["delivery"])
        found = await self._store.read(_due, job.account, delivery)
        if found is None:
            return
        webhook, recorded = found
        answer, failure = await self._post(webhook, str(delivery), recorded)
        fine = 200 <= answer < 300
        last = job.last_attempt or answer == GONE
        status = DELIVERED if fine else FAILED if last else PENDING
        await self._store.write(
            _note, job.account, delivery, webhook.id, status=status, answer=answer, failure=failure
        )
        if status == PENDING:
            raise Failed(failure)

    async def _post(self, webhook: Any, delivery: str, recorded: Recorded) -> tuple[int, str]:
        """The receiver's status (0: no answer) and what went wrong."""
        body = msgspec.json.encode(_shape(recorded))
        at = int(clock.now().timestamp())
        secret = crypto.decrypt(subscriptions.PURPOSE, webhook.secret)
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": str(at),
            "webhook-signature": subscriptions.signature(secret, delivery, at, body),
        }
        try:
            status = await self._net.post(webhook.url, body, headers=headers)
        except Forbidden:
            return 0, "the address is private or not http(s)"
        except httpx.InvalidURL as error:
            return 0, f"this is no address: {error}"
        except httpx.HTTPError as error:
            return 0, f"{type(error).__name__}: {error}"
        return status, "" if status < 300 else f"answered {status}"


def _shape(recorded: Recorded) -> dict[str, Any]:
    """As GET /events shows it."""
    actor = recorded.actor
    return {
        "position": recorded.position,
        "type": recorded.type,
        "at": instant(recorded.at),
        "actor": {"type": actor.type, "id": None if actor.id is None else str(actor.id)},
        "data": recorded.data,
    }


def _due(tx: Tx, account: UUID, delivery: UUID) -> tuple[Any, Recorded] | None:
    """What is to be sent where; None when it is done, or nobody wants it any more."""
    try:
        row = subscriptions.find(tx, account, delivery)
    except NoSuchDelivery:
        return None
    webhook = subscriptions.get(tx, account, row.webhook)
    if row.status != PENDING or webhook.status != ACTIVE:
        return None
    (recorded,) = eventlog.after(tx, account, row.position - 1, limit=1)
    return webhook, recorded


def _note(
    tx: Tx,
    account: UUID,
    delivery: UUID,
    webhook: UUID,
    *,
    status: str,
    answer: int,
    failure: str,
) -> None:
    subscriptions.note(tx, account, delivery, status=status, answer=answer, failure=failure)
    if answer == GONE:
        # The receiver says that it is there no more; asking on would be rude.
        subscriptions.change(tx, account, webhook, status=subscriptions.DISABLED)
