"""What a file truly is, told by its first bytes: what a sender claims may be wrong, or a trap.

Signatures after https://mimesniff.spec.whatwg.org and the formats' own specifications.
"""

import io
import re
import zipfile
from collections.abc import Mapping

UNKNOWN = "application/octet-stream"
PLAIN = "text/plain"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A": "audio/mp4",
    b"M4B": "audio/mp4",
    b"qt": "video/quicktime",
    b"3g": "video/3gpp",
    b"hei": "image/heic",
    b"hev": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
}
_OPEN_XML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# One container, several names: a claim inside the family is finer than what the bytes tell.
_FAMILIES: Mapping[str, frozenset[str]] = {
    "application/x-ole-storage": frozenset(
        {
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.ms-outlook",
        }
    ),
    "audio/ogg": frozenset({"audio/opus", "video/ogg", "application/ogg"}),
    "video/webm": frozenset({"audio/webm", "video/x-matroska"}),
    "video/mp4": frozenset({"audio/mp4", "audio/aac", "video/quicktime", "video/3gpp"}),
    "application/zip": frozenset(
        {
            "application/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.spreadsheet",
            "application/epub+zip",
            "application/vnd.android.package-archive",
        }
    ),
    PLAIN: frozenset(
        {"text/csv", "text/vcard", "text/x-vcard", "text/calendar", "application/json"}
    ),
}
_MARKUP = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), "image/svg+xml"),
    (re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)\b", re.IGNORECASE), "text/html"),
    (re.compile(rb"<\?xml\s", re.IGNORECASE), "application/xml"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def mime_of(data: bytes, claimed: str = "") -> str:
    """The type by content; `claimed` decides only among types that look alike."""
    claimed = claimed.partition(";")[0].strip().lower()
    found = _by_start(data) or _by_text(data) or UNKNOWN
    return claimed if claimed in _FAMILIES.get(found, frozenset()) else found


def _by_start(data: bytes) -> str:
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], UNKNOWN)
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return next(
            (mime for start, mime in _BRANDS.items() if brand.startswith(start)), "video/mp4"
        )
    if data[:4] == b"PK\x03\x04":
        return _in_zip(data)
    for start, mime in _STARTS:
        # Letters alone begin many a text ("BMW …"): such a file must have bytes no text has.
        if data.startswith(start) and (not start.isalnum() or _CONTROLS.search(data[:4096])):
            return mime
    return ""


def _in_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:64]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, mime in _OPEN_XML.items():
            if any(name.startswith(folder) for name in names):
                return mime
    return "application/zip"


def _by_text(data: bytes) -> str:
    head = data[:4096]
    if _CONTROLS.search(head):
        return ""
    for markup, mime in _MARKUP:
        if markup.search(head[:1024]):
            return mime
    # A character may be cut at the end of the head: four bytes at most.
    for cut in range(4):
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return PLAIN
    return ""
