"""Keeps a session with the message centre, and hands on what comes: each message is answered once it is recorded."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from sambung.channels import Listened, Request, Stopped, TryLater
from sambung.channels.smpp import errors
from sambung.channels.smpp.config import SmppConfig
from sambung.channels.smpp.receive import TARGET
from sambung.channels.smpp.state import Memory, Whole
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp import receipts, segments
from sambung.kit.smpp.pdu import BadPdu, Pdu, Short
from sambung.kit.smpp.session import Lost, NoEntry, Session, Unanswered, open_session


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds between attempts to connect (doubling); attempts: how often in a row before people are told."""

    first: float = 1.0
    longest: float = 60.0
    attempts: int = 5


async def listen(
    config: SmppConfig, state: Mapping[str, Any], net: Net, patience: Patience | None = None
) -> AsyncIterator[Listened]:
    """Yield what comes for ever, connecting again after a loss.

    Raises Stopped when the log-in is refused, TryLater when the centre stays away.
    """
    patience, failures = patience or Patience(), 0
    listener = _Listener(config, state)
    while True:
        try:
            async with open_session(config.centre) as session:
                failures = 0
                listener.resume()
                with net.sessions.sharing(config.centre.key, session):
                    async for listened in listener.hear(session):
                        yield listened
        except NoEntry as error:
            raise Stopped(f"the message centre refuses: {error}", reason="auth") from error
        except (Lost, Unanswered) as error:
            failures += 1
            if failures >= patience.attempts:
                raise TryLater(str(error)) from error
            await asyncio.sleep(min(patience.first * 2 ** (failures - 1), patience.longest))


class _Listener:
    def __init__(self, config: SmppConfig, state: Mapping[str, Any]) -> None:
        self._config = config
        self._state: Mapping[str, Any] = state
        self._ids = receipts.Ids(config.receipt_ids, state.get("ids"))
        self._memory = Memory(state, _now())

    def resume(self) -> None:
        """On a new line."""
        self._memory = Memory(self._state, _now())

    async def hear(self, session: Session) -> AsyncIterator[Listened]:
        """Everything that comes over one session. Raises Lost, Unanswered."""
        while True:
            pdu = await session.received(self._memory.next_late(_now()))
            if self._learn(session):
                yield self._listened()
            for whole in self._memory.late(_now()):
                yield self._listened(whole)
            if pdu is None:
                continue
            async for listened in self._heard(session, pdu):
                yield listened
            await session.answer(pdu)

    async def _heard(self, session: Session, pdu: Pdu) -> AsyncIterator[Listened]:
        """What there is to record of a frame, before it is answered."""
        try:
            short = wire.short(pdu)
        except BadPdu:  # kept as it is, so that somebody can look
            yield self._listened(Whole("", pdu.encode()))
            return
        part, octets = segments.part_of(short)
        report = self._report(short, octets)
        if report is not None:
            if not self._ids.knows(report.id):
                await session.settled()
                self._learn(session)
            ours, state = self._ids.ours(report.id), errors.STATES.get(report.word, "")
            target = self._memory.reported(ours, state)
            yield self._listened(Whole("", pdu.encode()) if target else None, target or "")
            return
        now = _now()
        key = self._memory.repeated(short, now)
        if key is None:
            return
        if part is None:
            yield self._listened(Whole(key, pdu.encode()))
        else:
            yield self._listened(self._memory.piece(pdu, short, part, key, now))

    def _report(self, short: Short, octets: bytes) -> receipts.Report | None:
        if not (short.is_receipt or wire.RECEIPTED_ID in short.tags):
            return None
        return receipts.read(short, segments.decoded(octets, short.coding, self._config.alphabet))

    def _learn(self, session: Session) -> bool:
        """What was sent meanwhile, by its ids; whether there is anything to keep of it."""
        news = session.sent()
        for ids in news:
            for id in ids:
                self._ids.give(id)
            self._memory.sent(ids, _now())
        return any(len(ids) > 1 for ids in news)

    def _listened(self, whole: Whole | None = None, target: str = "") -> Listened:
        self._state = {**self._memory.kept, "ids": self._ids.learnt}
        if whole is None:
            return Listened(None, self._state)
        headers = {TARGET: target} if target else {}
        request = Request(whole.body, headers, method="DELIVER", key=whole.key)
        return Listened(request, self._state)


def _now() -> float:
    return clock.now().timestamp()
