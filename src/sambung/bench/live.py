"""From a customer's message to the agents' screens: a real server, real webhooks, real sockets."""

import asyncio
import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect

from sambung.bench import traffic
from sambung.bench.figures import Figure, percentile
from sambung.bench.ground import Ground, know_the_tables
from sambung.bench.server import Server, serving
from sambung.core import api_keys
from sambung.core.events import SYSTEM

SOCKETS = 100
WATCHED = 3
"""Of them are read frame by frame; the others only take what comes, to leave the CPU to the server."""
RATE = 200
SECONDS = 10
PEOPLE = 300
"""Each writes once before anything is measured."""
IDLE = 0.1
"""Seconds of CPU in a second that a server uses at rest, at most."""
NAMED = re.compile(r"wamid\.\d+\.\d+")


def run(ground: Ground, scale: float) -> list[Figure]:
    """The figures on one database."""
    return asyncio.run(_measured(ground, max(1, int(SECONDS * scale))))


async def _measured(ground: Ground, seconds: int) -> list[Figure]:
    store = ground.store()
    with store.begin() as tx:
        _, key = api_keys.make(tx, ground.account, name="bench", role="admin", by=SYSTEM)
    settings = {"REQUESTS_PER_SECOND": "0", "LOG_LEVEL": "WARNING"}
    async with serving(ground.settings.data, ground.settings.database_url, settings) as server:
        told = [dict[str, float]() for _ in range(WATCHED)]
        watching = [asyncio.create_task(_watch(server, key, seen)) for seen in told]
        watching += [asyncio.create_task(_sit(server, key)) for _ in range(SOCKETS - WATCHED)]
        await asyncio.sleep(2)
        await _post(server, ground, traffic.hook(PEOPLE, people=PEOPLE), {})
        await _quiet(server)
        know_the_tables(store)
        used = server.cpu()
        taken: dict[str, float] = {}
        count = RATE * seconds
        answers = await _post(server, ground, traffic.hook(count, people=PEOPLE), taken)
        await _quiet(server)
        used = server.cpu() - used
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    await store.close()
    waits = [seen[name] - began for seen in told for name, began in taken.items() if name in seen]
    missed = WATCHED * count - len(waits)
    return [
        Figure("webhook to socket, half within", percentile(waits, 0.5) * 1000, "ms", 1),
        Figure(
            "webhook to socket, 99 of 100 within",
            percentile(waits, 0.99) * 1000,
            "ms",
            1,
            "≤ 50 ms",
        ),
        Figure("webhook to answer, 99 of 100 within", percentile(answers, 0.99) * 1000, "ms", 1),
        Figure("messages a second", RATE, "/s"),
        Figure("sockets", SOCKETS),
        Figure("messages that a watched socket missed", missed, "", 0, "0"),
        Figure("server CPU per message, all told", used / count * 1e6, "µs"),
    ]


async def _quiet(server: Server) -> None:
    """Wait until the server has nothing left to do."""
    before, used = -1.0, server.cpu()
    while used - before > IDLE:
        await asyncio.sleep(1)
        before, used = used, server.cpu()


async def _post(
    server: Server,
    ground: Ground,
    posts: Iterator[tuple[bytes, dict[str, str]]],
    taken: dict[str, float],
) -> list[float]:
    """Post at RATE whatever comes back; seconds until each answer. Notes when each message was due.

    From when it was due, not from when we came to it: our own lateness is the server's, too.
    """
    url = f"{server.url}/hooks/{ground.link.id}"
    answers: list[float] = []

    async def one(due: float, body: bytes, headers: dict[str, str]) -> None:
        (await http.post(url, content=body, headers=headers)).raise_for_status()
        answers.append(time.perf_counter() - due)

    async with httpx.AsyncClient(timeout=30) as http, asyncio.TaskGroup() as group:
        began = time.perf_counter()
        for index, (body, headers) in enumerate(posts):
            due = began + index / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            found = NAMED.search(body.decode())
            if found is not None:
                taken[found[0]] = due
            group.create_task(one(due, body, headers))
    return answers


async def _watch(server: Server, key: str, seen: dict[str, float]) -> None:
    url = f"{server.url.replace('http', 'ws', 1)}/api/v1/live"
    bearer = {"Authorization": f"Bearer {key}"}
    async with connect(url, additional_headers=bearer, max_queue=None) as socket:
        async for text in socket:
            if isinstance(text, str) and (found := NAMED.search(text)):
                seen.setdefault(found[0], time.perf_counter())


async def _sit(server: Server, key: str) -> None:
    """A socket whose frames are thrown away unread."""
    at = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    wanted = [
        "GET /api/v1/live HTTP/1.1",
        f"Host: {at.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Authorization: Bearer {key}",
    ]
    writer.write("\r\n".join([*wanted, "", ""]).encode())
    try:
        while await reader.read(1 << 16):
            pass
    finally:
        writer.close()
