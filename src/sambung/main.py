"""Everything there is, put together. Read this file first.

store ── event log ──► readers (Follower) ──► jobs (Runner) ──► channels
  ▲                        └► hub ──► browsers
  └── gateway (hooks, mail, visitors), api
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from sambung import api, seed
from sambung.api.context import Services
from sambung.api.headers import SecurityHeaders
from sambung.api.site import Site
from sambung.core import conversations, erasure, markers
from sambung.core.follower import Follower, Reader
from sambung.gateway import courtesies, media, outbound
from sambung.gateway.courtesies import REACT, Courtesies
from sambung.gateway.directory import Directory
from sambung.gateway.inbound import Gateway
from sambung.gateway.listeners import Listeners, Post
from sambung.gateway.mail_listener import MailListener
from sambung.gateway.media import Fetch
from sambung.gateway.outbound import Deliver
from sambung.kit import crypto, schema
from sambung.kit.blobs import Blobs, open_blobs
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.net import Net, open_net
from sambung.kit.runner import Runner, Worker
from sambung.settings import Settings
from sambung.simulator.app import Simulator

log = logging.getLogger(__name__)

READERS: Sequence[Reader] = (
    outbound.READER,
    outbound.RELEASER,
    media.READER,
    courtesies.READER,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The running pieces of one process."""

    settings: Settings
    store: Store
    blobs: Blobs
    net: Net
    directory: Directory
    gateway: Gateway
    follower: Follower
    runner: Runner


def workers(store: Store, directory: Directory, blobs: Blobs, net: Net) -> Mapping[str, Worker]:
    """What does each kind of job."""

    async def wake(job: Leased) -> None:
        await store.write(conversations.ring, job.account, UUID(job.args["conversation"]))

    async def forget(job: Leased) -> None:
        if not await store.read(erasure.is_kept, job.args["key"]):
            await blobs.remove(job.args["key"])

    small = Courtesies(store, directory, net)
    return {
        outbound.SEND: Deliver(store, directory, blobs, net),
        media.FETCH: Fetch(store, directory, blobs, net),
        markers.SEEN: small.seen,
        REACT: small.react,
        conversations.WAKE: wake,
        erasure.FORGET: forget,
    }


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Parts]:
    """The parts, connected to each other but not yet running."""
    crypto.use(settings.secret.get_secret_value())
    async with AsyncExitStack() as stack:
        net = await stack.enter_async_context(
            open_net(allow_private=settings.allow_private_network)
        )
        blobs = open_blobs(settings.files, settings.data / "files", net.http)
        loop = asyncio.get_running_loop()

        def committed(announced: dict[UUID, int]) -> None:
            # Called in a writer's thread.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(wake, announced)

        def wake(announced: dict[UUID, int]) -> None:
            for account in announced:
                directory.woken(account)
                follower.woken(account)
            runner.wake()

        store = Store(settings.database_url, on_commit=committed)
        stack.push_async_callback(store.close)
        directory = Directory(store)
        follower = Follower(store, READERS)
        runner = Runner(store, workers(store, directory, blobs, net))
        gateway = Gateway(store, directory, blobs, public_url=settings.base_url)
        yield Parts(settings, store, blobs, net, directory, gateway, follower, runner)


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Readers, jobs and listeners run while the block does."""
    await parts.directory.load()
    listeners = Listeners(parts.store, parts.directory, parts.gateway, parts.net)
    running = [
        asyncio.create_task(part.run(), name=type(part).__name__)
        for part in (parts.directory, parts.follower, parts.runner, listeners)
    ]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def application(parts: Parts, *, simulator: Simulator | None = None) -> ASGIApp:
    """Everything that is served over HTTP, as one ASGI app."""
    settings = parts.settings
    services = Services(parts.store, settings, parts.net, parts.blobs)
    site = Site(parts.store, [reader.name for reader in READERS])
    http = api.app(services)
    product = Starlette(
        routes=[
            *parts.gateway.routes(),
            *site.signs_of_life(),
            *(Route(path, http) for path in ("/api/{rest:path}", "/openapi.json", "/docs")),
            *site.pages(),
        ]
    )
    served: ASGIApp = SecurityHeaders(product, https=settings.https)
    if simulator is None:
        return served
    return Starlette(routes=[Mount("/simulator", simulator.app), Mount("/", served)])


@asynccontextmanager
async def taking_mail(parts: Parts) -> AsyncIterator[int | None]:
    """The built-in mail listener runs while the block does; its port."""
    settings = parts.settings
    if not settings.mail_port:
        yield None
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
        yield listener.port
    finally:
        await listener.stop()


async def serve(settings: Settings, *, demo: bool = False) -> None:
    """The whole product in one process, until it is told to stop (SIGINT, SIGTERM)."""
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings))
        schema.upgrade(parts.store)
        simulator = await stack.enter_async_context(demonstrated(parts)) if demo else None
        await stack.enter_async_context(working(parts))
        await stack.enter_async_context(taking_mail(parts))
        await _listen(settings, application(parts, simulator=simulator))


async def work(settings: Settings) -> None:
    """Readers and jobs only: one of several processes on one PostgreSQL."""
    async with assembled(settings) as parts, working(parts):
        await asyncio.Event().wait()


@asynccontextmanager
async def demonstrated(parts: Parts) -> AsyncIterator[Simulator]:
    """A demo business and the world around it, while the block runs."""
    simulator = await seed.demo(parts.store, parts.blobs, parts.settings)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


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
