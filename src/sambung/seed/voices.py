"""Customers' words as their providers hand them over, and what their phones show of the talk."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from sambung.channels import IdentityChanged, Inbound, Request, all_channels
from sambung.core.receiving import Link
from sambung.gateway import visitor_sessions
from sambung.gateway.visitor_sessions import Visitor
from sambung.kit import clock, ids
from sambung.kit.db import Tx
from sambung.seed.props import Prop
from sambung.simulator.app import Simulator
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.graph import hooks
from sambung.simulator.mailbox import letters
from sambung.simulator.mailbox.mailboxes import Mail
from sambung.simulator.shop import identity

CHANNELS = {"w": "webchat", "p": "whatsapp", "e": "email"}
SITE = "https://tokonusantara.example"


@dataclass(slots=True)
class Voices:
    """Everybody's phone, mailbox and browser."""

    simulator: Simulator
    links: Mapping[str, Link]
    configs: Mapping[str, BaseModel]
    _visitors: dict[str, Visitor] = field(default_factory=dict[str, Visitor])
    _letters: dict[UUID, Mail] = field(default_factory=dict[UUID, Mail])
    _asked: dict[str, Mail] = field(default_factory=dict[str, Mail])
    _files: dict[str, File] = field(default_factory=dict[str, File])

    def link(self, channel: str) -> Link:
        """The business's connection of a channel's letter."""
        return self.links[CHANNELS[channel]]

    # --- customers -----------------------------------------------------------------------------

    def by_whatsapp(self, person: Person, kind: str, content: Mapping[str, Any]) -> Inbound:
        """A message from their phone."""
        number = next(iter(self.simulator.cloud.numbers.values()))
        bubble = self.simulator.cloud.bubble(person, number, kind, content, mine=True, state="read")
        value = {
            "contacts": [hooks.contact(person)],
            "messages": [hooks.message(person, bubble, number=number)],
        }
        body = hooks.wire(hooks.envelope(number, "messages", value))
        return self._heard("p", Request(body))

    def by_mail(
        self, person: Person, text: str, *, subject: str, thread: UUID | None, photo: Prop | None
    ) -> Inbound:
        """A letter of theirs; in a thread, an answer to the last one from the shop."""
        office = self.simulator.mail.office
        letter = letters.compose(
            person,
            to=office.address,
            subject=subject,
            text=text,
            at=clock.now(),
            answers=self._letters.get(thread) if thread else None,
            files=[self.file(photo)] if photo else [],
        )
        self._asked[person.id] = self._keep(person, letter, mine=True, state="sent")
        domain = person.email.partition("@")[2]
        seal = f"Authentication-Results: {office.authserv_id}; dmarc=pass header.from={domain}\r\n"
        envelope = {"mail-from": person.email, "rcpt-to": office.address}
        channel = all_channels()["email"]
        hints = channel.hints(self.configs["email"])
        return self._heard("e", Request(seal.encode() + letter.as_bytes(), {**envelope, **hints}))

    def by_site(self, tx: Tx, person: Person, text: str, *, anonymous: bool) -> Inbound:
        """A message in the chat on the shop's page: signed in, or only saying who they are."""
        link, key = self.link("w"), f"{person.id}{' guest' if anonymous else ''}"
        visitor = self._visitors.get(key)
        if visitor is None:
            visitor, _ = visitor_sessions.start(tx, link)
            if not anonymous:
                visitor = self._signed_in(tx, visitor, person)
            self._visitors[key] = visitor
        frames: list[dict[str, Any]] = [
            {"t": "hello", "v": 1, "locale": f"{person.language}-ID", "page": {"url": SITE}}
        ]
        if anonymous:
            known = {"name": person.name, "email": person.email, "phone": f"+{person.phone}"}
            told = {name: value for name, value in known.items() if value}
            frames.append({"t": "prechat", "fields": told})
        frames.append({"t": "message", "cid": ids.new_id().hex, "kind": "text", "text": text})
        said = self._heard("w", self._from(visitor, frames))
        return replace(said, sender=visitor.as_sender(said.sender))

    def _signed_in(self, tx: Tx, visitor: Visitor, person: Person) -> Visitor:
        assert self.simulator.shop is not None
        frame = {"t": "identify", **identity(self.simulator.shop, person)}
        request = self._from(visitor, [frame])
        changed = next(iter(all_channels()["webchat"].receive(request)))
        assert isinstance(changed, IdentityChanged)
        proved, _, _ = visitor_sessions.prove(
            tx, self.link("w").account, visitor, changed.new, name=changed.name
        )
        return proved

    def _from(self, visitor: Visitor, frames: list[dict[str, Any]]) -> Request:
        headers = {"origin": SITE, "x-visitor": visitor.key, "x-site": str(visitor.link.id)}
        return Request(json.dumps(frames).encode(), headers)

    def _heard(self, channel: str, request: Request) -> Inbound:
        found = next(iter(all_channels()[CHANNELS[channel]].receive(request)))
        assert isinstance(found, Inbound), found
        return found

    # --- the shop ------------------------------------------------------------------------------

    def shown_on_whatsapp(self, person: Person, kind: str, content: Mapping[str, Any]) -> Bubble:
        """The shop's message as it stands on their phone."""
        number = next(iter(self.simulator.cloud.numbers.values()))
        state = "delivered" if person.hides_reading else "read"
        return self.simulator.cloud.bubble(person, number, kind, content, mine=False, state=state)

    def shown_in_mailbox(
        self, person: Person, text: str, *, thread: UUID, paper: Prop | None
    ) -> str:
        """The shop's answer as it lies in their mailbox; its Message-ID without brackets."""
        office = self.simulator.mail.office
        domain = office.address.partition("@")[2]
        letter = EmailMessage(policy=SMTP)
        letter["From"] = formataddr((office.name, office.address))
        letter["To"] = person.email
        asked = self._asked[person.id]
        letter["Subject"] = f"Re: {asked.header('subject').removeprefix('Re: ')}"
        letter["Date"] = format_datetime(clock.now())
        letter["Message-ID"] = f"<{ids.new_id()}@{domain}>"
        letter["In-Reply-To"] = asked.message_id
        letter["References"] = " ".join((*asked.header("references").split(), asked.message_id))
        letter.set_content(text + "\n")
        if paper:
            letter.add_attachment(
                paper.content, maintype="application", subtype="pdf", filename=paper.name
            )
        mail = self._keep(person, letter, mine=False, state="read")
        self._letters[thread] = mail
        return mail.message_id.strip("<>")

    def file(self, prop: Prop) -> File:
        """A prop as a file on somebody's phone."""
        if prop.name not in self._files:
            kept = self.simulator.files.keep(prop.name, prop.mime, prop.content)
            self._files[prop.name] = kept
        return self._files[prop.name]

    def _keep(self, person: Person, letter: EmailMessage, *, mine: bool, state: str) -> Mail:
        mail = Mail(
            id=str(ids.new_id()),
            person=person.id,
            raw=letter.as_bytes(),
            at=clock.now(),
            mine=mine,
            state=state,
        )
        return self.simulator.mail.boxes.add(mail)
