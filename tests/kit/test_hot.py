"""Hot statements say the same as Core on both databases."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from sambung.core.eventlog import Entry
from sambung.kit.columns import Id
from sambung.kit.db import Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id

_INSERT = Hot(
    insert(Entry).values({c.name: bindparam(c.name, type_=c.type) for c in Entry.__table__.c})
)
_MINE = Hot(
    select(Entry)
    .where(Entry.account == bindparam("account", type_=Id()), Entry.type != "other")
    .order_by(Entry.position)
)
_RETYPE = Hot(
    update(Entry)
    .where(Entry.account == bindparam("account", type_=Id()))
    .values(type=bindparam("new"))
    .returning(Entry.position, Entry.actor_id)
)


def _row(account: UUID, position: int) -> dict[str, Any]:
    return {
        "account": account,
        "position": position,
        "type": "Happened",
        "at": datetime(2026, 1, 5, 12, 30, 15, 123456, tzinfo=UTC),
        "actor_type": "user",
        "actor_id": account,
        "data": {"what": "é", "weight": 1.5, "none": None},
    }


def test_what_goes_in_comes_out(tx: Tx) -> None:
    account = new_id()
    row = _row(account, 1)
    assert _INSERT.run(tx, **row) == 1
    assert _MINE.first(tx, account=account)._asdict() == row
    assert dict(tx.first(select(Entry).where(Entry.account == account))._mapping) == row


def test_many_rows_go_in_at_once(tx: Tx) -> None:
    account = new_id()
    _INSERT.many(tx, [_row(account, n) for n in (3, 1, 2)])
    assert [row.position for row in _MINE.all(tx, account=account)] == [1, 2, 3]
    assert _MINE.first(tx, account=new_id()) is None


def test_an_update_returns_its_rows(tx: Tx) -> None:
    account = new_id()
    _INSERT.run(tx, **_row(account, 7))
    assert tuple(_RETYPE.first(tx, account=account, new="x")) == (7, account)


def test_a_collision_is_told_as_core_tells_it(tx: Tx) -> None:
    row = _row(new_id(), 1)
    _INSERT.run(tx, **row)
    with pytest.raises(IntegrityError), tx.connection.begin_nested():
        _INSERT.run(tx, **row)
    assert _MINE.first(tx, account=row["account"]) is not None
