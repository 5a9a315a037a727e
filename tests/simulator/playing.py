"""A stand-in and the channel it plays against: whatever one of them says, the other must understand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from sambung.channels import (
    Channel,
    Handle,
    Item,
    Outbound,
    Receipt,
    Rejected,
    Request,
    all_channels,
)
from sambung.kit.net import Net
from sambung.simulator.app import Simulator
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person, demo_people
from sambung.simulator.host import hosted
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town


@dataclass
class Hook:
    """The product's hook: verifies and reads what is posted, and keeps what it says."""

    channel: Channel[Any]
    config: BaseModel | None = None
    items: list[Item] = field(default_factory=list)
    posts: int = 0
    answers: list[int] = field(default_factory=list)

    async def take(self, http: HttpRequest) -> Response:
        self.posts += 1
        if self.answers:
            return Response(status_code=self.answers.pop(0))
        headers = {name.lower(): value for name, value in http.headers.items()}
        method, url, query = http.method, str(http.url), dict(http.query_params)
        config = self.config
        assert config is not None
        request = Request(await http.body(), headers, method=method, url=url, query=query)
        if http.method == "GET":
            reply = self.channel.handshake(request, config)
            return Response(reply.body, reply.status) if reply else Response(status_code=404)
        try:
            self.channel.verify(request, config)
        except Rejected:
            return Response(status_code=403)
        hinted = {**headers, **self.channel.hints(config)}
        found = Request(request.body, hinted, method=method, url=url, query=query)
        self.items += self.channel.receive(found)
        return Response(status_code=200)


@dataclass
class Played:
    """One app, with `person` (Dewi) holding the phone."""

    simulator: Simulator
    standin: StandIn
    hook: Hook
    config: Any
    net: Net
    http: httpx.AsyncClient
    person: Person

    @property
    def channel(self) -> Channel[Any]:
        return self.hook.channel

    async def writes(self, **what: Any) -> list[Item]:
        """The person writes (see ChatApi.write); what the product makes of it."""
        body = {"app": self.standin.name} | what
        answer = await self.http.post(f"/api/people/{self.person.id}/chats", json=body)
        assert answer.status_code == 201, answer.text
        return await self.heard()

    async def does(self, method: str, path: str, **body: Any) -> list[Item]:
        """Another call of the page; what the product makes of it."""
        answer = await self.http.request(method, f"/api/{path}", json=body)
        assert answer.is_success, answer.text
        return await self.heard()

    async def acts(self, act: str) -> list[Item]:
        """One of the app's acts."""
        path = f"people/{self.person.id}/acts/{act}"
        return await self.does("POST", path, app=self.standin.name)

    async def heard(self) -> list[Item]:
        """What was posted since the last time, understood."""
        await self.simulator.settle()
        items, self.hook.items = self.hook.items, []
        return items

    async def send(self, **what: Any) -> Receipt:
        """The business writes. `kind` of handle and address are those of the channel."""
        to = self.standin.address_of(self.person)
        handle = Handle(self.channel.handle_kinds[0], to)
        given: dict[str, Any] = {"id": "m1", "to": to, "handle": handle} | what
        message = Outbound(**given)
        return await self.channel.send(message, self.config, self.net)

    def shown(self) -> list[Bubble]:
        """The person's screen."""
        return self.standin.chats.of(self.person.id)

    async def disturb(self, **faults: Any) -> None:
        """See Faults.change."""
        await self.does("PUT", f"faults/{self.standin.name}", **faults)


@asynccontextmanager
async def playing(name: str) -> AsyncIterator[Played]:
    """The stand-in of a channel, running, with the channel's own code as the product."""
    hook = Hook(all_channels()[name])
    route = Route(f"/hooks/{name}", hook.take, methods=["GET", "POST"])
    async with hosted(Starlette(routes=[route])) as product:
        simulator = Simulator(Town(people=demo_people(), product=product, patience=(0, 0)))
        standin = next(one for one in simulator.standins if one.name == name)
        async with simulator.serve() as base, httpx.AsyncClient(base_url=base) as http:
            config = hook.channel.config.model_validate(standin.connection())
            hook.config = config
            person = simulator.people.get("dewi")
            assert person is not None
            async with httpx.AsyncClient(timeout=5) as out:
                net = Net(out, allow_private=True)
                yield Played(simulator, standin, hook, config, net, http, person)
