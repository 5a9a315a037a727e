"""The pages and the signs of life: the desk's files, /healthz, /readyz and /metrics."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sambung.core import accounts, connections, eventlog, health
from sambung.core.health import Health
from sambung.kit import clock, paths
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Job

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""The build puts a hash of the content into the names of these files."""
NOT_BUILT = "The front end is not built: run `make run`, or `npm run build` in web/."


class Site:
    """readers: names whose lag is shown."""

    def __init__(self, store: Store, readers: list[str]) -> None:
        self._store = store
        self._readers = readers
        self._folder = paths.web() / "desk"

    def signs_of_life(self) -> list[BaseRoute]:
        return [
            Route("/healthz", self._health),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]

    def pages(self) -> list[BaseRoute]:
        """Matches everything that nothing before it did."""
        assets = self._folder / "assets"
        routes: list[BaseRoute] = [Route("/{path:path}", self._page)]
        if assets.is_dir():
            routes.insert(0, Mount("/assets", _Immutable(directory=assets)))
        return routes

    async def _page(self, request: Request) -> Response:
        """A file of the desk, or (the desk has its own addresses) the desk itself."""
        folder = self._folder.resolve()
        with suppress(OSError, ValueError):  # a name that no file can have
            wanted = (folder / request.path_params["path"]).resolve()
            if wanted.is_file() and wanted.is_relative_to(folder):
                return FileResponse(wanted, headers={"Cache-Control": "no-cache"})
        page = folder / "index.html"
        if not page.is_file():
            return PlainTextResponse(NOT_BUILT, 503)
        return FileResponse(page, headers={"Cache-Control": "no-cache"})

    async def _health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    async def _ready(self, request: Request) -> Response:
        """Whether the database answers."""
        try:
            await self._store.read(_ping)
        except DBAPIError as error:
            return JSONResponse({"database": type(error).__name__}, 503)
        return JSONResponse({"database": "ok"})

    async def _metrics(self, request: Request) -> Response:
        found = await self._store.read(_figures, self._readers)
        fare = await self._store.read(_connections)
        registry = CollectorRegistry()
        registry.register(_Figures(found))
        registry.register(_Fares(fare))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Immutable(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(FOR_EVER)
        return response


class _Figures:
    def __init__(self, found: Mapping[str, Mapping[str, float]]) -> None:
        self._found = found

    def collect(self) -> list[GaugeMetricFamily]:
        lag = GaugeMetricFamily(
            "sambung_reader_accounts_behind", "Accounts a reader is behind in", labels=["reader"]
        )
        for name, value in self._found["readers"].items():
            lag.add_metric([name], value)
        jobs = GaugeMetricFamily("sambung_jobs", "Jobs by state", labels=["state"])
        for name, value in self._found["jobs"].items():
            jobs.add_metric([name], value)
        return [lag, jobs]


class _Fares:
    """How each connection fares; by its id, for figures are read by whoever keeps the machine."""

    def __init__(self, found: Sequence[tuple[str, str, Health]]) -> None:
        self._found = found

    def collect(self) -> list[GaugeMetricFamily]:
        now, second = clock.now(), timedelta(seconds=1)
        named = ["connection", "channel"]
        up = GaugeMetricFamily("sambung_connection_up", "1 = neither stopped nor off", labels=named)
        warned = GaugeMetricFamily(
            "sambung_connection_warnings", "Reasons to look at it", labels=named
        )
        failed = GaugeMetricFamily(
            "sambung_connection_failed", "Messages of 24 hours that failed", labels=named
        )
        waiting = GaugeMetricFamily(
            "sambung_connection_waiting", "Replies not yet sent", labels=named
        )
        silent = GaugeMetricFamily(
            "sambung_connection_last_in_age_seconds", "Since a message last came", labels=named
        )
        for id, channel, fares in self._found:
            labels = [id, channel]
            up.add_metric(labels, float(fares.status == connections.ACTIVE))
            warned.add_metric(labels, len(fares.warnings))
            failed.add_metric(labels, fares.failed)
            waiting.add_metric(labels, fares.waiting)
            if fares.last_in_at is not None:
                silent.add_metric(labels, (now - fares.last_in_at) / second)
        return [up, warned, failed, waiting, silent]


def _ping(tx: Tx) -> None:
    tx.value(select(1))


def _connections(tx: Tx) -> list[tuple[str, str, Health]]:
    found = []
    for account in accounts.all_of(tx):
        fare = health.of_all(tx, account.id)
        rows = connections.all_of(tx, account.id)
        found += [(str(row.id), row.channel, fare[row.id]) for row in rows]
    return found


def _figures(tx: Tx, readers: list[str]) -> dict[str, dict[str, float]]:
    jobs = select(
        func.count(Job.died_at), func.count(Job.lease_until), func.count(Job.id)
    )  # across accounts: the process's own figures
    dead, leased, every = tuple(tx.first(jobs))
    return {
        "readers": {name: len(eventlog.behind(tx, name)) for name in readers},
        "jobs": {"dead": dead, "leased": leased, "waiting": every - dead - leased},
    }
