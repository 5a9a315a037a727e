"""Lets each line happen, through the verbs the gateway and the API use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sambung.core import conversations, files, labels, receiving, replies, sending
from sambung.core.conversations import Priority
from sambung.core.events import Actor
from sambung.core.outgoing import Draft, WindowClosed
from sambung.kit import clock
from sambung.kit.chance import Dice
from sambung.kit.db import Tx
from sambung.seed.props import Prop
from sambung.seed.timetable import Beat, Talk
from sambung.seed.voices import Voices

UNREACHED = "Pesan tidak dapat dikirim ke nomor ini."


@dataclass(slots=True)
class Stage:
    """Where the two weeks happen. staff: users by the part of their address before the @."""

    tx: Tx
    account: UUID
    staff: Mapping[str, UUID]
    voices: Voices
    props: Mapping[str, Prop]
    dice: Dice

    def let(self, beat: Beat) -> None:
        """Do what the line says, at its moment."""
        acts = {
            "C": self._customer_writes,
            "P": self._customer_sends_photo,
            "L": self._customer_sends_place,
            "R": self._customer_chooses,
            "A": self._agent_writes,
            "D": self._agent_sends_paper,
            "F": self._agent_fails,
            "B": self._agent_offers,
        }
        with clock.at(beat.at):
            text = beat.line.said(self.dice, beat.talk.values)
            act = acts.get(beat.line.does)
            if act:
                act(beat, text)
            elif beat.talk.conversation is not None:
                self._settle(beat, beat.talk.conversation, text)

    # --- customers -----------------------------------------------------------------------------

    def _customer_writes(self, beat: Beat, text: str) -> None:
        talk, voices = beat.talk, self.voices
        if beat.channel == "p":
            said = voices.by_whatsapp(talk.person, "text", {"body": text})
        elif beat.channel == "e":
            said = self._letter(talk, text, photo=None)
        else:
            said = voices.by_site(self.tx, talk.person, text, anonymous=talk.anonymous)
        self._hear(beat, said, None)

    def _customer_sends_photo(self, beat: Beat, text: str) -> None:
        talk = beat.talk
        key = "parcel" if "paket" in text or "mug" in text else "stain"
        photo = self.props["cloth" if "kondangan" in text else key]
        if beat.channel == "p":
            file = self.voices.file(photo)
            content = {"mime_type": file.mime, "sha256": file.sha256, "id": file.id}
            said = self.voices.by_whatsapp(talk.person, "image", content | {"caption": text})
        else:
            said = self._letter(talk, text, photo=photo)
        self._hear(beat, said, photo)

    def _customer_sends_place(self, beat: Beat, text: str) -> None:
        place = {
            "latitude": round(-7.8 + self.dice.uniform(-1, 1), 5),
            "longitude": round(110.4 + self.dice.uniform(-3, 3), 5),
            "name": "Rumah",
            "address": beat.talk.values["city"],
        }
        self._hear(beat, self.voices.by_whatsapp(beat.talk.person, "location", place), None)

    def _customer_chooses(self, beat: Beat, text: str) -> None:
        reply = {"type": "button_reply", "button_reply": {"id": text.lower(), "title": text}}
        self._hear(beat, self.voices.by_whatsapp(beat.talk.person, "interactive", reply), None)

    def _letter(self, talk: Talk, text: str, *, photo: Prop | None) -> Any:
        subject = talk.script.subject.format_map(talk.values)
        return self.voices.by_mail(
            talk.person, text, subject=subject, thread=talk.conversation, photo=photo
        )

    def _hear(self, beat: Beat, said: Any, photo: Prop | None) -> None:
        stored = {0: photo.stored} if photo else {}
        heard = receiving.receive(self.tx, self.voices.link(beat.channel), said, stored)
        if heard is None:
            return
        first = beat.talk.conversation is None
        beat.talk.conversation = heard.conversation
        if first and beat.talk.script.labels:
            by = self._agent(beat.talk)
            labels.put(self.tx, self.account, heard.conversation, beat.talk.script.labels, by=by)

    # --- agents ----------------------------------------------------------------------------------

    def _agent_writes(self, beat: Beat, text: str) -> None:
        self._reply(beat, Draft(text=text))

    def _agent_sends_paper(self, beat: Beat, text: str) -> None:
        paper = self.props["invoice"]
        by = self._agent(beat.talk)
        file = files.add(self.tx, self.account, paper.stored, by=by)
        self._reply(beat, Draft(text=text, attachments=[file]), paper)

    def _agent_offers(self, beat: Beat, text: str) -> None:
        question, *choices = text.split(" | ")
        buttons = [{"id": choice.lower(), "title": choice} for choice in choices]
        offer = {"type": "button", "body": question, "buttons": buttons}
        self._reply(beat, Draft(text=question, interactive=offer))

    def _agent_fails(self, beat: Beat, text: str) -> None:
        conversation = self._taken(beat)
        by = self._agent(beat.talk)
        message, _ = replies.reply(self.tx, self.account, conversation, Draft(text=text), by=by)
        sending.failed(
            self.tx,
            self.account,
            message,
            reason="undeliverable",
            code="131026",
            detail=UNREACHED,
        )

    def _reply(self, beat: Beat, draft: Draft, paper: Prop | None = None) -> None:
        tx, talk, by = self.tx, beat.talk, self._agent(beat.talk)
        conversation = self._taken(beat)
        try:
            message, _ = replies.reply(tx, self.account, conversation, draft, by=by)
        except WindowClosed:
            draft = _knock(talk)
            message, _ = replies.reply(tx, self.account, conversation, draft, by=by)
        provider_id = self._shown(beat, draft, conversation, paper) or str(message)
        seen = beat.channel != "e" and not talk.person.hides_reading
        state = "read" if seen else "delivered" if beat.channel == "p" else "sent"
        sending.sent(tx, self.account, message, provider_id=provider_id, state=state)

    def _shown(self, beat: Beat, draft: Draft, conversation: UUID, paper: Prop | None) -> str:
        """On the customer's own screen; the provider's id of it, "" where there is none."""
        voices, person = self.voices, beat.talk.person
        if beat.channel == "e":
            return voices.shown_in_mailbox(person, draft.text, thread=conversation, paper=paper)
        if beat.channel != "p":
            return ""
        if draft.template:
            content: dict[str, Any] = {"body": draft.text, "footer": "Toko Nusantara"}
            buttons = [{"type": "QUICK_REPLY", "text": "Lanjut", "payload": "Lanjut"}]
            return voices.shown_on_whatsapp(person, "template", content | {"buttons": buttons}).id
        if draft.interactive:
            replies_ = [{"type": "reply", "reply": one} for one in draft.interactive["buttons"]]
            content = {"type": "button", "body": {"text": draft.text}}
            content["action"] = {"buttons": replies_}
            return voices.shown_on_whatsapp(person, "interactive", content).id
        if paper:
            file = voices.file(paper)
            content = {"id": file.id, "filename": file.name, "caption": draft.text}
            return voices.shown_on_whatsapp(person, "document", content).id
        return voices.shown_on_whatsapp(person, "text", {"body": draft.text}).id

    def _taken(self, beat: Beat) -> UUID:
        """The conversation, in the hands of its agent from their first answer on."""
        conversation = beat.talk.conversation
        assert conversation is not None
        agent = self.staff[beat.talk.agent]
        by = self._agent(beat.talk)
        conversations.assign(self.tx, self.account, conversation, assignee=agent, by=by)
        return conversation

    def _settle(self, beat: Beat, conversation: UUID, text: str) -> None:
        tx, account, by = self.tx, self.account, self._agent(beat.talk)
        match beat.line.does:
            case "N":
                replies.note(tx, account, conversation, Draft(text=text), by=by)
            case "high" | "urgent" as level:
                priority = cast(Priority, level)
                conversations.prioritise(tx, account, conversation, priority=priority, by=by)
            case "snooze":
                until = clock.now() + timedelta(days=float(text.removesuffix("d")))
                conversations.snooze(tx, account, conversation, until=until, by=by)
            case "close":
                conversations.close(tx, account, conversation, by=by)

    def _agent(self, talk: Talk) -> Actor:
        return Actor("user", self.staff[talk.agent])


def _knock(talk: Talk) -> Draft:
    """The template that asks the customer to write again."""
    name = talk.values["first"]
    return Draft(
        text=f"Halo {name}, kami punya jawaban untuk pertanyaan Kakak. "
        "Balas pesan ini ya, supaya kita bisa lanjut ngobrol.",
        template={"name": "lanjutkan_percakapan", "language": "id", "variables": [name]},
    )
