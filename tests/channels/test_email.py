"""Every recorded mail against what it should state, and that no mail at all can break the reading."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sambung.channels import (
    ConsentStated,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Request,
    StatusReported,
    all_channels,
)
from sambung.channels.email.parts import safe_name
from sambung.channels.email.settings import EmailConfig, SmtpSettings

email = all_channels()["email"]
CONFIG = EmailConfig(
    address="CS@tokomakmur.example",
    smtp=SmtpSettings(host="smtp.test"),
    authserv_id="mail.tokomakmur.example",
)
CASES = sorted((Path(__file__).parent / "email").rglob("*.eml"))


def receive(raw: bytes, **headers: str) -> list[Item]:
    """As the gateway hands it over."""
    hints = {**email.hints(CONFIG), "rcpt-to": "cs@tokomakmur.example"}
    return list(email.receive(Request(body=raw, headers={**hints, **headers})))


def only(raw: bytes, **headers: str) -> Inbound:
    """The one message in it."""
    (item,) = receive(raw, **headers)
    assert isinstance(item, Inbound)
    return item


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_recorded_mail_states_what_is_expected(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text())["events"]
    found = receive(case.read_bytes())
    assert len(found) == len(expected)
    for item, event in zip(found, expected, strict=True):
        _CHECKS[event["type"]](item, event)
        assert getattr(item, "to", None) == "cs@tokomakmur.example"


def _check_message(item: Item, event: dict[str, Any]) -> None:
    assert isinstance(item, Inbound)
    assert item.kind == "email"
    assert item.text == event["text"]
    assert item.sender.handles[0].value == event["sender"]["id"]
    assert item.sender.handles[0].kind == "email"
    assert item.sender.name == event["sender"]["name"]
    assert _iso(item.at) == event["timestamp"]
    if event["provider_message_id"]:
        assert item.id == event["provider_message_id"]
    else:
        assert item.id.startswith("sha256-")
    if "subject" in event:
        assert item.subject == event["subject"]
    if "references" in event:
        assert list(item.references) == event["references"]
        assert item.reply_to == (event["reply_to"] if event.get("reply_to") else "")
    assert item.thread_tag == event.get("plus_tag", "")
    assert item.automatic == event.get("auto_submitted", False)
    if "quoted_removed" in event:
        assert bool(item.quoted) == event["quoted_removed"]
    if "signature_text" in event:
        assert item.quoted == event["signature_text"]
    if "has_html" in event:
        assert bool(item.html) == event["has_html"]
    for unwanted in event.get("html_sanitised_must_not_contain", []):
        assert unwanted not in item.html
    for wanted in event.get("html_must_contain", []):
        assert wanted in item.html
    if "verified" in event:
        assert item.sender.handles[0].verified == event["verified"]
    if "address" in event:
        assert item.address == event["address"]
    assert list(item.warnings) == event.get("warnings", [])
    _check_media(item, event.get("media", []))


def _check_media(item: Inbound, media: list[dict[str, Any]]) -> None:
    assert len(item.attachments) == len(media)
    for file, wanted in zip(item.attachments, media, strict=True):
        assert (file.name, file.mime, file.inline) == (
            wanted["filename"],
            wanted["mime"],
            wanted["inline"],
        )
        assert file.content is not None
        assert file.size == len(file.content)
        assert file.size == wanted.get("size", file.size)
        assert file.content_id == wanted.get("content_id", "")


def _check_status(item: Item, event: dict[str, Any]) -> None:
    assert isinstance(item, StatusReported)
    assert item.target == event["target_message_id"]
    assert item.state == event["status"]
    assert item.message == event.get("message", "")
    assert item.extra["recipient"] == event["recipient"]["id"]
    assert _iso(item.at) == event["timestamp"]
    if "error" in event:
        assert item.code == event["error"]["code"]
        assert item.extra["retryable"] == event["error"]["retryable"]
        assert item.detail.startswith(event["error"].get("diagnostic", ""))
    if "reason" in event:
        assert item.reason == event["reason"]
    if event.get("provider_status") in ("failed", "delayed", "delivered"):
        assert item.extra["action"] == event["provider_status"]


def _check_opt_out(item: Item, event: dict[str, Any]) -> None:
    assert isinstance(item, ConsentStated)
    assert item.sender.handles[0].value == event["sender"]["id"]
    assert (item.purpose, item.granted) == ("marketing", False)
    assert _iso(item.at) == event["timestamp"]


_CHECKS = {"message": _check_message, "status": _check_status, "opt_out": _check_opt_out}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def test_without_a_trusted_server_every_sender_is_only_claimed() -> None:
    raw = (Path(__file__).parent / "email/own/dmarc_pass.eml").read_bytes()
    assert not only(raw, **{"authserv-id": ""}).sender.handles[0].verified


def test_the_google_mailbox_trusts_google() -> None:
    config = EmailConfig.model_validate(
        {
            "address": "cs@toko.example",
            "smtp": {"host": "smtp.gmail.com"},
            "imap": {"host": "imap.gmail.com", "username": "cs"},
        }
    )
    assert email.hints(config)["authserv-id"] == "mx.google.com"


def test_own_mail_coming_back_is_automatic() -> None:
    item = only(b"From: CS@tokomakmur.example\r\nMessage-ID: <1@x>\r\n\r\nhalo")
    assert item.automatic
    assert item.extra["automatic"] == ["own-address"]


def test_a_null_envelope_sender_is_automatic() -> None:
    assert only(b"From: a@contoh.example\r\n\r\nhalo", **{"mail-from": ""}).automatic
    assert not only(
        b"From: a@contoh.example\r\n\r\nhalo", **{"mail-from": "a@contoh.example"}
    ).automatic


def test_a_mail_without_from_is_the_envelopes() -> None:
    item = only(b"Subject: x\r\n\r\nhalo", **{"mail-from": "Ani@Contoh.example"})
    assert item.sender.handles[0].value == "ani@contoh.example"


def test_a_mail_from_nobody_is_ignored() -> None:
    (item,) = receive(b"\x00\xff\r\n\r\nrandom")
    assert isinstance(item, Ignored)


def test_an_empty_mail_is_malformed() -> None:
    with pytest.raises(Malformed):
        receive(b" \r\n")


def test_nesting_without_end_is_read_as_far_as_it_goes() -> None:
    depth = 3000
    raw = b"From: a@contoh.example\r\nMessage-ID: <deep@contoh.example>\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )
    item = only(raw + b"Content-Type: text/plain\r\n\r\ndasar\r\n")
    assert item.id == "deep@contoh.example"
    assert item.warnings


def test_a_thousand_parts_are_enough() -> None:
    parts = b"--b\r\nContent-Type: text/plain; name=x.txt\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    raw = (
        b"From: a@contoh.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + parts * 1500
    )
    item = only(raw)
    assert len(item.attachments) == 999
    assert item.warnings == ("too_many_parts",)


def test_a_cut_mail_says_so() -> None:
    assert only(b"From: a@contoh.example\r\n\r\nhalo", truncated="1").warnings == ("truncated",)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\budi\\foto.jpg", "foto.jpg"),
        ("gambar\u202egpj.exe", "gambargpj.exe"),
        ("..", ""),
        ("a\r\nb.txt", "a b.txt"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_file_names_lose_their_folders_and_tricks(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_never_break_the_reading(raw: bytes) -> None:
    _survives(raw)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damaged_mails_never_break_the_reading(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(CASES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        until = at + data.draw(st.integers(0, 20))
        raw[at:until] = data.draw(
            st.one_of(
                st.binary(max_size=8),
                st.sampled_from(
                    [b"\r\n", b"=?utf-8?b?", b'"', b"<", b";", b"\x00", b"*0*=", b"--b"]
                ),
            )
        )
        if not raw:
            return
    _survives(bytes(raw))


def _survives(raw: bytes) -> None:
    """It states facts a database takes, or is malformed; nothing else."""
    try:
        items = receive(raw)
    except Malformed:
        return
    for item in items:
        for text in _texts(asdict(item)):
            assert "\x00" not in text
            text.encode()


def _texts(value: object) -> Iterator[str]:
    """Every text in it, as deep as it goes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


HOSTILE = {
    "elements inside each other": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000 + b"halo",
    "comments inside each other": b"Reply-To: " + b"(" * 60_000 + b"\r\n\r\nhalo",
    "mails inside each other": b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"halo",
    "quotes and answers by turns": b"\r\n" + b"> a\r\nb\r\n" * 50_000,
    "encoded words without end": b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\r\n\r\nhalo",
    "lines that may be folded in many ways": b"\r\nhalo\r\n\r\nFrom: a\r\nTo: b\r\n"
    + (b" " * 40 + b"x\r\n") * 40,
    "references without end": b"Content-Type: text/html\r\n\r\n" + b"&" * 600_000,
    "tags without end": b"Content-Type: text/html\r\n\r\n" + b"<b>x</b>" * 100_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_mails_made_to_exhaust_us_are_read_in_a_moment(case: str) -> None:
    raw = b"From: a@contoh.example\r\nMessage-ID: <h@contoh.example>\r\n" + HOSTILE[case]
    started = time.process_time()
    assert only(raw).id == "h@contoh.example"
    assert time.process_time() - started < 2
