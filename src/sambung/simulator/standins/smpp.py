"""A carrier's message centre (SMSC), on a port of its own: SMPP 3.4 as carriers speak it.

Ids are hexadecimal in answers and decimal in receipts, as several centres have it. What nobody is bound to
receive is kept until somebody is.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute

from sambung.kit import clock
from sambung.kit.signatures import same
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp import segments
from sambung.kit.smpp.pdu import HAS_UDH, Address, BadPdu, Pdu, Short
from sambung.simulator.chats import Bubble
from sambung.simulator.courier import Parcel
from sambung.simulator.customers import Person
from sambung.simulator.said import Said
from sambung.simulator.standin import StandIn
from sambung.simulator.town import Town

SHOP, SYSTEM = "6281115550173", "nusantara"
RECORDED = 10.0
"""Seconds in which a message must be answered, else it is delivered again."""
WRONG_PASSWORD, WRONG_ID, BAD_NUMBER, BAD_SENDER, BAD_LENGTH = 0x0E, 0x0F, 0x0B, 0x0A, 0x01
_BINDS = (wire.BIND_RECEIVER, wire.BIND_TRANSMITTER, wire.BIND_TRANSCEIVER)


class MessageCentre(StandIn):
    """Everybody's messages to and from the number."""

    name = "smpp"
    title = {"id": "SMS operator", "en": "SMS (carrier)"}
    colour, mark, place = "#3b4252", "Sm", 74
    codes = {
        "0x58": {"id": "terlalu cepat", "en": "too fast"},
        "0x14": {"id": "antrean penuh", "en": "queue full"},
        "0x0B": {"id": "nomor salah", "en": "invalid number"},
        "0x0A": {"id": "pengirim ditolak", "en": "sender not allowed"},
        "0x08": {"id": "layanan mati", "en": "service down"},
        "0x0E": {"id": "kata sandi diganti", "en": "password changed"},
    }

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.port = 0
        self.lines: list[_Line] = []
        self.kept: list[Parcel] = []
        self.ids: dict[str, list[int]] = {}
        self.refuses = wire.OK
        self._server: asyncio.Server | None = None
        self._pieces: dict[tuple[str, int, int], dict[int, tuple[int, bytes]]] = {}

    def connection(self) -> Mapping[str, Any] | None:
        if not self.port:
            return None
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "system_id": SYSTEM,
            "password": self.secret("password")[:8],
            "source": SHOP,
            "receipt_ids": "decimal",
            "per_second": 100,
        }

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def address_of(self, person: Person) -> str:
        return self.account_of(person, lambda: person.phone)

    async def open(self) -> None:
        if self._server is None:
            wanted = self.port or self.town.port
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", wanted)
            self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in self.lines:
            line.writer.close()
        await super().stop()

    # --- customers -----------------------------------------------------------------------------------

    def wrote(self, person: Person, bubble: Bubble, said: Said) -> None:
        coding, pieces = segments.split(said.text)
        whole = segments.headed(pieces, self.number())
        for n, content in enumerate(whole, 1):
            shown = bubble if n == len(whole) else None
            esm_class = HAS_UDH if len(whole) > 1 else 0
            self._deliver(self._to_shop(person, content, coding, esm_class), shown)

    def rose(self, person: Person, bubble: Bubble) -> None:
        """A receipt for each piece, when it is known what became of it."""
        word = {"delivered": "DELIVRD", "failed": "UNDELIV"}.get(bubble.state)
        error = int(bubble.error, 16) if bubble.error else 0
        now = clock.now().strftime("%y%m%d%H%M")
        for id in self.ids.pop(bubble.id, []) if word else ():
            said = f"id:{id:010d} sub:001 dlvrd:{int(not error):03d} submit date:{now} "
            said += f"done date:{now} stat:{word} err:{error:03d} text:"
            self._deliver(self._to_shop(person, said.encode("ascii"), 0, 0x04))

    def _to_shop(self, person: Person, content: bytes, coding: int, esm_class: int) -> bytes:
        source, shop = Address(self.address_of(person), 1, 1), Address(SHOP, 1, 1)
        return wire.submit(Short(source, shop, content, coding=coding, esm_class=esm_class))

    def _deliver(self, body: bytes, bubble: Bubble | None = None) -> None:
        async def parcel() -> bool:
            line = next((one for one in self.lines if one.receives), None)
            if line is None:
                self.kept.append(parcel)
                return True
            taken = await line.deliver(body)
            if taken and bubble is not None and bubble.rise("delivered"):
                self.changed(bubble)
            return taken

        self.courier.send(parcel)

    # --- the business --------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = _Line(self, writer)
        self.lines.append(line)
        try:
            while True:
                head = await reader.readexactly(4)
                rest = await reader.readexactly(wire.length_of(head) - 4)
                await line.heard(wire.decode(head + rest))
        except (OSError, BadPdu, asyncio.IncompleteReadError):
            line.end()
        finally:
            self.lines.remove(line)
            writer.close()

    def bind(self, pdu: Pdu) -> int:
        """The status of a log-in."""
        refused, self.refuses = self.refuses, wire.OK
        system, _, rest = pdu.body.partition(b"\0")
        password = rest.partition(b"\0")[0]
        if system.decode("latin-1") != SYSTEM:
            return WRONG_ID
        if not same(password.decode("latin-1"), self.secret("password")[:8]):
            return WRONG_PASSWORD
        return refused

    def bound(self) -> None:
        """Somebody receives: what was kept goes out."""
        kept, self.kept = self.kept, []
        for parcel in kept:
            self.courier.send(parcel)

    def submit(self, pdu: Pdu) -> tuple[int, int]:
        """Status and id of a message, or of a piece of one; it is shown when it is whole."""
        code = "" if self.faults.settings.late else self.faults.next_error()
        if code:
            return int(code, 16), 0
        try:
            short = wire.short(pdu)
        except BadPdu:
            return BAD_LENGTH, 0
        person = self.person_at(short.destination.value)
        if short.source.value != SHOP or person is None:
            return (BAD_SENDER if person else BAD_NUMBER), 0
        part, octets = segments.part_of(short)
        id, text = self.number(), octets
        ids = [id]
        if part is not None:
            key = person.id, part.ref, part.total
            found = self._pieces.setdefault(key, {})
            found[part.number] = id, octets
            if len(found) < part.total:
                return wire.OK, id
            pieces = [found[n] for n in sorted(self._pieces.pop(key))]
            ids, text = [one for one, _ in pieces], b"".join(octets for _, octets in pieces)
        shown = self.show(person, "text", {"body": segments.decoded(text, short.coding)})
        self.ids[shown.id] = ids if short.receipt else []
        return wire.OK, id


