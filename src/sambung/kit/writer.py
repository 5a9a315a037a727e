"""Group commit: one thread that runs waiting verbs in one transaction, then answers all of them.

Committing per message costs an fsync each; a batch costs one for all. A verb that fails is undone to
its own savepoint and the others go on. A batch whose commit fails is run again one by one, so that
one poisonous verb fails alone.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

LARGEST_BATCH = 256
ATTEMPTS = 4
PASSING = {"40001", "40P01", "23505"}
"""SQLSTATE of serialisation failures, deadlocks, and of two processes that wrote the same key at one moment."""
BROKEN = {"08000", "08003", "08006", "57P01", "57P02", "57P03"}


@dataclass(slots=True)
class Call:
    """A verb handed in, and whom to tell."""

    verb: Callable[..., Any]
    args: Sequence[Any]
    kwargs: dict[str, Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    attempts: int = 0


class Transaction(Protocol):
    """What the writer needs of a Tx."""

    deferred: list[Any]
    announced: dict[UUID, int]

    def flush(self) -> None: ...


class Writer:
    """Owns one connection and a thread, started by the first call."""

    def __init__(
        self,
        engine: Engine,
        tx: Callable[[Connection], Transaction],
        published: Callable[[dict[UUID, int]], None],
    ) -> None:
        self._engine = engine
        self._tx = tx
        self._published = published
        self._queue: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def put(self, call: Call) -> None:
        self._queue.put(call)
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._loop, name="db-write", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Run what waits, then end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _loop(self) -> None:
        while True:
            batch, last = self._next_batch()
            again = self._run(batch) if batch else []
            while again:
                again = [left for call in again for left in self._run([call])]
            if last:
                return

    def _next_batch(self) -> tuple[list[Call], bool]:
        batch: list[Call] = []
        call = self._queue.get()
        while call is not None:
            batch.append(call)
            if len(batch) == LARGEST_BATCH:
                return batch, False
            try:
                call = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _run(self, batch: list[Call]) -> list[Call]:
        """Run and commit a batch, tell the callers; the calls that must be run again, singly."""
        again: list[Call] = []
        announced: dict[UUID, int] = {}
        committing = False
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                tx = self._tx(connection)
                alone = len(batch) == 1
                for call in batch:
                    call.attempts += 1
                    self._run_verb(connection, tx, call, alone=alone)
                again = [call for call in batch if call.error and _worth_again(call)]
                if alone and batch[0].error:
                    transaction.rollback()
                else:
                    tx.flush()
                    committing = True
                    transaction.commit()
                    announced = tx.announced
        except Exception as failure:
            for call in batch:
                call.error = failure
            # A connection lost during the commit leaves open whether it was made: twice is worse than told.
            if not (committing and _lost(failure)):
                again = [call for call in batch if len(batch) > 1 or _worth_again(call)]
        if announced:
            self._tell(announced)
        _answer([call for call in batch if call not in again])
        return again

    def _tell(self, announced: dict[UUID, int]) -> None:
        try:
            self._published(announced)
        except Exception:
            log.exception("a commit could not be announced; who follows the log finds it later")

    def _run_verb(
        self, connection: Connection, tx: Transaction, call: Call, *, alone: bool
    ) -> None:
        call.error = None
        cursor = None if alone else connection.connection.cursor()
        mark = len(tx.deferred)
        if cursor is not None:
            cursor.execute("SAVEPOINT verb")
        try:
            call.result = call.verb(tx, *call.args, **call.kwargs)
        except BaseException as error:
            call.error = error
            del tx.deferred[mark:]
            if cursor is not None:
                cursor.execute("ROLLBACK TO SAVEPOINT verb")
        if cursor is not None:
            cursor.execute("RELEASE SAVEPOINT verb")
            cursor.close()


def _worth_again(call: Call) -> bool:
    """Whether the database, not the verb, was at fault, so that the same may succeed now."""
    error = call.error
    if not isinstance(error, DBAPIError) or call.attempts >= ATTEMPTS:
        return False
    return _lost(error) or getattr(error.orig, "sqlstate", None) in PASSING


def _lost(error: Exception) -> bool:
    """Whether the connection broke."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in BROKEN


def _answer(calls: list[Call]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Call]] = {}
    for call in calls:
        by_loop.setdefault(call.loop, []).append(call)
    for loop, group in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, group)


def _resolve(calls: list[Call]) -> None:
    for call in calls:
        if call.future.done():
            continue
        if call.error is not None:
            call.future.set_exception(call.error)
        else:
            call.future.set_result(call.result)
