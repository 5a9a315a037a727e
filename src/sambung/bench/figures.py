"""What was measured, printed side by side."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """what: in words. digits: after the point. target: what design asks of it, in words."""

    what: str
    value: float
    unit: str = ""
    digits: int = 0
    target: str = ""

    def __str__(self) -> str:
        return f"{self.value:,.{self.digits}f} {self.unit}".strip()


@dataclass(slots=True)
class Took:
    """Seconds by the wall, and of this process's CPU."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """Measures the block."""
    took = Took()
    wall, cpu = time.perf_counter(), time.process_time()
    yield took
    took.wall, took.cpu = time.perf_counter() - wall, time.process_time() - cpu


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(columns: Mapping[str, Sequence[Figure]], say: Callable[[str], None]) -> None:
    """A row per figure, a column per engine, and what was asked for."""
    first = next(iter(columns.values()))
    widths = [max(len(figure.what) for figure in first), *(16 for _ in columns)]
    say(_row(["", *columns, "target"], widths))
    for index, figure in enumerate(first):
        values = [str(figures[index]) for figures in columns.values()]
        say(_row([figure.what, *values, figure.target], widths))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *values, target = cells
    shown = "".join(f"{value:>{width}}" for value, width in zip(values, widths[1:], strict=True))
    return f"  {name:<{widths[0]}}{shown}   {target}".rstrip()
