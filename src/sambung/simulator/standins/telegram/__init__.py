"""Telegram: one bot, its Bot API, and the people who started it. https://core.telegram.org/bots/api

Updates are posted to the webhook with its secret token, or wait for getUpdates when there is none.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import clock
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins.telegram import calls, messages
from sambung.simulator.standins.telegram.bot import Bot


class Telegram(Bot):
    """Everybody's chat with the bot."""

    def routes(self) -> Sequence[BaseRoute]:
        return [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download),
        ]

    # --- customers -----------------------------------------------------------------------------------

    def write(self, person: Person, said: Said) -> Bubble:
        """A button of a keyboard writes for the person; one below a message calls back."""
        return super().write(person, messages.typed(person, said))

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        if said.button is not None and said.quotes is not None:
            query = {
                "id": str(self.number()),
                "from": messages.user(self, person),
                "message": messages.message(self, person, said.quotes),
                "chat_instance": self.digits(person, 18),
                "data": said.button["id"],
            }
            self.update("callback_query", query, bubble)
        else:
            self.update("message", messages.message(self, person, bubble), bubble)

    def edited(self, person: Person, bubble: Bubble) -> None:
        changed = {"edit_date": int(clock.now().timestamp())}
        self.update("edited_message", messages.message(self, person, bubble) | changed)

    def reacted(self, person: Person, bubble: Bubble, emoji: str, before: str) -> None:
        reaction = {
            "chat": messages.chat(self, person),
            "message_id": messages.number_of(bubble),
            "user": messages.user(self, person),
            "date": int(clock.now().timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": before}] if before else [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        self.update("message_reaction", reaction)

    def acted(self, person: Person, act: str) -> None:
        if act == "start":
            self.write(person, Said(text="/start"))
        elif act == "share":
            self.write(person, messages.own_contact(person))
        else:
            blocking = act == "block"
            (self.blocked.add if blocking else self.blocked.discard)(person.id)
            self.update("my_chat_member", messages.membership(self, person, left=blocking))

    # --- the business --------------------------------------------------------------------------------

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            raise self.refusal("401")
        method = request.path_params["method"].lower()
        if method.startswith("send") and method != "sendchataction":
            return await self.sends(self._answer)(request)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        method = calls.METHODS.get(request.path_params["method"].lower())
        if method is None:
            raise self.failure(404, "Not Found")
        result = await method(self, await calls.asked(self, request))
        return JSONResponse({"ok": True, "result": result})

    async def _download(self, request: Request) -> Response:
        file = self.town.files.get(request.path_params["path"].rpartition("/")[2])
        if request.path_params["token"] != self.token or file is None:
            raise self.failure(404, "Not Found")
        return Response(file.content, media_type="application/octet-stream")
