from typing import Any
from uuid import UUID

import pytest

from sambung.core import accounts, eventlog, users
from sambung.core.events import SYSTEM
from sambung.core.users import EmailTaken, LastAdmin, NoSuchUser
from sambung.kit.db import Tx


def _add(tx: Tx, account: UUID, email: str, **given: Any) -> UUID:
    details = {"name": "Sari", "role": "agent", "password": "hash"} | given
    return users.add(tx, account, email=email, by=SYSTEM, **details)


def test_an_address_belongs_to_one_user_whatever_its_case(tx: Tx, account: UUID) -> None:
    _add(tx, account, "Sari@Toko.test")
    other = accounts.open_account(tx, "Toko Lain", by=SYSTEM)
    with pytest.raises(EmailTaken):
        _add(tx, other, " sari@toko.test")
    assert users.by_email(tx, "SARI@toko.test").account == account


def test_a_user_is_unknown_to_another_account(tx: Tx, account: UUID) -> None:
    user = _add(tx, account, "sari@toko.test")
    other = accounts.open_account(tx, "Toko Lain", by=SYSTEM)
    with pytest.raises(NoSuchUser):
        users.get(tx, other, user)


@pytest.mark.parametrize("change", [{"role": "agent"}, {"status": "disabled"}])
def test_the_last_admin_stays(tx: Tx, account: UUID, change: dict[str, str]) -> None:
    admin = _add(tx, account, "admin@toko.test", role="admin")
    _add(tx, account, "gone@toko.test", role="admin")
    gone = users.by_email(tx, "gone@toko.test")
    users.change(tx, account, gone.id, by=SYSTEM, status="disabled")
    with pytest.raises(LastAdmin):
        users.change(tx, account, admin, by=SYSTEM, **change)
    users.change(tx, account, admin, by=SYSTEM, name="Tetap admin")


def test_changes_are_recorded(tx: Tx, account: UUID) -> None:
    user = _add(tx, account, "sari@toko.test")
    users.change(tx, account, user, by=SYSTEM, name="Sari Dewi")
    tx.flush()
    types = [event.type for event in eventlog.after(tx, account, 0)]
    assert types == ["AccountOpened", "UserAdded", "UserChanged"]
    assert users.get(tx, account, user).name == "Sari Dewi"


def test_users_come_in_pages(tx: Tx, account: UUID) -> None:
    made = [_add(tx, account, f"u{n}@toko.test") for n in range(3)]
    first = users.page(tx, account, limit=2)
    rest = users.page(tx, account, after=first[-1].id, limit=2)
    assert [row.id for row in [*first, *rest]] == made
