"""What one app shows on the customers' phones, and which account there is whose."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from starlette.datastructures import UploadFile

from sambung.kit import clock, ids
from sambung.simulator.chats import Bubble, Chats
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.town import Town
from sambung.simulator.wire import Wire


class Phones(Wire):
    """The app `name` on everybody's phone."""

    window: ClassVar[timedelta | None] = None

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.chats = Chats(self.window)

    def address_of(self, person: Person) -> str:
        """The person's account here; "" = they do not use it. Ten digits unless told otherwise."""
        return self.account_of(person, lambda: self.digits(person, 10))

    def new_id(self, person: Person) -> str:
        """For a message to or from the person; unlike every other, in whichever app."""
        return ids.new_id().hex

    def rose(self, person: Person, bubble: Bubble) -> None:
        """The business's message reached `bubble.state`: sent, delivered or failed (with `bubble.error`)."""

    def account_of(self, person: Person, usual: Callable[[], str]) -> str:
        """The account a person was given or has changed to; else the usual one, where they chat at all."""
        if self.name in person.accounts:
            return person.accounts[self.name]
        return usual() if person.chats else ""

    def digits(self, person: Person, length: int) -> str:
        """An id for a person that is always the same: `length` digits, the first not 0."""
        digest = hashlib.sha256(f"{self.name} {person.id}".encode()).hexdigest()
        return str(10 ** (length - 1) + int(digest, 16) % (9 * 10 ** (length - 1)))

    def person_at(self, address: str) -> Person | None:
        """Whose account this is."""
        return next(
            (p for p in self.town.people if address and self.address_of(p) == address), None
        )

    def show(
        self,
        person: Person,
        kind: str,
        content: Mapping[str, Any],
        *,
        id: str = "",
        quotes: str = "",
        callback: str = "",
        buttons: Iterable[Mapping[str, str]] = (),
    ) -> Bubble:
        """The business's message on its way to the person's phone; `rose` hears how it goes on."""
        error = self.faults.next_error() if self.faults.settings.late else None
        bubble = self.add(
            person,
            kind,
            content,
            mine=False,
            id=id,
            quotes=quotes,
            callback=callback,
            buttons=[dict(button) for button in buttons],
        )
        self.later(self._travel(person, bubble, error or ""))
        return bubble

    def add(
        self, person: Person, kind: str, content: Mapping[str, Any], *, mine: bool, **more: Any
    ) -> Bubble:
        """Put a bubble on a person's phone, without telling anybody but the page."""
        bubble = Bubble(
            id=more.pop("id", "") or self.new_id(person),
            app=self.name,
            person=person.id,
            mine=mine,
            kind=kind,
            content=dict(content),
            at=clock.now(),
            **more,
        )
        self.chats.add(bubble)
        self.changed(bubble)
        return bubble

    def post(
        self,
        body: bytes | Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        *,
        bubble: Bubble | None = None,
        url: str = "",
        method: str = "POST",
    ) -> None:
        """Post to the product's hook (or `url`), again until it is taken; then `bubble` is delivered."""
        where = url or self.hook
        if not where:
            return
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | dict(headers or {})

        async def parcel() -> bool:
            try:
                answer = await self.net.http.request(method, where, content=raw, headers=sent)
            except httpx.HTTPError:
                return False
            taken = self.took(answer)
            if taken and bubble is not None and bubble.rise("delivered"):
                self.changed(bubble)
            return taken

        self.courier.send(parcel)

    async def fetch(self, url: str) -> File:
        """A file the product sends by its address, kept for the phone. Raises httpx.HTTPError."""
        answer = await self.net.http.get(url)
        answer.raise_for_status()
        mime = answer.headers.get("content-type", "application/octet-stream").partition(";")[0]
        name = httpx.URL(url).path.rpartition("/")[2]
        return self.town.files.keep(name, mime, answer.content)

    async def upload(self, sent: UploadFile) -> File:
        """A file the product uploads, kept for the phone."""
        mime = (sent.content_type or "application/octet-stream").partition(";")[0]
        return self.town.files.keep(sent.filename or "file", mime, await sent.read())

    def changed(self, bubble: Bubble) -> None:
        """Tell the page."""
        about = {"app": self.name, "person": bubble.person, "bubble": bubble.as_json()}
        self.town.live.tell("bubble", **about)

    def typing(self, person: Person) -> None:
        """Show the person that the shop is typing."""
        self.town.live.tell("typing", app=self.name, person=person.id)

    async def _travel(self, person: Person, bubble: Bubble, error: str) -> None:
        for state in ("sent", "delivered"):
            await asyncio.sleep(self.town.pace)
            if error and state == "delivered":
                bubble.state, bubble.error = "failed", error
            elif not bubble.rise(state):
                continue
            self.changed(bubble)
            self.rose(person, bubble)
            if bubble.error:
                return
