"""What a listener must remember: pieces still to be joined, what came lately, and which ids are one message.

All of it is in the connection's state, so that it outlives a process. Times are Unix seconds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sambung.kit.smpp.pdu import Pdu, Short
from sambung.kit.smpp.segments import Part

TOGETHER = 600
"""Seconds to wait for the pieces of a message."""
AGAIN = 60
"""Seconds within which the same octets are the centre's repetition: there is no id to tell."""
_EXPECTED = 3 * 86_400
_MOST_GROUPS, _MOST_PIECES = 500, 200


@dataclass(frozen=True, slots=True)
class Whole:
    """A message all of whose pieces are here, or as many as came. body: their frames."""

    key: str
    body: bytes


class Memory:
    """Changes as messages come; `kept` is to be stored after each."""

    def __init__(self, state: Mapping[str, Any], now: float) -> None:
        self._sets: dict[str, dict[str, Any]] = {k: dict(v) for k, v in _of(state, "parts").items()}
        # What came just before the line broke may not have been answered for the centre: it comes again.
        self._recent: dict[str, float] = dict.fromkeys(_of(state, "recent"), now)
        self._groups: dict[str, dict[str, Any]] = dict(_of(state, "groups"))

    @property
    def kept(self) -> dict[str, Any]:
        return {"parts": self._sets, "recent": self._recent, "groups": self._groups}

    def repeated(self, short: Short, now: float) -> str | None:
        """The key of a message that is new; None for one that came just now already."""
        self._recent = {key: at for key, at in self._recent.items() if now - at < AGAIN}
        octets = f"{short.source.value}|{short.destination.value}|{short.coding}|".encode()
        print_ = hashlib.sha256(octets + short.content).hexdigest()[:32]
        if print_ in self._recent:
            return None
        self._recent[print_] = now
        return f"{print_}:{int(now)}"

    def piece(self, pdu: Pdu, short: Short, part: Part, key: str, now: float) -> Whole | None:
        """Keep a piece; the whole once it is one."""
        name = f"{short.source.value}|{short.destination.value}|{part.ref}|{part.total}"
        found = self._sets.setdefault(name, {"at": now, "key": key, "pdus": {}})
        found["pdus"].setdefault(str(part.number), pdu.encode().hex())
        if len(found["pdus"]) == part.total:
            return self._take(name)
        return None

    def late(self, now: float) -> list[Whole]:
        """Messages whose other pieces will not come any more, nor fit in here."""
        names = sorted(self._sets, key=lambda name: float(self._sets[name]["at"]))
        crowd = max(len(names) - _MOST_PIECES, 0)
        return [
            self._take(name)
            for n, name in enumerate(names)
            if n < crowd or now - float(self._sets[name]["at"]) >= TOGETHER
        ]

    def next_late(self, now: float) -> float | None:
        """Seconds until `late` has something; None when there is nothing to wait for."""
        starts = [float(found["at"]) for found in self._sets.values()]
        return max(min(starts) + TOGETHER - now, 0.0) if starts else None

    def sent(self, ids: tuple[str, ...], now: float) -> None:
        """A message went out in several pieces."""
        if len(ids) > 1:
            self._groups[ids[0]] = {"at": now, "waits": list(ids), "failed": False}
        expected = sorted(
            (kv for kv in self._groups.items() if now - kv[1]["at"] < _EXPECTED),
            key=lambda kv: float(kv[1]["at"]),
        )
        self._groups = dict(expected[-_MOST_GROUPS:])

    def reported(self, id: str, state: str) -> str | None:
        """The id of the message that this says something of; None while other pieces are still on their way.

        It is delivered when all of it is, and failed when any of it is.
        """
        for first, group in list(self._groups.items()):
            if id not in group["waits"]:
                continue
            if state == "delivered" or state == "failed":
                group["waits"] = [one for one in group["waits"] if one != id]
                told, group["failed"] = group["failed"], group["failed"] or state == "failed"
                if not group["waits"]:
                    del self._groups[first]
                if state == "failed":
                    return None if told else first
                return first if not group["waits"] and not group["failed"] else None
            return first if id == first else None
        return id

    def _take(self, name: str) -> Whole:
        found = self._sets.pop(name)
        frames = [bytes.fromhex(found["pdus"][n]) for n in sorted(found["pdus"], key=int)]
        return Whole(str(found["key"]), b"".join(frames))


def _of(state: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = state.get(name)
    return found if isinstance(found, dict) else {}
