"""What goes wrong on the way, on purpose: one set of switches for each provider's stand-in."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sambung.kit.chance import Dice, dice


@dataclass(slots=True)
class Settings:
    """The switches. Chances are 0…1, times are seconds.

    duplicate  chance that a delivery to the product is made twice, at the same moment
    shuffle    hold back this many deliveries, then hand them over in any order
    delay      longest random wait before a delivery
    drop       chance that a delivery never happens
    late       say no after having said yes (WhatsApp: a `failed` status; mail: a bounce)
    silence    how long a request that was accepted stays without an answer, see `Faults.go_silent`
    """

    duplicate: float = 0.0
    shuffle: int = 0
    delay: float = 0.0
    drop: float = 0.0
    late: bool = False
    silence: float = 30.0


@dataclass(slots=True)
class Faults:
    """The switches, the errors still to be given, and the dice (same seed, same throws)."""

    seed: int = 1
    settings: Settings = field(default_factory=Settings)
    dice: Dice = field(init=False)
    _errors: deque[str] = field(default_factory=deque[str])
    _silent: int = 0
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.dice = dice(self.seed)

    def fail(self, code: str | int, times: int = 1) -> None:
        """Answer the next `times` sends with the provider's error `code`."""
        self._errors.extend([str(code)] * times)

    def go_silent(self, times: int = 1) -> None:
        """Accept the next `times` sends, let them take effect, and never answer."""
        self._silent += times

    def next_error(self, *, only: str = "") -> str | None:
        """The code to fail this send with, if any. `only`: take it just when it is this one."""
        if not self._errors or (only and self._errors[0] != only):
            return None
        return self._errors.popleft()

    async def pass_silence(self) -> bool:
        """Wait out the silence if this send is to get no answer; say whether it was so."""
        if not self._silent:
            return False
        self._silent -= 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), self.settings.silence)
        return True

    def happens(self, chance: float) -> bool:
        """Throw the dice."""
        return chance > 0 and self.dice.random() < chance

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Take over the page's switches: any of the settings, `fail` {code, times}, `silent` times.

        Raises ValueError for a switch there is not.
        """
        known = asdict(self.settings)
        for name, value in wanted.items():
            if name == "fail":
                self.fail(str(value["code"]), int(value.get("times", 1)))
            elif name == "silent":
                self.go_silent(int(value))
            elif name in known:
                setattr(self.settings, name, type(known[name])(value))
            else:
                raise ValueError(f"no such fault: {name}")

    def clear(self) -> None:
        """All is well again."""
        self.settings = Settings()
        self._errors.clear()
        self._silent = 0

    def release(self) -> None:
        """End every silence now: the stand-in shuts down."""
        self._over.set()

    def as_json(self) -> dict[str, Any]:
        """The switches as the page shows them."""
        return asdict(self.settings) | {"errors": list(self._errors), "silent": self._silent}
