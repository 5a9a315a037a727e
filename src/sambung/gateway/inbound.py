"""What providers send. Verified over the raw bytes, translated, recorded in one commit, and only then answered.

GET  /hooks/{channel or connection}   the provider's handshake (or, where it only has GET, its events)
POST /hooks/{connection}              one connection's events
POST /hooks/{channel}                 events of several, routed by the address in each
     /hooks/{connection}/…            the same: a provider that cannot sign may have a secret in the path
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sambung.channels import (
    AccountNotice,
    Attachment,
    CallProgressed,
    Channel,
    ConsentStated,
    DeviceRegistered,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Malformed,
    ReadUpTo,
    Rejected,
    Reply,
    Request,
    TypingSeen,
    all_channels,
)
from sambung.core import (
    calls,
    changes,
    consent,
    conversations,
    devices,
    identity,
    notices,
    parked,
    receiving,
    unrecorded,
)
from sambung.core.events import Actor
from sambung.core.receiving import AlreadyReceived, Link
from sambung.gateway.courtesies import ACKNOWLEDGE
from sambung.gateway.directory import Connected, Directory
from sambung.gateway.storable import storable
from sambung.kit import jobs, media
from sambung.kit.blobs import Blobs
from sambung.kit.clamd import Infected
from sambung.kit.db import Store, Tx
from sambung.kit.media import Stored, Withheld

log = logging.getLogger(__name__)

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes of one request to a hook."""
READ_UNVOUCHED = 16_384
"""Bytes that are read before it is known who sent them; more costs a stranger's wish too much."""
READ_ASIDE = 65_536
"""Bytes from which reading takes longer than others should wait: it is done in a thread."""


Tell = Callable[[UUID, str, dict[str, Any]], None]
"""(account, type, data): something of the moment, for the agents who look on."""


class Gateway:
    """Takes requests of providers (HTTP, mail) and records what they say."""

    def __init__(
        self, store: Store, directory: Directory, blobs: Blobs, *, public_url: str, tell: Tell
    ) -> None:
        self._store = store
        self._directory = directory
        self._blobs = blobs
        self._public_url = public_url
        self._tell = tell

    def routes(self) -> list[Route]:
        paths = ("/hooks/{name}", "/hooks/{name}/{rest:path}")
        return [Route(path, self._hook, methods=["GET", "POST"]) for path in paths]

    async def accept(self, request: Request, connected: Connected) -> None:
        """Verify and record a request to one connection. Raises Rejected, Malformed."""
        connected.channel.verify(request, connected.config)
        hinted = _hinted(request, connected)
        await self._record(connected.channel, hinted, [connected])

    async def accept_for_any(self, request: Request, channel: Channel[Any]) -> None:
        """As `accept`, for a hook that serves every connection of a channel."""
        every = [one for one in self._directory.all() if one.channel is channel]
        if len(request.body) > READ_UNVOUCHED and not any(self._vouches(o, request) for o in every):
            raise Rejected("no connection vouches for this request")
        named = {item.to for item in await _read(channel, request)}
        trusted = self._trusted(channel, request, named, every)
        if not trusted:
            raise Rejected("no connection vouches for this request")
        await self._record(channel, request, trusted)

    async def _record(
        self, channel: Channel[Any], request: Request, trusted: list[Connected]
    ) -> None:
        """Write every item for the connection it is addressed to; returns when all are committed."""
        items = await _read(channel, request)
        writes = []
        for item in items:
            connected = self._addressee(channel, item, trusted, request)
            if isinstance(item, TypingSeen) and connected is not None:
                await self._show_typing(connected.link, item)
            elif connected is not None:
                stored = await kept(self._blobs, item) if isinstance(item, Inbound) else {}
                writes.append((connected.link, item, stored))
        outcomes = await asyncio.gather(
            *(self._store.write(record, *write) for write in writes), return_exceptions=True
        )
        for (link, item, _), outcome in zip(writes, outcomes, strict=True):
            await self._settle(link, item, outcome)

    async def _show_typing(self, link: Link, item: TypingSeen) -> None:
        conversation = await self._store.read(_talking_in, link, item)
        if conversation is not None:
            by = {"type": "customer", "id": None, "name": item.sender.name}
            data = {"conversation": str(conversation), "by": by, "on": item.on, "mode": "reply"}
            self._tell(link.account, "typing", data)

    async def _settle(self, link: Link, item: Item, outcome: BaseException | None) -> None:
        """What could not be recorded is kept whole; when the database itself fails, the provider must repeat."""
        if outcome is None or isinstance(outcome, AlreadyReceived):
            return
        if isinstance(outcome, OperationalError) or not isinstance(outcome, Exception):
            raise outcome
        log.error("an item of connection %s could not be recorded", link.id, exc_info=outcome)
        error = f"{type(outcome).__name__}: {outcome}"
        await self._store.write(unrecorded.keep, link, item, error)

    def _addressee(
        self, channel: Channel[Any], item: Item, trusted: list[Connected], request: Request
    ) -> Connected | None:
        if not item.to:
            return trusted[0]
        for connected in trusted:
            if item.to in connected.addresses:
                return connected
        for other in self._directory.at(channel.name, item.to):
            if self._vouches(other, request):
                return other
        log.warning("nobody here goes by %s on %s", item.to, channel.name)
        return None

    def _trusted(
        self, channel: Channel[Any], request: Request, named: set[str], every: list[Connected]
    ) -> list[Connected]:
        """The connections that vouch for the request: those it names, else any of the channel, so that what is
        genuine but for a number that left us is not sent again for days."""
        candidates = [one for to in sorted(named) for one in self._directory.at(channel.name, to)]
        trusted = [one for one in candidates if self._vouches(one, request)]
        if trusted:
            return trusted
        return [one for one in every if self._vouches(one, request)]

    def _vouches(self, connected: Connected, request: Request) -> bool:
        try:
            connected.channel.verify(request, connected.config)
        except Rejected:
            return False
        return True

    async def _hook(self, http: HttpRequest) -> Response:
        request = await self._request(http)
        if request is None:
            return PlainTextResponse("too large", 413)
        name = http.path_params["name"]
        channel = all_channels().get(name)
        connected = None if channel else self._directory.get(_uuid(name))
        served = channel or (connected.channel if connected else None)
        if served is None or served.transport != "webhook":
            return PlainTextResponse("no such hook", 404)
        if http.method == "GET":
            shaken = self._handshake(request, channel, connected)
            if shaken is not None or "GET" not in served.methods:
                return shaken or PlainTextResponse("refused", 403)
        try:
            if connected is not None:
                await self.accept(request, connected)
            elif channel is not None:
                await self.accept_for_any(request, channel)
        except Rejected as rejected:
            log.warning("a request to hook %s was rejected: %s", name, rejected)
            return PlainTextResponse("rejected", 401)
        except Malformed as malformed:
            log.warning("a request to hook %s is malformed: %s", name, malformed)
            return PlainTextResponse("malformed", 400)
        return _answer(served.accepted)

    def _handshake(
        self, request: Request, channel: Channel[Any] | None, connected: Connected | None
    ) -> Response | None:
        asked = [connected] if connected else self._directory.all()
        for one in asked:
            if channel is None or one.channel is channel:
                reply = one.channel.handshake(request, one.config)
                if reply is not None and reply.status < 400:
                    return _answer(reply)
        return None

    async def _request(self, http: HttpRequest) -> Request | None:
        body = bytearray()
        async for chunk in http.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
        query: bytes = http.scope["query_string"]
        path = http.scope["path"] + (f"?{query.decode('latin-1')}" if query else "")
        return Request(
            body=bytes(body),
            headers=dict(http.headers.items()),
            method=http.method,
            url=self._public_url + path,
            query=dict(http.query_params) if query else {},
        )


