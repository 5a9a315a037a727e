"""Whether a file carries a virus, asked of a clamd where one is set: its INSTREAM command, clamd(8).

`z` commands end in NUL; the file follows in chunks, each after its length (4 bytes, network order), and an empty one.
"""

import asyncio
import struct
from dataclasses import dataclass

from sambung.kit.problems import Problem

CHUNK = 65_536
PATIENCE = 60.0
"""Seconds for one file."""


class Infected(Problem):
    """what: as the scanner calls it. As a text: what is kept of the file."""

    status = 422
    text = {
        "en": "The virus scanner holds this file back ({what}).",
        "id": "Pemindai virus menahan berkas ini ({what}).",
    }


class ScannerUnreachable(Problem):
    """It may be reachable again soon; until then no file is taken in."""

    status = 503
    text = {
        "en": "The virus scanner does not answer; try again in a moment.",
        "id": "Pemindai virus tidak menjawab; coba lagi sebentar lagi.",
    }


@dataclass(slots=True)
class _Set:
    address: str = ""


_SET = _Set()


def use(address: str) -> None:
    """Ask the clamd at `host:port` or at a socket's path about every file; "" = ask nobody."""
    _SET.address = address


async def look_at(data: bytes) -> None:
    """Nothing, where the file is clean or nobody is to be asked. Raises Infected, ScannerUnreachable."""
    if not _SET.address:
        return
    said = (await _asked(_SET.address, data)).removeprefix("stream: ")
    if said.endswith(" FOUND"):
        name = said.removesuffix(" FOUND")
        raise Infected(f"infected: {name}", what=name)
    if "size limit exceeded" in said:
        raise Infected("too large for the virus scanner", what=said)
    if said != "OK":
        raise ScannerUnreachable(said)


async def greet(address: str) -> None:
    """Whether a clamd is there and works. Raises ScannerUnreachable."""
    said = await _asked(address, b"")
    if said != "stream: OK":
        raise ScannerUnreachable(said)


async def _asked(address: str, data: bytes) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            return await _ask(address, data)
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        raise ScannerUnreachable(str(error) or type(error).__name__) from error


async def _ask(address: str, data: bytes) -> str:
    reader, writer = await _open(address)
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            chunk = data[start : start + CHUNK]
            writer.write(struct.pack("!L", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack("!L", 0))
        await writer.drain()
        return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace").strip()
    except ConnectionError:
        # It says what it has against a file that is too large, and hangs up before it has all of it.
        left = await reader.read()
        if not left:
            raise
        return left.rstrip(b"\0").decode(errors="replace").strip()
    finally:
        writer.close()


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host.strip("[]"), int(port))
