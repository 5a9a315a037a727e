from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from sambung.core import api_keys, sessions, users
from sambung.core.events import SYSTEM
from sambung.kit import clock
from sambung.kit.db import Tx

MORNING = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def user(tx: Tx, account: UUID) -> UUID:
    return users.add(
        tx, account, email="a@b.test", name="A", role="agent", password="hash", by=SYSTEM
    )


def test_a_session_lasts_fourteen_days_after_its_last_use(
    tx: Tx, account: UUID, user: UUID
) -> None:
    with clock.at(MORNING):
        token = sessions.start(tx, account, user=user)
        clock.advance(timedelta(days=13))
        used = sessions.find(tx, token)
        assert sessions.worth_moving(used)
        sessions.move_on(tx, account, used.id)
        clock.advance(timedelta(days=13))
        assert sessions.find(tx, token).user == user
        clock.advance(timedelta(days=2))
        assert sessions.find(tx, token) is None


def test_a_disabled_user_has_no_session(tx: Tx, account: UUID, user: UUID) -> None:
    token = sessions.start(tx, account, user=user)
    users.change(tx, account, user, by=SYSTEM, status="disabled")
    assert sessions.find(tx, token) is None


def test_signing_out_elsewhere_keeps_the_session_in_use(tx: Tx, account: UUID, user: UUID) -> None:
    here, there = (sessions.start(tx, account, user=user) for _ in range(2))
    sessions.end_all(tx, account, user, but=sessions.find(tx, here).id)
    assert sessions.find(tx, here)
    assert sessions.find(tx, there) is None


def test_a_token_is_not_kept(tx: Tx, account: UUID, user: UUID) -> None:
    token = sessions.start(tx, account, user=user)
    kept = tx.first(sessions.Session.__table__.select())
    assert token.encode() not in [bytes(v) for v in kept if isinstance(v, bytes)]
    assert sessions.csrf_of(token) not in map(str, kept)


def test_a_revoked_key_opens_nothing(tx: Tx, account: UUID) -> None:
    key, token = api_keys.make(tx, account, name="ERP", role="agent", by=SYSTEM)
    assert api_keys.find(tx, token).id == key
    api_keys.revoke(tx, account, key)
    assert api_keys.find(tx, token) is None
    with pytest.raises(api_keys.NoSuchApiKey):
        api_keys.revoke(tx, account, key)
