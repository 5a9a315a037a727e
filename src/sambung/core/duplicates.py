"""Probable duplicates: a reader that looks, in the background, for customers of the same name. It only suggests.

A name alone is weak evidence, so it must have two words, and a name that many bear says nothing.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sambung.core import suggestions
from sambung.core.customers import Customer
from sambung.core.eventlog import Recorded
from sambung.core.follower import Reader
from sambung.kit.db import Tx

COMMON = 4
"""More people of one name than this, and it is no evidence."""
SCORE = 0.35


def look(tx: Tx, recorded: Recorded) -> None:
    """Suggest whoever bears the name of the customer the event is about."""
    account, customer = recorded.account, UUID(recorded.data["customer"])
    this = Customer.account == account, Customer.id == customer
    found = tx.first(select(Customer).where(*this))
    if found is None or len(found.name_key.split()) < 2:
        return
    alike = _alike(tx, found)
    if not 1 <= len(alike) <= COMMON:
        return
    for other in alike:
        evidence = [{"what": "same_name", "value": found.name, "weight": SCORE}]
        suggestions.suggest(tx, account, found.id, other.id, score=SCORE, evidence=evidence)


def _alike(tx: Tx, found: Any) -> list[Any]:
    same = select(Customer.id).where(
        Customer.account == found.account,
        Customer.name_key == found.name_key,
        Customer.root != found.root,
        Customer.erased_at.is_(None),
    )
    return list(tx.all(same.order_by(Customer.id).limit(COMMON + 1)))


READER = Reader("duplicates", look, ("CustomerAdded", "CustomerChanged"))
