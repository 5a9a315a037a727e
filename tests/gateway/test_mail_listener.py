"""The built-in listener, spoken to over real sockets."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from tests.peers.certificates import make_certificate

from sambung.gateway import mail_listener
from sambung.gateway.mail_listener import MailListener

RAW = b"From: budi@contoh.example\r\nSubject: Halo\r\n\r\n.titik\r\nisi\r\n"
Result = TypeVar("Result")


@dataclass
class Record:
    """What the gateway would do: know some addresses, keep what it is given, sometimes fail."""

    kept: list[tuple[str, str, bytes]] = field(default_factory=list)
    fail_for: set[str] = field(default_factory=set)
    gate: asyncio.Event | None = None

    async def accepts(self, address: str) -> bool:
        if address == "rusak@toko.example":
            raise LookupError("the database is away")
        return address.partition("+")[0].lower() in ("cs@toko.example", "info@toko.example", "cs")

    async def deliver(self, mail_from: str, rcpt_to: str, raw: bytes) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if rcpt_to in self.fail_for:
            raise RuntimeError("the disk is full")
        self.kept.append((mail_from, rcpt_to, raw))


@pytest.fixture
async def record() -> Record:
    return Record()


@pytest.fixture
async def listener(record: Record) -> AsyncIterator[MailListener]:
    running = MailListener(accepts=record.accepts, deliver=record.deliver, largest=100_000)
    await running.start()
    yield running
    await running.stop()


async def talk(listener: MailListener, conversation: Callable[[smtplib.SMTP], Result]) -> Result:
    """A client of the standard library, in a thread, so that both sides are real."""

    def run() -> Result:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as client:
            return conversation(client)

    return await asyncio.to_thread(run)


async def test_a_mail_arrives_as_it_was_sent(listener: MailListener, record: Record) -> None:
    await talk(
        listener, lambda c: c.sendmail("Budi@contoh.example", ["cs+c1.Ab@toko.example"], RAW)
    )
    assert record.kept == [("Budi@contoh.example", "cs+c1.Ab@toko.example", RAW)]


async def test_every_recipient_gets_a_copy(listener: MailListener, record: Record) -> None:
    to = ["cs@toko.example", "info@toko.example"]
    await talk(listener, lambda c: c.sendmail("a@contoh.example", to, RAW))
    assert [rcpt for _, rcpt, _ in record.kept] == to


async def test_a_bounce_has_no_sender(listener: MailListener, record: Record) -> None:
    await talk(listener, lambda c: c.sendmail("", ["cs@toko.example"], RAW))
    assert record.kept[0][0] == ""


async def test_an_unknown_address_is_refused_at_once(
    listener: MailListener, record: Record
) -> None:
    def conversation(client: smtplib.SMTP) -> list[int]:
        client.ehlo()
        client.mail("a@contoh.example")
        return [
            client.rcpt("lain@toko.example")[0],
            client.rcpt("rusak@toko.example")[0],
            client.rcpt("cs@toko.example")[0],
        ]

    assert await talk(listener, conversation) == [550, 451, 250]


async def test_it_relays_nothing(listener: MailListener) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await talk(
            listener, lambda c: c.sendmail("cs@toko.example", ["x@tempat-lain.example"], RAW)
        )


async def test_what_could_not_be_recorded_is_for_the_sender_to_send_again(
    listener: MailListener, record: Record
) -> None:
    record.fail_for = {"info@toko.example"}

    def conversation(client: smtplib.SMTP) -> int:
        to = ["cs@toko.example", "info@toko.example"]
        with pytest.raises(smtplib.SMTPDataError) as failure:
            client.sendmail("a@contoh.example", to, RAW)
        record.fail_for = set()
        client.sendmail("a@contoh.example", to, RAW)  # the same session goes on
        return int(failure.value.smtp_code)

    assert await talk(listener, conversation) == 451
    assert [rcpt for _, rcpt, _ in record.kept][-1] == "info@toko.example"


async def test_yes_is_said_only_after_it_is_recorded(
    listener: MailListener, record: Record
) -> None:
    record.gate = asyncio.Event()
    sending = asyncio.create_task(
        talk(listener, lambda c: c.sendmail("a@contoh.example", ["cs@toko.example"], RAW))
    )
    done, _ = await asyncio.wait({sending}, timeout=0.2)
    assert not done
    assert not record.kept
    record.gate.set()
    await sending
    assert record.kept


async def test_stopping_in_the_middle_says_no_yes(listener: MailListener, record: Record) -> None:
    record.gate = asyncio.Event()
    sending = asyncio.create_task(
        talk(listener, lambda c: c.sendmail("a@contoh.example", ["cs@toko.example"], RAW))
    )
    await asyncio.wait({sending}, timeout=0.2)
    await listener.stop()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await sending


async def test_too_large_is_said_before_and_after(listener: MailListener, record: Record) -> None:
    def conversation(client: smtplib.SMTP) -> tuple[str, int, int]:
        client.ehlo()
        told = client.mail("a@contoh.example", ["size=200000"])[0]
        client.mail("a@contoh.example")
        client.rcpt("cs@toko.example")
        return client.esmtp_features["size"], told, client.data(RAW + b"x" * 200_000)[0]

    # The one long line is cut by the client's own line ends only: nothing of it is kept.
    assert await talk(listener, conversation) == ("100000", 552, 552)
    assert not record.kept


async def test_long_lines_eight_bits_and_international_addresses_are_taken(
    listener: MailListener, record: Record
) -> None:
    raw = RAW + "é".encode() * 20_000 + b"\r\n"

    def conversation(client: smtplib.SMTP) -> None:
        client.sendmail(
            "büdi@contoh.example", ["cs@toko.example"], raw, ["SMTPUTF8", "BODY=8BITMIME"]
        )

    await talk(listener, conversation)
    assert record.kept == [("büdi@contoh.example", "cs@toko.example", raw)]


async def test_a_hundred_recipients_are_enough(listener: MailListener) -> None:
    def conversation(client: smtplib.SMTP) -> set[int]:
        client.ehlo()
        client.mail("a@contoh.example")
        answers = [client.rcpt(f"cs+{n}@toko.example")[0] for n in range(101)]
        assert answers[-1] == 452
        return set(answers[:-1])

    assert await talk(listener, conversation) == {250}


async def test_too_many_connections_are_asked_to_come_back(
    listener: MailListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_listener, "_MOST_CONNECTIONS", 0)
    with pytest.raises(smtplib.SMTPConnectError) as failure:
        await talk(listener, lambda c: c.noop())
    assert failure.value.smtp_code == 421


async def test_starttls_is_offered_where_there_is_a_certificate(
    record: Record, tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = MailListener(accepts=record.accepts, deliver=record.deliver, tls=context)
    await listener.start()

    def conversation(client: smtplib.SMTP) -> None:
        client.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        client.sendmail("a@contoh.example", ["cs@toko.example"], RAW)

    await talk(listener, conversation)
    await listener.stop()
    assert len(record.kept) == 1
