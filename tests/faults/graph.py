"""A stand-in Graph that takes its time, so that a kill finds sends under way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from sambung.bench import traffic
from sambung.kit.net import open_net
from sambung.simulator.courier import Courier
from sambung.simulator.customers import People, Person
from sambung.simulator.faults import Faults
from sambung.simulator.files import Files
from sambung.simulator.graph.api import graph_app
from sambung.simulator.graph.cloud import Cloud
from sambung.simulator.host import hosted
from sambung.simulator.live import Live

TAKES = 0.03
"""Seconds before a call is looked at, and again before its answer."""


@dataclass
class Graph:
    """url: the connection's `api_base`."""

    url: str
    cloud: Cloud

    def sent(self) -> Counter[str]:
        """How often each text reached a customer."""
        return Counter(b.content["body"] for b in self.cloud.chats if not b.mine)


@asynccontextmanager
async def graph(people: int, *, hook: str) -> AsyncIterator[Graph]:
    """Running, with people who have just written; statuses go to `hook`."""
    faults = Faults()
    town = [traffic.person(number) for number in range(people)]
    cloud = Cloud(
        [traffic.NUMBER],
        People(town),
        faults=faults,
        live=Live(),
        files=Files(),
        per_second=10_000,
        courier=Courier(faults, patience=(0.5,) * 60),
    )
    for person in town:
        _wrote(cloud, person)
    async with open_net(allow_private=True) as net:
        cloud.start(net)
        async with hosted(_slowly(graph_app(cloud))) as url:
            cloud.webhooks[traffic.NUMBER.waba_id] = hook
            yield Graph(url, cloud)
        await cloud.stop()


def _wrote(cloud: Cloud, person: Person) -> None:
    content = {"body": "Halo"}
    cloud.bubble(person, traffic.NUMBER, "text", content, mine=True, state="sent")


def _slowly(app: ASGIApp) -> ASGIApp:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        async def later(message: object) -> None:
            await asyncio.sleep(TAKES)
            await send(message)  # type: ignore[arg-type]

        await asyncio.sleep(TAKES)
        # Whoever asked may have been killed meanwhile.
        with suppress(ClientDisconnect):
            await app(scope, receive, later)

    return slow
