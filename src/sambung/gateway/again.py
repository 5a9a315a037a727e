"""Recording again what could not be recorded: after a fault of ours was mended, an administrator asks for it."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

import msgspec

from sambung.channels import Inbound, Item
from sambung.core import connections, unrecorded
from sambung.core.receiving import AlreadyReceived, Link
from sambung.core.unrecorded import NoSuchUnrecorded
from sambung.gateway import inbound
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store, Tx
from sambung.kit.jobs import Leased
from sambung.kit.media import Stored, Withheld

KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in get_args(Item)}


class Again:
    """The worker of `record_again` jobs: the fact is recorded and leaves the list in one commit."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    async def __call__(self, job: Leased) -> None:
        id = UUID(job.args["unrecorded"])
        try:
            row = await self._store.read(unrecorded.get, job.account, id)
        except NoSuchUnrecorded:
            return
        item = msgspec.convert(row.item, KINDS[row.kind])
        files = await inbound.kept(self._blobs, item) if isinstance(item, Inbound) else {}
        try:
            await self._store.write(_record, job.account, id, item, files)
        except AlreadyReceived:
            await self._store.write(unrecorded.forget, job.account, id)


def _record(
    tx: Tx, account: UUID, id: UUID, item: Item, stored: Mapping[int, Stored | Withheld]
) -> None:
    row = unrecorded.get(tx, account, id)
    connection = connections.get(tx, account, row.connection)
    inbound.record(tx, Link(account, connection.id, connection.channel), item, stored)
    unrecorded.forget(tx, account, id)
