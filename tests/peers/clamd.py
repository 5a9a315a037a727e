"""A clamd of our own: the INSTREAM command as clamd(8) describes it, and one signature, EICAR's."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 1_000_000
"""StreamMaxLength."""


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    data = b""
    while length := struct.unpack("!L", await reader.readexactly(4))[0]:
        if len(data) + length > LARGEST:
            writer.write(b"INSTREAM size limit exceeded. ERROR\0")
            await writer.drain()
            # What is unread at a hang-up takes the answer with it.
            while await reader.read(1 << 20):
                pass
            writer.close()
            return
        data += await reader.readexactly(length)
    writer.write(b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0")
    await writer.drain()
    writer.close()


@asynccontextmanager
async def clamd(path: Path | None = None) -> AsyncIterator[str]:
    """Its address: a port of this machine, or the socket at `path`."""
    if path is None:
        server = await asyncio.start_server(_talk, "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(_talk, path)
        address = str(path)
    async with server:
        yield address
