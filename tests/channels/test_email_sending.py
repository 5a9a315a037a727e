"""What leaves: the mail as it is composed, and what a real server's answers come to mean."""

import email as standard
import re
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.peers.certificates import make_certificate
from tests.peers.smtp import SmtpPeer, smtp_peer

from sambung.channels import (
    Handle,
    Inbound,
    OutAttachment,
    Outbound,
    Refused,
    Request,
    Stopped,
    TryLater,
    Unknown,
    all_channels,
)
from sambung.channels.email.compose import compose
from sambung.channels.email.handover import given_ids
from sambung.channels.email.settings import EmailConfig
from sambung.kit import clock
from sambung.kit.mail import Accepted, Server
from sambung.kit.net import Net

email = all_channels()["email"]
ID = "01936d1e-7f3a-7b0c-8000-000000000001"
HEX = ID.replace("-", "")
BUDI = "budi@contoh.example"


@pytest.fixture
async def net() -> AsyncIterator[Net]:
    async with httpx.AsyncClient() as http:
        yield Net(http)


@pytest.fixture
async def peer() -> AsyncIterator[SmtpPeer]:
    async with smtp_peer() as running:
        yield running


def config(port: int = 25, **smtp: Any) -> EmailConfig:
    return EmailConfig.model_validate(
        {
            "address": "cs@toko.example",
            "from_name": "Toko Nusantara",
            "smtp": {"host": "127.0.0.1", "port": port, "security": "none", **smtp},
        }
    )


def outbound(**more: Any) -> Outbound:
    given_ = {"id": ID, "to": BUDI, "handle": Handle("email", BUDI), "kind": "email"}
    return Outbound(**{**given_, "text": "Halo kak, pesanan sudah dikirim ✅", **more})


def composed(**more: Any) -> EmailMessage:
    return parsed(compose(outbound(**more), config()).raw)


