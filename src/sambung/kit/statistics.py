"""What PostgreSQL's planner knows of the data, kept up while tables are small and grow fast.

Every index begins with the account. A plan made while a table was empty takes ten rows to be one account's and is kept
with the prepared statement until the table is analysed; autovacuum does that once a minute at most, and in that
minute one look-up may read a whole account (10 ms instead of 0.1). SQLite is told once, see `kit.planner`.
"""

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from sambung.kit.db import Store, Tx

log = logging.getLogger(__name__)

PACE = 2.0
"""Seconds between looks."""
SMALL = 200_000
"""Rows: what is larger changes slowly in kind and is left to autovacuum."""
LOCK = 0x53414D43
"""One process at a time; the others have nothing to do."""

_GROWN = text(
    "SELECT quote_ident(relname) FROM pg_stat_user_tables"
    " WHERE n_mod_since_analyze > 50 + n_live_tup / 2 AND n_live_tup < :small"
)


async def keep_up(store: Store) -> None:
    """For ever; returns at once where there is nothing to keep up."""
    while not store.sqlite:
        try:
            await asyncio.to_thread(_look, store)
        except SQLAlchemyError:
            log.exception("the tables could not be analysed; again in a moment")
        await asyncio.sleep(PACE)


def refresh(tx: Tx) -> list[str]:
    """Analyse the tables that have grown by half since they last were; which."""
    if not tx.value(text("SELECT pg_try_advisory_xact_lock(:key)").bindparams(key=LOCK)):
        return []
    grown: list[str] = tx.values(_GROWN.bindparams(small=SMALL))
    for table in grown:
        tx.run(text(f"ANALYZE {table}"))
    return grown


def _look(store: Store) -> None:
    # On a connection of its own: the writers go on meanwhile.
    with store.begin() as tx:
        refresh(tx)
