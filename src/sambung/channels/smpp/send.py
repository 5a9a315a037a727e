"""One message to the message centre, in as many pieces as it needs, over the session that is open anyway."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sambung.channels import Outbound, Receipt, Refused, Stopped, TryLater, Unknown
from sambung.channels.smpp import errors
from sambung.channels.smpp.config import SmppConfig
from sambung.kit.net import Net
from sambung.kit.phones import e164
from sambung.kit.smpp import pdu as wire
from sambung.kit.smpp import segments
from sambung.kit.smpp.pdu import HAS_UDH, Address, Short
from sambung.kit.smpp.segments import TooMany
from sambung.kit.smpp.session import Lost, NoEntry, Session, Unanswered, open_session

LONGEST_TEXT = 1530
"""Characters: ten pieces; many phones and carriers take no more."""
_MOST_PIECES = 24


async def send(message: Outbound, config: SmppConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown."""
    shorts = _shorts(message, config)
    async with _session(config, net) as session:
        ids: list[str] = []
        with session.sending(ids):
            for short in shorts:
                ids.append(await _submit(session, short, sent=len(ids), of=len(shorts)))
    return Receipt(ids[0], other_ids=tuple(ids[1:]))


async def _submit(session: Session, short: Short, *, sent: int, of: int) -> str:
    """The id of one piece. When pieces before it went out, nobody can take them back: the rest is unknown."""
    try:
        answer = await session.submit(wire.submit(short))
    except Lost as error:
        if sent:
            raise Unknown(f"{sent} of {of} pieces went out: {error}", reason="timed_out") from error
        raise TryLater(str(error)) from error
    except Unanswered as error:
        raise Unknown(str(error), reason="timed_out") from error
    if answer.status != wire.OK or answer.command == wire.GENERIC_NACK:
        failure = errors.failure(answer.status)
        if sent:
            said = f"{sent} of {of} pieces went out: {failure.detail}"
            raise Unknown(said, reason=failure.reason, code=failure.code)
        raise failure
    return wire.first_text(answer)


def _shorts(message: Outbound, config: SmppConfig) -> list[Short]:
    if message.attachments or message.template or message.interactive or message.reaction:
        raise Refused("SMS carries text only", reason="media_invalid")
    if not message.text.strip():
        raise Refused("the message is empty", reason="invalid")
    phone = e164(message.to or message.handle.value, config.country)
    if not phone:
        raise Refused(f"{message.to or 'nobody'} cannot be answered by SMS", reason="undeliverable")
    try:
        coding, pieces = segments.split(message.text, config.alphabet)
    except TooMany as error:
        raise Refused(f"the text needs {error}", reason="invalid") from error
    if len(pieces) > _MOST_PIECES or len(message.text) > LONGEST_TEXT:
        raise Refused(
            f"the text has {len(message.text):,} characters in {len(pieces)} pieces",
            reason="invalid",
        )
    # The same for the same message, so that a phone joins what was sent again with what it has.
    ref = hashlib.sha256(message.id.encode()).digest()[0]
    return [
        Short(
            source=config.sender,
            destination=Address(phone.removeprefix("+"), ton=1, npi=1),
            content=content,
            coding=coding,
            esm_class=HAS_UDH if len(pieces) > 1 else 0,
            receipt=True,
        )
        for content in segments.headed(pieces, ref)
    ]


@asynccontextmanager
async def _session(config: SmppConfig, net: Net) -> AsyncIterator[Session]:
    """The one this process listens on; where another process does that, one of our own for a moment."""
    shared = net.sessions.find(config.centre.key, Session)
    if shared is not None:
        yield shared
        return
    try:
        async with open_session(config.centre, wire.BIND_TRANSMITTER) as session:
            yield session
    except NoEntry as error:
        raise Stopped(f"the message centre refuses: {error}", reason="auth") from error
    except Lost as error:
        raise TryLater(str(error)) from error


async def check(config: SmppConfig, net: Net) -> str:
    """Bind, or ask the open session whether the centre lives. Raises as `send`."""
    async with _session(config, net) as session:
        try:
            await session.alive()
        except (Lost, Unanswered) as error:
            raise TryLater(str(error)) from error
    where = f"{config.host}:{config.port} ({config.system_id})"
    return f"Terhubung ke {where}. / Connected to {where}."
