"""One message to a customer as a mail (RFC 5322). Nothing in it can start a header of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from sambung.channels import OutAttachment, Outbound, Refused
from sambung.channels.email.charsets import clean, one_line
from sambung.channels.email.headers import message_ids
from sambung.channels.email.parts import safe_name
from sambung.channels.email.settings import EmailConfig
from sambung.channels.email.tags import bounce_address, token_of
from sambung.kit import clock
from sambung.kit.mail import with_subaddress

_POLICY = SMTP.clone(cte_type="7bit")
_LINE = 76
_KEPT_REFERENCES = 20
"""At each end, when the chain grows long."""
_LONGEST_NAME = 80
_LONGEST_MADE_SUBJECT = 70
_PREFIXES = re.compile(
    r"^(?:\s*(?:re|bls|balas|aw|sv|antw|fwd?|tr|trs)\s*(?:\[\d+\])?\s*:)+\s*", re.I
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")
_MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.I)


@dataclass(frozen=True, slots=True)
class Mail:
    """Ready to hand over. `id` is the Message-ID without <>; the first recipient is the customer."""

    id: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes


def compose(message: Outbound, config: EmailConfig) -> Mail:
    """Make the mail. Raises Refused for an address that cannot be one."""
    domain = config.address.rpartition("@")[2]
    token = token_of(message.id)
    to = deliverable(message.to)
    cc = tuple(deliverable(str(address)) for address in message.extra.get("cc", ()))
    bcc = tuple(deliverable(str(address)) for address in message.extra.get("bcc", ()))
    tagged = config.plus_addressing and message.thread_tag
    reply_to = with_subaddress(config.address, message.thread_tag) if tagged else config.address
    head = [
        ("Message-ID", f"<{token}@{domain}>"),
        ("Date", format_datetime(clock.now())),
        ("From", _mailbox(message.from_name or config.from_name, config.address)),
        ("To", to),
        ("Cc", ", ".join(cc)),
        ("Reply-To", reply_to),
        ("Subject", subject_of(message)),
        *_threading(message),
        *_automatic(message),
        *_unsubscribe(message),
    ]
    lines = b"".join(header(name, value) for name, value in head if value)
    return Mail(
        id=f"{token}@{domain}",
        mail_from=bounce_address(config.address, message.id)
        if config.plus_addressing
        else config.address,
        rcpt_to=tuple(dict.fromkeys((to, *cc, *bcc))),
        raw=lines + _body(message, token).as_bytes(policy=_POLICY),
    )


def deliverable(address: str) -> str:
    """An address as SMTP takes it, its domain in ASCII (IDNA). Raises Refused."""
    address = address.strip()
    local, _, domain = address.rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        local = ""
    if not local or not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise Refused("not an e-mail address", reason="invalid")
    return address


def subject_of(message: Outbound) -> str:
    """The conversation's subject, with one "Re: " in a reply; the first words where it has none."""
    bare = _PREFIXES.sub("", one_line(message.subject))
    if not bare:
        bare = one_line(message.text.strip().partition("\n")[0])
        if len(bare) > _LONGEST_MADE_SUBJECT:
            bare = bare[:_LONGEST_MADE_SUBJECT].rpartition(" ")[0] + " …"
    answers = bool(message.reply_to or message.references)
    return f"Re: {bare}" if answers else bare


def header(name: str, value: str) -> bytes:
    """One header, folded, RFC 2047-encoded where it must be, always on its own."""
    value = one_line(value)
    if not value.isascii() or ("=?" in value and name == "Subject"):
        encoded = Header(value, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep="\r\n")
        return f"{name}: {encoded}\r\n".encode("ascii")
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > _LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return ("\r\n".join([*lines, line]) + "\r\n").encode("ascii")


def _mailbox(name: str, address: str) -> str:
    name = one_line(name)[:_LONGEST_NAME]
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=_LINE).encode(linesep=' ')} <{address}>"


def _threading(message: Outbound) -> list[tuple[str, str]]:
    chain = [i for given in message.references for i in message_ids(f"<{given}>") if "@" in i]
    parent = next((i for i in message_ids(f"<{message.reply_to}>") if "@" in i), "")
    chain = list(dict.fromkeys([*(i for i in chain if i != parent), *([parent] if parent else [])]))
    if not chain:
        return []
    if len(chain) > 2 * _KEPT_REFERENCES:
        chain = chain[:_KEPT_REFERENCES] + chain[-_KEPT_REFERENCES:]
    return [
        ("In-Reply-To", f"<{chain[-1]}>"),
        ("References", " ".join(f"<{i}>" for i in chain)),
    ]


def _automatic(message: Outbound) -> list[tuple[str, str]]:
    if not message.automatic:
        return []
    answers = message.reply_to or message.references
    return [
        ("Auto-Submitted", "auto-replied" if answers else "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def _unsubscribe(message: Outbound) -> list[tuple[str, str]]:
    """RFC 8058: for campaigns, which put the signed address in `extra["unsubscribe_url"]`."""
    url = re.sub(r"[\s<>]", "", str(message.extra.get("unsubscribe_url", "")))
    if not url.isascii() or not url.startswith("https://"):
        return []
    return [
        ("List-Unsubscribe", f"<{url}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _body(message: Outbound, token: str) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(clean(message.text))
    inline = [file for file in message.attachments if file.inline and file.content_id]
    rest: Sequence[OutAttachment] = [file for file in message.attachments if file not in inline]
    if message.html:
        body.add_alternative(clean(message.html), subtype="html")
        shown = body.get_payload(1)
        assert isinstance(shown, EmailMessage)
        for file in inline:
            _add(shown, file, related=True)
    else:
        rest = message.attachments
    for file in rest:
        _add(body, file, related=False)
    # Made from the id, so that a second attempt is the same mail to the byte.
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        part.set_boundary(f"=_{token}_{number}")
    return body


def _add(body: EmailMessage, file: OutAttachment, *, related: bool) -> None:
    mime = file.mime.lower() if _MIME.fullmatch(file.mime) else "application/octet-stream"
    main, _, sub = mime.partition("/")
    if main in (
        "message",
        "multipart",
    ):  # must not be base64 (RFC 2046 §5): carried as a plain file
        main, sub = "application", "octet-stream"
    name = safe_name(file.name) or "file"
    if related:
        cid = f"<{one_line(file.content_id).strip('<>')}>"
        body.add_related(file.content, main, sub, cid=cid, filename=name, disposition="inline")
    else:
        body.add_attachment(file.content, main, sub, filename=name)
