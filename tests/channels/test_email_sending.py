"""Handing mail over: what a real server's answers, and silences, come to mean."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.channels.email_outbound import BUDI, HEX, config, outbound, parsed
from tests.peers.certificates import make_certificate
from tests.peers.smtp import SmtpPeer, smtp_peer

from sambung.channels import Refused, Stopped, TryLater, Unknown, all_channels
from sambung.channels.email.handover import given_ids
from sambung.kit.mail import Accepted, Server
from sambung.kit.net import Net

email = all_channels()["email"]


@pytest.fixture
async def net() -> AsyncIterator[Net]:
    async with httpx.AsyncClient() as http:
        yield Net(http)


@pytest.fixture
async def peer() -> AsyncIterator[SmtpPeer]:
    async with smtp_peer() as running:
        yield running


async def test_a_mail_is_handed_over_and_keeps_our_id(peer: SmtpPeer, net: Net) -> None:
    text = "baris\n.titik di depan\n..dua"
    receipt = await email.send(outbound(text=text), config(peer.port), net)
    assert (receipt.id, receipt.state) == (f"{HEX}@toko.example", "sent")
    (taken,) = peer.taken
    assert (taken.mail_from, taken.rcpt_to) == (f"cs+b{HEX}@toko.example", [BUDI])
    assert parsed(taken.raw).get_content().replace("\r\n", "\n").strip() == text


async def test_copies_go_along_and_one_refused_copy_stops_nothing(peer: SmtpPeer, net: Net) -> None:
    peer.answers["RCPT salah@contoh.example"] = "550 5.1.1 no such user"
    extra = {"cc": ["ani@contoh.example", "salah@contoh.example"], "bcc": ["arsip@toko.example"]}
    await email.send(outbound(extra=extra), config(peer.port), net)
    (taken,) = peer.taken
    assert taken.rcpt_to == [BUDI, "ani@contoh.example", "arsip@toko.example"]
    assert b"arsip@toko.example" not in taken.raw


async def test_an_international_address_asks_for_smtputf8(net: Net) -> None:
    async with smtp_peer() as peer:
        await email.send(outbound(to="büdi@contoh.example"), config(peer.port), net)
        assert peer.taken[0].rcpt_to == ["büdi@contoh.example"]
    async with smtp_peer(utf8=False) as peer:
        with pytest.raises(Refused):
            await email.send(outbound(to="büdi@contoh.example"), config(peer.port), net)


@pytest.mark.parametrize(
    ("at", "answer", "raised", "reason"),
    [
        ("MAIL", "421 4.3.2 shutting down", TryLater, "provider_down"),
        ("MAIL", "550 5.7.1 not allowed to send as this address", Stopped, "auth"),
        ("MAIL", "530 5.7.0 authentication required", Stopped, "auth"),
        ("MAIL", "552 5.3.4 too big", Refused, "media_invalid"),
        ("RCPT", "450 4.7.1 greylisted, come back", TryLater, "provider_down"),
        ("RCPT", "450 4.7.1 rate limit", TryLater, "rate_limited"),
        ("RCPT", "452 4.2.2 mailbox full", TryLater, "mailbox_full"),
        ("RCPT", "550 5.1.1 user unknown", Refused, "undeliverable"),
        ("RCPT", "550 user unknown", Refused, "undeliverable"),
        ("RCPT", "552 5.2.2 over quota", Refused, "mailbox_full"),
        ("RCPT", "554 5.7.1 relay access denied", Stopped, "auth"),
        ("RCPT", "550 5.7.1 blocked by the recipient", Refused, "blocked"),
        ("DATA", "451 4.3.0 later", TryLater, "provider_down"),
        ("DATA", "554 5.7.1 looks like spam", Refused, "spam"),
        ("DATA", "535 5.7.8 log in again", Stopped, "auth"),
    ],
)
async def test_a_servers_answer_says_whose_turn_it_is(
    peer: SmtpPeer, net: Net, at: str, answer: str, raised: type[Exception], reason: str
) -> None:
    peer.answers[at] = answer
    with pytest.raises(raised) as failure:
        await email.send(outbound(), config(peer.port), net)
    assert getattr(failure.value, "reason", "") == reason
    assert not peer.taken


@pytest.mark.parametrize(
    ("at", "raised"),
    [("MAIL", TryLater), ("RCPT", TryLater), ("DATA", Unknown), ("TAKEN", Unknown)],
)
async def test_a_lost_connection_is_safe_to_repeat_only_before_the_content(
    peer: SmtpPeer, net: Net, at: str, raised: type[Exception]
) -> None:
    peer.hang_up.add(at)
    with pytest.raises(raised):
        await email.send(outbound(), config(peer.port), net)
    assert len(peer.taken) == (at == "TAKEN")


async def test_nobody_listening_means_later(net: Net) -> None:
    async with smtp_peer() as peer:
        port = peer.port
    with pytest.raises(TryLater):
        await email.send(outbound(), config(port), net)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # in the clear, on loopback
async def test_a_wrong_password_stops_the_connection(net: Net) -> None:
    async with smtp_peer(password="benar") as peer:
        right = config(peer.port, username="cs", password="benar")
        await email.send(outbound(), right, net)
        assert await email.check(right, net) == f"SMTP 127.0.0.1:{peer.port} ✓"
        wrong = config(peer.port, username="cs", password="salah")
        with pytest.raises(Stopped):
            await email.send(outbound(), wrong, net)
        with pytest.raises(Stopped):
            await email.check(wrong, net)


async def test_starttls_is_kept_to_and_the_certificate_looked_at(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    async with smtp_peer(tls=context, password="benar") as peer:
        settings = config(peer.port, username="cs", password="benar", security="starttls")
        with pytest.raises(Stopped):
            await email.send(outbound(), settings, net)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await email.send(outbound(), settings, net)
        assert len(peer.taken) == 1
    async with smtp_peer() as without:
        with pytest.raises(TryLater):
            await email.send(outbound(), config(without.port, security="starttls"), net)
        assert not without.taken


def test_amazons_own_id_is_known_too() -> None:
    answer = Accepted("Ok 0102018f-1d2e-4c55-a2b0-000000", {})
    ireland = Server("email-smtp.eu-west-1.amazonaws.com", 587)
    assert given_ids(ireland, answer) == ("0102018f-1d2e-4c55-a2b0-000000@eu-west-1.amazonses.com",)
    assert given_ids(Server("smtp.toko.example", 587), answer) == ()
