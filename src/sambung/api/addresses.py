"""Addresses that hold what no text has: a NUL, which databases and file systems refuse."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from sambung.api.errors import Unreadable, answer


class Readable:
    """ASGI middleware: 400 for such an address, before anything looks at it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await answer(HTTPConnection(scope), Unreadable())(scope, receive, send)
            return
        await self._app(scope, receive, send)
