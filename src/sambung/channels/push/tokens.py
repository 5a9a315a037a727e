"""What we prove ourselves with to Google and Apple, kept while it is good: both mind being asked for each message."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sambung.kit import clock

MOST = 1000


@dataclass(slots=True)
class Tokens:
    """By a fingerprint of the key they were made with."""

    _kept: dict[str, tuple[str, datetime]] = field(default_factory=dict[str, tuple[str, datetime]])

    def get(self, *made_with: str) -> str:
        """The token, or "" when there is none that is good."""
        token, until = self._kept.get(_name(made_with), ("", clock.now()))
        return token if until > clock.now() else ""

    def keep(self, token: str, lives: timedelta, *made_with: str) -> str:
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[_name(made_with)] = (token, clock.now() + lives)
        return token

    def drop(self, *made_with: str) -> None:
        """The provider takes it no more."""
        self._kept.pop(_name(made_with), None)


def _name(made_with: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(made_with).encode()).hexdigest()
