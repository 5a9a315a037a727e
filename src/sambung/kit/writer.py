"""Group commit: one thread that runs waiting verbs in one transaction, then answers all of them.

Committing per message costs an fsync each; a batch costs one for all. When a verb fails, the batch is
undone and run again with a savepoint before each verb, so that what fails is undone alone. A batch whose
commit fails is run again one by one, so that one poisonous verb fails alone.
"""

import asyncio
import logging
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

TURN = 0.001
"""Seconds that a thread may keep the interpreter from another; see `take_turns`."""
LARGEST_BATCH = 256
ATTEMPTS = 4
PASSING = {"40001", "40P01", "23505"}
"""SQLSTATE of serialisation failures, deadlocks, and of two processes that wrote the same key at one moment."""
BROKEN = {"08000", "08003", "08006", "57P01", "57P02", "57P03"}


def take_turns() -> None:
    """Let threads hand over often, once per process.

    A statement lets go of the interpreter, and to have it back while the event loop is busy takes a turn: by default
    5 ms, ten times a message. (200 messages/s to 100 sockets: half within 30 ms; by default within 1,700.)
    """
    sys.setswitchinterval(TURN)


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

    def flush(self) -> None: ...


class Writer:
    """Owns one connection and a thread, started by the first call."""

    def __init__(
        self,
        engine: Engine,
        tx: Callable[[Connection], Transaction],
        published: Callable[[Any], None],
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
        committed: Transaction | None = None
        committing = False
        try:
            with self._engine.connect() as connection:
                connection.begin()
                tx = self._tx(connection)
                fine = self._run_verbs(tx, batch)
                if not fine and len(batch) > 1:
                    # Seldom, so all of it over again costs less than a savepoint for every verb always.
                    connection.rollback()
                    connection.begin()
                    tx = self._tx(connection)
                    self._run_apart(tx, batch, connection)
                again = [call for call in batch if call.error and _worth_again(call)]
                if fine or len(batch) > 1:
                    tx.flush()
                    committing = True
                    connection.commit()
                    committed = tx
        except Exception as failure:
            for call in batch:
                call.error = failure
            # A connection lost during the commit leaves open whether it was made: twice is worse than told.
            if not (committing and _lost(failure)):
                again = [call for call in batch if len(batch) > 1 or _worth_again(call)]
        if committed is not None:
            self._tell(committed)
        _answer([call for call in batch if call not in again])
        return again

    def _tell(self, committed: Transaction) -> None:
        try:
            self._published(committed)
        except Exception:
            log.exception("a commit could not be announced; who follows the log finds it later")

    def _run_verbs(self, tx: Transaction, batch: list[Call]) -> bool:
        """Whether all of them went well; the first that does not ends it."""
        for call in batch:
            call.attempts += 1
            call.error = None
        return all(_run_verb(tx, call) for call in batch)

    def _run_apart(self, tx: Transaction, batch: list[Call], connection: Connection) -> None:
        """Each to a savepoint of its own, which undoes it alone."""
        cursor = connection.connection.cursor()
        for call in batch:
            mark = len(tx.deferred)
            cursor.execute("SAVEPOINT verb")
            if not _run_verb(tx, call):
                del tx.deferred[mark:]
                cursor.execute("ROLLBACK TO SAVEPOINT verb")
            cursor.execute("RELEASE SAVEPOINT verb")
        cursor.close()


def _run_verb(tx: Transaction, call: Call) -> bool:
    call.error = None
    try:
        call.result = call.verb(tx, *call.args, **call.kwargs)
    except BaseException as error:
        call.error = error
    return call.error is None


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
