"""What leaves: the mail as it is composed."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.email_outbound import BUDI, HEX, composed, config, outbound, parsed

from sambung.channels import Inbound, OutAttachment, Refused, Request, all_channels
from sambung.channels.email.compose import compose
from sambung.channels.email.settings import EmailConfig
from sambung.kit import clock

email = all_channels()["email"]


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
