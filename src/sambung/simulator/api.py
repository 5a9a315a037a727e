"""The simulator's own API, for its page: who is in town, their files, and the faults."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sambung.simulator.asked import body_of, download, found
from sambung.simulator.customers import Person
from sambung.simulator.faults import Faults
from sambung.simulator.mailbox.provider import MailProvider
from sambung.simulator.shop import Shop
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town

LARGEST_FILE = 25_000_000


class Api:
    """What no single app of the phone has to itself: `ChatApi` and `MailApi` have the rest."""

    def __init__(
        self, town: Town, standins: Sequence[StandIn], mail: MailProvider, *, shop: Shop | None
    ) -> None:
        self.people = town.people
        self.files = town.files
        self.live = town.live
        self.business = town.business
        self.standins = standins
        self.mail = mail
        self.shop = shop

    def routes(self) -> list[BaseRoute]:
        """To be mounted."""
        return [
            Route("/town", self.town),
            Route("/people", self.make_person, methods=["POST"]),
            Route("/files", self.upload, methods=["POST"]),
            Route("/files/{file}", self.download),
            Route("/faults/{app}", self.set_faults, methods=["PUT"]),
            Route("/faults/{app}", self.clear_faults, methods=["DELETE"]),
            WebSocketRoute("/live", self.follow),
        ]

    async def town(self, request: Request) -> Response:
        """Everything the page needs to begin."""
        return JSONResponse(
            {
                "people": [self._person_json(person) for person in self.people],
                "business": self.business,
                "office": {"name": self.mail.office.name, "address": self.mail.office.address},
                "shop": self.shop.widget_key if self.shop else None,
                "chats": [standin.sheet() for standin in self.standins],
                "mail": self.mail.sheet(),
                "faults": self._faults_json(),
            }
        )

    async def make_person(self, request: Request) -> Response:
        """Somebody new: `name`, `language`, `phone`, `email`."""
        wanted = await body_of(request)
        name = str(wanted.get("name", "")).strip()
        if not name:
            raise HTTPException(422, "name")
        person = self.people.make(
            name=name,
            language="en" if wanted.get("language") == "en" else "id",
            phone=str(wanted.get("phone", "")),
            email=str(wanted.get("email", "")),
        )
        self.live.tell("person", person=person.id)
        return JSONResponse(self._person_json(person), status_code=201)

    async def upload(self, request: Request) -> Response:
        """A file from the person's phone."""
        form = await request.form(max_part_size=LARGEST_FILE)
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise HTTPException(422, "file")
        mime = (file.content_type or "application/octet-stream").partition(";")[0]
        kept = self.files.keep(file.filename or "file", mime, await file.read())
        return JSONResponse({"id": kept.id, "name": kept.name, "mime": kept.mime}, status_code=201)

    async def download(self, request: Request) -> Response:
        """A file on somebody's phone."""
        file = found(self.files.get(request.path_params["file"]))
        return download(file.name, file.mime, file.content)

    async def set_faults(self, request: Request) -> Response:
        """Switch faults on: see `Faults.change`."""
        faults = self._faults(request)
        try:
            faults.change(await body_of(request))
        except (ValueError, TypeError, KeyError) as error:
            raise HTTPException(422, str(error)) from error
        self.live.tell("faults", faults=self._faults_json())
        return JSONResponse(faults.as_json())

    async def clear_faults(self, request: Request) -> Response:
        """All is well again."""
        faults = self._faults(request)
        faults.clear()
        self.live.tell("faults", faults=self._faults_json())
        return JSONResponse(faults.as_json())

    async def follow(self, socket: WebSocket) -> None:
        """Every change from now on."""
        await socket.accept()
        with self.live.listen() as changes:
            watching = asyncio.create_task(_until_closed(socket))
            while not watching.done():
                change = asyncio.create_task(changes.get())
                await asyncio.wait({change, watching}, return_when=asyncio.FIRST_COMPLETED)
                if not change.done():
                    change.cancel()
                    return
                await socket.send_json(change.result())

    def _person_json(self, person: Person) -> dict[str, Any]:
        """With their account in every app they use."""
        accounts = {standin.name: standin.address_of(person) for standin in self.standins}
        used = {name: account for name, account in accounts.items() if account}
        return person.as_json() | {"accounts": used}

    def _all_faults(self) -> Mapping[str, Faults]:
        of_chats = {standin.name: standin.faults for standin in self.standins}
        return of_chats | {"mail": self.mail.faults}

    def _faults_json(self) -> dict[str, Any]:
        return {name: faults.as_json() for name, faults in self._all_faults().items()}

    def _faults(self, request: Request) -> Faults:
        return found(self._all_faults().get(request.path_params["app"]))


async def _until_closed(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return
