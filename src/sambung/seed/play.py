"""Reads `scripts.txt`: what customers and agents say to each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sambung.kit.chance import Dice

SCRIPTS = Path(__file__).parent / "scripts.txt"
SPOKEN = re.compile(r"([CANPDFBRLS>+])(?: (.*))?")
ENDS = ("close", "open", "snooze")


@dataclass(slots=True)
class Line:
    """One act. `does` is a letter or word as `scripts.txt` explains; `words` are its wordings."""

    does: str
    words: list[str] = field(default_factory=list[str])

    def said(self, dice: Dice, values: Mapping[str, str]) -> str:
        """One wording, with its blanks filled."""
        return dice.choice(self.words).format_map(values) if self.words else ""


@dataclass(slots=True)
class Script:
    """One conversation. channels: letters of those it suits; ends: close, open or snooze."""

    channels: str
    language: str
    labels: tuple[str, ...]
    subject: str = ""
    lines: list[Line] = field(default_factory=list[Line])

    @property
    def ends(self) -> str:
        """How the agents leave it."""
        return self.lines[-1].does

    @property
    def goes_on_by(self) -> str:
        """The channels it moves to on the way; "" when it does not."""
        return "".join(line.words[0] for line in self.lines if line.does == ">")


def scripts() -> list[Script]:
    """Everything there is to talk about."""
    found: list[Script] = []
    for line in SCRIPTS.read_text().splitlines():
        if not line or line.startswith("# "):
            continue
        if line.startswith("=="):
            channels, language, *labels = line[2:].split()
            found.append(Script(channels, language, tuple(labels[0].split(",") if labels else ())))
        else:
            _add(found[-1], line)
    return found


def _add(script: Script, line: str) -> None:
    spoken = SPOKEN.fullmatch(line)
    if spoken is None:
        word, _, rest = line.partition(" ")
        script.lines.append(Line(word, [rest]))
        return
    does, text = spoken[1], spoken[2] or ""
    if does == "S":
        script.subject = text
    elif does == "+":
        before = script.lines[-1]
        before.words = [f"{words}\n{text}" for words in before.words]
    elif does == "B":
        script.lines.append(Line(does, [text]))
    else:
        script.lines.append(Line(does, text.split(" | ")))
