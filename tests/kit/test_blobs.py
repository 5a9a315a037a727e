"""Files are kept by content, on disk and in a bucket, and never half."""

import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sambung.kit import blobs
from sambung.kit.blobs import BlobsUnreachable, InBucket, NoSuchBlob, OnDisk, open_blobs
from sambung.kit.s3 import BadBucket, bucket_of


async def test_what_was_put_is_got_by_its_hash(tmp_path: Path) -> None:
    store = OnDisk(tmp_path)
    key = await store.put(b"halo")
    assert key == blobs.key_of(b"halo")
    assert await store.get(key) == b"halo"
    assert store.path(key) == tmp_path / key[:2] / key[2:4] / key


async def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = OnDisk(tmp_path)
    key = await store.put(b"dua kali")
    assert await store.put(b"dua kali") == key
    path = store.path(key)
    assert path is not None
    assert os.listdir(path.parent) == [key]


async def test_a_key_that_is_none_reaches_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "rahasia").write_text("x")
    store = OnDisk(tmp_path / "files")
    for key in ("../rahasia", "", "0" * 63, "0" * 64):
        assert store.path(key) is None
        with pytest.raises(NoSuchBlob):
            await store.get(key)


async def test_removed_is_gone_and_removing_again_is_nothing(tmp_path: Path) -> None:
    store = OnDisk(tmp_path)
    key = await store.put(b"hapus")
    await store.remove(key)
    await store.remove(key)
    assert store.path(key) is None


class Shelf:
    """An S3 server with memory: takes only what is signed."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            return httpx.Response(503)
        assert request.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=kunci/")
        path = request.url.path
        match request.method:
            case "PUT":
                self.kept[path] = request.content
                return httpx.Response(200)
            case "DELETE":
                self.kept.pop(path, None)
                return httpx.Response(204)
        found = self.kept.get(path)
        return httpx.Response(404) if found is None else httpx.Response(200, content=found)


async def test_a_bucket_keeps_what_it_is_given() -> None:
    shelf = Shelf()
    url = "s3://kunci:rahasia%2F@berkas/toko?endpoint=http://bucket.test:9000&region=id-1"
    async with httpx.AsyncClient(transport=httpx.MockTransport(shelf)) as http:
        store = open_blobs(url, Path("unused"), http)
        assert isinstance(store, InBucket)
        key = await store.put(b"isi")
        assert list(shelf.kept) == [f"/berkas/toko/{key[:2]}/{key[2:4]}/{key}"]
        assert await store.get(key) == b"isi"
        assert store.path(key) is None
        await store.remove(key)
        with pytest.raises(NoSuchBlob):
            await store.get(key)
        shelf.down = True
        with pytest.raises(BlobsUnreachable):
            await store.put(b"lain")


def test_the_signature_is_the_one_amazons_own_client_makes() -> None:
    """Keys of the S3 manual's examples; the signature as botocore gives it for this request."""
    bucket = bucket_of(
        "s3://AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY@examplebucket"
    )
    url, headers = bucket.signed("GET", "test.txt", b"", datetime(2013, 5, 24, tzinfo=UTC))
    assert url == "https://s3.us-east-1.amazonaws.com/examplebucket/test.txt"
    assert headers["authorization"].endswith(
        "Signature=1af7046a3869e9514e0308746e1fb7a88e4c4d80353130303f05fb3cd563ae31"
    )


def test_a_bucket_without_keys_is_refused() -> None:
    with pytest.raises(BadBucket):
        bucket_of("s3://berkas")
