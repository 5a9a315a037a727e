"""Frames of a message centre: messages, pieces of messages, and receipts. No time in them to rely on.

A body is frames one after another. The centre's answers to what we sent may stand among them: they tell what
the ids in its receipts mean. Pieces of one message that stand in one body are one message.
"""

import hashlib
from collections.abc import Iterator

from sambung.channels import (
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Request,
    Sender,
    StatusReported,
)
from sambung.channels.smpp import errors
from sambung.kit.phones import e164
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp import receipts, segments
from sambung.kit.smpp.pdu import Address, BadPdu, Pdu, Short
from sambung.kit.smpp.segments import Alphabet, Part

ALPHABET, COUNTRY, OWN, TARGET = "smpp-alphabet", "smpp-country", "smpp-own", "smpp-target"
"""Headers: of the connection's settings; its sender; and which message of ours a receipt is about."""
GAP = "[…]"
Pieces = dict[int, tuple[bytes, int]]


def receive(request: Request) -> Iterator[Item]:
    """Every message and receipt. Raises Malformed when there is no whole frame."""
    reader = _Reader(request)
    yield from reader.items()


class _Reader:
    def __init__(self, request: Request) -> None:
        self._request = request
        self._alphabet: Alphabet = "latin1" if request.headers.get(ALPHABET) == "latin1" else "gsm7"
        self._country = request.headers.get(COUNTRY, "62")
        self._ids = receipts.Ids()
        self._pieces: dict[tuple[str, str, int, int], tuple[Short, Pieces]] = {}
        self._seen = 0

    def items(self) -> Iterator[Item]:
        found: list[Pdu] = []
        broken = ""
        try:
            found.extend(wire.frames(self._request.body))
        except BadPdu as error:
            broken = str(error)
        found = found or self._whole(broken)
        for pdu in found:
            if pdu.command == wire.SUBMIT_SM | wire.RESPONSE and pdu.status == wire.OK:
                self._ids.give(wire.first_text(pdu))
        for pdu in found:
            yield from self._pdu(pdu)
        for short, pieces in self._pieces.values():
            yield self._message(short, *self._joined(short, pieces))
        if broken:
            yield Ignored(what=broken, raw={"hex": self._request.body.hex()[:4000]})

    def _whole(self, broken: str) -> list[Pdu]:
        """The frames before the broken one."""
        body, found = self._request.body, []
        while len(body) >= 16:
            try:
                length = wire.length_of(body[:4])
                found.append(wire.decode(body[:length]))
            except BadPdu:
                break
            body = body[length:]
        if not found:
            raise Malformed(broken or "no frame")
        return found

    def _pdu(self, pdu: Pdu) -> Iterator[Item]:
        if pdu.command in (wire.DELIVER_SM, wire.DATA_SM):
            try:
                short = wire.short(pdu)
            except BadPdu as error:
                yield Ignored(what=str(error), raw={"hex": pdu.encode().hex()})
                return
            yield from self._short(short, pdu)
        elif pdu.command == wire.GENERIC_NACK:
            yield StatusReported(
                target=f"submit:{pdu.sequence}",
                state="failed",
                reason="invalid",
                code=f"0x{pdu.status:08X}",
                detail=errors.named(pdu.status),
            )
        elif not pdu.answers:
            yield Ignored(what=f"command 0x{pdu.command:08X}", raw={"hex": pdu.encode().hex()})

    def _short(self, short: Short, pdu: Pdu) -> Iterator[Item]:
        part, octets = segments.part_of(short)
        if short.is_receipt or wire.RECEIPTED_ID in short.tags:
            report = receipts.read(short, segments.decoded(octets, short.coding, self._alphabet))
            if report is not None:
                yield self._status(report, short)
            else:
                yield Ignored(what="receipt", raw={"hex": pdu.encode().hex()})
        elif part is None:
            yield self._message(short, segments.decoded(octets, short.coding, self._alphabet), {})
        else:
            yield from self._piece(short, part, octets)

    def _piece(self, short: Short, part: Part, octets: bytes) -> Iterator[Item]:
        key = short.source.value, short.destination.value, part.ref, part.total
        _, pieces = self._pieces.setdefault(key, (short, {}))
        pieces.setdefault(part.number, (octets, part.total))
        if len(pieces) == part.total:
            del self._pieces[key]
            yield self._message(short, *self._joined(short, pieces))

    def _joined(self, short: Short, pieces: Pieces) -> tuple[str, dict[str, object]]:
        """Octets joined first and then read: a character may be cut by others. What never came is a gap."""
        total = next(iter(pieces.values()))[1]
        missing = [n for n in range(1, total + 1) if n not in pieces]
        runs: list[bytes] = [b""]
        for n in range(1, total + 1):
            if n in pieces:
                runs[-1] += pieces[n][0]
            elif runs[-1] or n == 1:
                runs.append(b"")
        text = GAP.join(segments.decoded(run, short.coding, self._alphabet) for run in runs)
        return text, {"parts": {"of": total, "missing": missing}} if missing else {}

    def _message(self, short: Short, text: str, extra: dict[str, object]) -> Item:
        sender = self._person(short.source)
        if sender is None:
            return Ignored(what="a message of nobody", raw={"text": text})
        if sender.handles[0].kind == "sms_sender":
            extra["can_reply"] = False
        extra["to"] = short.destination.value
        return Inbound(
            id=self._id(short, text),
            sender=sender,
            address=sender.handles[0].value,
            to=self._to(short.destination),
            text=text.replace("\0", ""),
            extra=extra,
        )

    def _id(self, short: Short, text: str) -> str:
        """There is none on the wire: whoever listens gives one; else what was said."""
        said = f"{short.source.value}|{short.destination.value}|{text}"
        given = self._request.key or hashlib.sha1(said.encode("utf-8", "replace")).hexdigest()  # noqa: S324
        self._seen += 1
        return given if self._seen == 1 or not self._request.key else f"{given}:{self._seen}"

    def _status(self, report: receipts.Report, short: Short) -> Item:
        state = errors.STATES.get(report.word)
        if state is None:
            return Ignored(what=f"receipt {report.word}"[:80], raw={"id": report.id})
        failed = state == "failed"
        extra = {"provider_status": report.word, "receipt_id": report.id}
        return StatusReported(
            target=self._request.headers.get(TARGET) or self._ids.ours(report.id),
            state=state,
            reason=errors.REASONS.get(report.word, "other") if failed else None,
            code=report.error if failed else "",
            detail=report.word if failed else "",
            to=self._to(short.destination),
            extra=extra | ({"provider_done_date": report.done} if report.done else {}),
        )

    def _to(self, destination: Address) -> str:
        """Who listens knows whose session it is."""
        return "" if OWN in self._request.headers else destination.value

    def _person(self, source: Address) -> Sender | None:
        written = source.value.replace("\0", "").strip()
        phone = "" if source.ton == 5 else e164(written, self._country)
        if phone:
            return Sender((Handle("phone", phone),))
        return Sender((Handle("sms_sender", written),), name=written) if written else None
