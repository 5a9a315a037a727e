"""What lies in the customers' mailboxes."""

import email.policy
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cached_property
from typing import Any, Self, cast


@dataclass(kw_only=True)
class Mail:
    """One mail in somebody's mailbox, as it came or went.

    mine   written by the owner of the mailbox
    state  sending | sent | failed (those that are mine); new | read (the others)
    """

    id: str
    person: str
    raw: bytes = field(repr=False)
    at: datetime
    mine: bool
    state: str

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.raw, policy=email.policy.default)

    def header(self, name: str) -> str:
        """A header as text; "" when there is none."""
        return str(self.message.get(name, ""))

    @property
    def message_id(self) -> str:
        """With its angle brackets."""
        return self.header("message-id").strip()

    def body(self, kind: str) -> str:
        """The `plain` or `html` body; "" when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        files = [
            {"index": i, "name": part.get_filename() or "", "mime": part.get_content_type()}
            for i, part in enumerate(self.message.iter_attachments())
        ]
        name, address = parseaddr(self.header("from"))
        return {
            "id": self.id,
            "person": self.person,
            "mine": self.mine,
            "state": self.state,
            "at": self.at.isoformat(),
            "from": {"name": name, "address": address},
            "to": self.header("to"),
            "subject": self.header("subject"),
            "text": self.body("plain"),
            "html": self.body("html"),
            "message_id": self.message_id,
            "in_reply_to": self.header("in-reply-to").strip(),
            "references": self.header("references").split(),
            "attachments": files,
        }

    def attachment(self, index: int) -> tuple[str, str, bytes]:
        """Name, type and bytes of an attachment. Raises IndexError."""
        part = list(self.message.iter_attachments())[index]
        content = part.get_payload(decode=True)
        return part.get_filename() or "", part.get_content_type(), cast(bytes, content or b"")

    def keep(self) -> dict[str, Any]:
        """To be kept over a restart."""
        whole = {name: getattr(self, name) for name in ("id", "person", "mine", "state")}
        return whole | {"at": self.at.isoformat(), "raw": b64encode(self.raw).decode()}

    @classmethod
    def kept(cls, whole: dict[str, Any]) -> Self:
        """What `keep` wrote."""
        raw, at = b64decode(whole["raw"]), datetime.fromisoformat(whole["at"])
        return cls(**whole | {"raw": raw, "at": at})


class Mailboxes:
    """Every mailbox, each with its mails in the order they came and went."""

    def __init__(self) -> None:
        self._mails: dict[str, Mail] = {}

    def __iter__(self) -> Iterator[Mail]:
        return iter(self._mails.values())

    def add(self, mail: Mail) -> Mail:
        """Put it in its mailbox."""
        self._mails[mail.id] = mail
        return mail

    def get(self, mail: str) -> Mail | None:
        """By our id of it."""
        return self._mails.get(mail)

    def of(self, person: str) -> list[Mail]:
        """Everything in somebody's mailbox, oldest first."""
        return [mail for mail in self if mail.person == person]
