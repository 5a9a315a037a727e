"""The parts of a mail: the body to read, the files that came along (RFC 2045, 2046, 2387)."""

import mimetypes
import re
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from email.utils import collapse_rfc2231_value
from io import BytesIO

from sambung.channels import Attachment
from sambung.channels.email.charsets import clean, decode, one_line
from sambung.channels.email.headers import Headers, decode_words, message_ids
from sambung.channels.email.quotes import unflow

_MOST_PARTS = 1000
_DEEPEST = 40
_LONGEST_NAME = 150
_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library's parser raises on parts it cannot read."""

_NAMES = {
    "text/calendar": "invite.ics",
    "application/ics": "invite.ics",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "application/ms-tnef": "winmail.dat",
}
_WARNINGS = {
    "application/ms-tnef": "winmail",
    "application/pkcs7-mime": "encrypted",
    "application/x-pkcs7-mime": "encrypted",
    "application/pgp-encrypted": "encrypted",
}
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_NAME = re.compile(r"\b(?:file)?name\s*=\s*\"?([^\";]+)", re.IGNORECASE)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
"""Marks that make gpj.exe look like exe.jpg."""


@dataclass(slots=True)
class Segment:
    """A stretch of body, in one or both forms."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Contents:
    """What was found in a mail. `warnings` are codes, see docs."""

    segments: list[Segment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    warnings: set[str] = field(default_factory=set)
    seen: int = 0


def contents_of(message: Message) -> Contents:
    """Body and files of a parsed mail. Never raises; what cannot be read is warned about."""
    found = Contents()
    _collect(message, found, depth=0)
    html = "".join(segment.html for segment in found.segments)
    found.attachments = [_placed(file, html) for file in found.attachments]
    return found


def _placed(file: Attachment, html: str) -> Attachment:
    """An attachment is inline only where the body shows it."""
    shown = bool(file.content_id) and (file.inline or f"cid:{file.content_id}" in html)
    return file if shown == file.inline else _attachment(file, inline=shown)


def _attachment(file: Attachment, *, inline: bool) -> Attachment:
    return Attachment(
        mime=file.mime,
        name=file.name,
        content=file.content,
        size=file.size,
        inline=inline,
        content_id=file.content_id,
    )


def _collect(part: Message, found: Contents, depth: int) -> None:
    found.seen += 1
    if found.seen > _MOST_PARTS or depth > _DEEPEST:
        found.warnings.add("too_many_parts")
        return
    mime = part.get_content_type().lower()
    if part.is_multipart() and mime.startswith("multipart/"):
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if mime == "multipart/alternative":
            _collect_alternative(children, found, depth)
        else:
            for child in children:
                _collect(child, found, depth + 1)
    elif part.is_multipart():
        found.attachments.append(_enclosed(part, mime, len(found.attachments)))
    elif mime in ("text/plain", "text/html") or mime.startswith("multipart/"):
        _collect_text(part, mime, found)
    else:
        _collect_file(part, mime, found)


def _collect_alternative(children: list[Message], found: Contents, depth: int) -> None:
    """The last one that says something wins, in each form (RFC 2046 §5.1.4: richest last)."""
    best = Segment()
    for child in children:
        one = Contents(seen=found.seen)
        _collect(child, one, depth + 1)
        found.seen = one.seen
        found.warnings |= one.warnings
        found.attachments += one.attachments
        plain = "\n".join(s.plain for s in one.segments if s.plain)
        html = "".join(s.html for s in one.segments)
        best.plain = plain if plain.strip() else best.plain
        best.html = html if html.strip() else best.html
    found.segments.append(best)


def _collect_text(part: Message, mime: str, found: Contents) -> None:
    disposition = _disposition(part)
    name = _given_name(part)
    if disposition == "attachment" or (name and (disposition == "inline" or found.segments)):
        _collect_file(part, mime, found)
        return
    raw = _content(part, found)
    text = decode(raw, _parameter(part, "charset"))
    if mime == "text/html":
        found.segments.append(Segment(html=text))
        return
    if _parameter(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=_parameter(part, "delsp").lower() == "yes")
    found.segments.append(Segment(plain=text.replace("\xa0", " ")))


def _collect_file(part: Message, mime: str, found: Contents) -> None:
    content = _content(part, found)
    content_id = next(iter(message_ids(_header(part, "content-id"))), "")
    if mime in _WARNINGS:
        found.warnings.add(_WARNINGS[mime])
    found.attachments.append(
        Attachment(
            mime=mime if _MIME.fullmatch(mime) else "application/octet-stream",
            name=_given_name(part) or _made_name(mime, len(found.attachments) + 1),
            content=content,
            size=len(content),
            inline=bool(content_id) and _disposition(part) != "attachment",
            content_id=content_id,
        )
    )


def _enclosed(part: Message, mime: str, before: int) -> Attachment:
    """A whole mail inside a mail stays one file; we do not look into it."""
    inner = part.get_payload(0)
    out = BytesIO()
    name = _given_name(part)
    try:
        if isinstance(inner, Message):
            BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(inner)
            subject = safe_name(Headers(inner).text("subject"))
            name = name or (f"{subject}.eml" if subject else "")
    except _UNREADABLE:
        name = name or f"message-{before + 1}.eml"
    content = out.getvalue()
    return Attachment(
        mime=mime if _MIME.fullmatch(mime) else "message/rfc822",
        name=name or f"message-{before + 1}.eml",
        content=content,
        size=len(content),
    )


def _content(part: Message, found: Contents) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _UNREADABLE:
        found.warnings.add("unreadable_part")
        return b""
    return payload if isinstance(payload, bytes) else b""


def _header(part: Message, name: str) -> str:
    return Headers(part).get(name, "")


def _disposition(part: Message) -> str:
    return _header(part, "content-disposition").partition(";")[0].strip().lower()


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
        return collapse_rfc2231_value(value) if isinstance(value, tuple) else str(value)
    except _UNREADABLE:
        return ""


def _given_name(part: Message) -> str:
    for header in ("content-disposition", "content-type"):
        eight_bit = _header(part, header)
        found = None if eight_bit.isascii() else _NAME.search(eight_bit)
        if found:  # the parser would put question marks
            return safe_name(found[1])
    try:
        return safe_name(decode_words(str(part.get_filename(""))))
    except _UNREADABLE:
        return ""


def _made_name(mime: str, number: int) -> str:
    return _NAMES.get(mime) or f"attachment-{number}{mimetypes.guess_extension(mime) or '.bin'}"


def safe_name(name: str) -> str:
    """A file name without folders, tricks and excess length."""
    name = _BIDI.sub("", one_line(clean(name))).replace("\\", "/").rpartition("/")[2]
    name = name.strip(' ."') if name.strip(" .") in ("", "..") else name.strip(' "')
    stem, dot, extension = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot and len(extension) < 12:
        return stem[: _LONGEST_NAME - len(extension) - 1] + dot + extension
    return name[:_LONGEST_NAME]
