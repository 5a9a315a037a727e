"""What customers do on their phones, and what Meta tells the product of it."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from sambung.kit import clock
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standins import _captions, _pictures
from sambung.simulator.standins._meta import elements
from sambung.simulator.standins._meta.account import APP, Account

POSTBACK = "postback:"
"""What the id of a button begins with that is a template's: it stays, and says nothing for the customer."""
CONTACTS = {"user_phone_number": "📞", "user_email": "✉️"}
"""Quick replies that say the customer's own, and what is drawn on them."""


class OnPhones(Account):
    """The inbox on everybody's phone."""

    @abstractmethod
    def seen(self, last: Bubble) -> dict[str, Any]:
        """What a read receipt says."""

    @abstractmethod
    def comment(self, person: Person, bubble: Bubble, *, edited: bool = False) -> dict[str, Any]:
        """The change that tells of a comment; {} when Meta tells nothing of it."""

    @abstractmethod
    def said_by(self, person: Person, act: str) -> Said:
        """What a customer says by one of `acts`."""

    # --- customers -----------------------------------------------------------------------------------

    def write(self, person: Person, said: Said) -> Bubble:
        written = [super(OnPhones, self).write(person, one) for one in _captions.apart(said)]
        return written[0]

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        told = elements.message(bubble, self.place_of)
        if said.button is None:
            self.tell(person, {"message": told}, bubble=bubble)
            return
        id, title = said.button["id"], said.button["text"]
        if id.startswith(POSTBACK):
            payload = id.removeprefix(POSTBACK)
            tapped = {"mid": bubble.id, "title": title, "payload": payload}
            self.tell(person, {"postback": tapped}, bubble=bubble)
            return
        told.pop("reply_to", None)
        own = {"user_phone_number": f"+{person.phone}", "user_email": person.email}
        told["quick_reply"] = {"payload": own.get(id, id)}
        told["text"] = own.get(id, title)
        self.tell(person, {"message": told}, bubble=bubble)

    def edited(self, person: Person, bubble: Bubble) -> None:
        if elements.is_comment(bubble):
            self._told(self.comment(person, bubble, edited=True))
            return
        times = bubble.content.get("edits", 0) + 1
        bubble.content["edits"] = times
        edit = {"mid": bubble.id, "text": bubble.content["body"], "num_edit": times}
        self.tell(person, {"message_edit": edit})

    def unsent(self, person: Person, bubble: Bubble) -> None:
        if not elements.is_comment(bubble):
            self.tell(person, {"message": {"mid": bubble.id, "is_deleted": True}})

    def reacted(self, person: Person, bubble: Bubble, emoji: str, before: str) -> None:
        if not elements.is_comment(bubble):
            self.tell(person, elements.reaction(bubble, emoji))

    def saw(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        self.tell(person, {"read": self.seen(bubbles[-1])})

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        self._echo(person, bubble, self.inbox)

    def acted(self, person: Person, act: str) -> None:
        if act in ("block", "unblock"):
            (self.blocked.add if act == "block" else self.blocked.discard)(person.id)
        elif act == "comment":
            said = self.said_by(person, act).shown() | elements.UNDER_A_POST
            id = self.comment_id(person)
            bubble = self.add(person, "text", said, mine=True, state="sent", id=id)
            self._told(self.comment(person, bubble), bubble)
        else:
            self.write(person, self.said_by(person, act))

    def comment_id(self, person: Person) -> str:
        """For a comment of the person."""
        return f"{self.page}_{self.number()}"

    def sticker(self, type: str, sticker: int = 0) -> Said:
        """The app's own one. type: what Meta calls it."""
        shown = Said(file=_pictures.drawn(self.town, type, self.colour)).shown() | {"type": type}
        return Said(kind="sticker", content=shown | ({"sticker_id": sticker} if sticker else {}))

    # --- the business --------------------------------------------------------------------------------

    def rose(self, person: Person, bubble: Bubble) -> None:
        """What the business sends comes back to it as an echo."""
        if bubble.state == "sent":
            self._echo(person, bubble, APP)

    def _echo(self, person: Person, bubble: Bubble, app: int) -> None:
        told = {"is_echo": True, "app_id": app} | elements.message(bubble, self.place_of)
        if bubble.callback:
            told["metadata"] = bubble.callback
        self.tell(person, {"message": told}, outgoing=True)

    def _told(self, change: dict[str, Any], bubble: Bubble | None = None) -> None:
        if change:
            self.entry({"changes": [change]}, bubble)

    def now(self) -> int:
        """Milliseconds."""
        return elements.milliseconds(clock.now())
