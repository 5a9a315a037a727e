"""The provider: takes what the business sends, shows it on phones, and posts to the hooks."""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx

from sambung.kit import clock, ids
from sambung.kit.net import Net
from sambung.simulator.chats import Bubble, Chats
from sambung.simulator.courier import Courier
from sambung.simulator.customers import People, Person
from sambung.simulator.faults import Faults
from sambung.simulator.files import Files
from sambung.simulator.graph import hooks, sends
from sambung.simulator.graph.errors import GraphError
from sambung.simulator.graph.numbers import Number
from sambung.simulator.graph.templates import Template, Templates
from sambung.simulator.live import Live

PAIR_BURST, PAIR_PACE = 45, timedelta(seconds=6)
"""One message in six seconds to one user, with bursts (error 131056)."""
WINDOW = timedelta(hours=24)
"""How long a business may write freely after the customer's last message."""
APP = "whatsapp"


class Cloud:
    """WhatsApp and its customers' phones.

    pace        seconds between the steps of a message: accepted, sent, delivered
    per_second  messages a number may send in a second (error 130429)
    """

    def __init__(
        self,
        numbers: Sequence[Number],
        people: People,
        *,
        faults: Faults,
        live: Live,
        files: Files,
        templates: Sequence[Template] = (),
        pace: float = 0.0,
        per_second: int = 80,
        courier: Courier | None = None,
        chats: Chats | None = None,
    ) -> None:
        self.numbers = {number.phone_number_id: number for number in numbers}
        self.people = people
        self.faults = faults
        self.live = live
        self.files = files
        self.chats = Chats(WINDOW) if chats is None else chats
        self.templates = {n.waba_id: Templates(templates) for n in numbers}
        self.webhooks = {n.waba_id: n.webhook for n in numbers}
        self.courier = courier or Courier(faults)
        self._pace = pace
        self._per_second = per_second
        self._sent: dict[str, deque[datetime]] = {}
        self._net: Net | None = None
        self._progress: set[asyncio.Task[None]] = set()

    def start(self, net: Net) -> None:
        """From now on what customers write is posted."""
        self._net = net

    async def settle(self) -> None:
        """Wait until every status was posted and every post was taken."""
        while self._progress:
            await asyncio.wait(set(self._progress))
        await self.courier.settle()

    async def stop(self) -> None:
        """Post nothing any more."""
        self.faults.release()
        for task in self._progress:
            task.cancel()
        await asyncio.gather(*self._progress, return_exceptions=True)
        await self.courier.stop()
        self._net = None

    # --- the business, through the Graph API ---------------------------------------------------

    def accept(self, number: Number, body: Mapping[str, Any]) -> dict[str, Any]:
        """Take a message to a customer. Raises GraphError as Meta would answer."""
        kind, content = sends.check(
            body, files=self.files, templates=self.templates[number.waba_id]
        )
        self._limit(number, str(body.get("to") or body.get("recipient")))
        error = self.faults.next_error()
        if error and not self.faults.settings.late:
            raise GraphError(int(error), "told to by the simulator")
        person = self._recipient(number, body)
        if kind == "reaction":
            return self._business_reacts(person, content)
        verdict = GraphError(int(error)) if error else self._verdict(person, number, kind)
        if verdict and not self.faults.settings.late:
            raise verdict
        bubble = self.bubble(
            person,
            number,
            kind,
            content,
            mine=False,
            state="sending",
            quotes=body.get("context", {}).get("message_id", ""),
            callback=str(body.get("biz_opaque_callback_data", "")),
        )
        task = asyncio.create_task(self._travel(person, number, bubble, verdict))
        self._progress.add(task)
        task.add_done_callback(self._progress.discard)
        contact = {"input": str(body.get("to") or body.get("recipient")), "user_id": person.bsuid}
        return _accepted(
            bubble.id, contact if person.hides_phone else contact | {"wa_id": person.phone}
        )

    def read_by_business(self, number: Number, body: Mapping[str, Any]) -> dict[str, Any]:
        """Mark a customer's message and all before it read; perhaps show that someone is typing."""
        bubble = self.chats.get(str(body.get("message_id", "")))
        if bubble is None or not bubble.mine or bubble.number != number.phone_number_id:
            raise GraphError(131009, "message_id: there is no such message")
        for earlier in self.chats.thread(bubble.number, bubble.person):
            if earlier.mine and earlier.at <= bubble.at and earlier.rise("read"):
                self.changed(earlier)
        if body.get("typing_indicator"):
            self.live.tell("typing", app=APP, person=bubble.person, number=bubble.number)
        return {"success": True}

    def create_template(self, number: Number, wanted: Mapping[str, Any]) -> Template:
        """Hand a template in; it is approved a moment later, and a hook says so."""
        template = self.templates[number.waba_id].create(wanted)
        task = asyncio.create_task(self._approve(number, template))
        self._progress.add(task)
        task.add_done_callback(self._progress.discard)
        return template

    async def subscribe(self, number: Number, url: str, token: str) -> None:
        """Set the hook's URL after Meta's handshake with it. Raises GraphError when that fails."""
        challenge = str(ids.new_id().int % 10**10)
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
        try:
            answer = await self._online().http.get(url, params=asked)
        except httpx.HTTPError as error:
            raise GraphError(2200, str(error)) from error
        if answer.status_code != 200 or answer.text != challenge:
            raise GraphError(2200, f"expected the challenge, got HTTP {answer.status_code}")
        self.webhooks[number.waba_id] = url

    # --- what the phones and the business share ------------------------------------------------

    def bubble(
        self, person: Person, number: Number, kind: str, content: Mapping[str, Any], **more: Any
    ) -> Bubble:
        bubble = Bubble(
            id=wamid_for(person.phone or person.bsuid),
            app=APP,
            person=person.id,
            number=number.phone_number_id,
            kind=kind,
            content=dict(content),
            at=clock.now(),
            **more,
        )
        self.chats.add(bubble)
        self.changed(bubble)
        return bubble

    def _limit(self, number: Number, to: str) -> None:
        now = clock.now()
        for key, most, during, code in (
            (number.phone_number_id, self._per_second, timedelta(seconds=1), 130429),
            (f"{number.phone_number_id} {to}", PAIR_BURST, PAIR_BURST * PAIR_PACE, 131056),
        ):
            times = self._sent.setdefault(key, deque())
            while times and now - times[0] >= during:
                times.popleft()
            if len(times) >= most:
                raise GraphError(code)
            times.append(now)

    def _recipient(self, number: Number, body: Mapping[str, Any]) -> Person:
        to = str(body.get("to", ""))
        if "".join(c for c in to if c.isdigit()) == number.phone:
            raise GraphError(131021)
        person = self.people.by_phone(to) if to else self.people.by_bsuid(str(body["recipient"]))
        if person is None:
            raise GraphError(131026, "Receiver is incapable of receiving this message")
        return person

    def _verdict(self, person: Person, number: Number, kind: str) -> GraphError | None:
        if kind == "template" or self.chats.window_open(number.phone_number_id, person.id):
            return None
        return GraphError(
            131047, "More than 24 hours have passed since the customer last replied to this number."
        )

    def _business_reacts(self, person: Person, content: Mapping[str, Any]) -> dict[str, Any]:
        bubble = self.chats.get(content["message_id"])
        if bubble is None or bubble.person != person.id:
            raise GraphError(131009, "reaction.message_id: there is no such message")
        bubble.reactions["business"] = content.get("emoji", "")
        self.changed(bubble)
        return _accepted(wamid_for(person.phone), {"input": person.phone, "user_id": person.bsuid})

    async def _travel(
        self, person: Person, number: Number, bubble: Bubble, verdict: GraphError | None
    ) -> None:
        for state in ("sent", "delivered"):
            await asyncio.sleep(self._pace)
            if verdict and state == "delivered":
                bubble.state, bubble.error = "failed", str(verdict.code)
                told = hooks.status(person, bubble, "failed", clock.now()) | {
                    "errors": [verdict.in_status()]
                }
                self.post(number, hooks.envelope(number, "messages", {"statuses": [told]}))
                self.changed(bubble)
                return
            self.rise(person, number, bubble, state)

    def rise(self, person: Person, number: Number, bubble: Bubble, state: str) -> None:
        if not bubble.rise(state):
            return
        told = hooks.status(person, bubble, state, clock.now())
        value = {"contacts": [hooks.contact(person)], "statuses": [told]}
        self.post(number, hooks.envelope(number, "messages", value))
        self.changed(bubble)

    async def _approve(self, number: Number, template: Template) -> None:
        await asyncio.sleep(self._pace)
        template.status = "APPROVED"
        value = {
            "event": "APPROVED",
            "message_template_id": int(template.id),
            "message_template_name": template.name,
            "message_template_language": template.language,
            "reason": "NONE",
        }
        change = {"value": value, "field": "message_template_status_update"}
        entry = {"id": number.waba_id, "changes": [change]}
        self.post(number, {"object": "whatsapp_business_account", "entry": [entry]})

    def post(
        self, number: Number, payload: Mapping[str, Any], bubble: Bubble | None = None
    ) -> None:
        url = self.webhooks[number.waba_id]
        if not url:
            return
        body = hooks.wire(payload)
        headers = {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature-256": hooks.signature(number.app_secret, body),
        }

        async def parcel() -> bool:
            try:
                answer = await self._online().http.post(url, content=body, headers=headers)
            except httpx.HTTPError:
                return False
            if answer.status_code == 200 and bubble is not None and bubble.rise("delivered"):
                self.changed(bubble)
            return answer.status_code == 200

        self.courier.send(parcel)

    def _online(self) -> Net:
        if self._net is None:
            raise RuntimeError("the simulator has not been started")
        return self._net

    def changed(self, bubble: Bubble) -> None:
        self.live.tell("bubble", app=APP, person=bubble.person, bubble=bubble.as_json())


def wamid_for(of: str) -> str:
    return "wamid." + b64encode(f"{of}:{ids.new_id().hex}".encode()).decode()


def _accepted(wamid: str, contact: Mapping[str, str]) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [dict(contact)],
        "messages": [{"id": wamid}],
    }
