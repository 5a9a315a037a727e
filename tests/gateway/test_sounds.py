"""Voice notes are heard at both ends, whatever either records; what a scanner holds back is never served."""

from uuid import UUID

import pytest
from tests.gateway.world import Shop
from tests.kit.test_sound import beep, webm_of
from tests.peers.clamd import EICAR, clamd

from sambung.channels import (
    Attachment,
    Capabilities,
    Deleted,
    Handle,
    Inbound,
    Kind,
    MediaRule,
    Sender,
)
from sambung.core import files, message_views, messages, receiving, replies, sounds
from sambung.core.events import SYSTEM
from sambung.core.receiving import Link
from sambung.core.replies import Draft
from sambung.gateway import inbound
from sambung.gateway.sounds import Convert
from sambung.kit import clamd as scanner
from sambung.kit import media, sound
from sambung.kit.runner import Runner

SARI = Sender((Handle("phone", "+6281234567890"),), name="Sari")


def letter(content: bytes, name: str, *, mime: str = "", voice: bool = False) -> Inbound:
    file = Attachment(mime=mime, name=name, content=content, voice=voice)
    return Inbound(id="m1", sender=SARI, address="6281234567890", attachments=(file,))


async def opened(shop: Shop) -> Link:
    account = await shop.open()
    return Link(account, await shop.connect(account), "whatsapp")


def listening(shop: Shop) -> Runner:
    return Runner(shop.store, {sounds.CONVERT: Convert(shop.store, shop.blobs)})


async def came(shop: Shop, link: Link, item: Inbound) -> dict[str, object]:
    """The attachment of the message as the desk is shown it, once all is done."""
    stored = await inbound.kept(shop.blobs, item)
    received = await shop.store.write(receiving.receive, link, item, stored)
    assert received is not None
    await shop.follower.until_caught_up()
    await listening(shop).until_idle()
    await shop.follower.until_caught_up()
    await listening(shop).until_idle()
    shown = await shop.store.read(message_views.rows, link.account, [received.message])
    (attachment,) = shown[received.message]["attachments"]
    found: dict[str, object] = attachment
    return found


async def test_a_voice_note_is_heard_in_every_browser(shop: Shop) -> None:
    link = await opened(shop)
    note = await sound.convert(beep(), "audio/ogg")
    shown = await came(shop, link, letter(note, "suara.ogg", voice=True))
    assert (shown["mime"], shown["kind"], shown["state"]) == ("audio/ogg", "voice", "stored")
    row = await shop.store.read(messages.get_attachment, link.account, _id(shown))
    made = await shop.store.read(files.get, link.account, row.variant)
    assert (made.mime, made.name) == ("audio/mp4", "suara.m4a")
    assert str(made.id) in str(shown["playable_url"])
    assert row.file != row.variant


async def test_what_plays_everywhere_stays_as_it_came(shop: Shop) -> None:
    song = await sound.convert(beep(), "audio/mpeg")
    shown = await came(shop, await opened(shop), letter(song, "lagu.mp3"))
    assert (shown["mime"], shown["playable_url"]) == ("audio/mpeg", None)


async def test_a_broken_sound_is_kept(shop: Shop) -> None:
    shown = await came(shop, await opened(shop), letter(b"OggS\0" + bytes(99), "rusak.ogg"))
    assert (shown["state"], shown["playable_url"]) == ("stored", None)


async def test_a_deleted_voice_note_is_forgotten_in_both_forms(shop: Shop) -> None:
    link = await opened(shop)
    await came(shop, link, letter(await sound.convert(beep(), "audio/ogg"), "suara.ogg"))
    assert await shop.count(files.File) == 2
    await shop.store.write(inbound.record, link, Deleted(id="d", target="m1"), {})
    assert await shop.count(files.File) == 0


async def test_a_recording_of_a_browser_goes_out_as_a_voice_note(shop: Shop) -> None:
    """What Chrome records (webm) WhatsApp refuses: it wants ogg, in one channel."""
    link = await opened(shop)
    heard = await shop.store.write(receiving.receive, link, _halo())
    assert heard is not None
    webm = await webm_of(beep())
    stored = await media.store(shop.blobs, webm, name="rekaman.webm", claimed_mime="audio/webm")
    file = await shop.store.write(files.add, link.account, stored, by=SYSTEM)
    said, _ = await shop.store.write(
        replies.reply, link.account, heard.conversation, Draft(attachments=(file,)), by=SYSTEM
    )
    await shop.work()
    upload = next(one for one in shop.graph.asked if one.url.path.endswith("/media"))
    assert b"OpusHead" in upload.content
    assert shop.graph.body["type"] == "audio"
    (row,) = await shop.store.read(messages.attachments_of, link.account, [said])
    assert (row.file, row.voice) == (file, True)
    assert row.variant is not None


async def test_without_ffmpeg_a_recording_is_refused_before_it_is_queued(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    able = Capabilities(longest_text=1, media=(MediaRule("voice", ("audio/ogg",), 9),))
    assert sounds.is_carried(able, "audio/webm")
    monkeypatch.setattr(sound, "program", lambda: None)
    assert not sounds.is_carried(able, "audio/webm")


@pytest.mark.parametrize(
    ("rules", "mime", "voice", "form"),
    [
        ((("voice", "audio/ogg"), ("audio", "audio/mp4")), "audio/mp4", False, ""),
        ((("voice", "audio/ogg"), ("audio", "audio/mp4")), "audio/mp4", True, "audio/ogg"),
        ((("voice", "audio/ogg"), ("audio", "audio/mp4")), "audio/ogg", True, ""),
        ((("audio", "audio/mp4"), ("document", "audio/*")), "audio/webm", True, "audio/mp4"),
        ((("audio", "audio/mp4"), ("document", "audio/*")), "audio/webm", False, ""),
        ((("audio", "audio/*"),), "audio/webm", True, ""),
        ((("image", "image/png"),), "audio/webm", True, ""),
        ((("voice", "audio/ogg"),), "image/png", False, ""),
    ],
)
def test_each_channel_gets_the_form_it_asks_for(
    rules: tuple[tuple[Kind, str], ...], mime: str, voice: bool, form: str
) -> None:
    media = tuple(MediaRule(kind, (mime,), 99) for kind, mime in rules)
    assert sounds.form_for(Capabilities(longest_text=1, media=media), mime, voice=voice) == form


async def test_an_infected_file_is_shown_as_such_and_not_kept(shop: Shop) -> None:
    async with clamd() as address:
        scanner.use(address)
        shown = await came(shop, await opened(shop), letter(EICAR, "faktur.txt"))
    scanner.use("")
    assert (shown["state"], shown["url"]) == ("failed", None)
    assert shown["failure"] == "infected: Eicar-Signature"
    assert await shop.count(files.File) == 0


def _halo() -> Inbound:
    return Inbound(id="m0", sender=SARI, address="6281234567890", text="Halo")


def _id(shown: dict[str, object]) -> UUID:
    return UUID(str(shown["id"]))
