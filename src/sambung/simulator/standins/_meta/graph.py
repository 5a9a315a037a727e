"""The Graph API of an inbox. https://developers.facebook.com/docs/graph-api"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import ids
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.standins._meta import elements, sending
from sambung.simulator.standins._meta.account import APP
from sambung.simulator.standins._meta.phone import OnPhones

_PER_PAGE, _MOST_MESSAGES = 25, 25
_TOKEN_LIVES = 60 * 24 * 3600
"""Seconds."""
Endpoint = Callable[[Request], Awaitable[Response]]


class Graph(OnPhones):
    """Paths begin with a version and the account: its own id, its Page's, or `me`."""

    def profile(self, person: Person) -> dict[str, str]:
        """What Meta tells of somebody who wrote to the business."""
        return {"id": self.address_of(person), "name": person.name}

    def routes(self) -> Sequence[BaseRoute]:
        mine, posts, everything = self._mine, ["POST"], ["GET", "POST", "DELETE"]
        return [
            Route("/media/{file}/{name}", self._media),
            Route("/{version}/refresh_access_token", self._known(self._renew)),
            Route("/{version}/{node}/messages", mine(self._messages), methods=posts),
            Route("/{version}/{node}/message_attachments", mine(self._upload), methods=posts),
            Route("/{version}/{node}/subscribed_apps", mine(self._subscribed), methods=everything),
            Route("/{version}/{node}/conversations", mine(self._conversations)),
            Route(f"/{{version}}/{APP}/subscriptions", self._set_webhook, methods=posts),
            Route("/{version}/{node}", self._known(self._node)),
        ]

    # --- who asks, and for whom ----------------------------------------------------------------------

    def _known(self, endpoint: Endpoint) -> Endpoint:
        async def call(request: Request) -> Response:
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not self.knows(bearer or request.query_params.get("access_token", "")):
                raise self.refusal("190")
            return await endpoint(request)

        return call

    def _mine(self, endpoint: Endpoint) -> Endpoint:
        async def call(request: Request) -> Response:
            if request.path_params["node"] not in ("me", self.account, self.page):
                raise self._nothing(request.path_params["node"])
            return await endpoint(request)

        return self._known(call)

    def _nothing(self, node: str) -> Exception:
        return self.failure(100, f"Object with ID '{node}' does not exist", subcode=33)

    # --- messages ------------------------------------------------------------------------------------

    async def _messages(self, request: Request) -> Response:
        try:
            call = await request.json()
        except ValueError:
            raise self.failure(100, "The body is not JSON") from None
        if "sender_action" in call:
            return JSONResponse(sending.act(self, call))

        async def send(request: Request) -> Response:
            return JSONResponse(await sending.send(self, call))

        return await self.sends(send)(request)

    async def _upload(self, request: Request) -> Response:
        form = await request.form(max_part_size=30_000_000)
        given = form.get("filedata")
        attachment = json.loads(str(form.get("message") or "{}")).get("attachment", {})
        if isinstance(given, UploadFile):
            file = await self.upload(given)
        else:
            url = str(attachment.get("payload", {}).get("url", ""))
            try:
                file = await self.fetch(url)
            except (httpx.HTTPError, httpx.InvalidURL):
                raise self.failure(100, "No file was uploaded", subcode=2018008) from None
        sending.fits(self, file, str(attachment.get("type", "file")))
        return JSONResponse({"attachment_id": file.id})

    async def _media(self, request: Request) -> Response:
        file = self.town.files.get(request.path_params["file"])
        if file is None:
            return Response("URL signature expired", 403)
        return Response(file.content, media_type=file.mime)

    # --- the account ---------------------------------------------------------------------------------

    async def _subscribed(self, request: Request) -> Response:
        if request.method == "GET":
            app = {"id": str(APP), "name": "Sambung", "subscribed_fields": self.fields}
            return JSONResponse({"data": [app] if self.fields else []})
        wanted = request.query_params.get("subscribed_fields", "")
        self.fields = wanted.split(",") if request.method == "POST" and wanted else []
        return JSONResponse({"success": True})

    async def _set_webhook(self, request: Request) -> Response:
        """The app's dashboard: Meta first asks the address for its verify token."""
        asked = request.query_params
        challenge = ids.hexadecimal(8)
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": asked.get("verify_token", ""),
            "hub.challenge": challenge,
        }
        url = asked.get("callback_url", "")
        answer = await self.net.http.get(url, params=query)
        if not answer.is_success or answer.text != challenge:
            raise self.failure(2200, "Callback verification failed")
        self.callback = url
        return JSONResponse({"success": True})

    async def _renew(self, request: Request) -> Response:
        """A new token; the old one lives on to its end."""
        if request.query_params.get("grant_type") != "ig_refresh_token":
            raise self.failure(100, "Invalid parameter: grant_type")
        token = "IGAA" + ids.secret(48)
        self.renewed.add(token)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": _TOKEN_LIVES}
        return JSONResponse(answer)

    # --- reading -------------------------------------------------------------------------------------

    async def _node(self, request: Request) -> Response:
        """The account, a customer, or a message."""
        node = request.path_params["node"]
        person, bubble = self.person_at(node), self.chats.get(node)
        if node in ("me", self.account, self.page):
            return JSONResponse(self._self() | {"id": self.account if node == "me" else node})
        if bubble is not None:
            return JSONResponse(self._recalled(bubble))
        if person is None:
            raise self._nothing(node)
        if not any(bubble.mine for bubble in self.chats.of(person.id)):
            raise self.refusal("230")
        return JSONResponse(self.profile(person))

    async def _conversations(self, request: Request) -> Response:
        """Those of this inbox, latest first."""
        asked = request.query_params
        threads = [
            (thread[-1].at, person, thread)
            for person in self.town.people
            if (thread := self.talk(person))
            and asked.get("user_id", "") in ("", self.address_of(person))
        ]
        threads.sort(key=lambda thread: thread[0], reverse=True)
        start = int(asked.get("after") or 0)
        limit = int(asked.get("limit") or _PER_PAGE)
        found = [self._conversation(one, said) for _, one, said in threads[start : start + limit]]
        paging: dict[str, Any] = {"cursors": {"after": str(start + limit)}}
        if start + limit < len(threads):
            paging["next"] = str(request.url.include_query_params(after=start + limit))
        return JSONResponse({"data": found, "paging": paging})

    def _conversation(self, person: Person, thread: Sequence[Bubble]) -> Mapping[str, Any]:
        latest = [bubble for bubble in reversed(thread) if not bubble.revoked][:_MOST_MESSAGES]
        return {
            "id": f"t_{self.digits(person, 15)}",
            "updated_time": thread[-1].at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "participants": {"data": [self._named(person), self._self()]},
            "messages": {"data": [self._recalled(bubble) for bubble in latest]},
        }

    def _recalled(self, bubble: Bubble) -> dict[str, Any]:
        person = self.town.people.get(bubble.person)
        assert person is not None
        ends = [self._named(person), self._self()]
        return elements.recalled(bubble, ends if bubble.mine else ends[::-1], self.place_of)

    def _named(self, person: Person) -> dict[str, str]:
        known = self.profile(person)
        name = known.get("name") or f"{known['first_name']} {known['last_name']}".strip()
        shown = {key: known[key] for key in ("id", "username") if key in known}
        return shown | {"name": name}

    def _self(self) -> dict[str, str]:
        return {"id": self.account, "name": self.town.business}
