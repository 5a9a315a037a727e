"""A creating write that is sent twice with the same `Idempotency-Key` happens once (24 hours).

The first answer is kept and given again. A write that failed is not kept: it may be tried again with the same key.
"""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Index, LargeBinary, SmallInteger, String, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.api.auth import caller_of
from sambung.api.context import Caller, services_of
from sambung.kit import clock, crypto
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.problems import Conflict, Problem

HEADER = "idempotency-key"
PURPOSE = "idempotent answer"
LONGEST = 200
KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=1)
"""After which a write that never finished (the process died) may be tried again."""


class Answered(Table):
    """request: hash of who asked for what. status null: still being done. body: encrypted, it may hold a secret."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_at", "at"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    request: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeyReused(Problem):
    status = 422
    text = {
        "en": "This Idempotency-Key was used for another request.",
        "id": "Idempotency-Key ini sudah dipakai untuk permintaan lain.",
    }


class StillWorking(Conflict):
    text = {
        "en": "The first request with this Idempotency-Key is still being worked on.",
        "id": "Permintaan pertama dengan Idempotency-Key ini masih diproses.",
    }


class Once(APIRoute):
    """Routes whose POSTs heed `Idempotency-Key`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            return await _once(request, key[:LONGEST], handle)

        return once


async def _once(
    request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    who = await caller_of(request)
    store = services_of(request).store
    asked = _fingerprint(request, who, await request.body())
    before = await store.write(_begin, who.account, key, asked)
    if before is not None:
        headers = {"Content-Type": "application/json", "Idempotent-Replayed": "true"}
        body = crypto.decrypt(PURPOSE, before.body.decode())
        return Response(body, before.status, headers)
    done = False
    try:
        response = await handle(request)
        done = response.status_code < 300
    finally:
        if not done:
            await store.write(_forget, who.account, key)
    await store.write(_keep, who.account, key, response.status_code, bytes(response.body))
    return response


def _fingerprint(request: Request, who: Caller, body: bytes) -> bytes:
    said = f"{who.actor.type} {who.actor.id} {request.method} {request.url.path} {body.hex()}"
    return crypto.fingerprint(said)


def _begin(tx: Tx, account: UUID, key: str, asked: bytes) -> Any:
    """None when the request is to be done now, else the answer kept. Raises KeyReused, StillWorking."""
    now = clock.now()
    tx.run(delete(Answered).where(Answered.account == account, Answered.at < now - KEPT))
    first = insert(Answered).values(account=account, key=key, request=asked, at=now)
    if tx.run(first.on_conflict_do_nothing()).rowcount:
        return None
    kept = tx.first(select(Answered).where(*_this(account, key)).with_for_update())
    if kept.request != asked:
        raise KeyReused
    if kept.status is not None:
        return kept
    if kept.at > now - ABANDONED:
        raise StillWorking
    tx.run(update(Answered).where(*_this(account, key)).values(at=now))
    return None


def _keep(tx: Tx, account: UUID, key: str, status: int, answer: bytes) -> None:
    body = crypto.encrypt(PURPOSE, answer.decode()).encode()
    tx.run(update(Answered).where(*_this(account, key)).values(status=status, body=body))


def _forget(tx: Tx, account: UUID, key: str) -> None:
    tx.run(delete(Answered).where(*_this(account, key)))


def _this(account: UUID, key: str) -> tuple[Any, ...]:
    return Answered.account == account, Answered.key == key
