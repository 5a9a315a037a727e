"""The Messaging API. https://developers.line.biz/en/reference/messaging-api/"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import clock, ids
from sambung.simulator.customers import Person
from sambung.simulator.standins.line import messages
from sambung.simulator.standins.line.account import KEY_LIVES, QUOTA, TOKEN_LIVES, Account

MOST_AT_ONCE, MOST_PEOPLE = 5, 500
Answer = Mapping[str, Any]


def routes(app: Account) -> Sequence[BaseRoute]:
    """Files are where the API is: LINE's own other host has the same paths."""
    api = Api(app)
    bot = "/v2/bot"
    sends = {"reply": api.reply, "push": api.push, "multicast": api.multicast}
    asked: Mapping[str, tuple[str, Callable[[Request], Awaitable[Response]]]] = {
        "/message/{message}/content": ("GET", api.content),
        "/message/{message}/content/preview": ("GET", api.content),
        "/message/{message}/content/transcoding": ("GET", api.transcoding),
        "/message/quota": ("GET", api.quota),
        "/message/quota/consumption": ("GET", api.consumption),
        "/profile/{user}": ("GET", api.profile),
        "/info": ("GET", api.info),
        "/chat/loading/start": ("POST", api.loading),
        "/chat/markAsRead": ("POST", api.mark_as_read),
        "/channel/webhook/test": ("POST", api.test_webhook),
    }
    return [
        *(
            Route(f"{bot}/message/{name}", api.known(app.sends(send)), methods=["POST"])
            for name, send in sends.items()
        ),
        *(
            Route(bot + path, api.known(endpoint), methods=[method])
            for path, (method, endpoint) in asked.items()
        ),
        Route(f"{bot}/channel/webhook/endpoint", api.known(api.endpoint), methods=["GET", "PUT"]),
    ]


