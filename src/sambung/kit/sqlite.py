"""The SQLite driver: pysqlite3 where it has a wheel (it bundles a current SQLite), else the standard library's.

Debian 12's own SQLite 3.40 may corrupt a WAL that is reset while it is read (fixed in 3.51.3).
"""

from typing import Any

try:
    import pysqlite3.dbapi2 as _driver
except ImportError:
    import sqlite3 as _driver

driver: Any = _driver

SAFE = (3, 51, 3)


def version() -> tuple[int, ...]:
    """The version of the SQLite in use."""
    return tuple(int(part) for part in str(_driver.sqlite_version).split("."))


def copy(source: Any, target: Any) -> None:
    """Make the driver connection `target` hold exactly what `source` holds."""
    source.backup(target)
