"""A mailbox read over IMAP (RFC 9051), from asyncio.

The client library blocks, so each session has one thread of its own. Reading leaves no trace: the
folder is opened read-only, and nothing relies on \\Seen.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from sambung.kit.mail import Server

Result = TypeVar("Result")

IDLE_SECONDS = 9 * 60
"""RFC 2177 asks for less than 29 minutes; routers at home forget a silent connection after ten."""
POLL_SECONDS = 60
"""Between NOOPs where the server has no IDLE."""
_TIMEOUT = 60
_PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[OVERQUOTA]")


class Lost(Exception):
    """The connection failed, broke or made no sense: connect again later."""


class NoEntry(Exception):
    """The server refuses the log-in, shows a certificate that does not hold, or has no such folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """UIDs mean something only together with `uidvalidity`; `uidnext` is the one the next mail gets."""

    uidvalidity: int
    uidnext: int
    messages: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail in the folder. `size` is its whole length in bytes, also where `raw` was cut."""

    uid: int
    raw: bytes
    size: int
    received_at: datetime


class Session:
    """A logged-in connection. Get one from `open_session`. Everything raises Lost."""

    def __init__(self, client: IMAPClient, thread: ThreadPoolExecutor) -> None:
        self._client = client
        self._thread = thread

    async def select(self, folder: str) -> Folder:
        """Open a folder for reading. Raises NoEntry when there is none."""
        found = await self._run(lambda: _select(self._client, folder))
        return Folder(
            int(found[b"UIDVALIDITY"]), int(found.get(b"UIDNEXT", 1)), int(found[b"EXISTS"])
        )

    async def uids(self, *, after: int, since: date | None = None) -> list[int]:
        """UIDs greater than `after`, ascending; of mails that arrived on `since` or later."""
        criteria: list[Any] = ["UID", f"{after + 1}:*", *(["SINCE", since] if since else [])]
        found = await self._run(lambda: self._client.search(criteria))
        # "n:*" names the last mail even when its UID is smaller than n (RFC 9051 §9, seq-range).
        return sorted(int(uid) for uid in found if uid > after)

    async def fetch(self, uid: int, *, largest: int) -> Stored | None:
        """One mail, its first `largest` bytes; None when it is no longer there."""
        items = ["UID", "INTERNALDATE", "RFC822.SIZE", f"BODY.PEEK[]<0.{largest}>"]
        answer = (await self._run(lambda: self._client.fetch([uid], items))).get(uid)
        if not answer or b"BODY[]<0>" not in answer:
            return None
        return Stored(
            uid=uid,
            raw=answer[b"BODY[]<0>"] or b"",
            size=int(answer.get(b"RFC822.SIZE", 0)),
            received_at=answer[b"INTERNALDATE"].astimezone(UTC),
        )

    async def wait(self, *, idle: float = IDLE_SECONDS, poll: float = POLL_SECONDS) -> None:
        """Return when something may have arrived, or after a while in any case (seconds)."""
        if await self._run(lambda: self._client.has_capability("IDLE")):
            await self._run(lambda: _idle(self._client, idle))
        else:
            await asyncio.sleep(poll)
            await self._run(self._client.noop)

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await _in_thread(self._thread, work)


@asynccontextmanager
async def open_session(server: Server) -> AsyncIterator[Session]:
    """Connect and log in. Raises Lost or NoEntry."""
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"imap-{server.host}")
    opened: list[IMAPClient] = []
    try:
        await _in_thread(thread, lambda: _log_in(server, opened))
        yield Session(opened[0], thread)
    finally:
        for client in opened:  # also wakes the thread out of an IDLE
            with contextlib.suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)
            thread.submit(_hang_up, client)
        thread.shutdown(wait=False)


async def _in_thread(thread: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, work)
    except ssl.SSLCertVerificationError as error:
        raise NoEntry(str(error)) from error
    except LoginError as error:
        passing = any(mark in str(error) for mark in _PASSING)
        raise (Lost if passing else NoEntry)(str(error)) from error
    except (IMAPClientError, OSError, EOFError) as error:
        raise Lost(str(error)) from error


def _log_in(server: Server, opened: list[IMAPClient]) -> None:
    context = ssl.create_default_context() if server.security != "none" else None
    client = IMAPClient(
        server.host,
        port=server.port,
        ssl=server.security == "tls",
        ssl_context=context if server.security == "tls" else None,
        timeout=_TIMEOUT,
    )
    opened.append(client)
    client.normalise_times = False
    if server.security == "starttls":
        client.starttls(context)
    if server.token:
        client.oauth2_login(server.username, server.token)
    else:
        client.login(server.username, server.password)


def _select(client: IMAPClient, folder: str) -> dict[bytes, Any]:
    try:
        found: dict[bytes, Any] = client.select_folder(folder, readonly=True)
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError) or any(m in str(error) for m in _PASSING):
            raise
        raise NoEntry(str(error)) from error
    return found


def _idle(client: IMAPClient, seconds: float) -> None:
    client.idle()
    client.idle_check(timeout=seconds)
    client.idle_done()


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(IMAPClientError, OSError):
        client.shutdown()
