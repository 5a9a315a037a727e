"""Direct messages of one account on X: its API of version 2, and its webhooks. https://docs.x.com/x-api/direct-messages"""

import base64
from collections.abc import Sequence

import httpx
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sambung.kit import ids
from sambung.kit.signatures import same
from sambung.simulator.files import File
from sambung.simulator.refusal import Refusal
from sambung.simulator.standins._partner import shown
from sambung.simulator.standins.x.account import CLIENT, USER, Account
from sambung.simulator.town import Town

LONGEST_TEXT = 10_000
LARGEST = {"dm_image": 5_000_000, "dm_gif": 15_000_000, "dm_video": 512_000_000}


class X(Account):
    """The account's API."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self._begun: dict[str, tuple[str, dict[int, bytes]]] = {}

    def routes(self) -> Sequence[BaseRoute]:
        chat, media = "/2/dm_conversations/with/{participant}/messages", "/2/media/upload"
        return [
            Route(chat, self.sends(self._send), methods=["POST"]),
            Route(f"{media}/initialize", self._begin, methods=["POST"]),
            Route(f"{media}/{{media}}/append", self._append, methods=["POST"]),
            Route(f"{media}/{{media}}/finalize", self._finalize, methods=["POST"]),
            Route(media, self._prepared),
            Route("/2/users/me", self._me),
            Route("/2/oauth2/token", self._renew, methods=["POST"]),
            Route("/2/webhooks", self._set_webhook, methods=["POST"]),
            Route("/file/{file}", self._download),
        ]

    def _check(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.tokens.good(token):
            raise self.refusal("401")

    async def _send(self, request: Request) -> Response:
        self._check(request)
        person = self.person_at(request.path_params["participant"])
        if person is None:
            raise self.refusal("404")
        if person.id in self.blocked:
            raise self.refusal("403")
        call = await request.json()
        words, attached = str(call.get("text", "")), call.get("attachments") or []
        if len(words) > LONGEST_TEXT or len(attached) > 1 or not (words or attached):
            raise self.refusal("400")
        if attached:
            file = self.town.files.get(str(attached[0].get("media_id", "")))
            if file is None:
                raise self.refusal("400")
            kind = "video" if file.mime.startswith("video/") else "image"
            caption = {"caption": words} if words else {}
            bubble = self.show(person, kind, shown(file) | caption)
        else:
            bubble = self.show(person, "text", {"body": words})
        chat = f"{USER}-{self.address_of(person)}"
        return _answer({"dm_conversation_id": chat, "dm_event_id": bubble.id}, 201)

    # --- files, in pieces ----------------------------------------------------------------------------

    async def _begin(self, request: Request) -> Response:
        self._check(request)
        wanted = await request.json()
        largest = LARGEST.get(wanted.get("media_category"), 0)
        if not 0 < int(wanted.get("total_bytes") or 0) <= largest:
            raise self.refusal("400")
        id = f"1582{self.number():015d}"
        self._begun[id] = str(wanted.get("media_type", "")), {}
        return _answer({"id": id, "media_key": f"13_{id}", "expires_after_secs": 86_400})

    async def _append(self, request: Request) -> Response:
        self._check(request)
        _, pieces = self._pieces(request)
        form = await request.form(max_part_size=6_000_000)
        piece = form.get("media")
        if not isinstance(piece, UploadFile):
            raise self.refusal("400")
        pieces[int(str(form.get("segment_index", "0")))] = await piece.read()
        return _answer({"expires_at": 0})

    async def _finalize(self, request: Request) -> Response:
        """A film is not ready at once."""
        self._check(request)
        id, (mime, pieces) = request.path_params["media"], self._pieces(request)
        whole = b"".join(pieces[place] for place in sorted(pieces))
        del self._begun[id]
        file = self.town.files.put(File(id, f"{id}.{mime.rpartition('/')[2]}", mime, whole))
        told = {"id": id, "size": len(file.content)}
        film = {"processing_info": {"state": "pending", "check_after_secs": 0}}
        return _answer(told | (film if mime.startswith("video/") else {}))

    async def _prepared(self, request: Request) -> Response:
        self._check(request)
        id = request.query_params.get("media_id", "")
        if request.query_params.get("command") != "STATUS" or self.town.files.get(id) is None:
            raise self.refusal("400")
        progress = {"state": "succeeded", "progress_percent": 100}
        return _answer({"id": id, "processing_info": progress})

    def _pieces(self, request: Request) -> tuple[str, dict[int, bytes]]:
        found = self._begun.get(request.path_params["media"])
        if found is None:
            raise self.refusal("400")
        return found

    async def _download(self, request: Request) -> Response:
        """Files of direct messages are shown to who may read them."""
        self._check(request)
        return await self.download(request)

    # --- the account ---------------------------------------------------------------------------------

    async def _me(self, request: Request) -> Response:
        self._check(request)
        return _answer(self.known())

    async def _renew(self, request: Request) -> Response:
        """By OAuth 2.0, for a confidential client. The refresh token is used up."""
        form = await request.form()
        client = base64.b64encode(f"{CLIENT}:{self.secret('client_secret')}".encode()).decode()
        if not same(request.headers.get("authorization", ""), f"Basic {client}"):
            raise Refusal(401, {"error": "unauthorized_client"})
        new = self.tokens.renew(str(form.get("refresh_token", "")))
        if new is None or form.get("grant_type") != "refresh_token":
            said = "Value passed for the token was invalid."
            raise Refusal(400, {"error": "invalid_request", "error_description": said})
        told = {"token_type": "bearer", "access_token": new[0], "refresh_token": new[1]}
        return JSONResponse(told | {"expires_in": int(self.lives.total_seconds())})

    async def _set_webhook(self, request: Request) -> Response:
        """X first asks the address whether it knows the secret (CRC)."""
        url, token = str((await request.json()).get("url", "")), ids.secret(24)
        try:
            answer = await self.net.http.get(url, params={"crc_token": token})
        except (httpx.HTTPError, httpx.InvalidURL):
            raise self.refusal("400") from None
        right = {"response_token": self.signed(token.encode())}
        if not answer.is_success or answer.json() != right:
            raise self.refusal("400")
        self.webhook = url
        return _answer({"id": "1582000000000000077", "url": url, "valid": True})


def _answer(data: object, status: int = 200) -> Response:
    return JSONResponse({"data": data}, status)
