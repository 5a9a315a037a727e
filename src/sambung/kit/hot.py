"""Statements of the hot path: written in Core, compiled once per dialect, run on the driver's cursor.

SQLAlchemy spends some 50 µs on an execution; the driver 3. Use it where a benchmark says so, Core elsewhere.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
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
        self._execute(tx, params)
        return int(tx.cursor.rowcount)

    def many(self, tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once per row, in one go."""
        compiled = self._for(tx.dialect)
        bound = [compiled.bind(row) for row in rows]
        try:
            tx.cursor.executemany(compiled.sql, bound)
        except tx.dialect.loaded_dbapi.Error as error:
            raise _told(error, compiled.sql, tx) from error

    def first(self, tx: Tx, **params: Any) -> Any:
        """The first row as a named tuple, or None."""
        compiled = self._execute(tx, params)
        # To the last, so that the driver is done with the statement and its cursor free for the next.
        found = tx.cursor.fetchall()
        return compiled.row(found[0]) if found else None

    def all(self, tx: Tx, **params: Any) -> list[Any]:
        compiled = self._execute(tx, params)
        return [compiled.row(row) for row in tx.cursor.fetchall()]

    def _execute(self, tx: Tx, params: dict[str, Any]) -> "_Compiled":
        compiled = self._for(tx.dialect)
        bound = compiled.bind(params)
        try:
            tx.cursor.execute(compiled.sql, bound)
        except tx.dialect.loaded_dbapi.Error as error:
            raise _told(error, compiled.sql, tx) from error
        return compiled

    def _for(self, dialect: Dialect) -> "_Compiled":
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, dialect)
        return found


def _told(error: Exception, sql: str, tx: Tx) -> BaseException:
    """The driver's error as Core would raise it: whoever catches it need not know which way it came."""
    dialect = tx.dialect
    lost = dialect.is_disconnect(error, tx.cursor.connection, tx.cursor)  # type: ignore[arg-type]
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )


class _Compiled:
    """sql: with the driver's placeholders. The rest turns what goes in and what comes out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = compiled.string
        self._binds: list[tuple[str, Convert | None]] = []
        self._constants: dict[str, Any] = {}
        binds: dict[str, BindParameter[Any]] = compiled.binds
        for name in compiled.positiontup or binds:
            convert = binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            self._binds.append((name, convert))
            if not binds[name].required:
                self._constants[name] = binds[name].effective_value
        self._named = compiled.positiontup is None
        columns = list(getattr(statement, "exported_columns", []))
        row: Any = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]
        self._make: Convert = row._make
        self._from_driver: list[tuple[int, Convert]] = [
            (index, convert)
            for index, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def bind(self, params: dict[str, Any]) -> Any:
        """What the driver takes: a list, or (named) a dict."""
        given = {**self._constants, **params} if self._constants else params
        if self._named:
            return {
                name: convert(given[name]) if convert else given[name]
                for name, convert in self._binds
            }
        return [convert(given[name]) if convert else given[name] for name, convert in self._binds]

    def row(self, found: Sequence[Any]) -> Any:
        if self._from_driver:
            found = list(found)
            for index, convert in self._from_driver:
                found[index] = convert(found[index])
        return self._make(found)
