"""The floor: the very statements a verb runs, again, by the driver alone, in batches of one transaction each."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPICursor

from sambung.kit.db import Store, Tx

Statement = tuple[str, Any, bool]
"""SQL, what is bound to it, and whether that is many rows."""
Verb = Callable[[Tx], object]


def recorded(store: Store, verbs: list[Verb], *, batch: int) -> list[list[Statement]]:
    """The statements of the verbs, `batch` of them to a transaction; what they did is undone."""
    found: list[list[Statement]] = []
    with store.engine.connect() as connection, connection.begin() as transaction:
        for start in range(0, len(verbs), batch):
            statements: list[Statement] = []
            tx = Tx(connection)
            tx.cursor = cast("DBAPICursor", _Listening(tx.cursor, statements))

            def heard(_c: Any, _d: Any, sql: str, bound: Any, _x: Any, many: bool) -> None:
                statements.append((sql, bound, many))  # noqa: B023  taken away before the next

            event.listen(connection, "before_cursor_execute", heard)
            for verb in verbs[start : start + batch]:
                verb(tx)
            tx.flush()
            event.remove(connection, "before_cursor_execute", heard)
            found.append(statements)
        transaction.rollback()
    return found


def replay(store: Store, batches: list[list[Statement]]) -> None:
    """Run them, each batch in a transaction, and fetch what they give."""
    connection: Any = store.engine.raw_connection()
    cursor = connection.cursor()
    for statements in batches:
        if store.sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        for sql, bound, many in statements:
            if many:
                cursor.executemany(sql, bound)
            else:
                cursor.execute(sql, bound)
                if cursor.description:
                    cursor.fetchall()
        connection.commit()
    cursor.close()
    connection.close()


class _Listening:
    """A cursor that writes down what it is told."""

    def __init__(self, cursor: Any, heard: list[Statement]) -> None:
        self._cursor = cursor
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, sql: str, bound: Any) -> None:
        self._heard.append((sql, bound, False))
        self._cursor.execute(sql, bound)

    def executemany(self, sql: str, bound: Any) -> None:
        self._heard.append((sql, bound, True))
        self._cursor.executemany(sql, bound)
