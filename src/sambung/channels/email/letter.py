"""One mail as it came: `receive` turns it into the facts it states."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from typing import Any

from sambung.channels import Handle, Ignored, Inbound, Item, Malformed, Request, Sender
from sambung.channels.email import authenticity, automatic, hypertext, quotes, reports
from sambung.channels.email.charsets import decode
from sambung.channels.email.headers import Address, Headers, moment
from sambung.channels.email.parts import Contents, Segment, contents_of
from sambung.channels.email.tags import thread_tag
from sambung.kit.mail import split_subaddress

LARGEST = 50_000_000
"""Bytes of one mail that are looked at."""
_LONGEST_TEXT = 500_000
_RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "to", "cc")
_UNPARSABLE = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Letter:
    request: Request
    message: Message
    headers: Headers
    recipients: Sequence[str]
    own: frozenset[str]

    @property
    def to(self) -> str:
        """The connection's address, as the gateway hints it, else as the envelope says."""
        hinted = self.request.headers.get("own-address", "").split(",")[0]
        return hinted or split_subaddress(self.request.headers.get("rcpt-to", ""))[0].lstrip("@")

    @property
    def null_sender(self) -> bool:
        path = self.headers.get("return-path", self.request.headers.get("mail-from", "?"))
        return path.strip() in ("", "<>")

    @property
    def id(self) -> str:
        """Its Message-ID without <>; a digest of the whole where it has none."""
        found = self.headers.ids("message-id")
        return found[0] if found else f"sha256-{hashlib.sha256(self.request.body).hexdigest()}"


def receive(request: Request) -> Iterator[Item]:
    """Every fact of one raw mail. Raises Malformed only for what is no mail at all."""
    if not request.body.strip():
        raise Malformed("an empty mail")
    letter, contents = _open(request)
    found = reports.read(
        reports.Report(
            message=letter.message,
            headers=letter.headers,
            id=letter.id,
            recipients=letter.recipients,
            to=letter.to,
            null_sender=letter.null_sender,
        )
    )
    yield from found if found is not None else _written(letter, contents)


def _open(request: Request) -> tuple[_Letter, Contents]:
    raw = request.body[:LARGEST]
    try:
        message = BytesParser().parsebytes(raw)
        contents = contents_of(message)
    except _UNPARSABLE:
        # Nested beyond reason, or worse: the headers and the raw text are still worth reading.
        message = BytesHeaderParser().parsebytes(raw)
        body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[2]
        contents = Contents([Segment(plain=decode(body[:_LONGEST_TEXT], "utf-8"))])
        contents.warnings.add("unreadable_part")
    if len(request.body) > LARGEST or request.headers.get("truncated"):
        contents.warnings.add("truncated")
    headers = Headers(message)
    envelope = [request.headers["rcpt-to"]] if request.headers.get("rcpt-to") else []
    # Tags are compared as given to us, so addresses are taken here in their own case.
    recipients = envelope + [
        word.strip("<>,;\"'")
        for name in _RECIPIENT_HEADERS
        for value in headers.all(name)
        for word in value.replace(",", " ").split()
        if "@" in word
    ]
    own = request.headers.get("own-address", "") or request.headers.get("rcpt-to", "")
    bases = frozenset(split_subaddress(address)[0] for address in own.split(",") if address)
    return _Letter(request, message, headers, recipients, bases), contents


