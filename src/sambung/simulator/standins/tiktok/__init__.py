"""TikTok: one business account's direct messages, by the Business Messaging API. https://business-api.tiktok.com/portal/docs"""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import ids
from sambung.simulator.customers import Person
from sambung.simulator.standins._partner import shown
from sambung.simulator.standins.tiktok.account import APP, BUSINESS, USERNAME, Account

LONGEST_TEXT, LARGEST_PICTURE = 6000, 3 * 1024 * 1024
CLOSED = "The messaging window of 48 hours has closed."


class TikTok(Account):
    """The account's API."""

    def routes(self) -> Sequence[BaseRoute]:
        message = "/business/message"
        return [
            Route(f"{message}/send/", self.sends(self._send), methods=["POST"]),
            Route(f"{message}/media/upload/", self._upload, methods=["POST"]),
            Route(f"{message}/media/download/", self._address, methods=["POST"]),
            Route("/business/get/", self._account),
            Route("/business/webhook/update/", self._set_webhook, methods=["POST"]),
            Route("/tt_user/oauth2/refresh_token/", self._renew, methods=["POST"]),
            Route("/file/{file}", self._download),
            Route("/sticker/{file}", self.download),
        ]

    def _check(self, request: Request, call: Mapping[str, object]) -> None:
        if not self.tokens.good(request.headers.get("access-token", "")):
            raise self.refusal("40102")
        if call.get("business_id") != BUSINESS:
            raise self.refusal("40002")

    def _at(self, chat: object) -> Person:
        """Whose conversation it is."""
        found = (p for p in self.town.people if self.address_of(p) and self.chat_of(p) == chat)
        person = next(found, None)
        if person is None:
            raise self.refusal("40002")
        return person

    async def _send(self, request: Request) -> Response:
        call = await request.json()
        self._check(request, call)
        person, kind = self._at(call.get("recipient")), call.get("message_type")
        if person.id in self.blocked:
            raise self.refusal("40064")
        if not self.chats.window_open("", person.id):
            raise self.failure("40002", CLOSED)
        quotes = (call.get("referenced_message_info") or {}).get("referenced_message_id", "")
        words = str((call.get("text") or {}).get("body", ""))
        file = self.town.files.get(str((call.get("image") or {}).get("media_id", "")))
        unknown = quotes and self.chats.get(quotes) is None
        if call.get("recipient_type") != "CONVERSATION" or unknown:
            raise self.refusal("40002")
        if kind == "TEXT" and 0 < len(words) <= LONGEST_TEXT:
            bubble = self.show(person, "text", {"body": words}, quotes=quotes)
        elif kind == "IMAGE" and file:
            bubble = self.show(person, "image", shown(file))
        else:
            raise self.refusal("40002")
        return _answer({"message": {"message_id": bubble.id}})

    async def _upload(self, request: Request) -> Response:
        form = await request.form(max_part_size=30_000_000)
        self._check(request, {name: str(value) for name, value in form.items()})
        file = await self.picture(request, "file")
        if file is None or len(file.content) > LARGEST_PICTURE:
            raise self.refusal("40002")
        return _answer({"media_id": file.id})

    async def _address(self, request: Request) -> Response:
        """Where a file of a message can be fetched."""
        call = await request.json()
        self._check(request, call)
        bubble, person = (
            self.chats.get(str(call.get("message_id"))),
            self._at(call["conversation_id"]),
        )
        right = bubble and bubble.person == person.id and bubble.content.get("id")
        if not right or right != call.get("media_id"):
            raise self.refusal("40002")
        return _answer({"download_url": self.place_of(right)})

    async def _download(self, request: Request) -> Response:
        if not self.tokens.good(request.headers.get("x-user", "")):
            return Response("AccessDenied", 403)
        return await self.download(request)

    async def _account(self, request: Request) -> Response:
        self._check(request, request.query_params)
        return _answer({"username": USERNAME, "display_name": self.town.business})

    async def _set_webhook(self, request: Request) -> Response:
        call = await request.json()
        known = call.get("app_id"), call.get("secret"), call.get("event_type")
        if known != (APP, self.secret("client_secret"), "DIRECT_MESSAGE"):
            raise self.refusal("40104")
        self.callback = str(call.get("callback_url", ""))
        return _answer({"app_id": APP, "callback_url": self.callback})

    async def _renew(self, request: Request) -> Response:
        """The refresh token lives on, for a year."""
        call = await request.json()
        known = call.get("client_id"), call.get("client_secret"), call.get("grant_type")
        refresh = str(call.get("refresh_token", ""))
        new = self.tokens.renew(refresh)
        if new is None or known != (APP, self.secret("client_secret"), "refresh_token"):
            raise self.refusal("40110")
        told = {"access_token": new[0], "expires_in": int(self.lives.total_seconds())}
        return _answer(told | {"refresh_token": refresh, "open_id": BUSINESS})


def _answer(data: Mapping[str, object]) -> Response:
    told = {"code": 0, "message": "OK", "request_id": ids.hexadecimal(32)}
    return JSONResponse(told | {"data": data})