class _Line:
    """One connection of the business."""

    def __init__(self, centre: MessageCentre, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.receives = self._sends = False
        self._centre = centre
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    async def deliver(self, body: bytes) -> bool:
        """Whether the business says it has recorded a message."""
        self._sequence += 1
        sequence = self._sequence
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        self.writer.write(Pdu(wire.DELIVER_SM, wire.OK, sequence, body).encode())
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(answer, RECORDED)
        return False

    async def heard(self, pdu: Pdu) -> None:
        """Do as the business asks."""
        if pdu.answers:
            waiting = self._waiting.pop(pdu.sequence, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu.status == wire.OK)
        elif pdu.command in _BINDS:
            self._bind(pdu)
        elif pdu.command == wire.SUBMIT_SM and self._sends:
            self._centre.later(self._submit(pdu))
        elif pdu.command in (wire.ENQUIRE_LINK, wire.UNBIND):
            self._answer(pdu)
            self.receives = self.receives and pdu.command != wire.UNBIND
        else:
            nack = Pdu(wire.GENERIC_NACK, wire.INVALID_COMMAND, pdu.sequence)
            self.writer.write(nack.encode())

    def end(self) -> None:
        """Whatever was not answered is not recorded."""
        self.receives = self._sends = False
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(False)

    def _bind(self, pdu: Pdu) -> None:
        status = self._centre.bind(pdu)
        self._answer(pdu, status, b"" if status else b"SAMBUNG\0")
        if status == wire.OK:
            self.receives = pdu.command != wire.BIND_TRANSMITTER
            self._sends = pdu.command != wire.BIND_RECEIVER
            if self.receives:
                self._centre.bound()

    async def _submit(self, pdu: Pdu) -> None:
        status, id = self._centre.submit(pdu)
        if status in (WRONG_PASSWORD, WRONG_ID):
            self._centre.refuses = status
            self.end()
            self.writer.close()
        elif not await self._centre.faults.pass_silence():
            self._answer(pdu, status, b"" if status else f"{id:x}\0".encode())

    def _answer(self, pdu: Pdu, status: int = wire.OK, body: bytes = b"") -> None:
        self.writer.write(Pdu(pdu.command | wire.RESPONSE, status, pdu.sequence, body).encode())
