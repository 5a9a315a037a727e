"""Everything there is, put together. Read this file first.

    store ── event log ──► readers ──► jobs ──► channels
      ▲                      └► hub, feed ──► browsers of agents and visitors
      └── gateway (hooks, mail, visitors), api

`READERS` follow the log, `workers` do the jobs, `application` serves HTTP; `assembly` connects and runs them.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from sambung import api, assembly, packs
from sambung import seed as demos
from sambung.api.context import Services
from sambung.api.headers import SecurityHeaders
from sambung.api.site import Site
from sambung.assembly import Parts, Tools, working
from sambung.core import (
    checks,
    conversations,
    duplicates,
    files,
    markers,
    optouts,
    retention,
    search_reader,
    sounds,
    subscriptions,
    unrecorded,
)
from sambung.core.follower import Reader
from sambung.gateway import courtesies, introductions, media, outbound, registration
from sambung.gateway.again import Again
from sambung.gateway.checking import Checking
from sambung.gateway.courtesies import Courtesies
from sambung.gateway.listeners import Post
from sambung.gateway.mail_listener import MailListener
from sambung.gateway.media import Fetch
from sambung.gateway.outbound import Deliver
from sambung.gateway.sounds import Convert
from sambung.kit import clock, schema
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.runner import Worker
from sambung.settings import Settings
from sambung.simulator.app import Simulator
from sambung.webhooks import deliver as webhooks
from sambung.webhooks import reader as webhooks_reader

READERS: Sequence[Reader] = (
    outbound.READER,
    outbound.RELEASER,
    media.READER,
    courtesies.READER,
    introductions.READER,
    registration.READER,
    search_reader.READER,
    duplicates.READER,
    optouts.READER,
    webhooks_reader.READER,
)


def workers(tools: Tools) -> Mapping[str, Worker]:
    """What does each kind of job."""
    store, directory, blobs, net = tools.store, tools.directory, tools.blobs, tools.net

    async def wake(job: Leased) -> None:
        await store.write(conversations.ring, job.account, UUID(job.args["conversation"]))

    async def forget(job: Leased) -> None:
        if not await store.read(files.is_kept, job.args["key"]):
            await blobs.remove(job.args["key"])

    async def expire(job: Leased) -> None:
        before = clock.now() - timedelta(days=job.args["days"])
        while await store.write(retention.expire, job.account, before):
            pass

    async def seen(job: Leased) -> None:
        conversation, position = UUID(job.args["conversation"]), int(job.args["position"])
        await tools.feed.seen(job.account, conversation, position)
        await signs.seen(job)

    signs = Courtesies(store, directory, net)
    return {
        outbound.SEND: Deliver(store, directory, blobs, net, public_url=tools.public_url),
        media.FETCH: Fetch(store, directory, blobs, net),
        markers.SEEN: seen,
        courtesies.REACT: signs.react,
        courtesies.ACKNOWLEDGE: signs.acknowledge,
        introductions.ASK: introductions.Ask(store, directory, net),
        registration.REGISTER: registration.Register(store, directory, net, tools.public_url),
        conversations.WAKE: wake,
        files.FORGET: forget,
        unrecorded.AGAIN: Again(store, blobs),
        sounds.CONVERT: Convert(store, blobs),
        retention.EXPIRE: expire,
        checks.CHECK: Checking(store, directory, net),
        subscriptions.DELIVER: webhooks.Deliver(store, net),
    }


def assembled(settings: Settings) -> AbstractAsyncContextManager[Parts]:
    """The parts of a process, connected but not yet running (`assembly.working` runs them)."""
    return assembly.assembled(settings, READERS, workers)


def application(parts: Parts, *, simulator: Simulator | None = None) -> ASGIApp:
    """Everything that is served over HTTP, as one ASGI app."""
    settings = parts.settings
    http = api.app(Services(parts.store, settings, parts.net, parts.blobs))
    site = Site(parts.store, [reader.name for reader in READERS])
    product = Starlette(
        routes=[
            *parts.gateway.routes(),
            *parts.visitors.routes(),
            WebSocketRoute("/api/v1/live", parts.live),
            *site.signs_of_life(),
            *(Route(path, http) for path in ("/api/{rest:path}", "/openapi.json", "/docs")),
            *site.pages(),
        ]
    )
    served: ASGIApp = SecurityHeaders(product, https=settings.https)
    if simulator is None:
        return served
    to_page = RedirectResponse("/simulator/", 308)
    return Starlette(
        routes=[
            Route("/simulator", to_page),
            Mount("/simulator", simulator.app),
            Mount("/", served),
        ]
    )


def serve(settings: Settings, *, demo: bool = False) -> None:
    """The whole product in one process, until it is told to stop (SIGINT, SIGTERM)."""
    uvloop.run(_serve(settings, demo=demo))


def work(settings: Settings) -> None:
    """Readers and jobs only: one of several processes on one PostgreSQL."""
    uvloop.run(_work(settings))


def seed(settings: Settings, pack: str, *, account: str | None = None) -> None:
    """Set up a business from an industry's pack."""
    store = Store(settings.database_url)
    schema.upgrade(store)
    with store.begin() as tx:
        packs.set_up(tx, packs.load(pack), account=account)


def openapi() -> dict[str, Any]:
    """The API's OpenAPI document."""
    return api.document()


async def _serve(settings: Settings, *, demo: bool) -> None:
    if demo:
        settings = demos.settings_for(settings)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings))
        await asyncio.to_thread(schema.upgrade, parts.store)
        simulator = await stack.enter_async_context(_demonstrated(parts)) if demo else None
        await stack.enter_async_context(working(parts))
        await stack.enter_async_context(_taking_mail(parts))
        await _listen(settings, application(parts, simulator=simulator))


async def _work(settings: Settings) -> None:
    async with assembled(settings) as parts, working(parts):
        await asyncio.Event().wait()


@asynccontextmanager
async def _demonstrated(parts: Parts) -> AsyncIterator[Simulator]:
    """A demo business and the world around it, while the block runs."""
    simulator = await demos.demo(parts.store, parts.blobs, parts.settings)
    await simulator.start()
    sys.stdout.write(demos.welcome(parts.settings))
    sys.stdout.flush()
    try:
        yield simulator
    finally:
        await simulator.stop()


@asynccontextmanager
async def _taking_mail(parts: Parts) -> AsyncIterator[None]:
    """The built-in mail listener runs while the block does, where it is given a port."""
    settings = parts.settings
    if not settings.mail_port:
        yield
        return
    post = Post(parts.directory, parts.gateway)
    listener = MailListener(
        accepts=post.accepts,
        deliver=post.deliver,
        host=settings.mail_host,
        port=settings.mail_port,
        hostname=settings.mail_domain or "localhost",
    )
    await listener.start()
    try:
        yield
    finally:
        await listener.stop()


async def _listen(settings: Settings, app: ASGIApp) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1_000_000,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    await uvicorn.Server(config).serve()
