"""Queued messages on their way: a reader turns each into a job, and the job hands it to its channel.

Jobs of one conversation on one connection share a lane, so replies arrive in the order they were written.
"""

import logging
from typing import Any
from uuid import UUID

from sambung.channels import (
    Capabilities,
    Gone,
    Handle,
    OutAttachment,
    Outbound,
    Pace,
    Refused,
    Stopped,
    TryLater,
    Unknown,
)
from sambung.core import (
    connections,
    devices,
    file_links,
    files,
    messages,
    pacing,
    reach,
    sending,
    sounds,
)
from sambung.core.connections import ACTIVE, NoSuchConnection
from sambung.core.eventlog import Recorded
from sambung.core.events import MessageQueued
from sambung.core.follower import Reader
from sambung.core.pacing import Limit
from sambung.core.sending import Outgoing
from sambung.gateway.directory import Connected, Directory
from sambung.gateway.sounds import convert
from sambung.kit import jobs
from sambung.kit.blobs import Blobs, BlobsUnreachable
from sambung.kit.clamd import ScannerUnreachable
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.net import Net
from sambung.kit.runner import Failed, Later
from sambung.kit.sound import CannotConvert

log = logging.getLogger(__name__)

SEND = sending.SEND


def schedule(tx: Tx, recorded: Recorded) -> None:
    """Every queued message becomes a job."""
    event = recorded.event
    if isinstance(event, MessageQueued):
        _enqueue(tx, recorded.account, event.message, event.conversation, event.connection)


def release(tx: Tx, recorded: Recorded) -> None:
    """A connection works again: what waited for it is sent."""
    connection = UUID(recorded.data["connection"])
    row = connections.by_id(tx, connection)
    if row is not None and row.status == ACTIVE:
        for waiting in sending.waiting(tx, recorded.account, connection):
            _enqueue(tx, recorded.account, waiting.id, waiting.conversation, connection)


def _enqueue(tx: Tx, account: UUID, message: UUID, conversation: UUID, connection: UUID) -> None:
    jobs.enqueue(
        tx,
        account,
        SEND,
        {"message": str(message), "connection": str(connection)},
        lane=f"{conversation}:{connection}",
        dedupe=f"send:{message}",
    )


READER = Reader("outbound", schedule, ("MessageQueued",))
RELEASER = Reader("release", release, ("ConnectionResumed", "ConnectionChanged"))


