"""Bytes kept by their content: the key is the SHA-256, so the same file is kept once and never changes.

On disk under two levels of folders, or in a bucket that speaks S3.
"""

import asyncio
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import httpx

from sambung.kit import clock
from sambung.kit.s3 import Bucket, bucket_of

KEY = re.compile(r"[0-9a-f]{64}")


class NoSuchBlob(Exception):
    """Nothing is kept under this key."""


class BlobsUnreachable(Exception):
    """The bucket did not take or give the bytes; trying again may help."""


class Blobs(Protocol):
    async def put(self, data: bytes) -> str:
        """Keep the bytes durably; their key. Raises BlobsUnreachable."""

    async def get(self, key: str) -> bytes:
        """Raises NoSuchBlob, BlobsUnreachable."""

    async def remove(self, key: str) -> None:
        """Forget the bytes; nothing when they are gone already."""

    def path(self, key: str) -> Path | None:
        """The file on this machine's disk that holds the bytes; None where there is none."""


def open_blobs(url: str, folder: Path, http: httpx.AsyncClient) -> Blobs:
    """The store behind `url`: empty = in `folder`; `s3://KEY:SECRET@bucket/prefix?endpoint=…&region=…`."""
    return InBucket(bucket_of(url), http) if url else OnDisk(folder)


def key_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class OnDisk:
    """`ab/cd/abcd…`: written beside and renamed, so that a reader meets all of a file or nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes) -> str:
        return await asyncio.to_thread(self._write, data)

    async def get(self, key: str) -> bytes:
        path = self.path(key)
        if path is None:
            raise NoSuchBlob(key)
        return await asyncio.to_thread(path.read_bytes)

    async def remove(self, key: str) -> None:
        path = self.path(key)
        if path is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def path(self, key: str) -> Path | None:
        if not KEY.fullmatch(key):
            return None
        path = self._at(key)
        return path if path.is_file() else None

    def _at(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:4] / key

    def _write(self, data: bytes) -> str:
        key = key_of(data)
        path = self._at(key)
        if path.is_file():
            return key
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except OSError:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise
        _sync_folder(path.parent)
        return key


class InBucket:
    def __init__(self, bucket: Bucket, http: httpx.AsyncClient) -> None:
        self._bucket = bucket
        self._http = http

    async def put(self, data: bytes) -> str:
        key = key_of(data)
        if (await self._ask("HEAD", key)).status_code != 200:
            answer = await self._ask("PUT", key, data)
            if not answer.is_success:
                raise BlobsUnreachable(f"the bucket answered {answer.status_code}")
        return key

    async def get(self, key: str) -> bytes:
        answer = await self._ask("GET", key)
        if answer.status_code == 404:
            raise NoSuchBlob(key)
        if not answer.is_success:
            raise BlobsUnreachable(f"the bucket answered {answer.status_code}")
        return answer.content

    async def remove(self, key: str) -> None:
        answer = await self._ask("DELETE", key)
        if not answer.is_success and answer.status_code != 404:
            raise BlobsUnreachable(f"the bucket answered {answer.status_code}")

    def path(self, key: str) -> Path | None:
        return None

    async def _ask(self, method: str, key: str, data: bytes = b"") -> httpx.Response:
        if not KEY.fullmatch(key):
            raise NoSuchBlob(key)
        url, headers = self._bucket.signed(method, f"{key[:2]}/{key[2:4]}/{key}", data, clock.now())
        try:
            return await self._http.request(method, url, content=data or None, headers=headers)
        except httpx.HTTPError as error:
            raise BlobsUnreachable(str(error) or type(error).__name__) from error


def _sync_folder(folder: Path) -> None:
    """The name, too, must survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
