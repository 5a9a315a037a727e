"""Headers as people and programs really write them (RFC 5322, 2047, 2231), read without raising."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from sambung.channels.email.charsets import decode, one_line

_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]+\?[bBqQ]\?)")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_PLAUSIBLE_ADDRESS = re.compile(r"[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")
_LONGEST_ID = 500
_LONGEST_HEADER = 65_536
"""Bytes of one header looked at."""
_EARLIEST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: `address` in lower case."""

    address: str
    name: str = ""


class Headers(Mapping[str, str]):
    """Header texts by lower-cased name; the first of a name wins. `all` gives each of them, top down."""

    def __init__(self, message: Message) -> None:
        self.pairs = [(name.lower(), _unfolded(str(value))) for name, value in message.raw_items()]
        self._first: dict[str, str] = {}
        for name, value in self.pairs:
            self._first.setdefault(name, value)

    def __getitem__(self, name: str) -> str:
        return self._first[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

    def all(self, name: str) -> Sequence[str]:
        """Every value of this header, topmost first."""
        return [value for key, value in self.pairs if key == name]

    def text(self, name: str) -> str:
        """For people: RFC 2047 words decoded, on one line."""
        return one_line(decode_words(self.get(name, "")))

    def addresses(self, *names: str) -> list[Address]:
        """Every mailbox of these headers."""
        return [found for name in names for value in self.all(name) for found in addresses(value)]

    def ids(self, name: str) -> tuple[str, ...]:
        """Message ids without <>, in order, each once."""
        return tuple(dict.fromkeys(i for value in self.all(name) for i in message_ids(value)))


def decode_words(text: str) -> str:
    """RFC 2047 encoded words to text; neighbours of one charset are joined first, as a character may span two."""
    text = _BETWEEN_WORDS.sub(r"\1", text)
    out: list[str] = []
    pending, charset, end = b"", "", 0
    for word in _WORD.finditer(text):
        label = word[1].partition("*")[0].lower()
        if pending and (label != charset or word.start() != end):
            out.append(decode(pending, charset))
            pending = b""
        out.append(text[end : word.start()])
        pending += _word_bytes(word[2], word[3])
        charset, end = label, word.end()
    if pending:
        out.append(decode(pending, charset))
    out.append(text[end:])
    return "".join(out)


def _word_bytes(encoding: str, body: str) -> bytes:
    raw = body.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw


def addresses(value: str) -> list[Address]:
    """The mailboxes of one address header. What has no address is left out."""
    if "@" not in value:
        value = decode_words(value)  # the whole of it, address included, as an encoded word
    try:
        parsed = getaddresses([value.replace("\n", " ")])
    except (RecursionError, LookupError, ValueError, TypeError):  # comments in comments in …
        parsed = []
    found = []
    for name, address in parsed:
        address = address.strip().strip("<>").lower()
        if _PLAUSIBLE_ADDRESS.fullmatch(address):
            found.append(Address(address, one_line(decode_words(name)).strip("'\"")))
    if not found:
        found = [Address(bare.lower()) for bare in _PLAUSIBLE_ADDRESS.findall(value)[:1]]
    return found


def message_ids(value: str) -> list[str]:
    """Ids without <>; a bare word counts where nobody wrote brackets."""
    found = _ID.findall(value) or [word for word in value.split() if "@" in word]
    return [one_line(i) for i in found if len(i) <= _LONGEST_ID]


def moment(value: str) -> datetime | None:
    """A Date header in UTC; None when it is missing, nonsense, or from before mail was like this."""
    try:
        at = parsedate_to_datetime(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, LookupError, OverflowError, AttributeError):
        return None
    return at if at.year >= _EARLIEST_YEAR else None


def _unfolded(value: str) -> str:
    raw = value.encode("ascii", "surrogateescape") if _escaped(value) else value.encode()
    return decode(raw[:_LONGEST_HEADER], "utf-8").replace("\n", "")


def _escaped(value: str) -> bool:
    """Whether the parser kept 8-bit bytes as surrogates (then nothing else is beyond ASCII)."""
    return all(ord(c) < 128 or 0xDC80 <= ord(c) <= 0xDCFF for c in value)
