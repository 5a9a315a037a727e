"""How fast somebody may go: so many times within a while, counted in this process."""

from collections import deque
from datetime import datetime, timedelta

from sambung.kit import clock

MOST_KEPT = 10_000
"""Whoever is counted; beyond that those who have been quiet are forgotten."""


class Pace:
    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._recent: dict[str, deque[datetime]] = {}

    def wait(self, who: str = "") -> float:
        """0 and counted, or the seconds until the next time is allowed."""
        now = clock.now()
        recent = self._recent.setdefault(who, deque())
        while recent and recent[0] <= now - self._within:
            recent.popleft()
        if len(recent) >= self._most:
            return (recent[0] + self._within - now).total_seconds()
        recent.append(now)
        if len(self._recent) > MOST_KEPT:
            self._forget(now)
        return 0.0

    def _forget(self, now: datetime) -> None:
        quiet = [who for who, recent in self._recent.items() if recent[-1] <= now - self._within]
        for who in quiet:
            del self._recent[who]
