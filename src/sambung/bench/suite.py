"""The benchmarks there are."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sambung.bench import channels, cluster, inbox, ingest, jobs, live
from sambung.bench.figures import Figure, show
from sambung.bench.ground import Ground, on_postgres, on_sqlite

BENCHES: dict[str, Callable[[Ground, float], list[Figure]]] = {
    "ingest": ingest.run,
    "live": live.run,
    "inbox": inbox.run,
    "jobs": jobs.run,
    "channels": channels.run,
}
SERVER = "SAMBUNG_BENCH_DATABASE"
"""Names a PostgreSQL server by the URL of a database on it; scratch databases are made beside that one."""


def main(name: str | None = None, *, scale: float = 1.0) -> None:
    """Run one benchmark or all, on SQLite and, where there is one, on PostgreSQL.

    scale: how much of the usual amount of work (0.1: a quick look). Raises KeyError for an unknown name.
    """
    with _server() as server:
        for chosen in [name] if name else BENCHES:
            _say(chosen)
            columns = {}
            with on_sqlite() as ground:
                columns[ground.engine] = BENCHES[chosen](ground, scale)
            if server:
                with on_postgres(server) as ground:
                    columns[ground.engine] = BENCHES[chosen](ground, scale)
            show(columns, _say)


@contextmanager
def _server() -> Iterator[str | None]:
    """The one that was named, or one of our own where PostgreSQL is installed."""
    programs = cluster.programs()
    if SERVER in os.environ or programs is None:
        yield os.environ.get(SERVER)
    else:
        with cluster.private_cluster(programs, {}) as url:
            yield url


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
