"""The files on the customers' phones: pictures they send, and those they were sent."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass

from sambung.kit import ids


@dataclass(frozen=True, slots=True)
class File:
    """Some bytes with a name and a MIME type."""

    id: str
    name: str
    mime: str
    content: bytes

    @property
    def sha256(self) -> str:
        """As WhatsApp's webhooks give it: base64."""
        return b64encode(hashlib.sha256(self.content).digest()).decode()


class Files:
    """Every file by id; the oldest go when they are too many."""

    def __init__(self, *, most: int = 500) -> None:
        self._files: dict[str, File] = {}
        self._most = most

    def keep(self, name: str, mime: str, content: bytes) -> File:
        """Store it under a new id: a number, as the providers' media ids are."""
        file = File(str(ids.new_id().int % 10**16), name, mime, content)
        self._files[file.id] = file
        while len(self._files) > self._most:
            del self._files[next(iter(self._files))]
        return file

    def get(self, file: str) -> File | None:
        """The file, unless it is gone."""
        return self._files.get(file)

    def delete(self, file: str) -> bool:
        """Forget it; say whether it was there."""
        return self._files.pop(file, None) is not None
