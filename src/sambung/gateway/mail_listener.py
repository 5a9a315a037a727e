"""The built-in mail server: takes mail for our connections, and answers 250 only once it is recorded.

It runs in the loop of the server it belongs to. By default it listens on loopback, behind the
business's own mail server; it relays nothing.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

log = logging.getLogger(__name__)

Accepts = Callable[[str], bool | Awaitable[bool]]
Deliver = Callable[[str, str, bytes], Awaitable[None]]

LARGEST = 30_000_000
"""Bytes of one mail; told to the sender by SIZE (RFC 1870)."""
_LONGEST_LINE = 1_000_000
"""RFC 5322 says 998, senders of HTML do not keep to it, and refusing them would lose mail."""
_MOST_RECIPIENTS = 100
_MOST_CONNECTIONS = 200
_SILENCE = 300
"""Seconds (RFC 5321 §4.5.3.2.7)."""


class MailListener:
    """An SMTP server with 8BITMIME, SMTPUTF8 and SIZE, and STARTTLS where `tls` is given.

    accepts  whether an address is ours (whole address, tag included); others are refused with 550
    deliver  records one mail for one recipient: (sender or "", recipient, raw bytes). It is awaited
             before 250; when it raises, the sender hears 451 and tries again later, so nothing we
             said yes to is lost, and a mail may come twice
    """

    def __init__(
        self,
        *,
        accepts: Accepts,
        deliver: Deliver,
        host: str = "127.0.0.1",
        port: int = 0,
        hostname: str = "localhost",
        largest: int = LARGEST,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._handler = _Handler(accepts, deliver)
        self._host, self._port = host, port
        self._hostname, self._largest, self._tls = hostname, largest, tls
        self._server: asyncio.Server | None = None
        self._open: WeakSet[_Protocol] = WeakSet()

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        assert self._server is not None, "not started"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, self._host, self._port)

    async def stop(self) -> None:
        """Take no more mail; what is not yet answered is for the sender to try again."""
        if self._server is None:
            return
        self._server.close()
        for protocol in list(self._open):
            if protocol.transport is not None:
                protocol.transport.close()
        await self._server.wait_closed()
        self._server = None

    def _protocol(self) -> "_Protocol":
        protocol = _Protocol(
            self._handler,
            full=len(self._open) >= _MOST_CONNECTIONS,
            data_size_limit=self._largest,
            enable_SMTPUTF8=True,
            hostname=self._hostname,
            ident="Sambung",
            tls_context=self._tls,
            timeout=_SILENCE,
            loop=asyncio.get_running_loop(),
        )
        self._open.add(protocol)
        return protocol


class _Protocol(SMTP):
    line_length_limit = _LONGEST_LINE

    def __init__(self, handler: "_Handler", *, full: bool, **options: Any) -> None:
        super().__init__(handler, **options)
        self._full = full

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._full and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        super().connection_made(transport)


class _Handler:
    """What to answer; aiosmtpd finds these by name."""

    def __init__(self, accepts: Accepts, deliver: Deliver) -> None:
        self._accepts, self._deliver = accepts, deliver

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        known = self._accepts(address)
        if not (await known if isawaitable(known) else known):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")
        for recipient in envelope.rcpt_tos:
            # Whatever went wrong, the sender keeps the mail: the one right answer is "later".
            (failure,) = await asyncio.gather(
                self._deliver(sender, recipient, raw), return_exceptions=True
            )
            if failure is not None:
                log.error("a mail for %s was not recorded", recipient, exc_info=failure)
                return "451 4.3.0 Not recorded, try again later"
        return "250 2.0.0 Recorded"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail session failed", exc_info=error)
        return "451 4.3.0 Failed here, try again later"