async def _read(channel: Channel[Any], request: Request) -> list[Item]:
    """What the channel makes of the request."""

    def read() -> list[Item]:
        return [storable(item) for item in channel.receive(request)]

    return await asyncio.to_thread(read) if len(request.body) > READ_ASIDE else read()


async def kept(blobs: Blobs, inbound: Inbound) -> dict[int, Stored | Withheld]:
    """The files that came along, in the blob store; by their index. Raises ScannerUnreachable, BlobsUnreachable."""
    return {
        index: await _taken(blobs, attachment, attachment.content)
        for index, attachment in enumerate(inbound.attachments)
        if attachment.content is not None
    }


async def _taken(blobs: Blobs, attachment: Attachment, content: bytes) -> Stored | Withheld:
    try:
        return await media.store(blobs, content, name=attachment.name, claimed_mime=attachment.mime)
    except Infected as infected:
        return Withheld(attachment.name, attachment.mime, str(infected))


def record(tx: Tx, link: Link, item: Item, stored: Mapping[int, Stored | Withheld]) -> None:
    """Write one fact. Typing is not recorded."""
    account = link.account
    match item:
        case Inbound():
            received = receiving.receive(tx, link, item, stored)
            if received is not None and item.kind == "interactive_reply":
                args = {"connection": str(link.id), "target": item.id}
                jobs.enqueue(tx, account, ACKNOWLEDGE, args, max_attempts=1)
        case ReadUpTo():
            reader = identity.find(tx, account, item.sender.handles[0])
            if reader is not None:
                changes.read_up_to(tx, account, link.id, item, identity=reader.id)
        case IdentityChanged():
            identity.changed(tx, account, item.old, item.new, name=item.name)
        case DeviceRegistered():
            devices.told(tx, account, item)
        case ConsentStated():
            known = identity.resolve(tx, account, item.sender)
            consent.record(
                tx,
                account,
                known.home,
                purpose=item.purpose,
                granted=item.granted,
                connection=link.id if item.purpose == "service" else None,
                key=f"{link.id}:{item.id}"[:512],
                until=item.until,
                source=link.channel,
                at=item.at,
                by=Actor("customer", known.root),
            )
        case CallProgressed():
            calls.progress(tx, link, item)
        case AccountNotice():
            notices.record(tx, link, item)
        case TypingSeen() | Ignored():
            log.debug("nothing to record: %s", type(item).__name__)
        case _:
            parked.apply(tx, account, link.id, item)


def _talking_in(tx: Tx, link: Link, item: TypingSeen) -> UUID | None:
    """The open conversation of whoever is typing."""
    known = identity.find(tx, link.account, item.sender.handles[0])
    found = conversations.of_customer(tx, link.account, known.root) if known else []
    return next((row.id for row in found if row.status != conversations.CLOSED), None)


def _hinted(request: Request, connected: Connected) -> Request:
    hints = connected.channel.hints(connected.config)
    return replace(request, headers={**request.headers, **hints}) if hints else request


def _answer(reply: Reply) -> Response:
    return Response(reply.body, reply.status, media_type=reply.mime)


def _uuid(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        return UUID(int=0)