class Deliver:
    """The worker of `send` jobs."""

    def __init__(
        self, store: Store, directory: Directory, blobs: Blobs, net: Net, *, public_url: str
    ) -> None:
        self._store = store
        self._directory = directory
        self._blobs = blobs
        self._net = net
        self._public_url = public_url

    async def __call__(self, job: Leased) -> None:
        account, message = job.account, UUID(job.args["message"])
        connected = self._directory.get(UUID(job.args["connection"]))
        try:
            if connected is None:
                await self._unknown(job)
                return
            outgoing = await self._store.write(_take, account, message, connected.channel.pace)
        except NoSuchConnection:
            await self._fail(account, message, "blocked", detail="the connection was removed")
            return
        if outgoing is None:
            return
        if isinstance(outgoing, float):
            raise Later(outgoing)
        if self._too_late(connected, outgoing):
            await self._fail(account, message, "window_closed")
            return
        await self._send(job, connected, outgoing)

    async def _unknown(self, job: Leased) -> None:
        """The directory does not have the connection: added a moment ago, or its settings cannot be read."""
        account, connection = job.account, UUID(job.args["connection"])
        await self._store.read(connections.get, account, connection)
        if not job.last_attempt:
            raise Failed("the connection's settings are not at hand")
        message = UUID(job.args["message"])
        await self._fail(account, message, "auth", detail="the settings cannot be read")

    async def _send(self, job: Leased, connected: Connected, outgoing: Outgoing) -> None:
        account, message = job.account, outgoing.row.id
        try:
            outbound = await self._outbound(connected, outgoing)
            receipt = await connected.channel.send(outbound, connected.config, self._net)
        except (BlobsUnreachable, ScannerUnreachable) as passing:
            # Nothing was handed over yet.
            await self._store.write(sending.put_back, account, message)
            raise Failed(f"{type(passing).__name__}: {passing}") from passing
        except CannotConvert as cannot:
            await self._fail(account, message, "media_invalid", detail=str(cannot))
        except Refused as refused:
            await self._fail(account, message, refused.reason, refused.code, refused.detail)
            if isinstance(refused, Gone):
                await self._store.write(devices.forget, account, outbound.handle)
        except Unknown as unknown:
            await self._store.write(sending.uncertain, account, message, detail=unknown.detail)
        except Stopped as stopped:
            await self._store.write(_stopped, account, message, connected.link.id, stopped)
        except TryLater as later:
            if job.last_attempt:
                await self._fail(account, message, later.reason, later.code, later.detail)
                return
            await self._store.write(sending.put_back, account, message)
            if later.reason == "rate_limited":
                raise Later(later.seconds or 5) from later
            raise Failed(later.detail, later.seconds) from later
        else:
            await self._store.write(
                sending.sent,
                account,
                message,
                provider_id=receipt.id,
                state=receipt.state,
                parts=receipt.other_ids,
            )

    async def _outbound(self, connected: Connected, outgoing: Outgoing) -> Outbound:
        row = outgoing.row
        handle = Handle(outgoing.kind, outgoing.value, outgoing.verified, outgoing.scope)
        return Outbound(
            id=str(row.id),
            to=outgoing.address or connected.channel.address_of(handle),
            handle=handle,
            kind=row.kind,
            text=row.text,
            html=row.html,
            subject=outgoing.subject,
            attachments=await self._attachments(
                row.account, outgoing, connected.channel.capabilities
            ),
            reply_to=outgoing.reply_to,
            references=outgoing.references,
            thread_tag=outgoing.tag,
            template=row.extra.get("template"),
            interactive=row.extra.get("interactive"),
            automatic=bool(row.extra.get("automatic")),
            extra={**row.extra, "hook_url": f"{self._public_url}/hooks/{connected.link.id}"},
        )

    async def _attachments(
        self, account: UUID, outgoing: Outgoing, able: Capabilities
    ) -> tuple[OutAttachment, ...]:
        found = []
        for attachment in outgoing.attachments:
            file = await self._file(account, attachment, able)
            content = await self._blobs.get(file.key)
            found.append(
                OutAttachment(
                    file.name,
                    file.mime,
                    content,
                    attachment.voice,
                    attachment.inline,
                    url=self._link(account, file.id),
                    preview_url=self._link(account, file.id, small=True) if file.thumbnail else "",
                )
            )
        return tuple(found)

    async def _file(self, account: UUID, attachment: Any, able: Capabilities) -> Any:
        """What was attached; of a sound that the channel wants in another form, that form (made once)."""
        file = await self._store.read(files.get, account, attachment.file)
        form = sounds.form_for(able, file.mime, voice=attachment.voice)
        if not form:
            return file
        variant = attachment.variant
        if variant is None:
            made = await convert(self._blobs, file.key, file.name, form)
            variant = await self._store.write(sounds.add_variant, account, attachment.id, made)
        return await self._store.read(files.get, account, variant or attachment.file)

    def _link(self, account: UUID, file: UUID, *, small: bool = False) -> str:
        """Where a provider can fetch the file by itself; "" where it cannot reach us."""
        if not self._public_url.startswith("https://"):
            return ""
        return self._public_url + file_links.url(account, file, small=small)

    def _too_late(self, connected: Connected, outgoing: Outgoing) -> bool:
        """The window may have closed since the message was written."""
        able = connected.channel.capabilities
        if able.window is None or outgoing.row.kind == "template":
            return False
        leeway = able.leeway(automatic=bool(outgoing.row.extra.get("automatic")))
        return not outgoing.address or not reach.is_open(outgoing.window_ends_at, leeway)

    async def _fail(
        self, account: UUID, message: UUID, reason: str, code: str = "", detail: str = ""
    ) -> None:
        await self._store.write(
            sending.failed, account, message, reason=reason, code=code, detail=detail
        )


def _take(tx: Tx, account: UUID, message: UUID, pace: Pace) -> Outgoing | float | None:
    """Take the message for sending, or say how many seconds it must wait for its turn."""
    row = messages.get(tx, account, message)
    if row.status == "queued":
        limits = [Limit(f"{row.connection}", pace.per_second, pace.burst)]
        if pace.recipient_seconds:
            rate = 1 / pace.recipient_seconds
            limits.append(Limit(f"{row.connection}:{row.identity}", rate, pace.recipient_burst))
        wait = pacing.take(tx, account, limits)
        if wait:
            return wait
    return sending.take(tx, account, message)


def _stopped(tx: Tx, account: UUID, message: UUID, connection: UUID, why: Stopped) -> None:
    """The message waits, queued, until the connection is mended."""
    sending.put_back(tx, account, message)
    connections.stop(tx, account, connection, reason=why.reason, code=why.code, detail=why.detail)
