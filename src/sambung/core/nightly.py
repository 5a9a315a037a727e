"""What is done every night, for every business: a job each, however many processes ask for it."""

from datetime import timedelta
from typing import Any

from sambung.core import accounts
from sambung.kit import clock, jobs
from sambung.kit.db import Tx

HOUR = 20
"""Of the day, UTC: at night in Indonesia."""


def schedule(tx: Tx, kind: str, args: dict[str, Any]) -> None:
    """Have the job done tonight; asked as often as one likes."""
    now = clock.now()
    tonight = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    at = tonight if tonight > now else tonight + timedelta(days=1)
    for account in accounts.all_of(tx):
        jobs.enqueue(tx, account.id, kind, args, run_at=at, dedupe=f"{kind}:{at.date()}")
