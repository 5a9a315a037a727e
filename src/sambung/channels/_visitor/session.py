"""A visitor's frames, checked and translated."""

from collections.abc import Iterator
from dataclasses import replace

from sambung.channels import Ignored, Item, Malformed, Rejected, Request, TypingSeen
from sambung.channels._visitor.frames import (
    Writer,
    action_of,
    cid_of,
    claiming,
    device_told,
    first,
    frames_of,
    identity_of,
    message_of,
    read_of,
    received_of,
    site_of,
    without_type,
)
from sambung.channels._visitor.proof import Proving, prove
from sambung.channels._visitor.values import page_of, plain


def origin_of(request: Request) -> tuple[str, str]:
    """The page's origin, and the address it opened. Raises Rejected."""
    try:
        connection, _ = frames_of(request.body)
    except Malformed as bad:
        raise Rejected(str(bad)) from bad
    origin = request.headers.get("origin") or plain(connection.get("origin"))
    return origin, request.url or plain(connection.get("url"))


def check(request: Request, config: Proving) -> None:
    """Every sign-in is proved, and there, where required. Raises Rejected."""
    try:
        _, frames = frames_of(request.body)
    except Malformed as bad:
        raise Rejected(str(bad)) from bad
    proved = request.headers.get("x-identity") == "verified"
    site = site_of(request, frames)
    for frame in frames:
        type_ = frame.get("t")
        if type_ == "identify":
            proved = prove(frame, config, site) or proved
        elif config.require_identity and not proved and type_ in ("message", "action"):
            raise Rejected("sign-in required")


def items(request: Request) -> Iterator[Item]:
    """As `Channel.receive`. Relies on `check`: a proof in a frame has been checked."""
    _, frames = frames_of(request.body)
    visitor = request.headers.get("x-visitor") or first(frames, "visitor")
    if not visitor:
        raise Malformed("no visitor")
    writer = Writer(visitor, site_of(request, frames))
    for frame in frames:
        match frame.get("t"):
            case "hello":
                writer = replace(
                    writer,
                    locale=plain(frame.get("locale"))[:35],
                    extra={**writer.extra, **page_of(frame.get("page"))},
                )
            case "prechat":
                answers = frame.get("fields")
                writer = claiming(
                    writer, answers if isinstance(answers, dict) else without_type(frame)
                )
            case "identify":
                changed = identity_of(frame, writer)
                if not any(handle.verified for handle in changed.new):
                    writer = claiming(writer, without_type(frame))
                yield changed
            case "message":
                yield message_of(frame, writer)
            case "action":
                yield action_of(frame, writer)
            case "typing":
                yield TypingSeen(sender=writer.sender, on=frame.get("on") is not False)
            case "read":
                yield read_of(frame, writer)
            case "received":
                yield from received_of(frame)
            case "device" | "device_removed":
                yield device_told(frame, writer)
            case other:
                yield Ignored(what=plain(other)[:40] or "frame", raw={"cid": cid_of(frame)})
