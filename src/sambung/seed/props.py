"""What customers photograph, and the papers the shop sends: drawn here, kept once."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from sambung.kit import media
from sambung.kit.blobs import Blobs
from sambung.kit.media import Stored


@dataclass(frozen=True, slots=True)
class Prop:
    """A file of the demo: its bytes, and where they are kept."""

    name: str
    mime: str
    content: bytes
    stored: Stored


async def keep(blobs: Blobs) -> dict[str, Prop]:
    """Every prop in the blob store. Raises BlobsUnreachable."""
    drawn = {
        "stain": ("batik-luntur.jpg", "image/jpeg", _cloth(stained=True)),
        "cloth": ("batik.jpg", "image/jpeg", _cloth(stained=False)),
        "parcel": ("paket.jpg", "image/jpeg", _parcel()),
        "invoice": ("nota-toko-nusantara.pdf", "application/pdf", _paper()),
    }
    return {
        key: Prop(name, mime, content, await media.store(blobs, content, name=name))
        for key, (name, mime, content) in drawn.items()
    }


def _cloth(*, stained: bool) -> bytes:
    picture = Image.new("RGB", (960, 720), "#2b1d14")
    draw = ImageDraw.Draw(picture)
    for y in range(0, 760, 80):
        for x in range(0, 1000, 80):
            for dx, dy in ((-18, -18), (18, -18), (-18, 18), (18, 18)):
                box = (x + dx - 15, y + dy - 15, x + dx + 15, y + dy + 15)
                draw.ellipse(box, fill="#d9a860")
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill="#c2703d")
    if stained:
        wash = Image.new("L", picture.size, 0)
        ImageDraw.Draw(wash).ellipse((380, 220, 780, 560), fill=215)
        faded = Image.new("RGB", picture.size, "#9c8f86")
        picture.paste(faded, mask=wash.filter(ImageFilter.GaussianBlur(60)))
    return _jpeg(picture)


def _parcel() -> bytes:
    picture = Image.new("RGB", (960, 720), "#6d6a63")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(180, 300), (520, 190), (820, 300), (480, 430)], fill="#c79a63")
    draw.polygon([(180, 300), (480, 430), (480, 640), (180, 500)], fill="#a97c47")
    draw.polygon([(820, 300), (480, 430), (480, 640), (820, 500)], fill="#8d6537")
    draw.polygon([(330, 251), (372, 238), (680, 353), (640, 369)], fill="#e6d8b8")
    draw.polygon([(560, 470), (700, 415), (700, 500), (560, 560)], fill="#f2efe8")
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _paper() -> bytes:
    """A one-page PDF, as small as the format allows (ISO 32000-1, 7.5)."""
    lines = ("TOKO NUSANTARA", "Jl. Tirtodipuran No. 18, Yogyakarta", "Nota penjualan - LUNAS")
    text = "".join(f"0 -26 Td ({line}) Tj\n" for line in lines)
    stream = f"BT /F1 18 Tf 60 780 Td\n{text}ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + head + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)
