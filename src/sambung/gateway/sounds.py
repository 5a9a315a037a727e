"""Sounds that not every browser plays get a second form that does; the first is kept."""

import logging
from uuid import UUID

from sambung.core import files, messages, sounds
from sambung.kit import media, sound
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store
from sambung.kit.jobs import Leased
from sambung.kit.media import Stored
from sambung.kit.sound import CannotConvert

log = logging.getLogger(__name__)


class Convert:
    """The worker of `convert_sound` jobs."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    async def __call__(self, job: Leased) -> None:
        account, id = job.account, UUID(job.args["attachment"])
        row = await self._store.read(messages.get_attachment, account, id)
        if row is None or row.file is None or row.variant is not None:
            return
        file = await self._store.read(files.get, account, row.file)
        try:
            made = await convert(self._blobs, file.key, file.name, sound.EVERYWHERE)
        except CannotConvert as error:
            log.warning("a sound stays as it came: %s", error)
            return
        await self._store.write(sounds.add_variant, account, id, made)


async def convert(blobs: Blobs, key: str, name: str, form: str) -> Stored:
    """A kept sound in another form, kept too. Raises CannotConvert, BlobsUnreachable, NoSuchBlob."""
    data = await sound.convert(await blobs.get(key), form)
    stem = name.rpartition(".")[0] or name
    return await media.store(blobs, data, name=stem + media.EXTENSIONS[form], claimed_mime=form)
