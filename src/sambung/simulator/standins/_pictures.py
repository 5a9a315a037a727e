"""Pictures that apps have of their own: stickers, stories, a profile's face. Drawn, so that none is anybody's."""

from io import BytesIO

from PIL import Image, ImageDraw

from sambung.simulator.files import File
from sambung.simulator.town import Town

_SIDE = 160


def smile(colour: str) -> bytes:
    """A smiling face of that colour on nothing, as PNG."""
    image = Image.new("RGBA", (_SIDE, _SIDE))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, 156, 156), fill=colour)
    for left in (48, 98):
        draw.ellipse((left, 52, left + 14, 74), fill="white")
    draw.arc((42, 50, 118, 122), 20, 160, fill="white", width=9)
    kept = BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


def drawn(town: Town, name: str, colour: str) -> File:
    """The face as a file that phones can show; the same one each time."""
    id = f"{name}-{colour.strip('#')}"
    return town.files.get(id) or town.files.put(File(id, f"{name}.png", "image/png", smile(colour)))
