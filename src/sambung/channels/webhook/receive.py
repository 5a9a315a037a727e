"""Messages found in a post by their paths."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from sambung.channels import Attachment, Handle, Ignored, Inbound, Item, Malformed, Request, Sender
from sambung.channels._posted.events import LONGEST_ADDRESS, LONGEST_TEXT, MOST_FILES, moment
from sambung.channels._visitor.values import LONGEST_ID, contacts, plain
from sambung.channels.webhook.config import Mapped
from sambung.kit import mapping, media
from sambung.kit.untrusted import Unreadable, decode

MAPPED = "x-mapping"
"""The header in which the gateway tells how the connection spells things."""
FORM = "application/x-www-form-urlencoded"


def receive(request: Request) -> Iterator[Item]:
    mapped = _mapped(request.headers.get(MAPPED, ""))
    document = _document(request)
    for found in mapping.every(document, mapped.messages):
        yield _message(found, mapped)


def _document(request: Request) -> Any:
    if request.headers.get("content-type", "").startswith(FORM):
        body = request.body.decode("utf-8", "replace")
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=1000)
        return {plain(name): plain(value) for name, value in pairs}
    try:
        return decode(request.body)
    except Unreadable as error:
        raise Malformed(str(error)) from error


@lru_cache(256)
def _mapped(written: str) -> Mapped:
    try:
        return Mapped.model_validate_json(written)
    except ValidationError as error:
        raise Malformed("this system posts to its own connection's hook") from error


def _message(found: Any, mapped: Mapped) -> Item:
    def said(path: str) -> str:
        return plain(mapping.text(found, path)).strip()

    handle = _handle(said(mapped.sender), mapped)
    text, files = said(mapped.text)[:LONGEST_TEXT], _files(found, mapped)
    if handle is None or not (text or files):
        return Ignored(what="no sender" if handle is None else "empty", raw={"value": found})
    name, first = said(mapped.name)[:200], files[0] if files else None
    kind = media.kind_of(first.mime or "application/octet-stream") if first else "text"
    id = said(mapped.id)
    return Inbound(
        id=id if 0 < len(id) <= LONGEST_ID else _made(found),
        sender=Sender((handle,), name=name),
        address=handle.value,
        kind=kind,  # type: ignore[arg-type]
        text=text,
        at=moment(mapping.first(found, mapped.at)),
        attachments=files,
        reply_to=said(mapped.reply_to)[:LONGEST_ID],
        outgoing=mapping.first(found, mapped.own) in (True, "true", 1, "1"),
    )


def _handle(sender: str, mapped: Mapped) -> Handle | None:
    """Phones and addresses that are none are ids of that system alone."""
    if not sender or len(sender) > LONGEST_ADDRESS:
        return None
    if mapped.sender_kind in ("phone", "email"):
        known = contacts({mapped.sender_kind: sender}, verified=True)
        if known:
            return known[0]
    if mapped.sender_kind == "external":
        return Handle("external", sender)
    return Handle("webhook", sender, scope=mapped.scope)


def _files(found: Any, mapped: Mapped) -> tuple[Attachment, ...]:
    if not mapped.attachments:
        return ()
    listed = mapping.every(found, mapped.attachments)[:MOST_FILES]
    described = [
        {
            "url": one if isinstance(one, str) else mapping.text(one, mapped.file_url),
            "mime": mapping.text(one, mapped.file_mime),
            "name": mapping.text(one, mapped.file_name),
        }
        for one in listed
    ]
    return tuple(
        Attachment(mime=file["mime"][:128], name=file["name"][:255], url=file["url"][:2000])
        for file in described
        if file["url"].startswith(("https://", "http://"))
    )


def _made(found: Any) -> str:
    """A name for a message without one: the same for the same message."""
    said = json.dumps(found, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
