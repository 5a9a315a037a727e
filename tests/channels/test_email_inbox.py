"""Following a mailbox on a real IMAP server, through everything that happens to mailboxes."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.peers.dovecot import PASSWORD, Dovecot, dovecot
from tests.peers.smtp import smtp_peer

from sambung.channels import Inbound, Listened, Stopped, TryLater, all_channels
from sambung.channels.email.inbox import Pace, Place, follow
from sambung.channels.email.settings import EmailConfig, ImapSettings
from sambung.kit import clock
from sambung.kit.imap import Folder
from sambung.kit.net import Net

email = all_channels()["email"]
QUICK = Pace(first_retry=0.05, longest_retry=0.2, idle=20, poll=0.05)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def user() -> str:
    """A mailbox nobody else uses."""
    return f"u{uuid4().hex}"


def _days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def mail(number: int) -> bytes:
    return (
        f"From: budi@contoh.example\r\nSubject: surat {number}\r\n"
        f"Message-ID: <m{number}@contoh.example>\r\n\r\nisi {number}\r\n"
    ).encode()


def settings_for(server: Dovecot, user: str, **more: Any) -> ImapSettings:
    return ImapSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": server.port,
            "username": user,
            "password": PASSWORD,
            "security": "none",
            **more,
        }
    )


@asynccontextmanager
async def following(
    settings: ImapSettings, state: Mapping[str, Any], pace: Pace = QUICK
) -> AsyncIterator[AsyncGenerator[Listened, None]]:
    stream = follow(settings, state, {"own-address": "cs@toko.example"}, pace)
    assert isinstance(stream, AsyncGenerator)
    try:
        yield stream
    finally:
        await stream.aclose()


async def next_of(stream: AsyncGenerator[Listened, None]) -> Listened:
    return await asyncio.wait_for(anext(stream), timeout=15)


async def next_mail(stream: AsyncGenerator[Listened, None]) -> tuple[str, Listened]:
    """The id of the next mail; states without a mail are passed over."""
    while True:
        listened = await next_of(stream)
        if listened.request is not None:
            (item,) = email.receive(listened.request)
            assert isinstance(item, Inbound)
            return item.id, listened


async def test_mail_that_waits_is_taken_and_new_mail_wakes_it(server: Dovecot, user: str) -> None:
    server.put(user, mail(1))
    server.put(user, mail(2))
    async with following(settings_for(server, user), {}) as stream:
        first, listened = await next_mail(stream)
        assert first == "m1@contoh.example"
        assert listened.request is not None
        assert listened.request.key == f"{listened.state['uidvalidity']}:1"
        assert listened.request.headers["own-address"] == "cs@toko.example"
        assert (await next_mail(stream))[0] == "m2@contoh.example"
        caught_up = await next_of(stream)
        assert caught_up.request is None
        assert caught_up.state["until"] == 0
        waiting = asyncio.ensure_future(next_mail(stream))
        await asyncio.wait({waiting}, timeout=0.3)
        await asyncio.to_thread(server.put, user, mail(3))
        found, _ = await asyncio.wait_for(waiting, timeout=10)  # long before the IDLE ends
        assert found == "m3@contoh.example"


async def test_it_goes_on_from_the_recorded_state(server: Dovecot, user: str) -> None:
    for number in (1, 2, 3):
        server.put(user, mail(number))
    async with following(settings_for(server, user), {}) as stream:
        _, listened = await next_mail(stream)
    async with following(settings_for(server, user), listened.state) as stream:
        assert [(await next_mail(stream))[0] for _ in range(2)] == [
            "m2@contoh.example",
            "m3@contoh.example",
        ]


async def test_reading_leaves_no_trace_and_what_was_read_elsewhere_is_not_missed(
    server: Dovecot, user: str
) -> None:
    server.put(user, mail(1))
    server.put(user, mail(2))
    with server.logged_in(user) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Seen"])
    async with following(settings_for(server, user), {}) as stream:
        assert (await next_mail(stream))[0] == "m1@contoh.example"
        assert (await next_mail(stream))[0] == "m2@contoh.example"
    with server.logged_in(user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNSEEN"]) == [2]


async def test_a_mail_taken_away_meanwhile_is_passed_over(server: Dovecot, user: str) -> None:
    for number in (1, 2, 3):
        server.put(user, mail(number))
    with server.logged_in(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.expunge()
    async with following(settings_for(server, user), {}) as stream:
        assert (await next_mail(stream))[0] == "m1@contoh.example"
        assert (await next_mail(stream))[0] == "m3@contoh.example"


async def test_a_renumbered_folder_is_read_again_from_its_last_days(
    server: Dovecot, user: str
) -> None:
    """What comes twice has its old Message-ID, by which the record knows it."""
    settings = settings_for(server, user, folder="Masuk")
    with server.logged_in(user) as client:
        client.create_folder("Masuk")
    server.put(user, mail(1), "Masuk")
    async with following(settings, {}) as stream:
        _, before = await next_mail(stream)
    with server.logged_in(user) as client:
        client.delete_folder("Masuk")
        client.create_folder("Masuk")
    for number in (1, 2):
        server.put(user, mail(number), "Masuk")
    async with following(settings, before.state) as stream:
        again, after = await next_mail(stream)
        assert again == "m1@contoh.example"
        assert after.state["uidvalidity"] != before.state["uidvalidity"]
        assert (await next_mail(stream))[0] == "m2@contoh.example"


async def test_old_mail_is_left_alone_at_first(server: Dovecot, user: str) -> None:
    with server.logged_in(user) as client:
        client.append("INBOX", mail(1), msg_time=_days_ago(30))
        client.append("INBOX", mail(2), msg_time=_days_ago(1))
        client.append("INBOX", mail(3))
    async with following(settings_for(server, user), {}) as stream:
        assert (await next_mail(stream))[0] == "m2@contoh.example"
        assert (await next_mail(stream))[0] == "m3@contoh.example"


async def test_old_mail_moved_in_later_is_taken(server: Dovecot, user: str) -> None:
    server.put(user, mail(1))
    async with following(settings_for(server, user), {}) as stream:
        await next_mail(stream)
        listened = await next_of(stream)
    with server.logged_in(user) as client:
        client.append("INBOX", mail(2), msg_time=_days_ago(400))
    async with following(settings_for(server, user), listened.state) as stream:
        assert (await next_mail(stream))[0] == "m2@contoh.example"


async def test_a_lost_connection_is_made_again(user: str) -> None:
    with dovecot() as own:
        own.put(user, mail(1))
        async with following(settings_for(own, user), {}) as stream:
            assert (await next_mail(stream))[0] == "m1@contoh.example"
            waiting = asyncio.ensure_future(next_mail(stream))
            await asyncio.wait({waiting}, timeout=0.3)
            await asyncio.to_thread(own.stop)
            await asyncio.wait({waiting}, timeout=0.3)
            await asyncio.to_thread(own.start)
            await asyncio.to_thread(own.put, user, mail(2))
            assert (await asyncio.wait_for(waiting, 15))[0] == "m2@contoh.example"


async def test_a_server_that_stays_away_is_told_of(user: str) -> None:
    with dovecot() as own:
        settings = settings_for(own, user)
    pace = Pace(first_retry=0.01, attempts=2)
    async with following(settings, {}, pace) as stream:
        with pytest.raises(TryLater):
            await next_of(stream)


async def test_a_server_without_idle_is_asked_again_and_again(user: str) -> None:
    with dovecot(idle=False) as own:
        own.put(user, mail(1))
        async with following(settings_for(own, user), {}) as stream:
            assert (await next_mail(stream))[0] == "m1@contoh.example"
            waiting = asyncio.ensure_future(next_mail(stream))
            await asyncio.wait({waiting}, timeout=0.3)
            await asyncio.to_thread(own.put, user, mail(2))
            assert (await asyncio.wait_for(waiting, 10))[0] == "m2@contoh.example"


async def test_a_refused_login_stops_the_connection(server: Dovecot, user: str) -> None:
    async with following(settings_for(server, user, password="salah"), {}) as stream:
        with pytest.raises(Stopped):
            await next_of(stream)


async def test_a_missing_folder_stops_the_connection(server: Dovecot, user: str) -> None:
    async with following(settings_for(server, user, folder="Tidak Ada"), {}) as stream:
        with pytest.raises(Stopped):
            await next_of(stream)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_encryption_is_kept_to_and_the_certificate_looked_at(
    server: Dovecot, user: str, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(user, mail(1))
    port = server.tls_port if security == "tls" else server.port
    settings = settings_for(server, user, security=security, port=port)
    async with following(settings, {}) as stream:
        with pytest.raises(Stopped):
            await next_of(stream)
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    async with following(settings, {}) as stream:
        assert (await next_mail(stream))[0] == "m1@contoh.example"


async def test_the_test_button_tries_both_servers(server: Dovecot, user: str) -> None:
    server.put(user, mail(1))
    async with smtp_peer() as smtp, httpx.AsyncClient() as http:
        config = EmailConfig.model_validate(
            {
                "address": "cs@toko.example",
                "smtp": {"host": "127.0.0.1", "port": smtp.port, "security": "none"},
                "imap": settings_for(server, user).model_dump(),
            }
        )
        assert await email.check(config, Net(http)) == (
            f"SMTP 127.0.0.1:{smtp.port} ✓ · IMAP 127.0.0.1:{server.port} INBOX (1) ✓"
        )
        assert config.imap is not None
        wrong = config.imap.model_copy(update={"folder": "Tidak Ada"})
        with pytest.raises(Stopped):
            await email.check(config.model_copy(update={"imap": wrong}), Net(http))
        away = config.imap.model_copy(update={"port": smtp.port, "security": "tls"})
        with pytest.raises(TryLater):
            await email.check(config.model_copy(update={"imap": away}), Net(http))


def test_a_mailbox_without_imap_is_not_followed() -> None:
    config = EmailConfig.model_validate({"address": "cs@toko.example", "smtp": {"host": "x"}})
    assert email.listen(config, {}, Net(httpx.AsyncClient())) is None


def test_a_state_without_news_keeps_its_place() -> None:
    place = Place(uidvalidity=7, uid=40, arrived_on="2026-11-10")
    assert place.in_folder(Folder(7, 99, 5), timedelta(0)) == place
    moved = place.in_folder(Folder(8, 99, 5), timedelta(0))
    assert (moved.uid, moved.until, str(moved.since)) == (0, 98, "2026-11-10")


def test_a_missing_dovecot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(AssertionError, match="dovecot-imapd"), dovecot():
        pass
