"""What SQLite's planner is told of the data, before there is any.

Every index begins with the account, and without statistics SQLite takes ten rows to be one account's: it then walks
a whole account's index where fifty look-ups would do. Statistics of a large installation, written once when the
tables are made, give the plans that are right at a million rows; at ten rows any plan is. (`ANALYZE` later would
measure what is there that day, and plans would turn bad unnoticed as it grows.)

Format of sqlite_stat1: https://www.sqlite.org/fileformat2.html#stat1tab
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.engine import Connection

ROWS = 1_000_000
ACCOUNTS = 4
VALUES = {
    "status": 4,
    "assignee": 30,
    "priority": 4,
    "label": 30,
    "level": 2,
    "kind": 10,
    "scope": 4,
    "direction": 3,
    "type": 40,
    "channel": 8,
    "queue": 4,
    "connection": 20,
    "user": 50,
    "reader": 8,
}
"""How many different values a column has in a large account, where they are few."""
PER_VALUE = 10
"""Rows that share any other column's value: messages of a conversation, identities of a customer."""


def install(connection: Connection) -> None:
    """Write the statistics for every index there is; nothing on PostgreSQL, which keeps its own."""
    if connection.dialect.name != "sqlite":
        return
    indexes = connection.execute(
        text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")
    ).all()
    # Measuring one makes the statistics' table, which cannot be created by hand.
    connection.execute(text(f"ANALYZE '{indexes[0].tbl_name}'"))
    connection.execute(text("DELETE FROM sqlite_stat1"))
    for name, table in indexes:
        columns = connection.execute(text(f"PRAGMA index_info('{name}')")).all()
        listed = connection.execute(text(f"PRAGMA index_list('{table}')")).all()
        unique = any(row.name == name and row.unique for row in listed)
        stat = statistics([row.name for row in columns], unique=unique)
        connection.execute(
            text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"),
            {"tbl": table, "idx": name, "stat": stat},
        )
    connection.execute(text("ANALYZE sqlite_schema"))


def statistics(columns: Sequence[str | None], *, unique: bool) -> str:
    """Rows of the table, then how many share the first column's value, the first two's, and so on."""
    shared: list[int] = []
    left = ROWS
    for column in columns:
        if column == "account":
            left //= ACCOUNTS
        elif column in VALUES:
            left //= VALUES[column]
        else:
            left = min(PER_VALUE, left // 2)
        shared.append(max(left, 1))
    if unique:
        shared[-1] = 1
    return " ".join(map(str, [ROWS, *shared]))
