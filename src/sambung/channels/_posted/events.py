"""A post of a business's own system: one event, a list of them, or `{"events": [...]}`; each stands alone."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sambung.channels import Attachment, Handle, Ignored, Item, Malformed, Sender
from sambung.channels._visitor.values import LONGEST_ID, contacts, plain
from sambung.kit.untrusted import Record, Unreadable, decode, each, record

LONGEST_TEXT = 20_000
LONGEST_ADDRESS = 320
"""Characters that the record keeps of an identity."""
MOST_FILES = 20
_MILLISECONDS_FROM = 100_000_000_000
"""A Unix time from here on counts milliseconds: in seconds it would be the year 5138."""


class Incomplete(ValueError):
    """An event without what it cannot do without."""


def posted(body: bytes) -> list[Any]:
    """The events of a post. Raises Malformed."""
    try:
        found = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if isinstance(found, dict) and isinstance(found.get("events"), list):
        found = found["events"]
    if not isinstance(found, dict | list):
        raise Malformed("an event is a JSON object")
    return found if isinstance(found, list) else [found]


def read(events: list[Any], reader: Callable[[Record], Iterator[Item]]) -> Iterator[Item]:
    """What every event says; one that cannot be read costs the others nothing."""
    for event in events:
        if not isinstance(event, dict):
            yield Ignored(what="not an object", raw={"value": event})
            continue
        try:
            found = list(reader(event))
        except Incomplete as missing:
            found = [Ignored(what=f"incomplete: {missing}", raw=event)]
        yield from found


def kind_of(event: Record) -> str:
    return plain(event.get("type")).strip().lower()


def named(event: Record, key: str = "id") -> str:
    """An id, taken whole or not at all. Raises Incomplete."""
    value = event.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    found = plain(value).strip()
    if not found or len(found) > LONGEST_ID:
        raise Incomplete(key)
    return found


def named_or_made(event: Record) -> str:
    """The event's id; without one, the same event has the same made one."""
    if event.get("id") not in (None, ""):
        return named(event)
    said = json.dumps(event, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def customer(event: Record, *, visitors: str = "") -> Sender:
    """Whom the business says it is about: `id` (its own), `visitor` (an installation), email, phone. Raises Incomplete.

    visitors: scope of installations' ids ("" = none are taken). The business vouches for all it posts.
    """
    said = record(event.get("customer"))
    handles: list[Handle] = []
    if said.get("id") not in (None, ""):
        handles.append(Handle("external", named(said)))
    if visitors and said.get("visitor") not in (None, ""):
        handles.append(Handle("visitor", named(said, "visitor"), scope=visitors))
    handles += contacts(said, verified=said.get("verified") is not False)
    if not handles:
        raise Incomplete("customer")
    name, locale = plain(said.get("name"))[:200], plain(said.get("locale"))[:35]
    return Sender(tuple(handles), name=name, locale=locale)


def moment(value: Any) -> datetime | None:
    """RFC 3339, or a Unix time in seconds or milliseconds; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and not value.strip().isdigit():
        return _written(value.strip())
    try:
        number = float(value)
        seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _written(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def files(value: Any) -> tuple[Attachment, ...]:
    """Files to be fetched at addresses the business gives; what has none is left out."""
    return tuple(
        Attachment(
            mime=plain(file.get("mime"))[:128],
            name=plain(file.get("name"))[:255],
            url=plain(file.get("url"))[:2000],
            voice=file.get("voice") is True,
        )
        for file in each(value)[:MOST_FILES]
        if isinstance(file, dict) and plain(file.get("url"))
    )


def words(event: Record, key: str = "text") -> str:
    return plain(event.get(key))[:LONGEST_TEXT]
