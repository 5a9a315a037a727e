"""Text in the pieces that phones take: 160 septets or 70 UTF-16 units, a little less when there are several.

3GPP TS 23.038 (alphabets) and 23.040 §9.2.3.24 (user data header).
"""

import re
from dataclasses import dataclass
from typing import Literal

from sambung.kit.smpp import gsm7
from sambung.kit.smpp.pdu import HAS_UDH, SAR_NUMBER, SAR_REF, SAR_TOTAL, Short

DEFAULT, ASCII, LATIN1, BINARY, UCS2 = 0, 1, 3, 4, 8
Alphabet = Literal["gsm7", "latin1"]
"""What a carrier means by data coding 0."""
_SEPTETS, _SEPTETS_EACH = 160, 153
_OCTETS, _OCTETS_EACH = 140, 134
MOST = 255
_CONTROLS = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\xff]")


class TooMany(ValueError):
    """The text needs more pieces than a message can have."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which piece of which message: pieces of one have the same ref and total. number counts from 1."""

    ref: int
    total: int
    number: int


def split(text: str, alphabet: Alphabet = "gsm7") -> tuple[int, list[bytes]]:
    """The data coding, and the octets of each piece without its header. Raises TooMany."""
    plain = [_plain(char, alphabet) for char in text]
    if None not in plain:
        pairs = [pair for pair in plain if pair is not None]
        return DEFAULT, _cut(pairs, _SEPTETS, _SEPTETS_EACH)
    wide = [char.encode("utf-16-be", "replace") for char in text]
    return UCS2, _cut([(octets, len(octets)) for octets in wide], _OCTETS, _OCTETS_EACH)


def headed(pieces: list[bytes], ref: int) -> list[bytes]:
    """With the header that says which piece each is; a lone one needs none."""
    if len(pieces) == 1:
        return pieces
    start = bytes([5, 0, 3, ref & 0xFF, len(pieces)])
    return [start + bytes([n]) + piece for n, piece in enumerate(pieces, 1)]


def part_of(message: Short) -> tuple[Part | None, bytes]:
    """Which piece a message is, if it is one, and its octets without the header."""
    content = message.content
    if message.esm_class & HAS_UDH and content and content[0] < len(content):
        length = content[0]
        return _in_header(content[1 : length + 1]), content[length + 1 :]
    try:
        ref, total, number = (
            int.from_bytes(message.tags[tag], "big") for tag in (SAR_REF, SAR_TOTAL, SAR_NUMBER)
        )
    except KeyError:
        return None, content
    return _part(ref, total, number), content


def decoded(octets: bytes, coding: int, alphabet: Alphabet = "gsm7") -> str:
    """Text of a data coding; message classes (§5.2.19, 0xF0 …) use the default alphabet or UCS-2 too."""
    if coding & 0xF0 in (0xC0, 0xD0, 0xF0):
        coding = BINARY if coding & 0xF4 == 0xF4 else DEFAULT
    elif coding & 0xC0 == 0 and coding & 0x10:
        coding = {0x00: DEFAULT, 0x08: UCS2}.get(coding & 0x0C, BINARY)
    match coding:
        case 8:
            return octets.decode("utf-16-be", "replace")
        case 0:
            return gsm7.decode(octets) if alphabet == "gsm7" else octets.decode("latin-1")
        case 1:
            # Some centres write the default alphabet and call it ASCII, which has no such signs.
            written = gsm7.decode if _CONTROLS.search(octets) else _ascii
            return written(octets)
        case 6:
            return octets.decode("iso8859-5", "replace")
        case 7:
            return octets.decode("iso8859-8", "replace")
        case _:
            return octets.decode("latin-1")


def _ascii(octets: bytes) -> str:
    return octets.decode("ascii", "replace")


def _plain(char: str, alphabet: Alphabet) -> tuple[bytes, int] | None:
    """Octets and septets of a character that the default alphabet has."""
    septets = gsm7.octets(char)
    if septets is None or alphabet == "gsm7":
        return None if septets is None else (septets, len(septets))
    if ord(char) > 0xFF:
        return None
    return char.encode("latin-1"), len(septets)


def _cut(chars: list[tuple[bytes, int]], alone: int, each: int) -> list[bytes]:
    """No character is cut: neither an escape from what it escapes, nor a surrogate pair."""
    if sum(size for _, size in chars) <= alone:
        return [b"".join(octets for octets, _ in chars)]
    pieces, piece, filled = [], bytearray(), 0
    for octets, size in chars:
        if filled + size > each:
            pieces.append(bytes(piece))
            piece, filled = bytearray(), 0
        piece += octets
        filled += size
    pieces.append(bytes(piece))
    if len(pieces) > MOST:
        raise TooMany(f"{len(pieces)} pieces")
    return pieces


def _in_header(elements: bytes) -> Part | None:
    at = 0
    while at + 2 <= len(elements):
        kind, length = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + length]
        if kind == 0x00 and len(value) == 3:
            return _part(value[0], value[1], value[2])
        if kind == 0x08 and len(value) == 4:
            return _part(int.from_bytes(value[:2], "big"), value[2], value[3])
        at += 2 + length
    return None


def _part(ref: int, total: int, number: int) -> Part | None:
    return Part(ref, total, number) if total > 1 and 0 < number <= total <= MOST else None
