"""The page's calls for the chat apps: whatever a customer can do in one, whichever it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.simulator.asked import body_of, found
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import People, Person
from sambung.simulator.files import Files
from sambung.simulator.said import FILES, Said
from sambung.simulator.standin import StandIn


class ChatApi:
    """Every chat of everybody. A call names its `app`; the first one is meant when it names none."""

    def __init__(self, people: People, files: Files, standins: Sequence[StandIn]) -> None:
        self.people = people
        self.files = files
        self.standins = {standin.name: standin for standin in standins}

    def routes(self) -> list[BaseRoute]:
        """To be mounted."""
        return [
            Route("/people/{person}/bubbles", self.bubbles),
            Route("/people/{person}/chats", self.chats),
            Route("/people/{person}/chats", self.write, methods=["POST"]),
            Route("/people/{person}/chats/reading", self.read, methods=["POST"]),
            Route("/people/{person}/acts/{act}", self.act, methods=["POST"]),
            Route("/people/{person}/owner", self.owner_writes, methods=["POST"]),
            Route("/bubbles/{bubble}", self.edit, methods=["PATCH"]),
            Route("/bubbles/{bubble}", self.unsend, methods=["DELETE"]),
            Route("/bubbles/{bubble}/reaction", self.react, methods=["PUT"]),
            *(route for standin in self.standins.values() for route in standin.own_api()),
        ]

    async def bubbles(self, request: Request) -> Response:
        """Everything in a person's chats, in every app."""
        person = self._person(request)
        items = [b.as_json() for app in self.standins.values() for b in app.chats.of(person.id)]
        return JSONResponse({"items": items})

    async def chats(self, request: Request) -> Response:
        """A person's chat in an app, and how long the shop may write there."""
        person, app = self._person(request), self._app(request.query_params)
        thread = app.chats.of(person.id)
        ends = app.chats.window_ends_at(thread[-1].number, person.id) if thread else None
        items = [bubble.as_json() for bubble in thread]
        return JSONResponse({"items": items, "window_ends_at": ends.isoformat() if ends else None})

    async def write(self, request: Request) -> Response:
        """A person writes: `kind` and its `text` or `content`, or `file` and `caption`, `quotes`, `button`."""
        wanted = await body_of(request)
        person, app = self._person(request), self._app(wanted)
        if not app.address_of(person):
            raise HTTPException(409, f"not on {app.title['en']}")
        kind = str(wanted.get("kind", "text"))
        quotes = app.chats.get(str(wanted.get("quotes", "")))
        is_file, button = kind in FILES, wanted.get("button")
        said = Said(
            kind="button" if button else kind,
            text=str(wanted.get("caption" if is_file else "text", "")),
            file=found(self.files.get(str(wanted.get("file", "")))) if is_file else None,
            content=wanted.get("content") or {},
            quotes=quotes,
            button=_button(quotes, str(button)) if button else None,
            number=str(wanted.get("number", "")),
        )
        return JSONResponse(app.write(person, said).as_json(), status_code=201)

    async def read(self, request: Request) -> Response:
        """A person looks at the chat."""
        self._app(request.query_params).look(self._person(request))
        return Response(status_code=204)

    async def act(self, request: Request) -> Response:
        """A person does one of the app's `acts`."""
        person, app = self._person(request), self._app(await body_of(request))
        act = request.path_params["act"]
        found(app.acts.get(act))
        app.acted(person, act)
        return Response(status_code=204)

    async def owner_writes(self, request: Request) -> Response:
        """The shop's owner writes to the person from an app of their own: `text`."""
        wanted = await body_of(request)
        person, app = self._person(request), self._app(wanted)
        if "owner" not in app.can:
            raise HTTPException(409, f"{app.title['en']} has no app for the shop")
        bubble = app.owner_writes(person, str(wanted.get("text", "")))
        return JSONResponse(bubble.as_json(), status_code=201)

    async def edit(self, request: Request) -> Response:
        """Change a message's `text`."""
        app, person, bubble = self._bubble(request)
        app.edit(person, bubble, str((await body_of(request)).get("text", "")))
        return JSONResponse(bubble.as_json())

    async def unsend(self, request: Request) -> Response:
        """Delete a message for everyone."""
        app, person, bubble = self._bubble(request)
        app.unsend(person, bubble)
        return Response(status_code=204)

    async def react(self, request: Request) -> Response:
        """Put an `emoji` on a message; "" takes it off."""
        app, person, bubble = self._bubble(request)
        app.react(person, bubble, str((await body_of(request)).get("emoji", "")))
        return JSONResponse(bubble.as_json())

    def _person(self, request: Request) -> Person:
        return found(self.people.get(request.path_params["person"]))

    def _app(self, wanted: Mapping[str, Any]) -> StandIn:
        first = next(iter(self.standins), "")
        return found(self.standins.get(str(wanted.get("app") or first)))

    def _bubble(self, request: Request) -> tuple[StandIn, Person, Bubble]:
        wanted = request.path_params["bubble"]
        for app in self.standins.values():
            bubble = app.chats.get(wanted)
            if bubble is not None:
                return app, found(self.people.get(bubble.person)), bubble
        raise HTTPException(404)


def _button(quoted: Bubble | None, wanted: str) -> Mapping[str, str]:
    """The button that was pressed. Raises HTTPException when there is no such button."""
    buttons = quoted.buttons if quoted else []
    return found(next((button for button in buttons if button.get("id") == wanted), None))
