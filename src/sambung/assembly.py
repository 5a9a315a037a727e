"""The parts of a process: made, connected to each other, and run."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from sambung.api.auth import COOKIE
from sambung.core import checks, nightly, pacing, parked, retention, subscriptions
from sambung.core.follower import Follower, Reader
from sambung.gateway import dead_jobs
from sambung.gateway.directory import Directory
from sambung.gateway.inbound import Gateway
from sambung.gateway.listeners import Listeners
from sambung.gateway.visitor_feed import Feed
from sambung.gateway.visitor_socket import Around, Typing
from sambung.gateway.visitors import Visitors
from sambung.kit import clamd, crypto, statistics
from sambung.kit.blobs import Blobs, open_blobs
from sambung.kit.bus import Bus, open_bus
from sambung.kit.db import Store
from sambung.kit.net import Net, open_net
from sambung.kit.runner import Runner, Worker
from sambung.kit.writer import take_turns
from sambung.realtime.hub import Hub, Overheard
from sambung.realtime.live import Live
from sambung.realtime.presence import Presence
from sambung.settings import Settings

log = logging.getLogger(__name__)

MINUTE = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the workers of jobs need."""

    store: Store
    directory: Directory
    blobs: Blobs
    net: Net
    feed: Feed
    public_url: str


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


@asynccontextmanager
async def assembled(
    settings: Settings, readers: Sequence[Reader], workers: Callable[[Tools], Mapping[str, Worker]]
) -> AsyncIterator[Parts]:
    """The parts, connected to each other but not yet running."""
    crypto.use(settings.secret.get_secret_value())
    take_turns()
    clamd.use(settings.clamd)
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

        def due() -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(runner.wake)

        store = Store(settings.database_url, on_commit=committed)
        store.on_jobs = due
        stack.push_async_callback(store.close)
        directory = Directory(store)
        follower = Follower(store, readers)
        hub = Hub(store, bus, base_url=settings.base_url)
        live = Live(store, hub, Presence(hub, bus), cookie=COOKIE, origins=(settings.base_url,))
        feed = Feed(store)
        tools = Tools(store, directory, blobs, net, feed, settings.base_url)
        runner = Runner(store, workers(tools), died=dead_jobs.noted_in(store))
        gateway = Gateway(store, directory, blobs, public_url=settings.base_url, tell=hub.publish)
        around = Around(store, feed, _typing(hub), settings.base_url)
        visitors = Visitors(directory, blobs, around)

        def woken(account: UUID, _: int) -> None:
            for part in (directory, follower, feed):
                part.woken(account)

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
        for part in (
            *(parts.directory, parts.follower, parts.runner),
            *(parts.hub, parts.live, listeners),
        )
    ]
    running.append(asyncio.create_task(_tidy(parts.store, parts.settings), name="tidy"))
    running.append(asyncio.create_task(statistics.keep_up(parts.store), name="statistics"))
    for task in running:
        task.add_done_callback(_end_with)
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _tidy(store: Store, settings: Settings) -> None:
    """Forgets what nobody came for, every minute."""
    while True:
        try:
            await store.write(parked.sweep)
            await store.write(subscriptions.expire)
            await store.write(pacing.sweep)
            await store.write(nightly.schedule, checks.CHECK, {})
            if days := settings.keep_files_days:
                await store.write(nightly.schedule, retention.EXPIRE, {"days": days})
        except SQLAlchemyError:
            log.exception("could not tidy up; again in a minute")
        await asyncio.sleep(MINUTE)


def _end_with(task: "asyncio.Task[None]") -> None:
    """A part that ended by an error leaves the process half alive: end it whole, to be started again."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("%s failed", task.get_name(), exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)


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
