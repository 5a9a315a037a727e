"""The simulator put together: stand-ins, people, shop and page, as one ASGI app."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sambung.kit.net import open_net
from sambung.simulator.api import Api
from sambung.simulator.chat_api import ChatApi
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person, demo_people
from sambung.simulator.faults import Faults
from sambung.simulator.files import File
from sambung.simulator.graph.cloud import Cloud
from sambung.simulator.graph.numbers import Number
from sambung.simulator.graph.templates import Template
from sambung.simulator.host import hosted
from sambung.simulator.mail_api import MailApi
from sambung.simulator.mailbox.mailboxes import Mail
from sambung.simulator.mailbox.provider import MailProvider, Office
from sambung.simulator.shop import Shop, shop_routes
from sambung.simulator.standin import StandIn
from sambung.simulator.standins import all_standins
from sambung.simulator.standins.whatsapp import WhatsApp
from sambung.simulator.town import Town

SAVED_WITHIN = 2.0
"""Seconds between a change and its being kept."""
PAGE = Path(__file__).parent.parent / "_web" / "simulator"


class Simulator:
    """A little world around one business.

    town      its people, and where the product is
    numbers   its WhatsApp numbers; None = the demo's
    office    its mail address, and who takes mail for it; the connection sends through `mail_port`
    shop      its web page with the chat; None = it has none
    state     file in which phones and mailboxes are kept over a restart; None = they are not
    mail_port where the mail provider listens; 0 = a free port, known after `open`
    """

    def __init__(
        self,
        town: Town | None = None,
        *,
        numbers: Sequence[Number] | None = None,
        office: Office | None = None,
        shop: Shop | None = None,
        templates: Sequence[Template] | None = None,
        state: Path | None = None,
        mail_port: int = 0,
        per_second: int = 80,
    ) -> None:
        self.town = town or Town(people=demo_people())
        self.people, self.live, self.files = self.town.people, self.town.live, self.town.files
        self.whatsapp = WhatsApp(
            self.town, numbers=numbers, templates=templates, per_second=per_second
        )
        others = (kind for kind in all_standins() if kind is not WhatsApp)
        found = [self.whatsapp, *(kind(self.town) for kind in others)]
        self.standins: list[StandIn] = sorted(found, key=lambda standin: standin.place)
        self.mail = MailProvider(
            office or Office(address="cs@tokonusantara.example"),
            self.people,
            faults=Faults(self.town.seed),
            live=self.live,
        )
        self.shop = shop
        self.mail_port = mail_port
        self._state = state
        self._saving: asyncio.Task[None] | None = None
        self._open = AsyncExitStack()
        pages = (
            Api(self.town, self.standins, self.mail, shop=shop),
            ChatApi(self.people, self.files, self.standins),
            MailApi(self.people, self.mail, self.files),
        )
        routes: list[BaseRoute] = [
            *(Mount(f"/{standin.name}", standin.app()) for standin in self.standins),
            Mount("/api", routes=[route for page in pages for route in page.routes()]),
            *(shop_routes(shop, self.people) if shop else []),
        ]
        if (PAGE / "index.html").is_file():
            routes += [
                Route("/", lambda request: FileResponse(PAGE / "index.html")),
                Mount("/assets", StaticFiles(directory=PAGE / "assets")),
            ]
        self.app = Starlette(routes=routes)

    @property
    def cloud(self) -> Cloud:
        """WhatsApp behind its stand-in."""
        return self.whatsapp.cloud

    async def open(self) -> None:
        """Open the post office and every other listener."""
        self.mail_port = self.mail.port or await self.mail.start(port=self.mail_port)
        for standin in self.standins:
            await standin.open()

    async def start(self) -> None:
        """Begin to post, from the phones as they were left; after `open`."""
        net = await self._open.enter_async_context(open_net(allow_private=True))
        for standin in self.standins:
            await standin.start(net)
        if self._state is not None and self._state.is_file():
            self.remember(json.loads(self._state.read_text()))
        if self._state is not None:
            self._saving = asyncio.create_task(self._keep_saving())

    async def settle(self) -> None:
        """Wait until nothing is on its way to the product any more."""
        for standin in self.standins:
            await standin.settle()
        await self.mail.settle()

    async def stop(self) -> None:
        """Close, and keep what the phones and mailboxes hold."""
        for standin in self.standins:
            await standin.stop()
        await self.mail.stop()
        await self._open.aclose()
        if self._saving is not None:
            self._saving.cancel()
        self.save()

    def save(self) -> None:
        """Keep what the phones and mailboxes hold."""
        if self._state is None:
            return
        self._state.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(self.memory(), ensure_ascii=False))
        fresh.replace(self._state)

    async def _keep_saving(self) -> None:
        """A process that is killed forgets the last seconds only."""
        with self.live.listen() as changes:
            while True:
                await changes.get()
                await asyncio.sleep(SAVED_WITHIN)
                while not changes.empty():
                    changes.get_nowait()
                self.save()

    def memory(self) -> dict[str, Any]:
        """What is on the phones and in the mailboxes."""
        return {
            "people": [person.as_json() for person in self.people],
            "bubbles": [b.as_json() for standin in self.standins for b in standin.chats],
            "mails": [mail.keep() for mail in self.mail.boxes],
            "files": [file.keep() for file in self.files],
            "standins": {standin.name: standin.memory() for standin in self.standins},
        }

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Put back what `memory` gave, in this process or an earlier one."""
        standins = {standin.name: standin for standin in self.standins}
        for person in memory.get("people", []):
            self.people.add(Person(**person))
        for bubble in memory.get("bubbles", []):
            if bubble.get("app") in standins:
                standins[bubble["app"]].chats.add(Bubble.from_json(bubble))
        for file in memory.get("files", []):
            self.files.put(File.kept(file))
        for mail in memory.get("mails", []):
            self.mail.boxes.add(Mail.kept(mail))
        for name, kept in memory.get("standins", {}).items():
            if name in standins:
                standins[name].remember(kept)

    @asynccontextmanager
    async def serve(self, *, port: int = 0) -> AsyncIterator[str]:
        """Run on a port of its own while the block runs; its base URL."""
        await self.open()
        await self.start()
        try:
            async with hosted(self.app, port=port) as url:
                self.town.here = self.town.here or url
                yield url
                for standin in self.standins:
                    standin.faults.release()
        finally:
            await self.stop()
