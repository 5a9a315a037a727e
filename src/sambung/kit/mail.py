"""Mail leaving over SMTP (RFC 5321), and the arithmetic of addresses.

`send_mail` says exactly how far a message got, because that decides whether it may be sent again.
"""

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTP

Security = Literal["none", "starttls", "tls"]
Stage = Literal["connect", "login", "sender", "recipient", "content"]

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BARE_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to log in there. `token`: an OAuth access token, used instead of a password."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    security: Security = "starttls"


class Unreachable(Exception):
    """The connection failed or broke before any content was sent: surely not accepted."""

    def __init__(self, detail: str, *, untrusted: bool = False) -> None:
        super().__init__(detail)
        self.untrusted = untrusted
        """The server's certificate does not hold: asking again will not help."""


class Unanswered(Exception):
    """The content was sent but no answer came: it may or may not have been accepted."""


class Declined(Exception):
    """The server answered 4xx or 5xx at `stage`. `enhanced` is the RFC 3463 code where it gave one."""

    def __init__(self, stage: Stage, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.stage: Stage = stage
        self.code = code
        self.text = text
        found = _ENHANCED.search(text)
        self.enhanced = found[1] if found else ""

    @property
    def passing(self) -> bool:
        """A 4xx answer: the same may be accepted later."""
        return 400 <= self.code < 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took responsibility. `answer` is its last line; `refused` the further recipients it declined."""

    answer: str
    refused: Mapping[str, Declined]


async def send_mail(
    server: Server, *, mail_from: str, rcpt_to: Sequence[str], raw: bytes, patience: float = 60
) -> Accepted:
    """Hand one message over; `rcpt_to[0]` must be accepted, the others may be declined.

    `patience` is seconds per step. Raises Unreachable, Declined (nothing accepted) or Unanswered.
    """
    client = await _connect(server, name=mail_from.rpartition("@")[2], patience=patience)
    try:
        return await _hand_over(client, mail_from, rcpt_to, raw, patience)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unreachable(str(error)) from error
    finally:
        client.close()


async def try_login(server: Server, *, name: str, patience: float = 15) -> None:
    """Connect and log in, then leave. `name` is what we call ourselves. Raises Unreachable or Declined."""
    client = await _connect(server, name=name, patience=patience)
    client.close()


async def _connect(server: Server, *, name: str, patience: float) -> SMTP:
    client = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=patience,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        local_hostname=name or "localhost",
        tls_context=ssl.create_default_context() if server.security != "none" else None,
    )
    try:
        await client.connect()
        await _greet(client)
        if server.token:
            await client.auth_xoauth2(server.username, server.token)
        elif server.username:
            await client.login(server.username, server.password)
    except aiosmtplib.SMTPAuthenticationError as error:
        client.close()
        raise Declined("login", error.code, error.message) from error
    except aiosmtplib.SMTPResponseException as error:
        client.close()
        raise Declined("connect", error.code, error.message) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        client.close()
        broken = isinstance(error.__cause__ or error, ssl.SSLCertVerificationError)
        raise Unreachable(str(error), untrusted=broken) from error
    return client


async def _greet(client: SMTP) -> None:
    """Learn what the server can do, unless that is known since STARTTLS; an old one hears HELO."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


async def _hand_over(
    client: SMTP, mail_from: str, rcpt_to: Sequence[str], raw: bytes, patience: float
) -> Accepted:
    international = not all(address.isascii() for address in (mail_from, *rcpt_to))
    if international and not client.supports_extension("smtputf8"):
        raise Declined("recipient", 553, "5.6.7 SMTPUTF8 is not supported by this server")
    encoding = "utf-8" if international else "ascii"
    try:
        await client.mail(
            mail_from, options=_mail_options(client, raw, international), encoding=encoding
        )
    except aiosmtplib.SMTPSenderRefused as error:
        raise Declined("sender", error.code, error.message) from error
    refused: dict[str, Declined] = {}
    for recipient in rcpt_to:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            refused[recipient] = Declined("recipient", error.code, error.message)
            if recipient == rcpt_to[0]:
                raise refused[recipient] from error
    go = await client.execute_command(b"DATA", timeout=patience)
    if go.code != aiosmtplib.SMTPStatus.start_input:
        raise Declined("content", go.code, go.message)
    answer = await _content(client, raw, patience)
    if answer.code != aiosmtplib.SMTPStatus.completed:
        raise Declined("content", answer.code, answer.message)
    return Accepted(answer.message, refused)


def _mail_options(client: SMTP, raw: bytes, international: bool) -> list[str]:
    options = []
    if client.supports_extension("size"):
        options.append(f"SIZE={len(raw)}")
    if international:
        options.append("SMTPUTF8")
    return options


async def _content(client: SMTP, raw: bytes, patience: float) -> aiosmtplib.SMTPResponse:
    """Write the content and wait for the verdict. From here on a lost connection means: not known."""
    protocol = client.protocol
    if protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("connection lost")
    body = _LEADING_DOT.sub(b"..", _BARE_LINE_END.sub(b"\r\n", raw))
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    try:
        protocol.write(body + b".\r\n")
        return await protocol.read_response(timeout=patience)
    except (aiosmtplib.SMTPServerDisconnected, TimeoutError, OSError) as error:
        raise Unanswered(str(error)) from error


# --- addresses -----------------------------------------------------------------------------------


def split_subaddress(address: str) -> tuple[str, str]:
    """`local+tag@domain` as (`local@domain` in lower case, `tag` as written) (RFC 5233)."""
    local, _, domain = address.strip().rpartition("@")
    local, _, tag = local.partition("+")
    return f"{local}@{domain}".lower(), tag


def with_subaddress(address: str, tag: str) -> str:
    """`address` with a tag; unchanged where the local part would pass 64 octets (RFC 5321 §4.5.3.1.1)."""
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{tag}" if tag else local
    return f"{tagged}@{domain}" if len(tagged.encode()) <= 64 else address
