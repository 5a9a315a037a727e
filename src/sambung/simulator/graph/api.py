"""The Graph API over HTTP, as far as a business on WhatsApp uses it."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sambung.kit import clock
from sambung.simulator.graph import sends
from sambung.simulator.graph.cloud import Cloud
from sambung.simulator.graph.errors import GraphError
from sambung.simulator.graph.numbers import Number

MEDIA_LINK_LIVES = 300
"""Seconds a media URL may be used."""


def graph_app(cloud: Cloud) -> Starlette:
    """The API as an ASGI app, to be mounted anywhere; that place is the connection's `api_base`."""
    api = GraphApi(cloud)
    methods = ["GET", "POST", "DELETE"]
    return Starlette(
        routes=[
            Route("/lookaside/{media}", api.download),
            Route("/{version}/{node}", api.call, methods=methods),
            Route("/{version}/{node}/{edge}", api.call, methods=methods),
        ],
        exception_handlers={GraphError: _refuse},
    )


class GraphApi:
    """Each call: who asks, for which node, which edge of it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._edges = {
            ("POST", "messages"): self.messages,
            ("POST", "media"): self.upload,
            ("POST", "register"): self.succeed,
            ("POST", "deregister"): self.succeed,
            ("GET", "phone_numbers"): self.phone_numbers,
            ("GET", "message_templates"): self.list_templates,
            ("POST", "message_templates"): self.create_template,
            ("DELETE", "message_templates"): self.delete_template,
            ("GET", "subscribed_apps"): self.subscribed_apps,
            ("POST", "subscribed_apps"): self.subscribe,
            ("DELETE", "subscribed_apps"): self.unsubscribe,
        }

    async def call(self, request: Request) -> Response:
        """Any call to a node, or to an edge of it."""
        if not re.fullmatch(r"v\d+\.\d+", request.path_params["version"]):
            raise GraphError(2500, request.url.path)
        numbers = self._allowed(request)
        node, edge = request.path_params["node"], request.path_params.get("edge", "")
        if not edge and node not in {n.phone_number_id for n in numbers} | {
            n.waba_id for n in numbers
        }:
            return self._media(request, node)
        number = next((n for n in numbers if node in (n.phone_number_id, n.waba_id)), None)
        if number is None:
            raise GraphError(100, f"Object with ID '{node}' does not exist", subcode=33)
        if not edge:
            return JSONResponse(
                _about(number) if node == number.phone_number_id else _about_account(number)
            )
        serve = self._edges.get((request.method, edge))
        if serve is None:
            raise GraphError(2500, f"Unknown path components: /{edge}")
        return await serve(request, number)

    async def messages(self, request: Request, number: Number) -> Response:
        """Send a message, or mark one read."""
        body = await _json(request)
        if body.get("status") == "read":
            return JSONResponse(self.cloud.read_by_business(number, body))
        answer = self.cloud.accept(number, body)
        if await self.cloud.faults.pass_silence():
            return JSONResponse({}, status_code=504)
        return JSONResponse(answer)

    async def upload(self, request: Request, number: Number) -> Response:
        """Keep a file for sending: `messaging_product`, `type`, `file`."""
        form = await request.form()
        file, mime = form.get("file"), str(form.get("type", ""))
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, "messaging_product must be whatsapp")
        if not isinstance(file, UploadFile):
            raise GraphError(131008, "file")
        mime = mime or file.content_type or ""
        content = await file.read()
        kind = next(
            (k for k in ("image", "audio", "video") if mime.startswith(f"{k}/")), "document"
        )
        sends.upload("sticker" if mime == "image/webp" else kind, mime.split(";")[0], len(content))
        return JSONResponse({"id": self.cloud.files.keep(file.filename or "", mime, content).id})

    async def succeed(self, request: Request, number: Number) -> Response:
        """What needs no doing here."""
        return JSONResponse({"success": True})

    async def phone_numbers(self, request: Request, number: Number) -> Response:
        """The numbers of the account."""
        mine = [n for n in self.cloud.numbers.values() if n.waba_id == number.waba_id]
        return JSONResponse({"data": [_about(n) for n in mine]})

    async def list_templates(self, request: Request, number: Number) -> Response:
        """The account's templates, or those of a name, in pages by `limit` and `after`."""
        found = self.cloud.templates[number.waba_id].list(request.query_params.get("name", ""))
        limit, after = (
            int(request.query_params.get("limit", 25)),
            int(request.query_params.get("after", 0)),
        )
        page = found[after : after + limit]
        answer: dict[str, Any] = {"data": [template.as_json() for template in page]}
        answer["paging"] = {"cursors": {"before": str(after), "after": str(after + len(page))}}
        if after + len(page) < len(found):
            answer["paging"]["next"] = str(
                request.url.include_query_params(after=after + len(page))
            )
        return JSONResponse(answer)

    async def create_template(self, request: Request, number: Number) -> Response:
        """Hand a template in for approval."""
        template = self.cloud.create_template(number, await _json(request))
        return JSONResponse(
            {"id": template.id, "status": template.status, "category": template.category}
        )

    async def delete_template(self, request: Request, number: Number) -> Response:
        """Delete a template by name."""
        if not self.cloud.templates[number.waba_id].delete(request.query_params.get("name", "")):
            raise GraphError(100, "there is no such template", subcode=2593002)
        return JSONResponse({"success": True})

    async def subscribed_apps(self, request: Request, number: Number) -> Response:
        """Where the account's events go."""
        url = self.cloud.webhooks[number.waba_id]
        app = {"whatsapp_business_api_data": {"id": "670000000000001", "name": number.name}}
        return JSONResponse({"data": [app | {"override_callback_uri": url}] if url else []})

    async def subscribe(self, request: Request, number: Number) -> Response:
        """Send the account's events here, after a handshake with the URL given."""
        body = await _json(request) if await request.body() else {}
        if body.get("override_callback_uri"):
            await self.cloud.subscribe(
                number, body["override_callback_uri"], str(body.get("verify_token", ""))
            )
        return JSONResponse({"success": True})

    async def unsubscribe(self, request: Request, number: Number) -> Response:
        """Send the account's events nowhere."""
        self.cloud.webhooks[number.waba_id] = ""
        return JSONResponse({"success": True})

    async def download(self, request: Request) -> Response:
        """The bytes of a media file: needs the bearer token as well as the link."""
        self._allowed(request)
        file = self.cloud.files.get(request.path_params["media"])
        if file is None or clock.now().timestamp() > float(request.query_params.get("ext", 0)):
            return Response(status_code=404)
        return Response(file.content, media_type=file.mime)

    def _media(self, request: Request, media: str) -> Response:
        file = self.cloud.files.get(media)
        if file is None:
            raise GraphError(100, f"Object with ID '{media}' does not exist", subcode=33)
        if request.method == "DELETE":
            self.cloud.files.delete(media)
            return JSONResponse({"success": True})
        here = request.url.replace(path=request.scope.get("root_path", ""), query="")
        ends = int(clock.now().timestamp()) + MEDIA_LINK_LIVES
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "id": file.id,
                "url": f"{here}/lookaside/{file.id}?ext={ends}",
                "mime_type": file.mime,
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "file_size": len(file.content),
            }
        )

    def _allowed(self, request: Request) -> list[Number]:
        """The numbers the bearer token may use. Raises GraphError when it may use none."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.query_params.get("access_token", "")
        numbers = [
            n
            for n in self.cloud.numbers.values()
            if hmac.compare_digest(n.access_token.encode(), token.encode())
        ]
        if not numbers:
            raise GraphError(190, "The access token could not be decrypted")
        proof = request.query_params.get("appsecret_proof")
        if proof is not None and not any(proof == _proof(n) for n in numbers):
            raise GraphError(100, "Invalid appsecret_proof provided in the API argument")
        return numbers


def _proof(number: Number) -> str:
    return hmac.new(
        number.app_secret.encode(), number.access_token.encode(), hashlib.sha256
    ).hexdigest()


def _about(number: Number) -> dict[str, Any]:
    return {
        "id": number.phone_number_id,
        "display_phone_number": f"+{number.phone}",
        "verified_name": number.name,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "messaging_limit_tier": "TIER_1K",
    }


def _about_account(number: Number) -> dict[str, Any]:
    return {"id": number.waba_id, "name": number.name, "timezone_id": "66", "currency": "IDR"}


async def _json(request: Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise GraphError(100, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise GraphError(100, "the body is not an object")
    return body


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, GraphError)
    return JSONResponse(error.body(), status_code=error.status)
