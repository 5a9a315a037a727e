"""One frame of the widget, and what it means."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sambung.channels import (
    Attachment,
    DeviceRegistered,
    Handle,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Kind,
    Malformed,
    ReadUpTo,
    Request,
    Sender,
    StatusReported,
)
from sambung.channels._posted.devices import device_of
from sambung.channels._posted.events import Incomplete
from sambung.channels._visitor.proof import claims_of
from sambung.channels._visitor.values import (
    LONGEST_FIELD,
    LONGEST_ID,
    contacts,
    is_number,
    plain,
)

Frame = Mapping[str, Any]

LONGEST_TEXT = 10_000
LONGEST_UPLOAD = 2_000
"""Characters of an upload's id: the gateway seals what it knows of the file into it."""
MOST_FILES = 10
MOST_RECEIVED = 100

_MEDIA: Mapping[str, Kind] = {
    "image": "image",
    "audio": "audio",
    "voice": "voice",
    "video": "video",
    "document": "document",
}


@dataclass(frozen=True, slots=True)
class Writer:
    """What the frames so far say of the one who writes."""

    visitor: str
    site: str
    locale: str = ""
    name: str = ""
    claims: tuple[Handle, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def handle(self) -> Handle:
        return Handle("visitor", self.visitor, verified=True, scope=self.site)

    @property
    def sender(self) -> Sender:
        return Sender((self.handle, *self.claims), name=self.name, locale=self.locale)


def frames_of(body: bytes) -> tuple[Frame, list[Frame]]:
    """What is said of the connection, and the frames: one, a list, or a recorded session."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as bad:
        raise Malformed("not JSON") from bad
    connection: Frame = {}
    if isinstance(data, dict) and isinstance(data.get("frames"), list):
        said = data.get("connection")
        connection = said if isinstance(said, dict) else {}
        data = data["frames"]
    frames = data if isinstance(data, list) else [data]
    if not all(isinstance(frame, dict) for frame in frames):
        raise Malformed("a frame is an object")
    return connection, frames


def message_of(frame: Frame, writer: Writer) -> Item:
    """Text or files; `Ignored.what` is the error code the widget is answered with."""
    cid = cid_of(frame)
    if not cid:
        return Ignored(what="no_cid")
    text = plain(frame.get("text"))
    if len(text) > LONGEST_TEXT:
        return Ignored(what="too_long", raw={"cid": cid})
    uploads = frame.get("upload_ids")
    ids = [plain(one)[:LONGEST_UPLOAD] for one in uploads] if isinstance(uploads, list) else []
    files = tuple(Attachment(mime="", id=one) for one in ids if one)
    if len(files) > MOST_FILES:
        return Ignored(what="too_many_files", raw={"cid": cid})
    if not files and not text.strip():
        return Ignored(what="empty", raw={"cid": cid})
    return Inbound(
        id=f"{writer.visitor}:{cid}",
        sender=writer.sender,
        address=writer.visitor,
        kind=_MEDIA.get(plain(frame.get("kind")), "document") if files else "text",
        text=text,
        attachments=files,
        reply_to=plain(frame.get("reply_to"))[:LONGEST_ID],
        extra=writer.extra,
    )


def action_of(frame: Frame, writer: Writer) -> Item:
    """A button of one of our messages was pressed."""
    ref, action = (plain(frame.get(key))[:LONGEST_ID] for key in ("ref", "action_id"))
    value = plain(frame.get("value"))[:LONGEST_FIELD]
    if not ref or not action:
        return Ignored(what="action", raw={"cid": cid_of(frame)})
    return Inbound(
        id=f"{writer.visitor}:{cid_of(frame) or f'{ref}:{action}'}",
        sender=writer.sender,
        address=writer.visitor,
        kind="interactive_reply",
        text=value or action,
        reply_to=ref,
        extra={**writer.extra, "interactive": {"id": action, "title": value or action}},
    )


def read_of(frame: Frame, writer: Writer) -> Item:
    """`target` is our message's id; `seq` the log position that an older client tells."""
    seen = frame.get("target", frame.get("seq"))
    target = plain(seen)[:LONGEST_ID] if not is_number(seen) else str(seen)
    return ReadUpTo(sender=writer.sender, target=target) if target else Ignored(what="read")


def received_of(frame: Frame) -> Iterator[Item]:
    """These of our messages have reached the browser."""
    targets = frame.get("targets")
    for target in targets[:MOST_RECEIVED] if isinstance(targets, list) else []:
        if id := plain(target)[:LONGEST_ID]:
            yield StatusReported(target=id, state="delivered", message=id)


def device_told(frame: Frame, writer: Writer) -> Item:
    """This device may be notified, or no more."""
    try:
        device = device_of(frame)
    except Incomplete:
        return Ignored(what="bad_device", raw={"cid": cid_of(frame)})
    owner = writer.sender if frame.get("t") == "device" else None
    return DeviceRegistered(id=f"{writer.visitor}:{cid_of(frame)}", device=device, owner=owner)


def identity_of(frame: Frame, writer: Writer) -> IdentityChanged:
    """The visitor is this customer of the business. Typed beside a proof is still only typed."""
    token, proved = plain(frame.get("jwt")), bool(frame.get("jwt") or frame.get("hash"))
    said = claims_of(token) if token else frame
    external = plain(said.get("sub") if token else said.get("external_id"))[:LONGEST_ID]
    vouched = contacts(said, verified=bool(token))
    typed = contacts(frame, verified=False) if token else ()
    known = {(handle.kind, handle.value) for handle in vouched}
    new = (
        *((Handle("external", external, verified=proved),) if external else ()),
        *vouched,
        *(handle for handle in typed if (handle.kind, handle.value) not in known),
    )
    mark = hashlib.sha256(repr(new).encode()).hexdigest()[:16]
    return IdentityChanged(
        id=f"{writer.visitor}:identify:{mark}",
        old=(writer.handle,),
        new=new,
        name=plain(said.get("name") or frame.get("name"))[:LONGEST_FIELD],
    )


def claiming(writer: Writer, answers: Frame) -> Writer:
    """The writer with what they typed about themselves: for the agent to read, linked to nobody."""
    kept = {
        plain(key)[:40]: plain(value)[:LONGEST_FIELD]
        for key, value in list(answers.items())[:20]
        if key not in ("hash", "jwt") and plain(value)
    }
    return replace(
        writer,
        name=kept.get("name", writer.name),
        claims=tuple(dict.fromkeys((*writer.claims, *contacts(kept, verified=False)))),
        extra={**writer.extra, "prechat": kept} if kept else writer.extra,
    )


def cid_of(frame: Frame) -> str:
    return plain(frame.get("cid"))[:64]


def first(frames: list[Frame], key: str) -> str:
    return next((said for frame in frames if (said := plain(frame.get(key))[:LONGEST_ID])), "")


def site_of(request: Request, frames: list[Frame]) -> str:
    return request.headers.get("x-site") or first(frames, "site")


def without_type(frame: Frame) -> Frame:
    return {key: value for key, value in frame.items() if key != "t"}
