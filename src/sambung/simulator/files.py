"""The files on the customers' phones: pictures they send, and those they were sent."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

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

    def keep(self) -> dict[str, str]:
        """To be kept over a restart."""
        told = {"id": self.id, "name": self.name, "mime": self.mime}
        return told | {"content": b64encode(self.content).decode()}

    @classmethod
    def kept(cls, whole: Mapping[str, Any]) -> Self:
        """What `keep` wrote."""
        return cls(whole["id"], whole["name"], whole["mime"], b64decode(whole["content"]))


class Files:
    """Every file by id; the oldest go when they are too many."""

    def __init__(self, *, most: int = 500) -> None:
        self._files: dict[str, File] = {}
        self._most = most

    def __iter__(self) -> Iterator[File]:
        return iter(self._files.values())

    def keep(self, name: str, mime: str, content: bytes) -> File:
        """Store it under a new id: a number, as the providers' media ids are."""
        return self.put(File(str(ids.new_id().int % 10**16), name, mime, content))

    def put(self, file: File) -> File:
        """Have it among the files."""
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
