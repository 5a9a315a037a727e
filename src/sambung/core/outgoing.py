"""What is wanted said, and whether it may be: the connection's state, the customer's will, the channel's limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sambung.channels import Capabilities, all_channels
from sambung.core import connections, consent, files, reach, sounds
from sambung.core.routes import Route
from sambung.kit.db import Tx
from sambung.kit.problems import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Draft:
    """What an agent (or a bot) wants said. attachments: file ids; kind follows from what is given."""

    text: str = ""
    html: str = ""
    subject: str = ""
    attachments: Sequence[UUID] = ()
    template: dict[str, Any] | None = None
    interactive: dict[str, Any] | None = None
    reply_to: UUID | None = None
    automatic: bool = False
    mentions: Sequence[UUID] = ()


class WindowClosed(Conflict):
    text = {
        "en": "The customer's last message is too long ago; only an approved template can be sent.",
        "id": "Pesan terakhir pelanggan sudah terlalu lama; hanya templat yang disetujui bisa dikirim.",
    }


class ConnectionUnusable(Conflict):
    text = {
        "en": "This connection is stopped or switched off.",
        "id": "Koneksi ini berhenti atau dimatikan.",
    }


class OptedOut(Conflict):
    text = {
        "en": "The customer does not want messages there.",
        "id": "Pelanggan tidak mau menerima pesan di sana.",
    }


class NothingToSend(Invalid):
    text = {"en": "There is nothing to send.", "id": "Tidak ada yang dikirim."}


class TooLong(Invalid):
    text = {
        "en": "The text is too long: at most {longest} characters here.",
        "id": "Teks terlalu panjang: paling banyak {longest} karakter di sini.",
    }


class NotCarried(Invalid):
    text = {
        "en": "This channel does not carry {what}.",
        "id": "Kanal ini tidak dapat mengirim {what}.",
    }


def check(tx: Tx, account: UUID, root: UUID, route: Route, draft: Draft) -> None:
    """Raise the problem above that keeps the draft from being sent on this route now."""
    row = connections.get(tx, account, route.connection)
    if row.status != connections.ACTIVE:
        raise ConnectionUnusable
    if not (draft.text.strip() or draft.attachments or draft.template or draft.interactive):
        raise NothingToSend
    if consent.stopped(tx, account, root, "service", connection=route.connection):
        raise OptedOut
    able = all_channels()[route.channel].capabilities
    leeway = timedelta() if route.new else able.leeway(automatic=draft.automatic)
    if draft.template is None and not reach.is_open(route.window_ends_at, leeway):
        raise WindowClosed
    _check_content(tx, account, able, draft)


def _check_content(tx: Tx, account: UUID, able: Capabilities, draft: Draft) -> None:
    if len(draft.text) > able.longest_text:
        raise TooLong(longest=able.longest_text)
    if draft.template is not None and not able.templates:
        raise NotCarried(what="template")
    if draft.interactive is not None and not (able.buttons or able.list_rows):
        raise NotCarried(what="interactive")
    if len(draft.attachments) > able.attachments_per_message:
        raise NotCarried(what=f"> {able.attachments_per_message} attachments")
    for file in draft.attachments:
        row = files.get(tx, account, file)
        carried = any(_carries(rule.mimes, rule.largest, row) for rule in able.media)
        if not carried and not sounds.is_carried(able, row.mime):
            raise NotCarried(what=f"{row.name} ({row.mime}, {row.size} B)")


def _carries(mimes: Sequence[str], largest: int, file: Any) -> bool:
    fits = any(
        file.mime == mime
        or (mime.endswith("/*") and file.mime.startswith(mime[:-1]))
        or mime == "*/*"
        for mime in mimes
    )
    return fits and file.size <= largest
