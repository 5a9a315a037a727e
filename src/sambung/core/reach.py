"""Reach: on which connection, at which address, an identity of a customer can be written to, and until when freely."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, bindparam, case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers
from sambung.core.identity import Identity
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot


class Reach(Table):
    """Learnt from what came in. window_ends_at: None where the channel has no window."""

    __tablename__ = "reach"
    __table_args__ = (Index("ix_reach_identity", "account", "identity"),)

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    connection: Mapped[UUID] = mapped_column(Id, primary_key=True)
    identity: Mapped[UUID] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    last_in_at: Mapped[datetime] = mapped_column(Instant)
    window_ends_at: Mapped[datetime | None] = mapped_column(Instant)


def _later(column: Any, name: str) -> Any:
    new = bindparam(name, type_=Instant())
    return case((column > new, column), else_=new)


_HEARD = Hot(
    insert(Reach)
    .values({c.name: bindparam(c.name, type_=c.type) for c in Reach.__table__.c})
    .on_conflict_do_update(
        index_elements=[Reach.account, Reach.connection, Reach.identity],
        set_={
            "address": bindparam("address"),
            "last_in_at": _later(Reach.last_in_at, "last_in_at"),
            "window_ends_at": _later(Reach.window_ends_at, "window_ends_at"),
        },
    )
)


def heard(
    tx: Tx,
    account: UUID,
    *,
    connection: UUID,
    identity: UUID,
    address: str,
    at: datetime,
    window: timedelta | None,
) -> None:
    """The identity wrote on this connection at `at`: answers go to `address`, freely for `window`."""
    _HEARD.run(
        tx,
        account=account,
        connection=connection,
        identity=identity,
        address=address[:320],
        last_in_at=at,
        window_ends_at=None if window is None else at + window,
    )


def address(tx: Tx, account: UUID, connection: UUID, identity: UUID) -> str:
    """Where answers to the identity go on this connection; "" when it was never heard there."""
    wanted = select(Reach.address).where(
        Reach.account == account, Reach.connection == connection, Reach.identity == identity
    )
    return tx.value(wanted) or ""


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """Where this person has written from, latest first: Reach rows with kind, value, level of the identity."""
    wanted = (
        select(Reach, Identity.kind, Identity.value, Identity.scope, Identity.level)
        .join(Identity, (Identity.account == Reach.account) & (Identity.id == Reach.identity))
        .where(Reach.account == account, Identity.customer.in_(customers.homes(account, root)))
    )
    return list(tx.all(wanted.order_by(Reach.last_in_at.desc())))


def is_open(window_ends_at: datetime | None, leeway: timedelta = timedelta()) -> bool:
    """Whether free-form messages may be sent now. leeway: as `Capabilities.leeway`."""
    return window_ends_at is None or clock.now() < window_ends_at + leeway
