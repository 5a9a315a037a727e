"""Everything there is, put together. Read this file first.

store ── event log ──► readers (Follower) ──► jobs (Runner) ──► channels
  ▲                        └► hub, feed ──► browsers of agents and visitors
  └── gateway (hooks, mail, visitors), api
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from sambung import api, packs
from sambung import seed as demos
from sambung.api.auth import COOKIE
from sambung.api.context import Services
from sambung.api.headers import SecurityHeaders
from sambung.api.site import Site
from sambung.core import (
    conversations,
    duplicates,
    files,
    markers,
    parked,
    search_reader,
    subscriptions,
)
from sambung.core.follower import Follower, Reader
from sambung.gateway import courtesies, media, outbound
from sambung.gateway.courtesies import Courtesies
from sambung.gateway.directory import Directory
from sambung.gateway.inbound import Gateway
from sambung.gateway.listeners import Listeners, Post
from sambung.gateway.mail_listener import MailListener
from sambung.gateway.media import Fetch
from sambung.gateway.outbound import Deliver
from sambung.gateway.visitor_feed import Feed
from sambung.gateway.visitor_socket import Around, Typing
from sambung.gateway.visitors import Visitors
from sambung.kit import crypto, schema
from sambung.kit.blobs import Blobs, open_blobs
from sambung.kit.bus import Bus, open_bus
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.net import Net, open_net
from sambung.kit.runner import Runner, Worker
from sambung.realtime.hub import Hub, Overheard
from sambung.realtime.live import Live
from sambung.realtime.presence import Presence
from sambung.settings import Settings
from sambung.simulator.app import Simulator
from sambung.webhooks import deliver as webhooks
from sambung.webhooks import reader as webhooks_reader

READERS: Sequence[Reader] = (
    outbound.READER,
    outbound.RELEASER,
    media.READER,
    courtesies.READER,
    search_reader.READER,
    duplicates.READER,
    webhooks_reader.READER,
)
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Parts:
    """The running pieces of one process."""

    settings: Settings
    store: Store
    bus: Bus
    blobs: Blobs
    net: Net
    directory: Directory
    gateway: Gateway
    visitors: Visitors
    hub: Hub
    live: Live
    follower: Follower
    runner: Runner


def workers(store: Store, directory: Directory, blobs: Blobs, net: Net) -> Mapping[str, Worker]:
    """What does each kind of job."""

    async def wake(job: Leased) -> None:
        await store.write(conversations.ring, job.account, UUID(job.args["conversation"]))

    async def forget(job: Leased) -> None:
        if not await store.read(files.is_kept, job.args["key"]):
            await blobs.remove(job.args["key"])

    signs = Courtesies(store, directory, net)
    return {
        outbound.SEND: Deliver(store, directory, blobs, net),
        media.FETCH: Fetch(store, directory, blobs, net),
        markers.SEEN: signs.seen,
        courtesies.REACT: signs.react,
        conversations.WAKE: wake,
        files.FORGET: forget,
        subscriptions.DELIVER: webhooks.Deliver(store, net),
    }


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncIterator[Parts]:
    """The parts, connected to each other but not yet running."""
    crypto.use(settings.secret.get_secret_value())
    async with AsyncExitStack() as stack:
        private = settings.allow_private_network
        net = await stack.enter_async_context(open_net(allow_private=private))
        bus = await stack.enter_async_context(open_bus(settings.bus, settings.database_url))
        blobs = open_blobs(settings.files, settings.data / "files", net.http)
        loop = asyncio.get_running_loop()

        def committed(announced: dict[UUID, int]) -> None:
            # Called in a writer's thread; a loop that has ended needs no wake-up.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(bus.announce, announced)

        store = Store(settings.database_url, on_commit=committed)
        stack.push_async_callback(store.close)
        directory = Directory(store)
        follower = Follower(store, READERS)
        runner = Runner(store, workers(store, directory, blobs, net))
        hub = Hub(store, bus, base_url=settings.base_url)
        live = Live(store, hub, Presence(hub, bus), cookie=COOKIE, origins=(settings.base_url,))
        feed = Feed(store)
        gateway = Gateway(store, directory, blobs, public_url=settings.base_url, tell=hub.publish)
        around = Around(store, feed, _typing(hub), settings.base_url)
        visitors = Visitors(directory, blobs, around)

        def woken(account: UUID, _: int) -> None:
            for part in (directory, follower, feed):
                part.woken(account)
            runner.wake()

        bus.listen(woken=woken)
        hub.overhear(_told_to_visitors(feed))
        yield Parts(
            settings,
            store,
            bus,
            blobs,
            net,
            directory,
            gateway,
            visitors,
            hub,
            live,
            follower,
            runner,
        )


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[None]:
    """Readers, jobs and listeners run while the block does."""
    await parts.directory.load()
    listeners = Listeners(parts.store, parts.directory, parts.gateway, parts.net)
    running = [
        asyncio.create_task(part.run(), name=type(part).__name__)
        for part in (parts.directory, parts.follower, parts.runner, parts.live, listeners)
    ]
    running.append(asyncio.create_task(_tidy(parts.store), name="tidy"))
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


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
    return Starlette(routes=[Mount("/simulator", simulator.app), Mount("/", served)])


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


async def _tidy(store: Store) -> None:
    """Forgets what nobody came for, every hour."""
    while True:
        await store.write(parked.sweep)
        await asyncio.sleep(HOUR)


def _typing(hub: Hub) -> Typing:
    def typing(account: UUID, conversation: UUID, on: bool) -> None:
        by = {"type": "customer", "id": None, "name": ""}
        data = {"conversation": str(conversation), "by": by, "on": on, "mode": "reply"}
        hub.publish(account, "typing", data)

    return typing


def _told_to_visitors(feed: Feed) -> Overheard:
    """An agent who writes a reply is seen writing by the visitor."""

    def overheard(account: UUID, type: str, data: dict[str, Any]) -> None:
        if type == "typing" and data["by"]["type"] == "user" and data.get("mode") == "reply":
            conversation, name = UUID(data["conversation"]), str(data["by"].get("name", ""))
            feed.typing(account, conversation, on=bool(data["on"]), author=name)

    return overheard
