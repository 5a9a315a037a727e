"""A real SMTP server with a memory, that can be told to answer badly or to hang up."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Taken:
    """A message it said yes to."""

    mail_from: str
    rcpt_to: list[str]
    raw: bytes


@dataclass
class SmtpPeer:
    """answers: what to say at MAIL, RCPT or DATA instead of yes; hang_up: at which of these to break off.

    "TAKEN" in `hang_up` breaks off after the message was taken, before saying so.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    hang_up: set[str] = field(default_factory=set)
    password: str = ""
    taken: list[Taken] = field(default_factory=list)

    async def _say(self, server: SMTP, command: str) -> str | None:
        if command in self.hang_up and server.transport is not None:
            server.transport.close()
            raise ConnectionResetError
        return self.answers.get(command)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._say(server, "MAIL")
        if said:
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._say(server, "RCPT") or self.answers.get(f"RCPT {address}")
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = await self._say(server, "DATA")
        if said:
            return said
        raw = envelope.original_content or b""
        self.taken.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        await self._say(server, "TAKEN")
        return "250 OK queued"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=right, handled=False)


@asynccontextmanager
async def smtp_peer(
    *, tls: ssl.SSLContext | None = None, password: str = "", utf8: bool = True
) -> AsyncIterator[SmtpPeer]:
    """Runs in the test's own loop, on a free loopback port; with STARTTLS where `tls` is given."""
    peer = SmtpPeer(password=password)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            peer,
            hostname="peer.test",
            enable_SMTPUTF8=utf8,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=bool(password),
            auth_require_tls=tls is not None,
            authenticator=peer.authenticate if password else None,
            loop=loop,
        )

    server = await loop.create_server(session, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        await server.wait_closed()