def _written(letter: _Letter, contents: Contents) -> Iterator[Item]:
    headers = letter.headers
    sender = _author(letter)
    if sender is None:
        yield Ignored(what="mail_without_sender", raw={"id": letter.id}, to=letter.to)
        return
    author, reply_address, from_form = sender
    subject = headers.text("subject")
    verdict = authenticity.judge(
        headers.all("authentication-results"),
        authserv_id=letter.request.headers.get("authserv-id", ""),
        domain=author.address.rpartition("@")[2],
    )
    machine = automatic.reasons(
        headers,
        sender=author.address,
        subject=subject,
        null_sender=letter.null_sender,
        own=author.address in letter.own,
    )
    body = _body(contents, forwarded=quotes.is_forward(subject))
    warnings = set(contents.warnings)
    if verdict.failed:
        warnings.add("authentication_failed")
    single = len(headers.all("from")) == 1 and len(headers.addresses("from")) == 1
    verified = verdict.verified and not verdict.failed and not from_form and single
    if _elsewhere(reply_address, author.address, verified=verified):
        warnings.add("reply_to_elsewhere")
    yield Inbound(
        id=letter.id,
        sender=Sender((Handle("email", author.address, verified=verified),), name=author.name),
        address=reply_address,
        to=letter.to,
        kind="email",
        text=body.new[:_LONGEST_TEXT],
        html=body.html,
        quoted=body.quoted[:_LONGEST_TEXT],
        subject=subject,
        at=moment(headers.get("date", "")),
        attachments=tuple(contents.attachments),
        reply_to=next(iter(headers.ids("in-reply-to")), ""),
        references=tuple(dict.fromkeys((*headers.ids("references"), *headers.ids("in-reply-to")))),
        thread_tag=thread_tag(letter.recipients),
        automatic=bool(machine),
        warnings=tuple(sorted(warnings)),
        extra=_extra(headers, machine),
    )


def _author(letter: _Letter) -> tuple[Address, str, bool] | None:
    """Who wrote it, where an answer goes, and whether a form of the business itself sent it.

    A web form mails from the business's own address with the visitor in Reply-To: the visitor wrote it.
    """
    answer = letter.headers.addresses("reply-to")
    authors = letter.headers.addresses("from", "sender")
    if not authors:
        path = letter.request.headers.get("mail-from") or letter.headers.get("return-path", "")
        authors = [Address(path.strip("<> ").lower())] if "@" in path else []
    if not authors:
        return None
    others = [a for a in answer if split_subaddress(a.address)[0] not in letter.own]
    if authors[0].address in letter.own and others:
        return others[0], others[0].address, True
    return authors[0], others[0].address if others else authors[0].address, False


def _elsewhere(reply: str, author: str, *, verified: bool) -> bool:
    """Whether an answer would go to somebody else: a domain vouches for its own, and for nobody unverified."""
    if verified:
        return reply.rpartition("@")[2] != author.rpartition("@")[2]
    return reply != author


def _body(contents: Contents, *, forwarded: bool) -> hypertext.Hypertext:
    """Text from the plain form where there is one; from HTML where that tells the quotation better."""
    segments = [s for s in contents.segments if s.plain.strip() or s.html.strip()]
    html = ""
    if any(s.html.strip() for s in segments):
        html = "".join(s.html if s.html.strip() else hypertext.from_text(s.plain) for s in segments)
    rich = hypertext.read(html, forwarded=forwarded)
    plain = "\n".join(s.plain.strip("\n") for s in segments if s.plain.strip())
    if plain and all(s.plain.strip() for s in segments):
        folded = quotes.fold(plain, forwarded=forwarded)
        if folded.rest or not rich.quoted or not rich.new:
            return hypertext.Hypertext(rich.html, folded.new, folded.rest)
    folded = quotes.fold(rich.new or rich.quoted, forwarded=forwarded)
    rest = rich.quoted if rich.new else ""
    return hypertext.Hypertext(
        rich.html, folded.new, "\n".join(part for part in (folded.rest, rest) if part)
    )


def _extra(headers: Headers, machine: list[str]) -> Mapping[str, Any]:
    extra: dict[str, Any] = {
        key: [{"address": a.address, "name": a.name} for a in headers.addresses(name)]
        for key, name in (("to", "to"), ("cc", "cc"), ("reply_to", "reply-to"))
    }
    extra = {key: value for key, value in extra.items() if value}
    if machine:
        extra["automatic"] = machine
    if headers.get("list-id"):
        extra["list_id"] = headers.text("list-id")
    return extra
