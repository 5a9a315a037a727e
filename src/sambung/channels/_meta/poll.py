"""What webhooks missed: the conversations are asked for every few minutes, the subscription and the token every day.

Some messages (many that begin at an advertisement) never come as a webhook, and Meta repeats nothing. What is
found goes in as the webhook it should have been, signed by us with the app's secret; what came before is known
by its mid and recorded once.

State: `seen` (up to when conversations have been looked through), `checked` and `renewed` (days of the last look at
the subscription and of the last new token).
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sambung.channels import Listened, Refused, Request, Stopped
from sambung.channels._meta import errors, events, graph
from sambung.channels._meta.config import MetaConfig
from sambung.channels._meta.dialect import Dialect
from sambung.kit import clock
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, record, records, text

log = logging.getLogger(__name__)

_OVERLAP = timedelta(minutes=15)
"""Looked through again each time: conversations are listed by when Meta noticed, not by when it happened."""
_SETTLED = timedelta(minutes=1)
"""Younger messages are left to the webhook, which is on its way."""
_RENEW_AFTER = timedelta(days=7)
"""An Instagram token lives 60 days, and may be renewed from the first day's end on."""
_PAGES = 20
_MESSAGES = (
    "id,created_time,from,to,message,sticker,shares{link,name},"
    "attachments{id,mime_type,name,image_data,video_data,file_url}"
)
_KINDS = {"image": "image", "video": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Place:
    """How far we are; times in ISO 8601, "" for never."""

    seen: str = ""
    checked: str = ""
    renewed: str = ""

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "Place":
        """From a stored state."""
        return cls(*(str(state.get(name, "")) for name in ("seen", "checked", "renewed")))


async def follow(
    config: MetaConfig, dialect: Dialect, state: Mapping[str, Any], net: Net
) -> AsyncIterator[Listened]:
    """Yield what was missed, for ever. Raises Stopped, TryLater as requests do."""
    place = Place.of(state)
    while True:
        async for listened in once(config, dialect, place, net):
            place = Place.of(listened.state)
            yield listened
        await asyncio.sleep(config.poll_seconds)


async def once(
    config: MetaConfig, dialect: Dialect, place: Place, net: Net
) -> AsyncIterator[Listened]:
    """One round. The first one of all only notes the time: what was said before we came is not ours to import."""
    now = clock.now()
    today = now.date().isoformat()
    if place.checked != today:
        if trouble := await _subscription(config, dialect, net):
            yield Listened(_told(config, dialect, trouble), asdict(place))
        token, place = await _renewed(config, place, net)
        place = replace(place, checked=today)
        settings = {"access_token": token} if token else {}
        yield Listened(None, asdict(place), settings)
    if place.seen:
        since = datetime.fromisoformat(place.seen) - _OVERLAP
        async for conversation in _conversations(config, dialect, since, net):
            elements = list(_elements(conversation, config, since, now - _SETTLED))
            if elements:
                yield Listened(_webhook(config, dialect, messaging=elements), asdict(place))
    place = replace(place, seen=now.isoformat())
    yield Listened(None, asdict(place))


async def _subscription(config: MetaConfig, dialect: Dialect, net: Net) -> dict[str, Any]:
    """What there is to tell of the subscription; nothing where all is well."""
    try:
        missing = await resubscribe(config, dialect, net)
    except (Refused, Stopped) as failure:
        errors.unless_dead(failure)
        return {"refused": failure.detail}
    return {"missing": missing, "renewed": True} if missing else {}


async def resubscribe(config: MetaConfig, dialect: Dialect, net: Net) -> list[str]:
    """Subscribe our app to the account's webhooks where `messages` is missing; the fields that were.

    Meta drops the subscription of an app whose hook failed for an hour.
    """
    path = f"{config.node}/subscribed_apps"
    found = await graph.call(config, net, "GET", path, failure=errors.failure)
    present = {
        field if isinstance(field, str) else text(record(field), "name")
        for app in records(found.get("data"))
        for field in app.get("subscribed_fields") or ()
    }
    if "messages" in present:
        return []
    fields = config.subscription or dialect.fields
    wanted = {"subscribed_fields": ",".join(fields)}
    await graph.call(config, net, "POST", path, failure=errors.failure, params=wanted)
    return sorted(set(fields) - present)


async def _renewed(config: MetaConfig, place: Place, net: Net) -> tuple[str, Place]:
    """A new token, where it is time for one; else ""."""
    today = clock.now().date()
    if not config.renewable:
        return "", place
    last = datetime.fromisoformat(place.renewed).date() if place.renewed else None
    if last is not None and today - last < _RENEW_AFTER:
        return "", place
    token = config.access_token.get_secret_value()
    asked = {"grant_type": "ig_refresh_token", "access_token": token}
    try:
        answer = await graph.call(
            config, net, "GET", "refresh_access_token", failure=errors.failure, params=asked
        )
    except Refused:  # less than a day old: tomorrow is another look
        return "", place
    new = text(answer, "access_token")
    return new if new != token else "", replace(place, renewed=today.isoformat())


async def _conversations(
    config: MetaConfig, dialect: Dialect, since: datetime, net: Net
) -> AsyncIterator[Record]:
    """Those with news since then, latest first."""
    asked = {
        "platform": dialect.platform,
        "fields": f"id,updated_time,participants,messages.limit(25){{{_MESSAGES}}}",
        "limit": "25",
    }
    for _ in range(_PAGES):
        path = f"{config.node}/conversations"
        try:
            found = await graph.call(config, net, "GET", path, failure=errors.failure, params=asked)
        except (Refused, Stopped) as failure:
            errors.unless_dead(failure)
            log.warning("the conversations cannot be looked through: %s", failure)
            return
        for conversation in records(found.get("data")):
            updated = _time(conversation.get("updated_time"))
            if updated is not None and updated < since:
                return
            yield conversation
        paging = record(found.get("paging"))
        after = text(record(paging.get("cursors")), "after")
        if not after or not paging.get("next"):
            return
        asked["after"] = after


def _elements(
    conversation: Record, config: MetaConfig, since: datetime, until: datetime
) -> Iterator[dict[str, Any]]:
    """The conversation's messages of that time as webhooks have them, oldest first."""
    found = records(record(conversation.get("messages")).get("data"))
    ours = {config.account, *config.other_ids}
    for message in reversed(found):
        at = _time(message.get("created_time"))
        author = record(message.get("from"))
        others = records(record(message.get("to")).get("data"))
        other = author if text(author, "id") not in ours else next(iter(others), {})
        if at is None or not since <= at <= until or not text(message, "id"):
            continue
        said = _message(message)
        business, person = {"id": config.account}, {"id": text(other, "id")}
        outgoing = other is not author
        if outgoing:
            said["is_echo"] = True
        yield {
            "sender": business if outgoing else person,
            "recipient": person if outgoing else business,
            "timestamp": int(at.timestamp() * 1000),
            "message": said,
        }


def _message(message: Record) -> dict[str, Any]:
    said: dict[str, Any] = {"mid": text(message, "id")}
    if words := text(message, "message"):
        said["text"] = words
    attached = [_attachment(one) for one in records(record(message.get("attachments")).get("data"))]
    if sticker := text(message, "sticker"):
        attached.append({"type": "sticker", "payload": {"url": sticker}})
    for share in records(record(message.get("shares")).get("data")):
        payload = {"url": text(share, "link"), "title": text(share, "name")}
        if payload["url"] and payload["url"] not in words:
            attached.append({"type": "fallback", "payload": payload})
    if attached:
        said["attachments"] = attached
    return said


def _attachment(one: Record) -> dict[str, Any]:
    kind = _KINDS.get(text(one, "mime_type").partition("/")[0], "file")
    image, video = record(one.get("image_data")), record(one.get("video_data"))
    if image:
        kind = "image"
    elif video:
        kind = "video"
    url = text(image, "url") or text(video, "url") or text(one, "file_url")
    return {"type": kind, "payload": {"url": url, "title": text(one, "name")}}


def _told(config: MetaConfig, dialect: Dialect, trouble: dict[str, Any]) -> Request:
    change = {"field": events.CHECK, "value": trouble}
    return _webhook(config, dialect, changes=[change])


def _webhook(config: MetaConfig, dialect: Dialect, **content: list[dict[str, Any]]) -> Request:
    """What Meta would have posted."""
    entry = {"id": config.account, "time": int(clock.now().timestamp() * 1000), **content}
    body = json.dumps({"object": dialect.object, "entry": [entry]}).encode()
    digest = hmac.digest(config.app_secrets[0].encode(), body, hashlib.sha256)
    return Request(body, {"x-hub-signature-256": f"sha256={digest.hex()}"})


def _time(value: Any) -> datetime | None:
    """A time of the Graph API's, 2026-11-10T03:00:00+0000."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found.astimezone(UTC)
