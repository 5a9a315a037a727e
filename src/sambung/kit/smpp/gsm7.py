"""The default alphabet of SMS, one septet an octet as carriers take it: 3GPP TS 23.038 §6.2.1."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENDED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_OCTETS = {char: bytes([n]) for n, char in enumerate(_BASIC) if n != _ESCAPE} | {
    char: bytes([_ESCAPE, n]) for char, n in _EXTENDED.items()
}
_CHARS = {n: char for char, n in _EXTENDED.items()}


def octets(char: str) -> bytes | None:
    """One octet, two for the extension table, None where the alphabet lacks the character."""
    return _OCTETS.get(char)


def decode(written: bytes) -> str:
    """Never fails: what the alphabet lacks becomes U+FFFD, a lone escape a space (§6.2.1.1)."""
    found, escaped = [], False
    for n in written:
        if escaped:
            found.append(_CHARS.get(n) or (_BASIC[n] if n < 128 and n != _ESCAPE else " "))
            escaped = False
        elif n == _ESCAPE:
            escaped = True
        else:
            found.append(_BASIC[n] if n < 128 else "�")
    return "".join(found)
