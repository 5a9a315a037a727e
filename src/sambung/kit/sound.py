"""Sound in another form, by ffmpeg where it is on PATH: what one end records the other cannot always play."""

import asyncio
import shutil
import tempfile
from functools import cache
from pathlib import Path

FORMS = {
    "audio/ogg": ("-c:a", "libopus", "-b:a", "32k", "-ar", "48000", "-f", "ogg"),
    "audio/mp4": ("-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-f", "ipod"),
    "audio/mpeg": ("-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3"),
}
"""What can be made; one channel of sound, for it is speech."""
EVERYWHERE = "audio/mp4"
"""Plays in every browser there is."""
NOT_EVERYWHERE = frozenset(
    {"audio/amr", "audio/ogg", "audio/opus", "application/ogg", "audio/webm", "audio/3gpp"}
)
"""Some browser (Safari before 18.4, or all) cannot play it."""
LONGEST = 7200
"""Seconds of sound."""
PATIENCE = 120.0
"""Seconds of work."""


class CannotConvert(Exception):
    """There is no ffmpeg, or it makes nothing of the file."""


@cache
def program() -> str | None:
    """Where ffmpeg is."""
    return shutil.which("ffmpeg")


async def convert(data: bytes, form: str) -> bytes:
    """The sound of a file in one of FORMS. Raises CannotConvert."""
    ffmpeg = program()
    if ffmpeg is None:
        raise CannotConvert("ffmpeg is not installed")
    with tempfile.TemporaryDirectory(prefix="sambung-") as folder:
        given, made = Path(folder, "in"), Path(folder, "out")
        await asyncio.to_thread(given.write_bytes, data)
        await _run(
            *(ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1"),
            # The file is a stranger's: it may refer to no other, here or elsewhere.
            *("-protocol_whitelist", "file", "-i", str(given), "-map", "0:a:0", "-vn"),
            *("-map_metadata", "-1", "-t", str(LONGEST), "-ac", "1", *FORMS[form], str(made)),
        )
        return await asyncio.to_thread(made.read_bytes)


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise CannotConvert(f"not done in {PATIENCE:g} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise CannotConvert(said.decode(errors="replace").strip()[-300:])