class Api:
    """What the business may ask of the account."""

    def __init__(self, app: Account) -> None:
        self.app = app

    def known(
        self, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint for whoever has the token."""

        async def call(request: Request) -> Response:
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if bearer != self.app.secret("access_token"):
                raise self.app.refusal("401")
            answer = await endpoint(request)
            answer.headers["x-line-request-id"] = str(ids.new_id())
            return answer

        return call

    # --- sending -------------------------------------------------------------------------------------

    async def reply(self, request: Request) -> Response:
        """Free, by a token that lives a minute and works once."""
        call = await self._asked(request)
        if "x-line-retry-key" in request.headers:
            raise self.app.failure(400, "The retry key cannot be used with this API")
        token = str(call.get("replyToken", ""))
        who, given = self.app.tokens.get(token, ("", clock.now()))
        person = self.app.town.people.get(who)
        if person is None or clock.now() - given > TOKEN_LIVES:
            raise self.app.failure(400, "Invalid reply token")
        said = self._checked(call)
        del self.app.tokens[token]
        return JSONResponse({"sentMessages": self._shown(person, said)})

    async def push(self, request: Request) -> Response:
        """Counts. To who has blocked the account it is accepted and goes nowhere."""
        call = await self._asked(request)
        key, before = self._retried(request)
        if before is not None:
            return before
        to = str(call.get("to", ""))
        person = self.app.person_at(to)
        if person is None and not (to[:1] == "U" and len(to) == 33):
            raise self.app.fault("to", "The property, 'to', in the request body is invalid")
        if person is None or not self.app.reaches(person):
            raise self.app.refusal("400")
        said = self._checked(call)
        self.app.spend(1)
        return self._accepted(key, {"sentMessages": self._shown(person, said)})

    async def multicast(self, request: Request) -> Response:
        """The same to many; who cannot be reached is left out."""
        call = await self._asked(request)
        key, before = self._retried(request)
        if before is not None:
            return before
        people = [self.app.person_at(str(one)) for one in call.get("to") or []]
        if not 1 <= len(people) <= MOST_PEOPLE:
            raise self.app.fault("to", f"Size must be between 1 and {MOST_PEOPLE}")
        said = self._checked(call)
        reached = [person for person in people if person and self.app.reaches(person)]
        self.app.spend(len(reached))
        for person in reached:
            self._shown(person, said)
        return self._accepted(key, {})

    def _retried(self, request: Request) -> tuple[str, Response | None]:
        """The retry key, and what it was answered when it was accepted before."""
        key = request.headers.get("x-line-retry-key", "")
        if not key:
            return "", None
        try:
            UUID(key)
        except ValueError:
            raise self.app.failure(400, "The retry key is invalid") from None
        at, body = self.app.accepted.get(key, (clock.now(), None))
        if body is None or clock.now() - at > KEY_LIVES:
            return key, None
        again = {"message": "The retry key is already accepted"} | body
        accepted = {"x-line-accepted-request-id": str(again.pop("id"))}
        return key, JSONResponse(again, 409, accepted)

    def _accepted(self, key: str, body: dict[str, Any]) -> Response:
        if key:
            self.app.accepted[key] = (clock.now(), body | {"id": str(ids.new_id())})
        return JSONResponse(body)

    def _checked(self, call: Answer) -> Sequence[Mapping[str, Any]]:
        """The message objects, all of them in order. Raises Refusal."""
        said = call.get("messages")
        if not isinstance(said, list) or not 1 <= len(said) <= MOST_AT_ONCE:
            raise self.app.fault("messages", f"Size must be between 1 and {MOST_AT_ONCE}")
        for index, message in enumerate(said):
            at = f"messages[{index}]"
            messages.shown(self.app, message, at)
            messages.quoted(self.app, message, at)
            messages.buttons(self.app, message, at)
        return said

    def _shown(self, person: Person, said: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        sent = []
        for message in said:
            kind, content = messages.shown(self.app, message, "")
            id = self.app.new_id(person)
            if person.id not in self.app.blocked:
                self.app.show(
                    person,
                    kind,
                    content,
                    id=id,
                    quotes=messages.quoted(self.app, message, ""),
                    buttons=messages.buttons(self.app, message, ""),
                )
            sent.append({"id": id, "quoteToken": f"q{id}"})
        return sent

    # --- the account and its people --------------------------------------------------------------------

    async def info(self, request: Request) -> Response:
        about = {"userId": self.app.bot, "basicId": "@077nusantara"}
        about |= {"displayName": self.app.town.business, "chatMode": "bot"}
        return JSONResponse(about | {"markAsReadMode": "manual"})

    async def profile(self, request: Request) -> Response:
        """Of friends, and of who wrote."""
        person = self.app.person_at(request.path_params["user"])
        if person is None or person.id in self.app.blocked or not self.app.reaches(person):
            raise self.app.failure(404, "Not found")
        known = {"userId": self.app.address_of(person), "displayName": person.name}
        return JSONResponse(known | {"language": person.language})

    async def quota(self, request: Request) -> Response:
        return JSONResponse({"type": "limited", "value": QUOTA})

    async def consumption(self, request: Request) -> Response:
        return JSONResponse({"totalUsage": self.app.used.get(self.app.month, 0)})

    async def endpoint(self, request: Request) -> Response:
        """The webhook: told, or set (a machine of one's own may be called without TLS here)."""
        if request.method == "PUT":
            self.app.webhook = str((await self._asked(request)).get("endpoint", ""))
            return JSONResponse({})
        if not self.app.webhook:
            raise self.app.failure(404, "Webhook endpoint not found")
        return JSONResponse({"endpoint": self.app.webhook, "active": True})

    async def test_webhook(self, request: Request) -> Response:
        """The console's "Verify": a batch of nothing."""
        body, headers = self.app.batch([])
        told: dict[str, Any] = {"timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        try:
            answer = await self.app.net.http.post(
                self.app.webhook,
                content=body,
                headers=headers | {"user-agent": "LineBotWebhook/2.0"},
            )
        except httpx.HTTPError:
            return JSONResponse(
                told | {"success": False, "statusCode": 0, "reason": "COULD_NOT_CONNECT"}
            )
        told |= {"success": answer.is_success, "statusCode": answer.status_code}
        reason = "OK" if answer.is_success else "ERROR_STATUS_CODE"
        return JSONResponse(told | {"reason": reason, "detail": str(answer.status_code)})

    async def loading(self, request: Request) -> Response:
        """Three dots, for 5 to 60 seconds."""
        call = await self._asked(request)
        seconds, person = (
            call.get("loadingSeconds", 20),
            self.app.person_at(str(call.get("chatId"))),
        )
        if seconds not in range(5, 61, 5):
            raise self.app.fault("loadingSeconds", "Must be a multiple of 5, from 5 to 60")
        if person is None:
            raise self.app.fault("chatId", "Must be a user")
        self.app.typing(person)
        return JSONResponse({}, 202)

    async def mark_as_read(self, request: Request) -> Response:
        """Everything the customer wrote up to the message whose token this is."""
        token = str((await self._asked(request)).get("markAsReadToken", ""))
        last = messages.marked(self.app, token)
        for bubble in self.app.chats.of(last.person):
            if bubble.mine and bubble.at <= last.at and bubble.rise("read"):
                self.app.changed(bubble)
        return JSONResponse({})

    # --- files -----------------------------------------------------------------------------------------

    async def content(self, request: Request) -> Response:
        """Of a customer's message, until they take it back."""
        bubble = self.app.chats.get(request.path_params["message"])
        file = self.app.town.files.get(str(bubble.content.get("id", ""))) if bubble else None
        if bubble is None or file is None or not bubble.mine or bubble.revoked:
            raise self.app.failure(404, "Not found")
        return Response(file.content, media_type=file.mime)

    async def transcoding(self, request: Request) -> Response:
        return JSONResponse({"status": "succeeded"})

    async def _asked(self, request: Request) -> dict[str, Any]:
        try:
            call = await request.json()
        except ValueError:
            call = None
        if not isinstance(call, dict):
            raise self.app.failure(400, "The request body could not be parsed as JSON")
        return call
