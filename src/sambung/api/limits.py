"""How much one caller may ask for, and how large a request may be. Answered before anything else is done."""

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sambung.api.auth import COOKIE
from sambung.api.context import address_of
from sambung.api.errors import TooLarge, TooManyRequests, answer
from sambung.kit import clock, crypto

PREFIX = "/api/"
FILES = "/api/v1/files"
LARGEST_BODY = 1_000_000
"""Bytes of anything but a file."""
ENVELOPE = 10_000
"""Bytes that a multipart form puts around a file."""
BURST_SECONDS = 4
"""Seconds' worth of requests that may come at once."""
WRONG_TOKEN = 10
"""What an unknown token costs its network address, in requests."""
MOST_BUCKETS = 20_000


class Bucket:
    """Tokens that refill with time."""

    __slots__ = ("at", "left")

    def __init__(self, left: float, at: datetime) -> None:
        self.left = left
        self.at = at


class Buckets:
    """A token bucket per key, in this process. `rate` per second; 0 = no limit."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.burst = rate * BURST_SECONDS
        self._all: dict[bytes, Bucket] = {}

    def take(self, key: bytes, tokens: float) -> float:
        """Take tokens; the seconds to wait when there are not enough, else 0."""
        now = clock.now()
        bucket = self._all.get(key)
        if bucket is None:
            if len(self._all) >= MOST_BUCKETS:
                self._drop_full(now)
            bucket = self._all[key] = Bucket(self.burst, now)
        seconds = max((now - bucket.at).total_seconds(), 0)
        bucket.left = min(self.burst, bucket.left + seconds * self.rate)
        bucket.at = now
        if bucket.left < tokens:
            return (tokens - bucket.left) / self.rate
        bucket.left -= tokens
        return 0

    def charge(self, key: bytes, tokens: float) -> None:
        """Take tokens whether or not they are there."""
        self.take(key, 0)
        if self.rate:
            self._all[key].left -= tokens

    def _drop_full(self, now: datetime) -> None:
        full = {
            key
            for key, bucket in self._all.items()
            if bucket.left + (now - bucket.at).total_seconds() * self.rate >= self.burst
        }
        self._all = {key: bucket for key, bucket in self._all.items() if key not in full}


class Limits:
    """ASGI middleware: 429 and 413 for what comes under /api/."""

    def __init__(self, app: ASGIApp, *, rate: float, largest_file: int) -> None:
        self._app = app
        self._largest_file = largest_file
        self._buckets = Buckets(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        of_file = scope["path"].startswith(FILES)
        largest = self._largest_file + ENVELOPE if of_file else LARGEST_BODY
        address = crypto.fingerprint(address_of(request))
        seconds = self._seconds_to_wait(request, address)
        if seconds:
            response = answer(request, TooManyRequests(seconds=-int(-seconds // 1)))
            await response(scope, receive, send)
        elif _number(request.headers.get("content-length")) > largest:
            await answer(request, TooLarge())(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, largest), self._watched(send, address))

    def _seconds_to_wait(self, request: HTTPConnection, address: bytes) -> float:
        if not self._buckets.rate:
            return 0
        token = request.headers.get("authorization") or request.cookies.get(COOKIE)
        if token is None:
            return self._buckets.take(address, 1)
        return self._buckets.take(address, 0) or self._buckets.take(crypto.fingerprint(token), 1)

    def _watched(self, send: Send, address: bytes) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                self._buckets.charge(address, WRONG_TOKEN)
            await send(message)

        return watched


def _counted(receive: Receive, largest: int) -> Receive:
    """Also a body that does not say its length must not grow past `largest`."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            # Not a Problem: while a body is read, only this kind passes FastAPI unchanged.
            raise HTTPException(TooLarge.status)
        return message

    return counted


def _number(header: str | None) -> int:
    return int(header) if header is not None and header.isdecimal() else 0
