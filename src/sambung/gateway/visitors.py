"""Visitors of the business's own sites: the widget's files, their uploads, and their sockets.

GET  /widget/app-client.js       the client for apps of their own (web/app-client)
GET  /widget/{key}.js            the loader, with the site's settings in it
GET  /widget/{key}/frame         the chat itself, shown in a frame by the loader; frame.js and frame.css beside it
WS   /widget/{key}/socket        the conversation
GET  /widget/{key}/history       what was said before
POST /widget/{key}/files         an upload; GET /widget/{key}/files/{file} gives a file of the thread

`key` is the connection's id. The visitor's token comes in the first frame or the Authorization header,
never in an address. Serves every channel whose transport is a visitor's socket.
"""

import hashlib
import html
import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from sambung.core import files
from sambung.core.connections import ACTIVE
from sambung.core.files import NoSuchFile
from sambung.gateway import visitor_sessions, visitor_thread, visitor_uploads
from sambung.gateway.directory import Connected, Directory
from sambung.gateway.visitor_line import GONE
from sambung.gateway.visitor_pace import Pace
from sambung.gateway.visitor_sessions import Visitor
from sambung.gateway.visitor_socket import Around, VisitorSocket
from sambung.kit import clock, crypto, media, paths
from sambung.kit.blobs import Blobs, NoSuchBlob
from sambung.kit.problems import Problem

