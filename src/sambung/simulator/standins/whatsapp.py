"""WhatsApp: the Graph API and the phones behind it, which `graph/` plays in full."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit.net import Net
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph import phone
from sambung.simulator.graph.api import graph_app
from sambung.simulator.graph.approved import demo_templates
from sambung.simulator.graph.cloud import APP, WINDOW, Cloud
from sambung.simulator.graph.numbers import Number
from sambung.simulator.graph.templates import Template
from sambung.simulator.said import Said
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town


class WhatsApp(StandIn):
    """The cloud with its numbers: the demo's own one, unless others are given."""

    name = APP
    title = {"id": "WhatsApp", "en": "WhatsApp"}
    colour = "#0f7a5a"
    mark = "WA"
    place = 10
    kinds = ("text", "image", "video", "audio", "voice", "document", "location")
    can = frozenset({"edit", "unsend", "react", "quote", "read", "owner"})
    window = WINDOW
    codes = {
        "131026": {"id": "tidak terkirim", "en": "undeliverable"},
        "131047": {"id": "lewat 24 jam", "en": "24 hours over"},
        "131049": {"id": "ditahan demi mutu", "en": "held back for quality"},
        "131050": {"id": "menolak promosi", "en": "opted out of marketing"},
        "130429": {"id": "terlalu cepat", "en": "too fast"},
        "131016": {"id": "layanan mati", "en": "service down"},
        "190": {"id": "token dicabut", "en": "token revoked"},
    }
    acts = {
        "stop": {"id": "Tolak promosi", "en": "Stop marketing"},
        "resume": {"id": "Izinkan promosi", "en": "Allow marketing"},
    }

    def __init__(
        self,
        town: Town,
        *,
        numbers: Sequence[Number] | None = None,
        templates: Sequence[Template] | None = None,
        per_second: int = 80,
    ) -> None:
        super().__init__(town)
        self.cloud = Cloud(
            [self._own_number()] if numbers is None else numbers,
            town.people,
            faults=self.faults,
            live=town.live,
            files=town.files,
            chats=self.chats,
            templates=demo_templates() if templates is None else templates,
            pace=town.pace,
            per_second=per_second,
            courier=self.courier,
        )

    def app(self) -> Starlette:
        """The Graph API."""
        return graph_app(self.cloud)

    def routes(self) -> Sequence[BaseRoute]:
        """Those of the Graph API."""
        return self.app().routes

    def connection(self) -> Mapping[str, Any] | None:
        """Of the first number."""
        number = next(iter(self.cloud.numbers.values()), None)
        if number is None:
            return None
        return {
            "phone_number_id": number.phone_number_id,
            "waba_id": number.waba_id,
            "access_token": number.access_token,
            "app_secret": number.app_secret,
            "verify_token": number.verify_token,
            "api_base": self.url,
        }

    def address_of(self, person: Person) -> str:
        """Their number, or the id that stands for it when they hide it."""
        return person.bsuid and (person.bsuid if person.hides_phone else person.phone)

    async def start(self, net: Net) -> None:
        """From now on what customers do is posted."""
        await super().start(net)
        self.cloud.start(net)

    async def settle(self) -> None:
        """Wait until every status was posted and every post was taken."""
        await self.cloud.settle()

    async def stop(self) -> None:
        """Post nothing any more."""
        await self.cloud.stop()

    def write(self, person: Person, said: Said) -> Bubble:
        """A customer writes to one of the numbers."""
        number = self._number(said.number)
        if said.file is not None:
            file, kind, caption = said.file.id, said.kind, said.text
            return phone.send_file(self.cloud, person, number, file, kind=kind, caption=caption)
        quotes = said.quotes.id if said.quotes else ""
        return phone.write(self.cloud, person, number, said.kind, said.shown(), quotes=quotes)

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        """`write` has told it."""

    def edit(self, person: Person, bubble: Bubble, text: str) -> None:
        """A customer changes their text."""
        phone.edit(self.cloud, bubble, text)

    def unsend(self, person: Person, bubble: Bubble) -> None:
        """A customer deletes a message for everyone."""
        phone.revoke(self.cloud, bubble)

    def react(self, person: Person, bubble: Bubble, emoji: str) -> None:
        """A customer puts an emoji on a message, or takes it off."""
        phone.react(self.cloud, bubble, emoji)

    def look(self, person: Person) -> None:
        """A customer looks at their chats."""
        for number in self.cloud.numbers.values():
            phone.open_chat(self.cloud, person, number)

    def owner_writes(self, person: Person, text: str) -> Bubble:
        """The shop's owner writes from the WhatsApp Business app."""
        return phone.owner_writes(self.cloud, person, self._number(""), text)

    def acted(self, person: Person, act: str) -> None:
        """A customer stops or resumes marketing messages."""
        phone.prefer(self.cloud, person, self._number(""), marketing=act == "resume")

    def own_api(self) -> Sequence[BaseRoute]:
        """A person takes another phone number: `phone`."""
        return [Route("/people/{person}/number", self._take_number, methods=["PUT"])]

    async def _take_number(self, request: Request) -> Response:
        person = self.town.people.get(request.path_params["person"])
        if person is None:
            return Response(status_code=404)
        phone.change_user_id(self.cloud, person, str((await request.json())["phone"]).lstrip("+"))
        return JSONResponse(person.as_json())

    def _number(self, wanted: str) -> Number:
        return self.cloud.numbers[wanted or next(iter(self.cloud.numbers))]

    def _own_number(self) -> Number:
        return Number(
            phone_number_id="552100000000011",
            waba_id="108554321098765",
            phone="622744550188",
            name=self.town.business,
            access_token=self.secret("access_token"),
            app_secret=self.secret("app_secret"),
            verify_token=self.secret("verify_token"),
            webhook=self.hook,
        )
