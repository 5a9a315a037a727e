"""The post office: takes the business's mail by SMTP, and brings the customers' mail to the business."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime, getaddresses, parseaddr
from hmac import compare_digest
from typing import cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sambung.kit import clock, ids
from sambung.kit.mail import Declined, Server, Unanswered, Unreachable, send_mail
from sambung.simulator.courier import Courier
from sambung.simulator.customers import People, Person
from sambung.simulator.faults import Faults
from sambung.simulator.files import File
from sambung.simulator.live import Live
from sambung.simulator.mailbox import letters, reports
from sambung.simulator.mailbox.mailboxes import Mail, Mailboxes

CODES = {
    "421": {"id": "sibuk, coba nanti", "en": "busy, later"},
    "451": {"id": "galat sementara", "en": "passing error"},
    "550": {"id": "alamat tak dikenal", "en": "unknown address"},
    "552": {"id": "kotak penuh", "en": "mailbox full"},
    "554": {"id": "dianggap spam", "en": "taken for spam"},
}
NOBODY = "550"
"""Said at RCPT TO: there is no such mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The business's mail as the outside sees it.

    address             where customers write to
    host, port          who takes mail for it (the product's listener)
    username, password  its account for sending through this provider; "" = anyone may
    authserv_id         whose word on a sender's authenticity the business trusts (RFC 8601)
    """

    address: str
    name: str = ""
    host: str = "127.0.0.1"
    port: int = 25
    username: str = ""
    password: str = ""
    authserv_id: str = ""


class MailProvider:
    """Every customer's mail provider in one. It is also the hosts in between: it judges senders."""

    def __init__(
        self,
        office: Office,
        people: People,
        *,
        faults: Faults,
        live: Live,
        courier: Courier | None = None,
    ) -> None:
        self.office = office
        self.people = people
        self.faults = faults
        self.live = live
        self.boxes = Mailboxes()
        self.courier = courier or Courier(faults)
        self.port = 0
        self._server: asyncio.Server | None = None
        self._answered: set[tuple[str, str]] = set()

    def sheet(self) -> dict[str, object]:
        """What the phone must know to show the app, as `StandIn.sheet`."""
        title = {"id": "Surel", "en": "Mail"}
        return {"name": "mail", "title": title, "colour": "#8a4b12", "mark": "@", "codes": CODES}

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen for the business's mail; say on which port."""
        loop = asyncio.get_running_loop()
        needs_login = bool(self.office.username)

        def connection() -> SMTP:
            return SMTP(
                self,
                hostname="mx.surel.example",
                ident="simulator",
                enable_SMTPUTF8=True,
                loop=loop,
                auth_require_tls=False,
                authenticator=self._login if needs_login else None,
            )

        self._server = await loop.create_server(connection, host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def settle(self) -> None:
        """Wait until everything customers wrote was taken or given up."""
        await self.courier.settle()

    async def stop(self) -> None:
        """Close the post office."""
        self.faults.release()
        await self.courier.stop()
        if self._server is not None:
            self._server.close()
            self._server = None

    # --- the customers ---------------------------------------------------------------------------

    def write(
        self,
        person: Person,
        *,
        text: str,
        subject: str = "",
        answers: Mail | None = None,
        files: Sequence[File] = (),
        forged: bool = False,
    ) -> Mail:
        """A customer sends a mail. `forged`: somebody else does, under their address."""
        letter = letters.compose(
            person,
            to=self.office.address,
            subject=subject,
            text=text,
            at=clock.now(),
            answers=answers,
            files=files,
        )
        mail = self._put(person, letter.as_bytes(), mine=True, state="sending")
        recipients = [address for _, address in getaddresses([str(letter["To"])])]
        self._carry(mail.raw, sender=person.email, recipients=recipients, mail=mail, forged=forged)
        return mail

    def open(self, mail: Mail) -> None:
        """A customer reads a mail."""
        if mail.state == "new":
            mail.state = "read"
            self._changed(mail)

    def bounce_later(self, mail: Mail, code: str = "550") -> None:
        """The mail that seemed delivered comes back after all."""
        self._bounce(mail.raw, parseaddr(mail.header("return-path"))[1], mail.header("to"), code)

    # --- the business, by SMTP (hooks of aiosmtpd) -------------------------------------------------

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only who logged in may send, when the business has an account here."""
        if self.office.username and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only people who have a mailbox here."""
        told = not self.faults.settings.late and self.faults.next_error(only=NOBODY)
        if told or self.people.by_email(address) is None:
            return reports.reply(NOBODY)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A whole mail: into the mailboxes, unless faults have it otherwise."""
        error = self.faults.next_error()
        late = self.faults.settings.late
        if error and not late:
            return reports.reply(error)
        sender = (envelope.mail_from or "").strip("<>")
        raw = f"Return-Path: <{sender}>\r\n".encode() + _bytes(envelope.content)
        for address in envelope.rcpt_tos:
            person = self.people.by_email(address)
            if person is None:
                continue
            if error:
                self._bounce(raw, sender, address, error)
                continue
            mail = self._put(person, raw, mine=False, state="new")
            self._answer_if_away(person, mail, sender)
        if await self.faults.pass_silence() and server.transport is not None:
            cast(asyncio.Transport, server.transport).abort()
        return f"250 2.0.0 OK queued as {ids.new_id().hex[:12]}"

    # --- inside ----------------------------------------------------------------------------------

    def _login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        good = (
            isinstance(data, LoginPassword)
            and compare_digest(data.login, self.office.username.encode())
            and compare_digest(data.password, self.office.password.encode())
        )
        return AuthResult(success=good, handled=False)

    def _put(self, person: Person, raw: bytes, *, mine: bool, state: str) -> Mail:
        mail = self.boxes.add(
            Mail(
                id=str(ids.new_id()),
                person=person.id,
                raw=raw,
                at=clock.now(),
                mine=mine,
                state=state,
            )
        )
        self._changed(mail)
        return mail

    def _answer_if_away(self, person: Person, mail: Mail, sender: str) -> None:
        """One out-of-office answer to each sender, never to a machine."""
        automatic = mail.header("auto-submitted").lower() not in ("", "no")
        if not person.away or not sender or automatic or (person.id, sender) in self._answered:
            return
        self._answered.add((person.id, sender))
        note = reports.out_of_office(person, mail, at=clock.now())
        self._put(person, note.as_bytes(), mine=True, state="sent")
        self._carry(note.as_bytes(), sender="", recipients=[parseaddr(str(note["To"]))[1]])

    def _bounce(self, raw: bytes, sender: str, recipient: str, code: str) -> None:
        if not sender:
            return
        report = reports.bounce(raw, sender=sender, recipient=recipient, code=code, at=clock.now())
        self._carry(report.as_bytes(), sender="", recipients=[sender])

    def _carry(
        self,
        raw: bytes,
        *,
        sender: str,
        recipients: Sequence[str],
        mail: Mail | None = None,
        forged: bool = False,
    ) -> None:
        body = self._judged(raw, sender, forged=forged) + raw

        server = Server(self.office.host, self.office.port, security="none")

        async def parcel() -> bool:
            try:
                await send_mail(server, mail_from=sender, rcpt_to=recipients, raw=body, patience=15)
            except Declined as declined:
                if declined.passing:
                    return False
                self._state(mail, "failed")
                return True
            except (Unreachable, Unanswered):
                return False
            self._state(mail, "sent")
            return True

        self.courier.send(parcel)

    def _judged(self, raw: bytes, sender: str, *, forged: bool) -> bytes:
        """The headers the business's own mail host puts on top: where from, and whether it is true."""
        lines = [
            f"Received: from mx.surel.example by {self.office.host}; {format_datetime(clock.now())}"
        ]
        domain = sender.rpartition("@")[2]
        if self.office.authserv_id and domain:
            word = "fail" if forged else "pass"
            lines.append(
                f"Authentication-Results: {self.office.authserv_id}; spf={word} smtp.mailfrom={domain};"
                f" dkim={word} header.d={domain}; dmarc={word} header.from={domain}"
            )
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _state(self, mail: Mail | None, state: str) -> None:
        if mail is not None and mail.state == "sending":
            mail.state = state
            self._changed(mail)

    def _changed(self, mail: Mail) -> None:
        self.live.tell("mail", app="mail", person=mail.person, mail=mail.as_json())


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""
