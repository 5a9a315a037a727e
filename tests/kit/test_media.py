"""Files taken in: the true type, a harmless name, a thumbnail."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from sambung.kit import media, sniff
from sambung.kit.blobs import OnDisk
from sambung.kit.media import FileTooLarge


def picture(mode: str = "RGB", size: tuple[int, int] = (1200, 600), form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form)
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "claimed", "mime"),
    [
        (b"%PDF-1.7\n", "image/png", "application/pdf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "", "image/jpeg"),
        (b"OggS\0\x02" + bytes(22), "audio/ogg; codecs=opus", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A ", "", "audio/mp4"),
        (b"\0\0\0\x20ftypisom", "audio/mp4", "audio/mp4"),
        (b"\0\0\0\x20ftypisom", "text/html", "video/mp4"),
        (b"<!DOCTYPE html><p>", "image/png", "text/html"),
        (b"<svg onload=alert(1)>", "image/png", "image/svg+xml"),
        (b"BMW seri 3, masih ada?", "text/plain", "text/plain"),
        (b"nama,harga\n", "text/csv", "text/csv"),
        (b"nama,harga\n", "application/pdf", "text/plain"),
        ("é".encode() * 3000, "", "text/plain"),
        (b"\0\1\2\3", "image/png", "application/octet-stream"),
        (b"PK\x03\x04broken", "", "application/zip"),
        (document(), "", sniff._OPEN_XML["word/"]),
    ],
)
def test_the_type_is_what_the_bytes_say(data: bytes, claimed: str, mime: str) -> None:
    assert sniff.mime_of(data, claimed) == mime


@pytest.mark.parametrize(
    ("name", "mime", "safe"),
    [
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\fakepath\\nota.pdf", "application/pdf", "nota.pdf"),
        ("foto\u202egpj.exe", "image/jpeg", "foto_gpj.exe"),
        ("", "image/png", "image.png"),
        (".htaccess", "text/plain", "htaccess.txt"),
        ("a" * 400 + ".png", "image/png", "a" * 197 + ".png"),
    ],
)
def test_names_lead_nowhere(name: str, mime: str, safe: str) -> None:
    assert media.safe_name(name, mime) == safe


async def test_a_picture_gets_a_thumbnail(tmp_path: Path) -> None:
    blobs = OnDisk(tmp_path)
    stored = await media.store(blobs, picture(), name="foto.png", claimed_mime="image/jpeg")
    assert stored.mime == "image/png"
    assert stored.size == len(picture())
    small = Image.open(io.BytesIO(await blobs.get(stored.thumbnail)))
    assert (small.format, small.size) == ("WEBP", (480, 240))


async def test_a_damaged_picture_is_kept_without_one(tmp_path: Path) -> None:
    stored = await media.store(OnDisk(tmp_path), picture()[:60], name="rusak.png")
    assert stored.mime == "image/png"
    assert stored.thumbnail == ""


def test_a_bomb_is_not_unpacked() -> None:
    assert media.thumbnail(picture("1", (8_000, 8_000))) == b""


async def test_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge) as refused:
        await media.store(OnDisk(tmp_path), bytes(2_000_001), name="x", largest=2_000_000)
    assert refused.value.title("id") == "Berkas lebih besar dari 2 MB."
