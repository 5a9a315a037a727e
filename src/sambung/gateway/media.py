"""Files that came as a reference: a reader makes a job for each, the job fetches it at once, for links expire.

Size cap, true type and thumbnail are `kit.media`'s; private addresses are refused by `kit.net`.
"""

from typing import Any
from uuid import UUID

from sambung.channels import Attachment, Fetched, Refused, Stopped, TryLater, Unknown
from sambung.core import attachments, messages
from sambung.core.eventlog import Recorded
from sambung.core.events import AttachmentStored, MessageEvent
from sambung.core.follower import Reader
from sambung.core.sounds import CONVERT
from sambung.gateway.directory import Directory
from sambung.kit import jobs, media, sound
from sambung.kit.blobs import Blobs
from sambung.kit.clamd import Infected, ScannerUnreachable
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.media import FileTooLarge, Stored
from sambung.kit.net import Forbidden, Net, TooLarge
from sambung.kit.runner import Failed

FETCH = attachments.FETCH


def schedule(tx: Tx, recorded: Recorded) -> None:
    """Every file still to be fetched becomes a job, and every sound that is not to be heard everywhere."""
    event = recorded.event
    if not isinstance(event, MessageEvent):
        return
    fetched = event.attachment if isinstance(event, AttachmentStored) else None
    for attachment in messages.attached(tx, recorded.account, event.message):
        args = {"attachment": str(attachment.id)}
        if attachment.state == "pending" and fetched is None:
            jobs.enqueue(tx, recorded.account, FETCH, args, dedupe=f"fetch:{attachment.id}")
        elif fetched in (None, attachment.id) and _is_deaf(attachment):
            jobs.enqueue(tx, recorded.account, CONVERT, args, dedupe=f"sound:{attachment.id}")


def _is_deaf(attachment: Any) -> bool:
    """Whether some browser could not play it."""
    return (
        attachment.state == "stored"
        and attachment.mime in sound.NOT_EVERYWHERE
        and attachment.variant is None
    )


READER = Reader("media", schedule, ("MessageReceived", "MessageImported", "AttachmentStored"))


class Fetch:
    """The worker of `fetch` jobs."""

    def __init__(self, store: Store, directory: Directory, blobs: Blobs, net: Net) -> None:
        self._store = store
        self._directory = directory
        self._blobs = blobs
        self._net = net

    async def __call__(self, job: Leased) -> None:
        account, id = job.account, UUID(job.args["attachment"])
        found = await self._store.read(_pending, account, id)
        if found is None:
            return
        attachment, connection = found
        connected = self._directory.get(connection)
        if connected is None:
            await self._store.write(attachments.give_up, account, id, "the connection was removed")
            return
        try:
            fetched = await connected.channel.fetch(attachment, connected.config, self._net)
            stored = await self._keep(attachment, fetched)
        except (Refused, Forbidden, TooLarge, FileTooLarge, Infected) as refused:
            await self._store.write(attachments.give_up, account, id, str(refused))
        except ScannerUnreachable as later:
            raise Failed(later.title("en")) from later
        except (TryLater, Stopped, Unknown) as later:
            if job.last_attempt:
                await self._store.write(attachments.give_up, account, id, later.detail)
                return
            raise Failed(later.detail, getattr(later, "seconds", None)) from later
        else:
            await self._store.write(attachments.stored, account, id, stored)

    async def _keep(self, attachment: Attachment, fetched: Fetched) -> Stored:
        name = attachment.name or fetched.name
        mime = fetched.mime or attachment.mime
        return await media.store(self._blobs, fetched.content, name=name, claimed_mime=mime)


def _pending(tx: Tx, account: UUID, id: UUID) -> tuple[Attachment, UUID] | None:
    row = messages.get_attachment(tx, account, id)
    if row is None or row.state != "pending":
        return None
    source = row.source
    attachment = Attachment(
        mime=source.get("mime", ""),
        name=row.name,
        id=source.get("id", ""),
        url=source.get("url", ""),
        size=source.get("size"),
        sha256=source.get("sha256", ""),
        voice=row.voice,
    )
    return attachment, messages.get(tx, account, row.message).connection
