"""Statements of the hot path: written in Core, compiled once per dialect, run on the driver's cursor.

SQLAlchemy spends some 50 µs on an execution; the driver 3. Use it where a benchmark says so, Core elsewhere.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import BindParameter

from sambung.kit.db import Tx

Convert = Callable[[Any], Any]


class Hot:
    """One statement with named `bindparam`s.

    KNOWN = Hot(select(Identity.customer).where(Identity.value == bindparam("value")))
    row = KNOWN.first(tx, value="…")
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, tx: Tx, **params: Any) -> int:
        """Execute; the number of rows touched."""
        cursor, _ = self._execute(tx, params)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def many(self, tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once per row, in one go."""
        compiled = self._for(tx.dialect)
        cursor = tx.connection.connection.cursor()
        cursor.executemany(compiled.sql, [compiled.bind(row) for row in rows])
        cursor.close()

    def first(self, tx: Tx, **params: Any) -> Any:
        """The first row as a named tuple, or None."""
        cursor, compiled = self._execute(tx, params)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else compiled.row(found)

    def all(self, tx: Tx, **params: Any) -> list[Any]:
        cursor, compiled = self._execute(tx, params)
        found = cursor.fetchall()
        cursor.close()
        return [compiled.row(row) for row in found]

    def _execute(self, tx: Tx, params: dict[str, Any]) -> tuple[Any, "_Compiled"]:
        compiled = self._for(tx.dialect)
        cursor = tx.connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.bind(params))
        return cursor, compiled

    def _for(self, dialect: Dialect) -> "_Compiled":
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return found


class _Compiled:
    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = compiled.string
        self.positional: list[str] | None = compiled.positiontup
        binds: dict[str, BindParameter[Any]] = compiled.binds
        self._defaults = {
            name: bind.effective_value for name, bind in binds.items() if not bind.required
        }
        self._to_driver: dict[str, Convert] = {
            name: convert
            for name, bind in binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        columns = list(getattr(statement, "exported_columns", []))
        row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        self._make: Convert = row._make
        self._from_driver: list[tuple[int, Convert]] = [
            (index, convert)
            for index, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def bind(self, params: dict[str, Any]) -> Any:
        values = {**self._defaults, **params}
        for name, convert in self._to_driver.items():
            values[name] = convert(values[name])
        if self.positional is None:
            return values
        return [values[name] for name in self.positional]

    def row(self, found: Sequence[Any]) -> Any:
        if self._from_driver:
            found = list(found)
            for index, convert in self._from_driver:
                found[index] = convert(found[index])
        return self._make(found)
