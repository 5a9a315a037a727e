"""How people write mail: with Gmail's way of answering, quotes and all."""

import html
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

from sambung.kit import ids
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.mailbox.mailboxes import Mail

WIB = timezone(timedelta(hours=7), "WIB")
DAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def compose(
    person: Person,
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    answers: Mail | None = None,
    files: Sequence[File] = (),
) -> EmailMessage:
    """A letter of theirs; an answer goes to the reply address, keeps the thread and quotes below."""
    letter = EmailMessage(policy=SMTP.clone(utf8=False))
    letter["From"] = formataddr((person.name, person.email))
    letter["To"] = (answers.header("reply-to") or answers.header("from")) if answers else to
    letter["Subject"] = _answered(answers.header("subject")) if answers else subject
    letter["Date"] = format_datetime(at.astimezone(WIB))
    letter["Message-ID"] = f"<CA{ids.new_id().hex}@mail.{person.email.partition('@')[2]}>"
    if answers:
        letter["In-Reply-To"] = answers.message_id
        chain = [*answers.header("references").split(), answers.message_id]
        letter["References"] = " ".join(dict.fromkeys(chain))
    plain, rich = text.rstrip() + "\n", f'<div dir="ltr">{_lines(text.rstrip())}</div>'
    if answers:
        plain, rich = plain + _quoted(answers, person), rich + _quoted_html(answers, person)
    letter.set_content(plain)
    letter.add_alternative(rich + "\n", subtype="html")
    for file in files:
        main, _, sub = file.mime.partition("/")
        letter.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return letter


def _answered(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _attribution(mail: Mail, person: Person) -> tuple[str, str, str]:
    """Before, the address, and after: "On … wrote:" in the language of their mail program."""
    local = mail.at.astimezone(WIB)
    name, address = parseaddr(mail.header("from"))
    if person.language == "id":
        day = f"{DAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local.year}"
        return f"Pada {day} pukul {local:%H.%M} {name}", address, "menulis:"
    return (
        f"On {local:%a, %b} {local.day}, {local.year} at {local:%I:%M %p} {name}",
        address,
        "wrote:",
    )


def _quoted(mail: Mail, person: Person) -> str:
    before, address, after = _attribution(mail, person)
    lines = "\n".join(f"> {line}".rstrip() for line in mail.body("plain").rstrip().splitlines())
    # Gmail breaks the attribution where it gets long: before the verb.
    return f"\n{before} <{address}>\n{after}\n\n{lines}\n"


def _quoted_html(mail: Mail, person: Person) -> str:
    before, address, after = (html.escape(part) for part in _attribution(mail, person))
    inside = mail.body("html") or _lines(mail.body("plain").rstrip())
    return (
        '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'{before} &lt;<a href="mailto:{address}">{address}</a>&gt; {after}<br></div>'
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
        f'rgb(204,204,204);padding-left:1ex">{inside}</blockquote></div>'
    )


def _lines(text: str) -> str:
    return "<br>".join(html.escape(line) for line in text.splitlines())
