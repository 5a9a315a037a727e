"""A webhook taken apart: what cannot be read becomes an `Ignored` with its raw JSON, and never costs the others."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sambung.channels import Ignored, Item, Malformed
from sambung.kit.untrusted import Record, Unreadable, decode

_BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


class Incomplete(ValueError):
    """An element without what it cannot do without."""


def body_of(body: bytes) -> Record:
    """The JSON object posted. Raises Malformed when it is none."""
    try:
        found = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if not isinstance(found, dict):
        raise Malformed("the body is not a JSON object")
    return found


def inner(value: Any) -> Record:
    """An object that some providers write as JSON inside a string. Raises Incomplete when it is none."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise Incomplete("content")
    try:
        found = decode(value.encode())
    except Unreadable as error:
        raise Incomplete("content") from error
    if not isinstance(found, dict):
        raise Incomplete("content")
    return found


def read(
    what: str, element: Any, reader: Callable[[Record], Iterator[Item]], to: str
) -> Iterator[Item]:
    """What one element says."""
    if not isinstance(element, dict):
        yield Ignored(what=what, raw={"value": element}, to=to)
        return
    try:
        found = list(reader(element))
    except _BROKEN as error:
        yield Ignored(what=f"{what}: {type(error).__name__}", raw=element, to=to)
        return
    yield from found


def key(*parts: Any) -> str:
    """A name for a fact the provider gives none: the same for the same parts."""
    said = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def named(what: str, record: Mapping[str, Any], id: str) -> str:
    """A notice's id: the provider's, or, where it gives none, the fact itself."""
    return f"{what}:{id or key(record)}"
