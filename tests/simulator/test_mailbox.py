"""The mail stand-in, spoken to over SMTP in both directions."""

from email.message import Message
from typing import TYPE_CHECKING, cast

import aiosmtplib
import pytest

if TYPE_CHECKING:
    from tests.simulator.conftest import World


async def test_the_businesss_mail_lies_in_the_customers_mailbox(world: "World") -> None:
    await world.business_mails("dewi.lestari@surel.example", "Pesanan Kakak sudah dikirim.")
    [mail] = await world.mails("dewi")
    assert mail["subject"] == "Pesanan"
    assert mail["from"] == {"name": "Toko Nusantara", "address": "cs@tokonusantara.example"}
    assert mail["text"] == "Pesanan Kakak sudah dikirim.\n"
    assert (mail["state"], mail["mine"]) == ("new", False)
    await world.http.post(f"/api/mails/{mail['id']}/reading")
    assert (await world.mails("dewi"))[0]["state"] == "read"


async def test_an_answer_keeps_the_thread_and_quotes_as_gmail_does(world: "World") -> None:
    await world.business_mails(
        "dewi.lestari@surel.example",
        "Ongkirnya Rp84.000 kak.\nJadi?",
        References="<a1@surel.example>",
        Reply_To="cs+c7.abcd@tokonusantara.example",
    )
    [mail] = await world.mails("dewi")
    await world.writes(
        "dewi", text="Oke kak, saya ambil.\n\nTolong invoice ya.", answers=mail["id"]
    )
    letter, envelope = world.postbox.last(), world.postbox.mails[-1]
    assert envelope.mail_from == "dewi.lestari@surel.example"
    assert envelope.rcpt_tos == ["cs+c7.abcd@tokonusantara.example"]
    assert letter["subject"] == "Re: Pesanan"
    assert letter["in-reply-to"] == "<m1@toko>"
    assert letter["references"] == "<a1@surel.example> <m1@toko>"
    assert letter["authentication-results"].startswith("mx.tokonusantara.example; spf=pass")
    assert "dmarc=pass header.from=surel.example" in letter["authentication-results"]
    plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert rich is not None
    lines = plain.get_content().splitlines()
    assert lines[:3] == ["Oke kak, saya ambil.", "", "Tolong invoice ya."]
    assert lines[4].startswith("Pada ")
    assert lines[4].endswith(" Toko Nusantara <cs@tokonusantara.example>")
    assert lines[5] == "menulis:"
    assert lines[7:] == ["> Ongkirnya Rp84.000 kak.", "> Jadi?"]
    assert 'class="gmail_quote' in rich.get_content()


async def test_a_new_mail_carries_its_files_and_its_own_thread(world: "World") -> None:
    up = await world.http.post(
        "/api/files", files={"file": ("nota.pdf", b"%PDF-1", "application/pdf")}
    )
    await world.writes("emily", subject="Café order ☕", text="Hello", files=[up.json()["id"]])
    letter = world.postbox.last()
    assert letter["subject"] == "Café order ☕"
    assert letter["in-reply-to"] is None
    [file] = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("nota.pdf", b"%PDF-1")
    [mine] = await world.mails("emily")
    assert (mine["mine"], mine["state"]) == (True, "sent")
    assert mine["attachments"] == [{"index": 0, "name": "nota.pdf", "mime": "application/pdf"}]
    got = await world.http.get(f"/api/mails/{mine['id']}/attachments/0")
    assert got.content == b"%PDF-1"
    assert got.headers["content-disposition"].startswith("attachment")


async def test_a_forged_mail_is_told_apart(world: "World") -> None:
    await world.writes("dewi", subject="Ganti alamat", text="Kirim ke sini", forged=True)
    assert "dmarc=fail" in world.postbox.last()["authentication-results"]


async def test_an_unknown_address_is_refused_at_once(world: "World") -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await world.business_mails("tidakada@surel.example", "Halo")
    assert refused.value.recipients[0].code == 550
    assert "5.1.1" in refused.value.recipients[0].message


