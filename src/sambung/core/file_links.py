"""Links to files: relative, signed, and good for some days, so that an `<img>` needs no token.

A link names the account and the day it ends on; on one day it stays the same, so that browsers keep what they fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sambung.kit import clock, crypto
from sambung.kit.columns import EPOCH
from sambung.kit.problems import NotFound

PURPOSE = "file link"
DAYS = 7
SMALL = "small"


class LinkEnded(NotFound):
    text = {
        "en": "This link is wrong or has expired; reload the page.",
        "id": "Tautan ini salah atau sudah kedaluwarsa; muat ulang halaman.",
    }


@dataclass(frozen=True, slots=True)
class Link:
    """What a link lets its bearer fetch. small: the thumbnail."""

    account: UUID
    file: UUID
    small: bool


def url(account: UUID, file: UUID, *, small: bool = False) -> str:
    """The path and query under which the file is had."""
    until = _today() + DAYS
    size = SMALL if small else ""
    signature = crypto.sign(PURPOSE, _signed(account, file, until, size))
    shown = f"&size={size}" if size else ""
    return f"/api/v1/files/{file}?account={account}&until={until}{shown}&signature={signature}"


def read(file: UUID, query: Mapping[str, str]) -> Link:
    """What the query of such a link allows. Raises LinkEnded."""
    try:
        account, until = UUID(query.get("account", "")), int(query.get("until", ""))
    except ValueError as error:
        raise LinkEnded from error
    size = query.get("size", "")
    value = _signed(account, file, until, size)
    if until < _today() or not crypto.verify(PURPOSE, value, query.get("signature", "")):
        raise LinkEnded
    return Link(account, file, size == SMALL)


def _signed(account: UUID, file: UUID, until: int, size: str) -> str:
    return f"{account}/{file}/{until}/{size}"


def _today() -> int:
    return (clock.now() - EPOCH) // timedelta(days=1)
