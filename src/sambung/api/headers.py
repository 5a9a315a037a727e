"""Headers that keep a browser from doing what our pages never ask for (OWASP Secure Headers)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The parts that place menus and virtual rows set style attributes.
        "style-src 'self' 'unsafe-inline'",
        # An email's frame inherits this policy and narrows it; https is for images an agent asked to see.
        "img-src 'self' data: blob: https:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
DATA = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: an answer of the API opened in a tab runs nothing."""

_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(self), geolocation=(), payment=()",
}
_OF_PAGES = {**_ALWAYS, b"content-security-policy": PAGES.encode()}
_OF_DATA = {
    **_ALWAYS,
    b"content-security-policy": DATA.encode(),
    b"cache-control": b"no-store",
}
_HTTPS = {b"strict-transport-security": b"max-age=31536000"}


class SecurityHeaders:
    """ASGI middleware: adds what a response did not set itself (the widget may be framed, it says so)."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        more = _HTTPS if https else {}
        self._of_pages = {**_OF_PAGES, **more}
        self._of_data = {**_OF_DATA, **more}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = self._of_data if scope["path"].startswith("/api/") else self._of_pages

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message["headers"])
                present = {name.lower() for name, _ in own}
                more = [item for item in wanted.items() if item[0] not in present]
                message = {**message, "headers": own + more}
            await send(message)

        await self._app(scope, receive, with_headers)
