"""Files of visitors: stored first, then named in a message.

What is known of a stored file is sealed into the id that the browser holds, for this visitor alone: nothing
is written for a file that is never sent.
"""

from collections.abc import AsyncIterator

import msgspec

from sambung.channels import Capabilities
from sambung.gateway.visitor_sessions import Visitor
from sambung.kit import crypto, media
from sambung.kit.blobs import Blobs
from sambung.kit.media import FileTooLarge, Stored
from sambung.kit.problems import Problem

PURPOSE = "visitor upload"


class KindNotTaken(Problem):
    status = 415
    text = {
        "en": "This kind of file cannot be sent here.",
        "id": "Jenis berkas ini tidak dapat dikirim di sini.",
    }


class NotYours(Exception):
    """The id was not given to this visitor by us."""


class _Sealed(msgspec.Struct):
    visitor: str
    stored: Stored


async def keep(
    body: AsyncIterator[bytes],
    able: Capabilities,
    blobs: Blobs,
    *,
    name: str,
    claimed_mime: str,
) -> Stored:
    """Store what the visitor uploads. Raises FileTooLarge, KindNotTaken, BlobsUnreachable."""
    largest = max((rule.largest for rule in able.media), default=0)
    data = bytearray()
    async for chunk in body:
        data += chunk
        if len(data) > largest:
            raise FileTooLarge(megabytes=largest // 1_000_000)
    stored = await media.store(blobs, bytes(data), name=name, claimed_mime=claimed_mime)
    rule = next((rule for rule in able.media if _fits(stored.mime, rule.mimes)), None)
    if rule is None or not data:
        raise KindNotTaken
    if stored.size > rule.largest:
        raise FileTooLarge(megabytes=rule.largest // 1_000_000)
    return stored


def sealed(stored: Stored, visitor: Visitor) -> str:
    """The id that the visitor names the file by."""
    value = _Sealed(visitor.key, stored)
    return crypto.encrypt(PURPOSE, msgspec.json.encode(value).decode())


def opened(id: str, visitor: Visitor) -> Stored:
    """The file. Raises NotYours."""
    try:
        value = msgspec.json.decode(crypto.decrypt(PURPOSE, id), type=_Sealed)
    except (crypto.Unreadable, msgspec.MsgspecError) as bad:
        raise NotYours from bad
    if value.visitor != visitor.key:
        raise NotYours
    return value.stored


def _fits(mime: str, mimes: tuple[str, ...]) -> bool:
    return any(
        mime == one or (one.endswith("/*") and mime.startswith(one.removesuffix("*")))
        for one in mimes
    )
