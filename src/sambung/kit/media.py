"""Files taken in: their true type, a name that harms nobody, a thumbnail, and then into the blob store."""

import asyncio
import io
import mimetypes
import re
import unicodedata
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from sambung.kit import clamd, sniff
from sambung.kit.blobs import Blobs
from sambung.kit.problems import Problem

LARGEST = 100_000_000
"""Bytes of one file, when nobody sets another cap."""
EXTENSIONS = {"audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/mpeg": ".mp3"}
"""Of sounds that we make ourselves."""
EDGE = 480
"""Pixels of a thumbnail's longer side: sharp in a bubble of 240 on a dense screen."""
MOST_PIXELS = 50_000_000
"""More is a bomb, or a poster nobody needs a preview of."""
PICTURES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/avif"}
)
SHOWN = frozenset(
    {"application/pdf", "text/plain", "image/jpeg", "image/png", "image/gif", "image/webp"}
)
"""What a browser may show in place: none of it can run a script in our origin."""

_DAMAGED = (
    *(UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning),
    *(OSError, SyntaxError, ValueError, EOFError, MemoryError),
)
"""Pillow's own list of what a damaged picture raises."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True, slots=True)
class Stored:
    """What the blob store has taken in. `mime` is sniffed, `size` in bytes, `thumbnail` another key."""

    key: str
    name: str
    mime: str
    size: int
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What came along and was not taken in, and why."""

    name: str
    mime: str
    why: str


class FileTooLarge(Problem):
    status = 413
    text = {
        "en": "The file is larger than {megabytes} MB.",
        "id": "Berkas lebih besar dari {megabytes} MB.",
    }


async def store(
    blobs: Blobs, data: bytes, *, name: str, claimed_mime: str = "", largest: int = LARGEST
) -> Stored:
    """Keep a file and, of a picture, its thumbnail. Raises FileTooLarge, Infected, ScannerUnreachable,
    BlobsUnreachable.
    """
    if len(data) > largest:
        raise FileTooLarge(megabytes=largest // 1_000_000)
    await clamd.look_at(data)
    mime = sniff.mime_of(data, claimed_mime)
    key = await blobs.put(data)
    small = await asyncio.to_thread(thumbnail, data) if mime in PICTURES else b""
    return Stored(
        key=key,
        name=safe_name(name, mime),
        mime=mime,
        size=len(data),
        thumbnail=await blobs.put(small) if small else "",
    )


def safe_name(name: str, mime: str) -> str:
    """A file name without paths, controls and text that turns direction; with an extension."""
    tidy = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    tidy = _UNSAFE.sub("_", tidy).strip(" ._")
    stem, dot, extension = tidy.rpartition(".")
    if not dot or not 1 <= len(extension) <= 8:
        stem, extension = tidy, (mimetypes.guess_extension(mime) or "").lstrip(".")
    stem = stem[: 200 - len(extension)] or kind_of(mime)
    return f"{stem}.{extension}" if extension else stem


def kind_of(mime: str, *, voice: bool = False) -> str:
    """How a message names it: image | audio | voice | video | document."""
    family = mime.partition("/")[0]
    if family == "audio":
        return "voice" if voice else "audio"
    return family if family in ("image", "video") and mime != "image/svg+xml" else "document"


def dimensions(data: bytes) -> tuple[int, int] | None:
    """A picture's width and height in pixels; None when it cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except _DAMAGED:
        return None


def thumbnail(data: bytes) -> bytes:
    """The picture small, upright and without what its camera noted (WebP); empty when it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return b""
                picture.draft("RGB", (EDGE, EDGE))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((EDGE, EDGE))
                shown = upright.convert("RGBA" if _sees_through(upright) else "RGB")
                out = io.BytesIO()
                shown.save(out, "WEBP", quality=78, method=3)
                return out.getvalue()
    except _DAMAGED:  # a preview is a courtesy
        return b""


def _sees_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
