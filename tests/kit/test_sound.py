"""Sounds in another form, by the real ffmpeg."""

import io
import math
import struct
import wave

import pytest

from sambung.kit import sniff, sound
from sambung.kit.sound import CannotConvert


def beep(seconds: float = 0.5) -> bytes:
    """A WAV of one tone, in stereo."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        tone = (int(9000 * math.sin(n / 6)) for n in range(int(16_000 * seconds)))
        file.writeframes(b"".join(struct.pack("<hh", one, one) for one in tone))
    return out.getvalue()


async def webm_of(wav: bytes) -> bytes:
    """As Chrome records it."""
    recorded = {"audio/webm": ("-c:a", "libopus", "-f", "webm")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sound, "FORMS", recorded)
        return await sound.convert(wav, "audio/webm")


@pytest.mark.parametrize("form", sound.FORMS)
async def test_what_is_made_is_what_was_asked_for(form: str) -> None:
    made = await sound.convert(beep(), form)
    assert sniff.mime_of(made, form) == form
    again = await sound.convert(made, "audio/ogg")
    assert b"OpusHead" in again[:100]
    channels = again[again.index(b"OpusHead") + 9]
    assert channels == 1


@pytest.mark.parametrize(
    "data", [b"", b"no sound", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", bytes(5000)]
)
async def test_what_is_no_sound_is_not_converted(data: bytes) -> None:
    with pytest.raises(CannotConvert):
        await sound.convert(data, "audio/mp4")


async def test_without_ffmpeg_nothing_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "program", lambda: None)
    with pytest.raises(CannotConvert, match="not installed"):
        await sound.convert(beep(), "audio/mp4")
