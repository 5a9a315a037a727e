"""What the business's server posts: its customers' messages and what else they did in the app."""

from collections.abc import Iterator
from typing import Any, get_args

from sambung.channels import (
    CallProgressed,
    Deleted,
    DeliveryState,
    DeviceRegistered,
    Edited,
    IdentityChanged,
    Ignored,
    Inbound,
    Item,
    Kind,
    Malformed,
    Reacted,
    ReadUpTo,
    Rejected,
    Request,
    Sender,
    StatusReported,
    TypingSeen,
)
from sambung.channels._posted import devices, events
from sambung.channels._posted.events import Incomplete, moment, named, named_or_made, words
from sambung.channels._visitor.proof import Proving, claims_of, prove_token
from sambung.channels._visitor.values import plain
from sambung.kit import media
from sambung.kit.untrusted import Record, only, record

STATES = get_args(DeliveryState)
LARGEST_DATA = 4000
"""Characters of `data`, as JSON."""


def hook_of(request: Request) -> str:
    """The connection that the post names: installations' ids are its own, and tokens are made for it."""
    return request.url.partition("/hooks/")[2].partition("?")[0].partition("/")[0]


def check_tokens(request: Request, config: Proving) -> None:
    """Raises Rejected when a token passed on from the app proves nothing."""
    try:
        posted = events.posted(request.body)
    except Malformed:
        return
    for event in posted:
        if isinstance(event, dict) and (token := _token(event)):
            if not plain(token):
                raise Rejected("bad token")
            prove_token(plain(token), config, hook_of(request))


def receive(request: Request) -> Iterator[Item]:
    site = hook_of(request)
    return events.read(events.posted(request.body), lambda event: _read(event, site))


def _read(event: Record, site: str) -> Iterator[Item]:
    kind = events.kind_of(event)
    at = moment(event.get("at"))
    match kind:
        case "message":
            yield _message(event, site)
        case "edited":
            target = named(event, "target")
            yield Edited(id=named_or_made(event), target=target, text=words(event), at=at)
        case "deleted":
            yield Deleted(id=named_or_made(event), target=named(event, "target"), at=at)
        case "reaction":
            yield Reacted(
                id=named_or_made(event),
                target=named(event, "target"),
                sender=_sender(event, site),
                emoji=plain(event.get("emoji"))[:40],
                at=at,
            )
        case "typing":
            yield TypingSeen(sender=_sender(event, site), on=event.get("on") is not False)
        case "read":
            target = named(event, "message") if event.get("message") else ""
            if not target and at is None:
                raise Incomplete("message")
            yield ReadUpTo(sender=_sender(event, site), target=target, at=at)
        case "status":
            yield _status(event)
        case "identify":
            yield _identity(event, site)
        case "device" | "device_removed":
            owner = _sender(event, site) if kind == "device" else None
            id, device = named_or_made(event), devices.device_of(event)
            yield DeviceRegistered(id=id, device=device, owner=owner, at=at)
        case "call":
            call, sender = named(event), _sender(event, site)
            what = plain(event.get("event"))[:40] or "terminate"
            id, outgoing = f"{call}:{what}", event.get("outgoing") is True
            yield CallProgressed(
                id=id, call=call, sender=sender, event=what, outgoing=outgoing, at=at
            )
        case _:
            yield Ignored(what=kind or "event", raw=event)


def _message(event: Record, site: str) -> Item:
    sender = _sender(event, site)
    files, text = events.files(event.get("attachments")), words(event)
    action = record(event.get("action"))
    chosen = plain(action.get("id"))[:200]
    if not files and not text.strip() and not chosen:
        raise Incomplete("text")
    kind: Kind = "text"
    if chosen:
        kind = "interactive_reply"
    elif files:
        kind = media.kind_of(files[0].mime or "application/octet-stream", voice=files[0].voice)  # type: ignore[assignment]
    title = plain(action.get("title"))[:500] or chosen
    extra: dict[str, Any] = {"interactive": {"id": chosen, "title": title}} if chosen else {}
    data = record(event.get("data"))
    if data and len(repr(data)) <= LARGEST_DATA:
        extra["data"] = dict(data)
    return Inbound(
        id=named(event),
        sender=sender,
        address=sender.handles[0].value,
        kind=kind,
        text=text or title,
        at=moment(event.get("at")),
        attachments=files,
        reply_to=plain(event.get("reply_to"))[:200],
        outgoing=event.get("outgoing") is True,
        automatic=event.get("automatic") is True,
        extra=extra,
    )


def _status(event: Record) -> Item:
    target, state = named(event, "message"), plain(event.get("state"))
    if state not in ("delivered", "read", "failed"):
        raise Incomplete("state")
    return StatusReported(
        target=target,
        message=target,
        state=state,  # type: ignore[arg-type]
        reason="other" if state == "failed" else None,
        detail=plain(event.get("detail"))[:500],
        at=moment(event.get("at")),
    )


def _identity(event: Record, site: str) -> Item:
    """An installation is this customer's from now on."""
    visitor = record(event.get("customer")).get("visitor") or event.get("visitor")
    old = events.customer({"customer": {"visitor": visitor}}, visitors=site)
    known = {**record(event.get("customer")), "visitor": None}
    new = _sender({**event, "customer": known}, site)
    return IdentityChanged(
        id=named_or_made(event),
        old=old.handles,
        new=new.handles,
        name=new.name,
        at=moment(event.get("at")),
    )


def _sender(event: Record, site: str) -> Sender:
    """Whom it is about: as a token of theirs says (it has been checked), else as the business does."""
    said = dict(record(event.get("customer")))
    if token := plain(_token(event)):
        claims = claims_of(token)
        proven = {"id": claims.get("sub"), **only(claims, "email", "phone", "name")}
        said = {**only(said, "visitor", "name", "locale"), **proven}
    return events.customer({"customer": said}, visitors=site)


def _token(event: Record) -> Any:
    return event.get("jwt") or record(event.get("customer")).get("jwt")
