"""Files are shown to a virus scanner, and none is taken in that it holds back or cannot see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.peers.clamd import EICAR, LARGEST, clamd

from sambung.kit import clamd as scanner
from sambung.kit import media
from sambung.kit.blobs import OnDisk, key_of
from sambung.kit.clamd import Infected, ScannerUnreachable


@pytest.fixture(autouse=True)
async def _scanned() -> AsyncIterator[None]:
    async with clamd() as address:
        scanner.use(address)
        yield
    scanner.use("")


async def test_what_is_clean_is_taken_in(tmp_path: Path) -> None:
    for data in (b"", b"halo", bytes(200_000)):
        stored = await media.store(OnDisk(tmp_path), data, name="a.txt")
        assert stored.size == len(data)


async def test_a_virus_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Infected) as infected:
        await media.store(OnDisk(tmp_path), EICAR, name="eicar.txt")
    assert str(infected.value) == "infected: Eicar-Signature"
    assert "Eicar-Signature" in infected.value.title("id")
    assert OnDisk(tmp_path).path(key_of(EICAR)) is None


async def test_what_is_too_large_to_be_seen_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(Infected, match="too large"):
        await media.store(OnDisk(tmp_path), bytes(LARGEST * 5), name="a")


async def test_a_socket_in_the_file_system_will_do(tmp_path: Path) -> None:
    async with clamd(tmp_path / "s") as address:
        await scanner.greet(address)
        scanner.use(address)
        with pytest.raises(Infected):
            await scanner.look_at(EICAR)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "nonsense"])
async def test_nothing_is_taken_in_unseen(address: str) -> None:
    scanner.use(address)
    with pytest.raises(ScannerUnreachable):
        await scanner.look_at(b"halo")
