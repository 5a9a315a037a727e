"""One database, SQLite or PostgreSQL, and its only way in: a transaction.

Verbs are plain functions that take a `Tx` first and the account next; they never commit.

    await store.write(conversations.reply, account, …)   # grouped with others, resolved after commit
    await store.read(inbox.page, account, …)             # on a read-only connection
    with store.begin() as tx: …                          # synchronous: command line, tests

Nothing else in the system commits.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from sqlalchemy import MetaData, event
from sqlalchemy.engine import Connection, CursorResult, Engine, create_engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlalchemy.sql import Executable, Select

from sambung.kit.sqlite import driver as sqlite_driver
from sambung.kit.writer import Call, Writer

P = ParamSpec("P")
T = TypeVar("T")
READERS = 4
COUNTED = {"preserve_rowcount": True}
"""So that INSERT … ON CONFLICT DO NOTHING tells whether it inserted, on PostgreSQL too."""


class Table(DeclarativeBase):
    """Every table's columns are declared on a class of this base; rows are read and written by Core."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Tx:
    """An open transaction. What is `defer`red is written once, at the end, for all verbs of a batch."""

    __slots__ = ("announced", "connection", "cursor", "deferred", "dialect", "has_due_jobs")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.cursor = connection.connection.cursor()
        """The driver's, for the statements of the hot path (kit.hot), one after the other."""
        self.deferred: list[tuple[Callable[[Tx, list[Any]], None], Any, bool]] = []
        self.announced: dict[UUID, int] = {}
        self.has_due_jobs = False
        """Set by who enqueues a job for now: the runner is woken after the commit."""

    def run(self, statement: Executable, params: Any = None) -> CursorResult[Any]:
        """Execute; with a list of parameters, many at once."""
        return cast("CursorResult[Any]", self.connection.execute(statement, params))

    def all(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        return self.connection.execute(statement).all()

    def first(self, statement: Executable) -> Any:
        """The first row, or None."""
        return self.connection.execute(statement).first()

    def value(self, statement: Executable) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement).scalar()

    def values(self, statement: Executable) -> list[Any]:
        """The first column of every row."""
        return list(self.connection.execute(statement).scalars())

    def defer(
        self, flush: Callable[["Tx", list[Any]], None], item: Any, *, last: bool = False
    ) -> None:
        """Have `flush(tx, items)` called once before the commit, with everything deferred to it.

        last: after the others, for rows that everybody wants: held the shortest, and never while waiting.
        """
        self.deferred.append((flush, item, last))

    def announce(self, account: UUID, position: int) -> None:
        """Tell the bus, after the commit, that the account's log reaches `position`."""
        self.announced[account] = position

    def flush(self) -> None:
        while self.deferred:
            batch, self.deferred = self.deferred, []
            grouped: dict[Callable[[Tx, list[Any]], None], list[Any]] = {}
            for write, item, _ in sorted(batch, key=lambda deferred: deferred[2]):
                grouped.setdefault(write, []).append(item)
            for write, items in grouped.items():
                write(self, items)


class Store:
    """The database behind `url`: `sqlite://` (memory), `sqlite:///file`, `postgresql://…`.

    on_commit   called (in a writer's thread) with {account: position} after a commit that made logs grow
    on_jobs     called (in a writer's thread) after a commit that brought jobs to be done now
    writers     PostgreSQL only: threads, each owning a hash of the accounts
    """

    def __init__(
        self,
        url: str = "sqlite://",
        *,
        on_commit: Callable[[dict[UUID, int]], None] | None = None,
        writers: int = 2,
    ) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self.memory = self.sqlite and not parsed.database
        self.url = parsed
        self.engine = self._engine(readonly=False)
        self.on_commit = on_commit
        self.on_jobs: Callable[[], None] | None = None
        self._readers = self.engine if self.memory else self._engine(readonly=True)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        count = 1 if self.sqlite else writers
        self._writers = [Writer(self.engine, Tx, self._published) for _ in range(count)]

    async def write(
        self, verb: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the verb in a transaction shared with whatever waits; its result, once committed.

        An exception of the verb undoes the verb alone and is raised here. A verb may be run again
        (a deadlock; another verb of its batch failed), so it must do nothing but use its transaction.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._writer_of(args).put(Call(verb, args, kwargs, loop, future))
        return await future

    async def read(
        self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run the query on a read-only connection in a thread."""
        if self.memory:
            return await self.write(query, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: self._read(query, args, kwargs)
        )

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction of one's own; commits at the end, or undoes everything when an error leaves it."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            tx = Tx(connection)
            yield tx
            tx.flush()
            transaction.commit()
            self._published(tx)

    async def close(self) -> None:
        """Finish what was handed in, then let go of every connection."""
        for writer in self._writers:
            await asyncio.to_thread(writer.stop)
        self._pool.shutdown()
        self.engine.dispose()
        self._readers.dispose()

    def _read(self, query: Callable[..., T], args: Any, kwargs: Any) -> T:
        with self._readers.connect() as connection, connection.begin() as transaction:
            try:
                return query(Tx(connection), *args, **kwargs)
            finally:
                transaction.rollback()

    def _writer_of(self, args: Sequence[Any]) -> Writer:
        if len(self._writers) == 1 or not args:
            return self._writers[0]
        return self._writers[hash(getattr(args[0], "account", args[0])) % len(self._writers)]

    def _published(self, tx: Tx) -> None:
        if tx.announced and self.on_commit is not None:
            self.on_commit(tx.announced)
        if tx.has_due_jobs and self.on_jobs is not None:
            self.on_jobs()

    def _engine(self, *, readonly: bool) -> Engine:
        if not self.sqlite:
            options = "-c default_transaction_read_only=on" if readonly else ""
            return create_engine(
                self.url,
                pool_size=READERS + 4,
                max_overflow=8,
                execution_options=COUNTED,
                connect_args={"options": f"-c timezone=UTC {options}"},
            )
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            module=sqlite_driver,
            connect_args={"check_same_thread": False},
            execution_options=COUNTED,
            **({"poolclass": StaticPool} if self.memory else {}),
        )
        event.listen(engine, "connect", _sqlite_pragmas(readonly=readonly))
        event.listen(engine, "begin", _sqlite_begin("BEGIN" if readonly else "BEGIN IMMEDIATE"))
        return engine


def _sqlite_pragmas(*, readonly: bool) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    pragmas = ["busy_timeout=5000", "foreign_keys=ON", "temp_store=MEMORY"]
    if readonly:
        pragmas += ["cache_size=-16384", "wal_autocheckpoint=0", "query_only=ON"]
    else:
        pragmas += ["journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"]
        pragmas += ["wal_autocheckpoint=4000"]

    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return on_connect


def _sqlite_begin(how: str) -> Callable[[Connection], None]:
    def on_begin(connection: Connection) -> None:
        # A deferred transaction that reads before it writes fails as soon as another
        # connection commits in between; an immediate one waits its turn.
        connection.exec_driver_sql(how)

    return on_begin
