"""Delivery receipts, and what the ids in them mean. SMPP 3.4 appendix B, which every carrier reads its own way."""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sambung.kit.smpp.pdu import MESSAGE_STATE, NETWORK_ERROR, RECEIPTED_ID, Short

Rule = Literal["auto", "same", "decimal", "hexadecimal"]
"""How a receipt writes an id: as the answer did, or the answer's hexadecimal in decimal, or the reverse."""
_FIELD = re.compile(r"(?:^|\s)(id|err|stat|done[ _]?date)\s*:\s*([^\s:]*)", re.IGNORECASE)
_WORDS = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_HEX, _DECIMAL = re.compile(r"[0-9a-fA-F]{4,32}"), re.compile(r"[0-9]{4,39}")
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the message `id`. word: DELIVRD, UNDELIV …; error: the carrier's own number."""

    id: str
    word: str
    error: str = ""
    done: str = ""


def read(message: Short, text: str) -> Report | None:
    """The report in a message; None when it holds none. Tags tell more reliably than the text does."""
    fields = {key.lower().replace("_", " "): value for key, value in _FIELD.findall(text)}
    id = message.tags.get(RECEIPTED_ID, b"").rstrip(b"\0").decode("latin-1") or fields.get("id", "")
    state = message.tags.get(MESSAGE_STATE, b"")
    word = _WORDS.get(state[0], "") if state else ""
    word = word or fields.get("stat", "").upper()
    error = fields.get("err", "")
    network = message.tags.get(NETWORK_ERROR, b"")
    if len(network) == 3 and error in ("", "000"):
        error = str(int.from_bytes(network[1:], "big"))
    return Report(id, word, error, fields.get("done date", "")) if id and word else None


class Ids:
    """Finds the id we were given for the one a receipt names. `auto` learns the rule from what fits."""

    def __init__(self, rule: Rule = "auto", learnt: Mapping[str, Any] | None = None) -> None:
        kept = learnt or {}
        self._auto = rule == "auto"
        self._rule: str = str(kept.get("rule", "auto")) if self._auto else rule
        self._width, self._upper = int(kept.get("width", 0)), bool(kept.get("upper", False))
        self._given: OrderedDict[str, str] = OrderedDict()

    @property
    def learnt(self) -> dict[str, Any]:
        """To be kept, and given to the next one."""
        return {"rule": self._rule, "width": self._width, "upper": self._upper}

    def give(self, id: str) -> None:
        """The centre calls a message of ours so."""
        keys = [f"={id}", f"~{_bare(id)}"]
        if _HEX.fullmatch(id):
            keys.append(f"x{int(id, 16)}")
            self._width = len(id)
            self._upper = self._upper or (id != id.lower())
        if _DECIMAL.fullmatch(id):
            keys.append(f"d{int(id)}")
        for key in keys:
            self._given[key] = id
            self._given.move_to_end(key)
        while len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)

    def knows(self, id: str) -> bool:
        """Whether it is one of those given lately."""
        return self._find(id) is not None

    def ours(self, id: str) -> str:
        """The id we were given; what the rule makes of it when that was before our time."""
        found = self._find(id)
        if found is not None:
            rule, given = found
            if self._auto and self._rule == "auto":
                self._rule = rule
            return given
        if self._rule == "decimal" and _DECIMAL.fullmatch(id):
            written = f"{int(id):0{self._width}x}"
            return written.upper() if self._upper else written
        if self._rule == "hexadecimal" and _HEX.fullmatch(id):
            return str(int(id, 16))
        return id

    def _find(self, id: str) -> tuple[str, str] | None:
        ways = [("same", f"={id}"), ("same", f"~{_bare(id)}")]
        if _DECIMAL.fullmatch(id):
            ways.append(("decimal", f"x{int(id)}"))
        if _HEX.fullmatch(id):
            ways.append(("hexadecimal", f"d{int(id, 16)}"))
        for rule, key in ways:
            if self._rule in ("auto", rule) and key in self._given:
                return rule, self._given[key]
        return None


def _bare(id: str) -> str:
    return id.lower().lstrip("0")
