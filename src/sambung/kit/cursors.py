"""Cursors: the key of a page's last item, opaque to whoever hands it back."""

import base64
import binascii
from datetime import datetime
from types import GenericAlias
from typing import Any

import msgspec

from sambung.kit.problems import Problem


class BadCursor(Problem):
    text = {"en": "The cursor is not one of ours.", "id": "Penanda halaman tidak dikenal."}


def pack(*key: Any) -> str:
    """A key as an opaque cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def unpack(cursor: str | None, *kinds: Any) -> tuple[Any, ...] | None:
    """The key of a cursor, its parts as `kinds`; None without a cursor. Raises BadCursor."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = tuple(msgspec.json.decode(raw, type=GenericAlias(tuple, kinds)))
    except (msgspec.DecodeError, binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise BadCursor from error
    if not all(map(_ours, key)):
        raise BadCursor
    return key


def _ours(part: Any) -> bool:
    """Whether `pack` could have been given it: no time without its zone, no number beyond a column's."""
    if isinstance(part, datetime):
        return part.tzinfo is not None
    return not isinstance(part, int) or abs(part) < 2**63
