"""The simulator's own API, for its page: who is in town, their chats and mails, and the faults."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sambung.simulator.customers import People, Person
from sambung.simulator.faults import Faults
from sambung.simulator.files import File, Files
from sambung.simulator.graph import phone
from sambung.simulator.graph.chats import Bubble
from sambung.simulator.graph.cloud import Cloud
from sambung.simulator.graph.numbers import Number
from sambung.simulator.live import Live
from sambung.simulator.mailbox.mailboxes import Mail
from sambung.simulator.mailbox.provider import MailProvider
from sambung.simulator.shop import Shop

T = TypeVar("T")

LARGEST_FILE = 25_000_000
MEDIA = ("image", "video", "audio", "voice", "document", "sticker")


class Api:
    """Every route of the page."""

    def __init__(
        self,
        people: People,
        cloud: Cloud,
        mail: MailProvider,
        files: Files,
        live: Live,
        *,
        shop: Shop | None,
    ) -> None:
        self.people = people
        self.cloud = cloud
        self.mail = mail
        self.files = files
        self.live = live
        self.shop = shop

    def routes(self) -> list[BaseRoute]:
        """To be mounted."""
        return [
            Route("/town", self.town),
            Route("/people", self.make_person, methods=["POST"]),
            Route("/people/{person}/chats", self.chats),
            Route("/people/{person}/chats", self.write_chat, methods=["POST"]),
            Route("/people/{person}/chats/reading", self.read_chats, methods=["POST"]),
            Route("/people/{person}/number", self.change_number, methods=["PUT"]),
            Route("/people/{person}/marketing", self.marketing, methods=["PUT"]),
            Route("/people/{person}/owner", self.owner_writes, methods=["POST"]),
            Route("/bubbles/{bubble}", self.edit_bubble, methods=["PATCH"]),
            Route("/bubbles/{bubble}", self.revoke_bubble, methods=["DELETE"]),
            Route("/bubbles/{bubble}/reaction", self.react, methods=["PUT"]),
            Route("/people/{person}/mails", self.mails),
            Route("/people/{person}/mails", self.write_mail, methods=["POST"]),
            Route("/mails/{mail}/reading", self.read_mail, methods=["POST"]),
            Route("/mails/{mail}/bounce", self.bounce_mail, methods=["POST"]),
            Route("/mails/{mail}/attachments/{index:int}", self.mail_attachment),
            Route("/files", self.upload, methods=["POST"]),
            Route("/files/{file}", self.download),
            Route("/faults/{provider}", self.set_faults, methods=["PUT"]),
            Route("/faults/{provider}", self.clear_faults, methods=["DELETE"]),
            WebSocketRoute("/live", self.follow),
        ]

    async def town(self, request: Request) -> Response:
        """Everything the page needs to begin."""
        numbers = [
            {"id": n.phone_number_id, "name": n.name, "phone": n.phone}
            for n in self.cloud.numbers.values()
        ]
        return JSONResponse(
            {
                "people": [person.as_json() for person in self.people],
                "numbers": numbers,
                "office": {"name": self.mail.office.name, "address": self.mail.office.address},
                "shop": self.shop.widget_key if self.shop else None,
                "faults": self._faults_json(),
            }
        )

    async def make_person(self, request: Request) -> Response:
        """Somebody new: `name`, `language`, `phone`, `email`."""
        wanted = await _body(request)
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
        return JSONResponse(person.as_json(), status_code=201)

    async def chats(self, request: Request) -> Response:
        """A person's chat with a number (the first when none is named)."""
        person, number = self._person(request), self._number(request.query_params)
        ends = self.cloud.chats.window_ends_at(number.phone_number_id, person.id)
        thread = self.cloud.chats.thread(number.phone_number_id, person.id)
        items = [bubble.as_json() for bubble in thread]
        return JSONResponse({"items": items, "window_ends_at": ends.isoformat() if ends else None})

    async def write_chat(self, request: Request) -> Response:
        """A person writes: `kind` and its content, `file`, `caption`, `quotes`."""
        wanted = await _body(request)
        person, number = self._person(request), self._number(wanted)
        if not person.bsuid:
            raise HTTPException(409, "not on WhatsApp")
        kind, quotes = str(wanted.get("kind", "text")), str(wanted.get("quotes", ""))
        if kind in MEDIA:
            file, caption = self._file(wanted), str(wanted.get("caption", ""))
            bubble = phone.send_file(
                self.cloud, person, number, file.id, kind=kind, caption=caption
            )
        else:
            content = wanted.get("content") or {"body": str(wanted.get("text", ""))}
            bubble = phone.write(self.cloud, person, number, kind, content, quotes=quotes)
        return JSONResponse(bubble.as_json(), status_code=201)

    async def read_chats(self, request: Request) -> Response:
        """A person looks at the chat."""
        number = self._number(request.query_params)
        phone.open_chat(self.cloud, self._person(request), number)
        return Response(status_code=204)

    async def change_number(self, request: Request) -> Response:
        """A person takes another phone number: `phone`."""
        person, wanted = self._person(request), await _body(request)
        phone.change_user_id(self.cloud, person, str(wanted["phone"]).lstrip("+"))
        return JSONResponse(person.as_json())

    async def marketing(self, request: Request) -> Response:
        """A person allows or stops marketing: `allowed`."""
        person, wanted = self._person(request), await _body(request)
        allowed = bool(wanted.get("allowed"))
        phone.prefer(self.cloud, person, self._number(wanted), marketing=allowed)
        return Response(status_code=204)

    async def owner_writes(self, request: Request) -> Response:
        """The shop's owner writes to the person from their own phone: `text`."""
        person, wanted = self._person(request), await _body(request)
        number, text = self._number(wanted), str(wanted.get("text", ""))
        bubble = phone.owner_writes(self.cloud, person, number, text)
        return JSONResponse(bubble.as_json(), status_code=201)

    async def edit_bubble(self, request: Request) -> Response:
        """Change a message's `text`."""
        bubble = self._bubble(request)
        phone.edit(self.cloud, bubble, str((await _body(request)).get("text", "")))
        return JSONResponse(bubble.as_json())

    async def revoke_bubble(self, request: Request) -> Response:
        """Delete a message for everyone."""
        phone.revoke(self.cloud, self._bubble(request))
        return Response(status_code=204)

    async def react(self, request: Request) -> Response:
        """Put an `emoji` on a message; "" takes it off."""
        bubble = self._bubble(request)
        phone.react(self.cloud, bubble, str((await _body(request)).get("emoji", "")))
        return JSONResponse(bubble.as_json())

    async def mails(self, request: Request) -> Response:
        """Everything in a person's mailbox."""
        return JSONResponse(
            {"items": [mail.as_json() for mail in self.mail.boxes.of(self._person(request).id)]}
        )

    async def write_mail(self, request: Request) -> Response:
        """A person sends a mail: `subject`, `text`, `answers` (a mail), `files`, `forged`."""
        person, wanted = self._person(request), await _body(request)
        if not person.email:
            raise HTTPException(409, "has no mail address")
        answers = self.mail.boxes.get(str(wanted.get("answers") or ""))
        files = [self._file({"file": file}) for file in wanted.get("files", [])]
        mail = self.mail.write(
            person,
            subject=str(wanted.get("subject", "")),
            text=str(wanted.get("text", "")),
            answers=answers,
            files=files,
            forged=bool(wanted.get("forged")),
        )
        return JSONResponse(mail.as_json(), status_code=201)

    async def read_mail(self, request: Request) -> Response:
        """A person opens a mail."""
        self.mail.open(self._mail(request))
        return Response(status_code=204)

    async def bounce_mail(self, request: Request) -> Response:
        """The provider sends a mail back after all: `code`."""
        code = str((await _body(request)).get("code", "550"))
        self.mail.bounce_later(self._mail(request), code)
        return Response(status_code=204)

    async def mail_attachment(self, request: Request) -> Response:
        """A file that came with a mail."""
        try:
            name, mime, content = self._mail(request).attachment(request.path_params["index"])
        except IndexError:
            raise HTTPException(404) from None
        return _download(name, mime, content)

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
        file = self._file({"file": request.path_params["file"]})
        return _download(file.name, file.mime, file.content)

    async def set_faults(self, request: Request) -> Response:
        """Switch faults on: see `Faults.change`."""
        faults = self._faults(request)
        try:
            faults.change(await _body(request))
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

    def _faults_json(self) -> dict[str, Any]:
        return {"graph": self.cloud.faults.as_json(), "mail": self.mail.faults.as_json()}

    def _faults(self, request: Request) -> Faults:
        found = {"graph": self.cloud.faults, "mail": self.mail.faults}
        return _found(found.get(request.path_params["provider"]))

    def _person(self, request: Request) -> Person:
        return _found(self.people.get(request.path_params["person"]))

    def _bubble(self, request: Request) -> Bubble:
        return _found(self.cloud.chats.get(request.path_params["bubble"]))

    def _mail(self, request: Request) -> Mail:
        return _found(self.mail.boxes.get(request.path_params["mail"]))

    def _file(self, wanted: Mapping[str, Any]) -> File:
        return _found(self.files.get(str(wanted.get("file", ""))))

    def _number(self, wanted: Mapping[str, Any]) -> Number:
        first = next(iter(self.cloud.numbers), "")
        return _found(self.cloud.numbers.get(str(wanted.get("number") or first)))


async def _until_closed(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        return


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not an object")
    return body


def _download(name: str, mime: str, content: bytes) -> Response:
    """Shown only as what cannot run: never as a page of ours."""
    shown = mime.startswith(("image/", "audio/", "video/")) and mime != "image/svg+xml"
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
    if not shown:
        safe = "".join(c for c in name if c.isalnum() or c in "._- ") or "file"
        headers["content-disposition"] = (
            f'attachment; filename="{safe.encode("ascii", "ignore").decode()}"'
        )
    return Response(content, media_type=mime, headers=headers)


def _found(thing: T | None) -> T:
    if thing is None:
        raise HTTPException(404)
    return thing