def parsed(raw: bytes) -> EmailMessage:
    message = standard.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_an_answer_carries_all_that_leads_back_to_its_conversation() -> None:
    with clock.at(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        mail = compose(
            outbound(
                subject="RE: Bls: Re: Tanya ongkir",
                reply_to="a2@contoh.example",
                references=("a1@contoh.example", "out-1@toko.example"),
                thread_tag="c1042.9f2a7c11",
            ),
            config(),
        )
    message = parsed(mail.raw)
    assert mail.id == f"{HEX}@toko.example"
    assert mail.mail_from == f"cs+b{HEX}@toko.example"
    assert mail.rcpt_to == (BUDI,)
    assert message["Message-ID"] == f"<{HEX}@toko.example>"
    assert message["Date"] == "Tue, 10 Nov 2026 03:00:00 +0000"
    assert message["From"] == "Toko Nusantara <cs@toko.example>"
    assert message["Reply-To"] == "cs+c1042.9f2a7c11@toko.example"
    assert message["Subject"] == "Re: Tanya ongkir"
    assert message["In-Reply-To"] == "<a2@contoh.example>"
    assert message["References"] == "<a1@contoh.example> <out-1@toko.example> <a2@contoh.example>"
    assert message.get_content().strip() == "Halo kak, pesanan sudah dikirim ✅"
    assert "Auto-Submitted" not in message


def test_our_own_mail_read_back_gives_the_tag_and_the_bounce_gives_the_message() -> None:
    mail = compose(outbound(thread_tag="c1042.Ab_-9"), config())
    reply_to = parsed(mail.raw)["Reply-To"]
    raw = f"From: {BUDI}\r\nTo: {reply_to}\r\n\r\nya".encode()
    (item,) = email.receive(Request(body=raw))
    assert isinstance(item, Inbound)
    assert item.thread_tag == "c1042.Ab_-9"


def test_a_mailbox_without_tags_is_written_from_plainly() -> None:
    plain = config().model_copy(update={"plus_addressing": False})
    mail = compose(outbound(thread_tag="c1.ab"), plain)
    assert mail.mail_from == "cs@toko.example"
    assert parsed(mail.raw)["Reply-To"] == "cs@toko.example"


def test_the_first_words_stand_in_for_a_missing_subject() -> None:
    assert composed(text="Halo kak\nbaris dua")["Subject"] == "Halo kak"


def test_an_automatic_mail_says_so() -> None:
    assert composed(automatic=True)["Auto-Submitted"] == "auto-generated"
    answer = composed(automatic=True, reply_to="a@b.example")
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["X-Auto-Response-Suppress"] == "All"


def test_a_long_chain_keeps_its_ends_and_stays_foldable() -> None:
    chain = tuple(f"{n:03d}-{'x' * 90}@contoh.example" for n in range(100))
    raw = compose(outbound(references=chain), config()).raw
    kept = parsed(raw)["References"].split()
    assert len(kept) == 40
    assert kept[0].startswith("<000-")
    assert kept[-1].startswith("<099-")
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_a_synthetic_id_of_a_mail_without_one_is_not_referred_to() -> None:
    assert "References" not in composed(references=("sha256-abc",), reply_to="sha256-abc")


def test_html_pictures_and_files_come_through_byte_for_byte() -> None:
    message = composed(
        html='<p>Halo</p><img src="cid:logo">',
        attachments=(
            OutAttachment("logo.png", "image/png", b"\x89PNG\r\n", inline=True, content_id="logo"),
            OutAttachment("Bukti – 10 Nov.pdf", "application/pdf", b"%PDF\n\x00\xff"),
            OutAttachment("surat.eml", "message/rfc822", b"From: a@b\r\n\r\nhalo"),
            OutAttachment("../../catatan.txt", "text/plain", "isi é".encode()),
        ),
    )
    assert message.get_content_type() == "multipart/mixed"
    (item,) = email.receive(Request(body=message.as_bytes()))
    assert isinstance(item, Inbound)
    assert item.text == "Halo kak, pesanan sudah dikirim ✅"
    assert '<img src="cid:logo">' in item.html
    assert [(f.name, f.inline, f.content) for f in item.attachments] == [
        ("logo.png", True, b"\x89PNG\r\n"),
        ("Bukti – 10 Nov.pdf", False, b"%PDF\n\x00\xff"),
        ("surat.eml", False, b"From: a@b\r\n\r\nhalo"),
        ("catatan.txt", False, "isi é".encode()),
    ]


def test_a_second_attempt_is_the_same_mail_to_the_byte() -> None:
    files = (OutAttachment("a.bin", "x", b"1"),)
    with clock.at(datetime(2026, 11, 10, 3, tzinfo=UTC)):
        first, second = (
            compose(outbound(html="<p>x</p>", attachments=files), config()).raw for _ in range(2)
        )
    assert first == second


def test_a_campaign_can_be_left_with_one_click() -> None:
    message = composed(extra={"unsubscribe_url": "https://toko.example/u/abc"})
    assert message["List-Unsubscribe"] == "<https://toko.example/u/abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


_LINES = st.text(st.sampled_from('a é\r\n\x0b\x0c\x85\u2028:<>,"@=?'), max_size=60)


@given(subject=_LINES, name=_LINES, reference=_LINES, file=_LINES, cid=_LINES, tag=_LINES)
def test_nothing_can_start_a_header_of_its_own(
    subject: str, name: str, reference: str, file: str, cid: str, tag: str
) -> None:
    raw = compose(
        outbound(
            subject=f"{subject}\r\nBcc: korban@contoh.example\r\n\r\nisi",
            from_name=f"{name}\nBcc: korban@contoh.example",
            reply_to=f"{reference}\r\nBcc: korban@contoh.example",
            references=(f"{reference}\nBcc: korban@contoh.example",),
            html="<p>x</p>",
            extra={"unsubscribe_url": f"https://x\r\nBcc: k@contoh.example{tag}"},
            attachments=(
                OutAttachment(
                    f"{file}\r\nBcc: k",
                    f"a/b\r\nBcc: k{file}",
                    b"",
                    False,
                    True,
                    f"{cid}\r\nBcc: k",
                ),
                OutAttachment(f"{file}\nBcc: k", "image/png", b""),
            ),
        ),
        config(),
    ).raw
    assert not re.search(rb"(?im)^bcc:", raw)
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(re.match(rb"[A-Za-z-]+: |[ \t]", line) for line in head.split(b"\r\n"))
    assert raw.isascii()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "budi",
        "a@b@c.example",
        "a b@c.example",
        "a@c.example\r\nRCPT TO:<x@y>",
        "<a@b>",
        "a@b,c@d",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(to: str) -> None:
    with pytest.raises(Refused):
        compose(outbound(to=to), config())


def test_an_international_domain_travels_in_ascii() -> None:
    assert compose(outbound(to="budi@büro.example"), config()).rcpt_to == (
        "budi@xn--bro-hoa.example",
    )


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


async def test_a_wrong_password_stops_the_connection(net: Net) -> None:
    # In the clear, on loopback only.
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


def test_settings_speak_both_languages() -> None:
    schema = EmailConfig.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    for model in models:
        for name, prop in model["properties"].items():
            assert prop.get("title_id"), name


@pytest.mark.parametrize(
    "address", ["cs", "@toko.example", "cs@", "a b@c.example", "a@b.example, c@d"]
)
def test_a_connection_needs_a_real_address(address: str) -> None:
    with pytest.raises(ValueError, match="alamat surel"):
        EmailConfig.model_validate({"address": address, "smtp": {"host": "x"}})
