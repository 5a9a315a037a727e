"""What machines answer to mail: that it could not be delivered, or that nobody is in."""

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from sambung.kit import ids
from sambung.simulator.customers import Person
from sambung.simulator.mailbox.mailboxes import Mail

CODES = {
    "421": ("4.7.0", "Service not available, closing transmission channel"),
    "450": ("4.2.1", "Mailbox busy, try again later"),
    "451": ("4.3.0", "Local error in processing, try again later"),
    "452": ("4.3.1", "Insufficient system storage"),
    "550": ("5.1.1", "Recipient address rejected: User unknown"),
    "552": ("5.2.2", "Mailbox full"),
    "554": ("5.7.1", "Message rejected as spam"),
}
"""Reply codes that can be asked for: enhanced status (RFC 3463) and text."""


def reply(code: str) -> str:
    """The SMTP reply line for a code."""
    status, text = CODES.get(code, ("5.0.0" if code.startswith("5") else "4.0.0", "Not now"))
    return f"{code} {status} {text}"


def bounce(raw: bytes, *, sender: str, recipient: str, code: str, at: datetime) -> MIMEMultipart:
    """A delivery status notification about `raw`, to its envelope sender (RFC 3464)."""
    status, text = CODES.get(code, ("5.0.0", "Undeliverable"))
    failed = status.startswith("5")
    domain = recipient.rpartition("@")[2]
    report = MIMEMultipart("report", policy=SMTP)
    report.set_param("report-type", "delivery-status")
    report["From"] = formataddr(("Mail Delivery Subsystem", f"mailer-daemon@{domain}"))
    report["To"] = sender
    report["Subject"] = f"Delivery Status Notification ({'Failure' if failed else 'Delay'})"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{ids.new_id().hex}@{domain}>"
    report["Auto-Submitted"] = "auto-replied"
    per_message, per_recipient = Message(), Message()
    per_message["Reporting-MTA"] = f"dns; mx.{domain}"
    per_message["Arrival-Date"] = format_datetime(at)
    per_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    per_recipient["Action"] = "failed" if failed else "delayed"
    per_recipient["Status"] = status
    per_recipient["Diagnostic-Code"] = f"smtp; {code} {status} {text}"
    fields = MIMENonMultipart("message", "delivery-status")
    fields.set_payload([per_message, per_recipient])
    original = MIMENonMultipart("text", "rfc822-headers")
    headers = message_from_bytes(raw)
    original.set_payload("".join(f"{name}: {value}\n" for name, value in headers.items()))
    report.attach(MIMEText(f"Pesan untuk {recipient} tidak terkirim.\n\n{code} {status} {text}\n"))
    report.attach(fields)
    report.attach(original)
    return report


def out_of_office(person: Person, mail: Mail, *, at: datetime) -> EmailMessage:
    """Their automatic answer to a mail (RFC 3834)."""
    note = EmailMessage(policy=SMTP)
    note["From"] = formataddr((person.name, person.email))
    note["To"] = mail.header("reply-to") or mail.header("from")
    note["Subject"] = f"Balasan otomatis: {mail.header('subject')}"
    note["Date"] = format_datetime(at)
    note["Message-ID"] = f"<auto.{ids.new_id().hex}@{person.email.partition('@')[2]}>"
    note["In-Reply-To"] = mail.message_id
    note["References"] = mail.message_id
    note["Auto-Submitted"] = "auto-replied"
    note["X-Auto-Response-Suppress"] = "All"
    note.set_content(person.away + "\n")
    return note
