"""The simulator put together: stand-ins, people, shop and page, as one ASGI app."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sambung.kit.net import open_net
from sambung.simulator.api import Api
from sambung.simulator.customers import People, Person, demo_people
from sambung.simulator.faults import Faults
from sambung.simulator.files import File, Files
from sambung.simulator.graph.api import graph_app
from sambung.simulator.graph.chats import Bubble
from sambung.simulator.graph.cloud import Cloud
from sambung.simulator.graph.numbers import Number
from sambung.simulator.graph.templates import Template
from sambung.simulator.host import hosted
from sambung.simulator.live import Live
from sambung.simulator.mailbox.mailboxes import Mail
from sambung.simulator.mailbox.provider import MailProvider, Office
from sambung.simulator.shop import Shop, shop_routes

SAVED_WITHIN = 2.0
"""Seconds between a change and its being kept."""
PAGE = Path(__file__).parent.parent / "_web" / "simulator"


class Simulator:
    """A little world around one business.

    numbers   its WhatsApp numbers; their connections' `api_base` is where `app` is mounted + "/graph"
    office    its mail address, and who takes mail for it; the connection sends through `mail_port`
    shop      its web page with the chat; None = it has none
    pace      seconds between the steps of a message, for people to watch; 0 in tests
    state     file in which phones and mailboxes are kept over a restart; None = they are not
    mail_port where the mail provider listens; 0 = a free port, known after `start`
    """

    def __init__(
        self,
        *,
        numbers: Sequence[Number] = (),
        office: Office | None = None,
        shop: Shop | None = None,
        people: People | None = None,
        templates: Sequence[Template] = (),
        pace: float = 0.0,
        seed: int = 1,
        state: Path | None = None,
        mail_port: int = 0,
        per_second: int = 80,
    ) -> None:
        self.people = people or demo_people()
        self.live = Live()
        self.files = Files()
        self.cloud = Cloud(
            numbers,
            self.people,
            faults=Faults(seed),
            live=self.live,
            files=self.files,
            templates=templates,
            pace=pace,
            per_second=per_second,
        )
        self.mail = MailProvider(
            office or Office(address="cs@tokonusantara.example"),
            self.people,
            faults=Faults(seed),
            live=self.live,
        )
        self.shop = shop
        self.mail_port = mail_port
        self._state = state
        self._saving: asyncio.Task[None] | None = None
        self._open = AsyncExitStack()
        api = Api(self.people, self.cloud, self.mail, self.files, self.live, shop=shop)
        routes = [
            Mount("/graph", graph_app(self.cloud)),
            Mount("/api", routes=api.routes()),
            *(shop_routes(shop, self.people) if shop else []),
        ]
        if (PAGE / "index.html").is_file():
            routes += [
                Route("/", lambda request: FileResponse(PAGE / "index.html")),
                Mount("/assets", StaticFiles(directory=PAGE / "assets")),
            ]
        self.app = Starlette(routes=routes)

    async def start(self) -> None:
        """Open the post office and begin to post."""
        net = await self._open.enter_async_context(open_net(allow_private=True))
        self.cloud.start(net)
        self.mail_port = self.mail.port or await self.mail.start(port=self.mail_port)
        if self._state is not None and self._state.is_file():
            self.remember(json.loads(self._state.read_text()))
        if self._state is not None:
            self._saving = asyncio.create_task(self._keep_saving())

    async def settle(self) -> None:
        """Wait until nothing is on its way to the product any more."""
        await self.cloud.settle()
        await self.mail.settle()

    async def stop(self) -> None:
        """Close, and keep what the phones and mailboxes hold."""
        await self.cloud.stop()
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

    def memory(self) -> dict[str, object]:
        """What is on the phones and in the mailboxes."""
        return {
            "people": [person.as_json() for person in self.people],
            "bubbles": [bubble.as_json() for bubble in self.cloud.chats],
            "mails": [mail.keep() for mail in self.mail.boxes],
            "files": [file.keep() for file in self.files],
        }

    def remember(self, memory: dict[str, list[dict[str, object]]]) -> None:
        """Put back what `memory` gave, in this process or an earlier one."""
        for person in memory.get("people", []):
            self.people.add(Person(**person))  # type: ignore[arg-type]
        for bubble in memory.get("bubbles", []):
            self.cloud.chats.add(Bubble.from_json(bubble))
        for file in memory.get("files", []):
            self.files.put(File.kept(file))
        for mail in memory.get("mails", []):
            self.mail.boxes.add(Mail.kept(mail))

    @asynccontextmanager
    async def serve(self, *, port: int = 0) -> AsyncIterator[str]:
        """Run on a port of its own while the block runs; its base URL."""
        await self.start()
        try:
            async with hosted(self.app, port=port) as url:
                yield url
                self.cloud.faults.release()
        finally:
            await self.stop()
