"""One visitor's socket: frames in, through the channel, to the record; the thread and its changes out."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from starlette.websockets import WebSocket

from sambung.channels import (
    Attachment,
    DeviceRegistered,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Kind,
    Malformed,
    ReadUpTo,
    Rejected,
    Request,
    StatusReported,
    TypingSeen,
)
from sambung.core import devices
from sambung.core.receiving import AlreadyReceived
from sambung.gateway import visitor_record, visitor_sessions, visitor_thread, visitor_uploads
from sambung.gateway.directory import Connected
from sambung.gateway.visitor_feed import Feed, Online
from sambung.gateway.visitor_line import ABUSE, GONE, REFUSED, Cut, Line, error
from sambung.gateway.visitor_pace import Pace
from sambung.gateway.visitor_sessions import Visitor
from sambung.gateway.visitor_thread import Thread
from sambung.kit import media
from sambung.kit.db import Store
from sambung.kit.media import Stored

log = logging.getLogger(__name__)

VERSION = 1
HELLO_WITHIN = 15.0
"""Seconds."""
LARGEST_CLAIM = 10_000
"""Characters of what a visitor may say about themselves, as JSON."""

Typing = Callable[[UUID, UUID, bool], None]
"""(account, conversation, on): a visitor is writing; for the agents who look at it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What every visitor's socket works with.

    public_url: as the business's visitors reach us; newcomers: sessions begun from one address
    """

    store: Store
    feed: Feed
    typing: Typing
    public_url: str
    newcomers: Pace = field(default_factory=lambda: Pace(120, timedelta(minutes=1)))


class VisitorSocket:
    def __init__(self, socket: WebSocket, connected: Connected, around: Around) -> None:
        self._socket = socket
        self._connected = connected
        self._link = connected.link
        self._around = around
        self._store = around.store
        self._line = Line(socket)
        self._visitor = Visitor(self._link, UUID(int=0))
        self._hello: dict[str, Any] = {}
        self._online = Online(self._link, UUID(int=0), self._line.put, self._line.end)

    async def run(self) -> None:
        """Until either side has had enough."""
        try:
            await self._line.hold(self._listen())
        finally:
            self._around.feed.leave(self._online)

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                first = await self._line.frame()
        except TimeoutError as late:
            raise Cut(GONE) from late
        if first.get("t") != "hello" or first.get("v") != VERSION:
            raise Cut(REFUSED)
        self._check_origin()
        await self._greet(first)
        while True:
            frame = await self._line.frame()
            if frame.get("t") == "ping":
                self._line.put({"t": "pong"})
            elif self._line.in_time(frame):
                await self._handle(frame)

    async def _greet(self, hello: dict[str, Any]) -> None:
        """Begin, or go on after the position the browser has seen."""
        self._hello = {key: hello.get(key) for key in ("t", "locale", "page")}
        given, after = hello.get("token"), hello.get("after")
        known = None
        if isinstance(given, str) and given:
            known = await self._store.read(visitor_sessions.find, self._link, given)
        if known is None:
            if self._around.newcomers.wait(self._address):
                raise Cut(ABUSE)
            visitor, token = await self._store.write(visitor_sessions.start, self._link)
            await self._begin(visitor, token, fresh=bool(given))
            return
        await self._store.write(visitor_sessions.touch, self._link.account, known)
        resume = after if isinstance(after, int) and 0 < after < 2**53 else None
        await self._begin(known, "", fresh=False, after=resume)

    async def _begin(
        self, visitor: Visitor, token: str, *, fresh: bool, after: int | None = None
    ) -> None:
        """Go on as this visitor: what there is, and from now on what comes."""
        self._visitor = visitor
        identities, thread = await self._store.read(_opening, self._link.account, visitor, after)
        online = self._online
        self._around.feed.leave(online)
        online.session, online.identities = visitor.id, identities
        online.position, online.conversation = thread.position, thread.conversation
        self._line.put(
            {
                "t": "ready",
                "visitor": visitor.key,
                "token": token or None,
                "fresh": fresh,
                "identified": bool(visitor.customer_id),
                "position": thread.position,
                "messages": thread.messages,
                "more": thread.more,
            }
        )
        self._around.feed.join(online)

    async def _handle(self, frame: dict[str, Any]) -> None:
        match frame.get("t"):
            case "page":
                self._hello["page"] = frame.get("page")
            case "logout":
                await self._store.write(visitor_sessions.end, self._link.account, self._visitor)
                raise Cut(1000)
            case "prechat":
                await self._claim(frame)
                self._line.put({"t": "ack", "cid": frame.get("cid")})
            case _:
                for item in self._translated(frame, self._visitor):
                    await self._take(item, frame)

    def _translated(self, frame: dict[str, Any], visitor: Visitor) -> list[Item]:
        """What the channel makes of the frame; refusals are told and are nothing."""
        request = self._request([self._hello, *visitor.claims, frame], visitor)
        channel, config = self._connected.channel, self._connected.config
        try:
            channel.verify(request, config)
            return list(channel.receive(request))
        except Rejected as rejected:
            log.info("a visitor's frame was rejected: %s", rejected)
            proving = frame.get("t") == "identify"
            self._line.put(error("bad_identity" if proving else "sign_in", frame))
        except Malformed:
            self._line.put(error("bad_frame", frame))
        return []

    async def _take(self, item: Item, frame: dict[str, Any]) -> None:
        match item:
            case Inbound():
                await self._record(item, frame)
            case IdentityChanged():
                await self._identify(item, frame)
            case ReadUpTo() | StatusReported():
                await self._store.write(
                    visitor_record.report, self._link, item, self._online.identities
                )
            case TypingSeen():
                if self._online.conversation is not None:
                    self._around.typing(self._link.account, self._online.conversation, item.on)
            case DeviceRegistered():
                await self._register(item, frame)
            case Ignored():
                self._line.put(error(item.what, frame))
            case _:
                log.warning("a visitor cannot say this: %s", type(item).__name__)

    async def _record(self, inbound: Inbound, frame: dict[str, Any]) -> None:
        """Write the message, then acknowledge it: the same for one that comes again."""
        stored: dict[int, Stored] = {}
        try:
            for index, attachment in enumerate(inbound.attachments):
                stored[index] = visitor_uploads.opened(attachment.id, self._visitor)
        except visitor_uploads.NotYours:
            self._line.put(error("no_such_file", frame))
            return
        said = replace(inbound, sender=self._visitor.as_sender(inbound.sender))
        if stored:
            said = replace(said, kind=_kind(stored[0]), attachments=_named(stored))
        for _ in range(2):
            with suppress(AlreadyReceived):
                taken = await self._store.write(visitor_record.take, self._link, said, stored)
                break
        else:
            raise Cut(1011)
        self._online.conversation = taken.conversation
        self._around.feed.known(self._online, frozenset((taken.identity,)))
        self._line.put(
            {
                "t": "ack",
                "cid": frame.get("cid"),
                "id": str(taken.message),
                "order": taken.order,
                "at": taken.at.isoformat(),
            }
        )

    async def _identify(self, changed: IdentityChanged, frame: dict[str, Any]) -> None:
        if not any(handle.verified for handle in changed.new):
            await self._claim({**frame, "t": "prechat"})
            await self._begin(self._visitor, "", fresh=False)
            return
        visitor, token, fresh = await self._store.write(
            visitor_sessions.prove,
            self._link.account,
            self._visitor,
            changed.new,
            name=changed.name,
        )
        self._around.feed.evict(self._online)
        await self._begin(visitor, token, fresh=fresh)

    async def _register(self, told: DeviceRegistered, frame: dict[str, Any]) -> None:
        """Notify this device from now on, or no more; of nobody yet known, there is nothing to tell."""
        if told.owner is not None:
            if not self._visitor.handles and not self._online.identities:
                self._line.put(error("sign_in", frame))
                return
            told = replace(told, owner=self._visitor.as_sender(told.owner))
        await self._store.write(devices.told, self._link.account, told)
        self._line.put({"t": "ack", "cid": frame.get("cid")})

    async def _claim(self, frame: dict[str, Any]) -> None:
        kept = {key: value for key, value in frame.items() if key not in ("cid", "hash", "jwt")}
        claims = [kept] if len(json.dumps(kept)) < LARGEST_CLAIM else []
        self._visitor = replace(self._visitor, claims=tuple(claims))
        await self._store.write(visitor_sessions.claim, self._link.account, self._visitor, claims)

    # --- what the channel is told

    def _check_origin(self) -> None:
        request = self._request([], self._visitor)
        try:
            self._connected.channel.verify(request, self._connected.config)
        except Rejected as rejected:
            log.warning("a site may not show the chat of %s: %s", self._link.id, rejected)
            raise Cut(REFUSED) from rejected

    def _request(self, frames: list[Mapping[str, Any]], visitor: Visitor) -> Request:
        headers = {
            "origin": self._socket.headers.get("origin", ""),
            "x-visitor": visitor.key,
            "x-site": str(self._link.id),
            "x-identity": "verified" if visitor.customer_id else "",
        }
        return Request(body=json.dumps(frames).encode(), headers=headers, url=self._own_url())

    @property
    def _address(self) -> str:
        return self._socket.client.host if self._socket.client else ""

    def _own_url(self) -> str:
        """Our address as the visitor's browser sees it: a proxy may change the scheme, not the host."""
        origin, public = self._socket.headers.get("origin", ""), self._around.public_url
        if origin and origin == public:
            return public + self._socket.url.path
        scheme = urlsplit(origin).scheme if "://" in origin else self._socket.url.scheme
        return f"{scheme}://{self._socket.headers.get('host', '')}{self._socket.url.path}"


def _opening(
    tx: Any, account: UUID, visitor: Visitor, after: int | None
) -> tuple[frozenset[UUID], Thread]:
    """The visitor's identities and thread, as of one moment."""
    mine = visitor_sessions.identities(tx, account, visitor)
    resumed = None if after is None else visitor_thread.since(tx, visitor.link, mine, after)
    return mine, resumed or visitor_thread.page(tx, visitor.link, mine)


def _named(stored: Mapping[int, Stored]) -> tuple[Attachment, ...]:
    return tuple(Attachment(mime=one.mime, name=one.name, size=one.size) for one in stored.values())


def _kind(first: Stored) -> Kind:
    """By what the file is, not by what the browser calls it."""
    return cast("Kind", media.kind_of(first.mime))