async def test_a_mailbox_can_vanish_for_a_moment(world: "World") -> None:
    await world.http.put("/api/faults/mail", json={"fail": {"code": 550}})
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await world.business_mails("dewi.lestari@surel.example", "Halo")
    await world.business_mails("dewi.lestari@surel.example", "Halo")
    assert len(await world.mails("dewi")) == 1


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ({"username": "toko", "password": "salah"}, aiosmtplib.SMTPAuthenticationError),
        ({}, aiosmtplib.SMTPSenderRefused),
    ],
)
async def test_sending_needs_the_right_password(
    world: "World", login: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await aiosmtplib.send(
            b"Subject: x\r\n\r\nx",
            sender="a@b.example",
            recipients=["dewi.lestari@surel.example"],
            hostname="127.0.0.1",
            port=world.simulator.mail_port,
            username=login.get("username"),
            password=login.get("password"),
            start_tls=False,
        )


@pytest.mark.parametrize("code", [421, 451, 552, 554])
async def test_the_next_mail_is_refused_with_the_chosen_code(world: "World", code: int) -> None:
    await world.http.put("/api/faults/mail", json={"fail": {"code": code}})
    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await world.business_mails("dewi.lestari@surel.example", "Halo")
    assert refused.value.code == code
    await world.business_mails("dewi.lestari@surel.example", "Halo")
    assert len(await world.mails("dewi")) == 1


@pytest.mark.parametrize(
    ("code", "action", "status"), [("550", "failed", "5.1.1"), ("452", "delayed", "4.3.1")]
)
async def test_a_late_refusal_comes_back_as_a_report(
    world: "World", code: str, action: str, status: str
) -> None:
    await world.http.put("/api/faults/mail", json={"late": True, "fail": {"code": code}})
    await world.business_mails("dewi.lestari@surel.example", "Halo")
    await world.simulator.settle()
    assert await world.mails("dewi") == []
    report, envelope = world.postbox.last(), world.postbox.mails[-1]
    assert envelope.mail_from == "<>"
    assert envelope.rcpt_tos == ["bounce+m1@tokonusantara.example"]
    assert report.get_content_type() == "multipart/report"
    assert report["content-type"].params["report-type"] == "delivery-status"
    _, fields, original = report.iter_parts()
    per_recipient = cast(list[Message], fields.get_payload())[1]
    assert per_recipient["action"] == action
    assert per_recipient["status"] == status
    assert per_recipient["final-recipient"] == "rfc822; dewi.lestari@surel.example"
    assert "Message-ID: <m1@toko>" in original.get_content()


async def test_a_mail_that_arrived_can_still_bounce(world: "World") -> None:
    await world.business_mails("dewi.lestari@surel.example", "Halo")
    [mail] = await world.mails("dewi")
    await world.http.post(f"/api/mails/{mail['id']}/bounce", json={"code": "552"})
    await world.simulator.settle()
    assert "5.2.2" in str(world.postbox.last())


async def test_who_is_away_answers_a_sender_once_and_never_a_machine(world: "World") -> None:
    away = "slamet@gamelanjati.example"
    await world.business_mails(away, "Otomatis", Auto_Submitted="auto-generated")
    await world.business_mails(away, "Halo")
    await world.business_mails(away, "Halo lagi")
    await world.simulator.settle()
    [envelope] = world.postbox.mails
    assert envelope.mail_from == "<>"
    note = world.postbox.last()
    assert note["auto-submitted"] == "auto-replied"
    assert note["in-reply-to"] == "<m1@toko>"


async def test_later_means_again_and_never_means_failed(world: "World") -> None:
    world.postbox.answers = ["451 4.3.0 later"]
    assert (await world.writes("dewi", subject="Satu", text="x"))["state"] == "sending"
    assert len(world.postbox.mails) == 1
    world.postbox.answers = ["550 5.7.1 no"]
    await world.writes("dewi", subject="Dua", text="x")
    assert [mail["state"] for mail in await world.mails("dewi")] == ["sent", "failed"]
    assert len(world.postbox.mails) == 1


async def test_mail_too_comes_twice_when_asked(world: "World") -> None:
    await world.http.put("/api/faults/mail", json={"duplicate": 1})
    await world.writes("dewi", subject="Satu", text="x")
    first, second = world.postbox.mails
    assert first.content == second.content


async def test_silence_comes_after_the_mail_was_taken(world: "World") -> None:
    await world.http.put("/api/faults/mail", json={"silent": 1, "silence": 0.1})
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await world.business_mails("dewi.lestari@surel.example", "Sampai?")
    assert len(await world.mails("dewi")) == 1
