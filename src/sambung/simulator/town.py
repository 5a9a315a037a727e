"""What every stand-in shares: the people, the files on their phones, and where the product is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sambung.kit import ids
from sambung.simulator.courier import PATIENCE
from sambung.simulator.customers import People
from sambung.simulator.files import Files
from sambung.simulator.live import Live


def _fresh(channel: str, name: str) -> str:
    """A secret that this run alone knows."""
    return ids.secret(24)


@dataclass(slots=True, kw_only=True)
class Town:
    """The world the business is in.

    business  what it is called there
    product   where the stand-ins reach the product ("http://127.0.0.1:8000"); "" = nothing is posted
    here      where the product reaches the stand-ins: the simulator's own address
    secret    (channel, name) → 32 characters and more, the same after a restart where the demo keeps them
    port      from which stand-ins with listeners of their own take theirs; 0 = any free ones
    pace      seconds between the steps of a message, for people to watch; 0 in tests
    patience  seconds before each further try to hand something to the product
    """

    people: People
    business: str = "Toko Nusantara"
    product: str = ""
    here: str = ""
    secret: Callable[[str, str], str] = _fresh
    port: int = 0
    pace: float = 0.0
    seed: int = 1
    patience: Sequence[float] = PATIENCE
    files: Files = field(default_factory=Files)
    live: Live = field(default_factory=Live)
