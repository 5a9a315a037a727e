"""The contract of a stand-in: what each says of its provider. `standins/` has them, one file each."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.phones import Phones
from sambung.simulator.refusal import Refusal, refuse
from sambung.simulator.said import Said

Text = Mapping[str, str]
"""{"id": …, "en": …}"""


class StandIn(Phones, ABC):
    """One provider, and the phones behind it.

    name     the channel's        place   among the apps on the phone, small = early
    title    of the app           colour  of its icon, dark enough for white text (CSS)
    mark     one or two letters drawn on the icon
    kinds    what a customer can send: text, any of `said.FILES`, location, contacts
    can      what else they can do: edit, unsend, react, quote, read (receipts are sent), owner (the shop
             writes from an app of its own: an echo)
    window   how long the business may write freely; None = always
    codes    errors the page can ask for, by the provider's code, with what they mean
    acts     further things customers do there, by name: block, share the phone number …
    """

    title: ClassVar[Text]
    colour: ClassVar[str]
    mark: ClassVar[str]
    place: ClassVar[int] = 50
    kinds: ClassVar[tuple[str, ...]] = ("text",)
    can: ClassVar[frozenset[str]] = frozenset()
    codes: ClassVar[Mapping[str, Text]] = {}
    acts: ClassVar[Mapping[str, Text]] = {}

    # --- what each must say ------------------------------------------------------------------------

    @abstractmethod
    def routes(self) -> Sequence[BaseRoute]:
        """The provider's API as the product calls it. Wrap what sends a message in `self.sends`."""

    @abstractmethod
    def connection(self) -> Mapping[str, Any] | None:
        """Settings of the demo's connection, `api_base` = `self.url` among them. None = none is made."""

    @abstractmethod
    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        """A customer wrote `bubble`: tell the product, with `self.post`."""

    # --- what each may say (and of `Wire` and `Phones`: refusal, took, address_of, new_id, rose …) ---

    def edited(self, person: Person, bubble: Bubble) -> None:
        """A customer changed their message: tell the product (as all below)."""

    def unsent(self, person: Person, bubble: Bubble) -> None:
        """A customer took their message back."""

    def reacted(self, person: Person, bubble: Bubble, emoji: str, before: str) -> None:
        """A customer put an emoji on a message, or took theirs off ("")."""

    def saw(self, person: Person, bubbles: Sequence[Bubble]) -> None:
        """A customer looked at these messages of the business (only with "read" in `can`)."""

    def owner_wrote(self, person: Person, bubble: Bubble) -> None:
        """The shop wrote from an app of its own (only with "owner" in `can`)."""

    def acted(self, person: Person, act: str) -> None:
        """A customer did one of `acts`."""

    def own_api(self) -> Sequence[BaseRoute]:
        """Calls of the simulator's page that only this app needs, below /simulator/api."""
        return ()

    def memory(self) -> Mapping[str, Any]:
        """What must be kept over a restart beside the chats (who blocked the bot …), JSON-ready."""
        return {}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """What `memory` gave."""

    # --- what the simulator asks -------------------------------------------------------------------

    def app(self) -> Starlette:
        """The provider's API, to be mounted."""
        return Starlette(routes=list(self.routes()), exception_handlers={Refusal: refuse})

    def sheet(self) -> dict[str, Any]:
        """What the phone must know to show the app."""
        return {
            "name": self.name,
            "title": self.title,
            "colour": self.colour,
            "mark": self.mark,
            "kinds": self.kinds,
            "can": sorted(self.can),
            "acts": self.acts,
            "codes": self.codes,
            "window": self.window.total_seconds() if self.window else None,
        }

    def write(self, person: Person, said: Said) -> Bubble:
        """A customer writes."""
        quotes = said.quotes.id if said.quotes else ""
        bubble = self.add(person, said.kind, said.shown(), mine=True, state="sent", quotes=quotes)
        self.wrote(person, bubble, said)
        return bubble

    def edit(self, person: Person, bubble: Bubble, text: str) -> None:
        """A customer changes the text of their message."""
        bubble.content = {**bubble.content, "body" if bubble.kind == "text" else "caption": text}
        bubble.edited = True
        self.changed(bubble)
        self.edited(person, bubble)

    def unsend(self, person: Person, bubble: Bubble) -> None:
        """A customer deletes their message for everyone."""
        bubble.revoked = True
        self.changed(bubble)
        self.unsent(person, bubble)

    def react(self, person: Person, bubble: Bubble, emoji: str) -> None:
        """A customer puts an emoji on a message, or takes it off ("")."""
        before, bubble.reactions["customer"] = bubble.reactions.get("customer", ""), emoji
        self.changed(bubble)
        self.reacted(person, bubble, emoji, before)

    def look(self, person: Person) -> None:
        """A customer looks at the chat."""
        seen = [b for b in self.chats.of(person.id) if not b.mine and b.state == "delivered"]
        seen = [bubble for bubble in seen if bubble.rise("read")]
        for bubble in seen:
            self.changed(bubble)
        if seen and "read" in self.can and not person.hides_reading:
            self.saw(person, seen)

    def owner_writes(self, person: Person, text: str) -> Bubble:
        """The shop's owner writes to the person from their own phone."""
        bubble = self.add(person, "text", {"body": text}, mine=False, state="delivered")
        self.owner_wrote(person, bubble)
        return bubble