PLACEHOLDER = "__SAMBUNG_SETTINGS__"
"""Where the loader's source has its settings (web/widget/loader/index.ts)."""
SCRIPT, STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
UPLOADS = 100, timedelta(minutes=10)
"""Of one address."""
ACROSS = {"Access-Control-Allow-Origin": "*"}
"""Pages of any origin may read it: what is not public takes a token, and no cookie says who asks."""
BRIEFLY = "public, max-age=300"
FOR_GOOD = "public, max-age=31536000, immutable"
_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="frame.css?{style}">
<script type="module" src="frame.js?{script}"></script>
</head>
<body data-settings="{settings}"></body>
</html>
"""


class Visitors:
    """The edge for visitors' browsers."""

    def __init__(
        self,
        directory: Directory,
        blobs: Blobs,
        around: Around,
        *,
        built: Path | None = None,
    ) -> None:
        self._directory = directory
        self._blobs = blobs
        self._around = around
        self._folder = built or paths.web() / "widget"
        self._apps = built or paths.web() / "app-client"
        self._parts: dict[str, str] = {}
        self._uploads = Pace(*UPLOADS)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/widget/app-client.js", self._client),
            Route("/widget/{key}.js", self._loader),
            Route("/widget/{key}/frame", self._frame),
            Route("/widget/{key}/frame.js", self._part),
            Route("/widget/{key}/frame.css", self._part),
            Route("/widget/{key}/history", self._history),
            Route("/widget/{key}/files", self._upload, methods=["POST"]),
            Route("/widget/{key}/history", self._allow, methods=["OPTIONS"]),
            Route("/widget/{key}/files", self._allow, methods=["OPTIONS"]),
            Route("/widget/{key}/files/{file}", self._file),
            WebSocketRoute("/widget/{key}/socket", self._socket),
        ]

    async def _loader(self, request: Request) -> Response:
        connected = self._site(request)
        if connected is None:
            return _missing()
        source = self._built("loader.js").replace(PLACEHOLDER, _inline(_settings(connected)))
        tag = f'"{_digest(source)}"'
        headers = {
            "Cache-Control": BRIEFLY,
            "ETag": tag,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(source, media_type=SCRIPT, headers=headers)

    async def _client(self, request: Request) -> Response:
        headers = {
            **ACROSS,
            "Cache-Control": BRIEFLY,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return FileResponse(self._apps / "app-client.js", media_type=SCRIPT, headers=headers)

    async def _allow(self, request: Request) -> Response:
        """A browser asks before an app's page of another origin may read what its token gives."""
        asked = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "authorization, content-type, x-file-name",
            "Access-Control-Max-Age": "86400",
        }
        return Response(status_code=204, headers={**ACROSS, **asked})

    async def _frame(self, request: Request) -> Response:
        connected = self._site(request)
        if connected is None:
            return _missing()
        settings = _settings(connected)
        page = _FRAME.format(
            language=html.escape(str(settings.get("locale", "id"))),
            title=html.escape(connected.name),
            style=_digest(self._built("frame.css")),
            script=_digest(self._built("frame.js")),
            settings=html.escape(json.dumps(settings)),
        )
        headers = {"Content-Security-Policy": _policy(connected), "Cache-Control": "no-cache"}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    async def _part(self, request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        kind = STYLE if name.endswith(".css") else SCRIPT
        asked = FOR_GOOD if request.url.query == _digest(self._built(name)) else BRIEFLY
        return Response(self._built(name), media_type=kind, headers={"Cache-Control": asked})

    async def _history(self, request: Request) -> Response:
        connected = self._site(request)
        visitor = await self._visitor(request, connected)
        if connected is None or visitor is None:
            return _missing()
        before = request.query_params.get("before", "")
        if not before.isdecimal() or int(before) >= 2**53:
            return PlainTextResponse("before?", 400)
        thread = await self._around.store.read(_page, visitor.link.account, visitor, int(before))
        return _private({"messages": thread.messages, "more": thread.more})

    async def _upload(self, request: Request) -> Response:
        connected = self._site(request)
        visitor = await self._visitor(request, connected)
        if connected is None or visitor is None:
            return _missing()
        wait = self._uploads.wait(request.client.host if request.client else "")
        if wait:
            return PlainTextResponse("slow down", 429, {"Retry-After": str(max(1, round(wait)))})
        try:
            stored = await visitor_uploads.keep(
                request.stream(),
                connected.channel.capabilities,
                self._blobs,
                name=unquote(request.headers.get("x-file-name", "")),
                claimed_mime=request.headers.get("content-type", ""),
            )
        except Problem as problem:
            language = request.headers.get("accept-language", "id")[:2]
            body = {"type": problem.type, "title": problem.title(language)}
            return JSONResponse(body, problem.status, media_type="application/problem+json")
        known = {"name": stored.name, "mime": stored.mime, "size": stored.size}
        return _private({"id": visitor_uploads.sealed(stored, visitor), **known})

    async def _file(self, request: Request) -> Response:
        connected, file = self._site(request), _uuid(request.path_params["file"])
        until = request.query_params.get("until", "")
        if connected is None or not until.isdecimal() or len(until) > 12:
            return _missing()
        given = request.query_params.get("s", "")
        right = crypto.verify(visitor_thread.SIGNED, f"{file}:{int(until)}", given)
        if not right or int(until) < clock.now().timestamp():
            return _missing()
        try:
            row = await self._around.store.read(files.get, connected.link.account, file)
            return await self._bytes(row)
        except (NoSuchFile, NoSuchBlob):
            return _missing()

    async def _bytes(self, row: Any) -> Response:
        """The file; what could run a script in our origin is only ever downloaded."""
        shown = row.mime in media.SHOWN or row.mime.startswith(("audio/", "video/"))
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400",
        }
        how = "inline" if shown else "attachment"
        path = self._blobs.path(row.key)
        if path is not None:
            return FileResponse(
                path,
                media_type=row.mime,
                filename=row.name,
                headers=headers,
                content_disposition_type=how,
            )
        data = await self._blobs.get(row.key)
        return Response(data, media_type=row.mime, headers=headers | {"Content-Disposition": how})

    def _built(self, name: str) -> str:
        """A file of the built widget."""
        if name not in self._parts:
            self._parts[name] = self._folder.joinpath(name).read_text()
        return self._parts[name]

    async def _socket(self, socket: WebSocket) -> None:
        connected = self._directory.get(_uuid(socket.path_params["key"]))
        if connected is None or not _open(connected):
            await socket.close(GONE)
            return
        await VisitorSocket(socket, connected, self._around).run()

    def _site(self, request: Request) -> Connected | None:
        connected = self._directory.get(_uuid(request.path_params["key"]))
        return connected if connected is not None and _open(connected) else None

    async def _visitor(self, request: Request, connected: Connected | None) -> Visitor | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if connected is None or scheme.lower() != "bearer" or not token:
            return None
        return await self._around.store.read(visitor_sessions.find, connected.link, token.strip())


def _open(connected: Connected) -> bool:
    channel = connected.channel
    return (channel.transport == "socket" or channel.visitors) and connected.status == ACTIVE


def _page(tx: Any, account: UUID, visitor: Visitor, before: int) -> visitor_thread.Thread:
    mine = visitor_sessions.identities(tx, account, visitor)
    return visitor_thread.page(tx, visitor.link, mine, before=before)


def _settings(connected: Connected) -> dict[str, Any]:
    """The connection's settings that its schema marks as public."""
    shown = connected.config.model_dump(mode="json", include=_marked(connected.config, "public"))
    return {"key": str(connected.link.id), **shown}


def _policy(connected: Connected) -> str:
    """Content-Security-Policy of the frame: our own files, and only the business's sites around it."""
    sites = [
        origin
        for name in _marked(connected.config, "embedders")
        for origin in getattr(connected.config, name)
    ]
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(("frame-ancestors 'self'", *sites)),
        )
    )


def _marked(config: BaseModel, mark: str) -> set[str]:
    """The fields that carry a mark in their schema."""
    return {
        name
        for name, field in type(config).model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get(mark)
    }


def _inline(settings: dict[str, Any]) -> str:
    """JSON that may stand in a script."""
    return json.dumps(settings).replace("<", "\\u003c")


@cache
def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _missing() -> Response:
    return PlainTextResponse("not found", 404)


def _private(body: dict[str, Any]) -> Response:
    return JSONResponse(body, headers={**ACROSS, "Cache-Control": "no-store"})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
