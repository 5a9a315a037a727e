"""Long-lived connections to providers, shared within a process by who listens on them and who sends."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Session = TypeVar("Session")


class Sessions:
    """By what they reach. Who opens one keeps it here for as long as it lives."""

    def __init__(self) -> None:
        self._open: dict[Hashable, object] = {}

    @contextmanager
    def sharing(self, key: Hashable, session: object) -> Iterator[None]:
        """Let others find the session."""
        self._open[key] = session
        try:
            yield
        finally:
            if self._open.get(key) is session:
                del self._open[key]

    def find(self, key: Hashable, kind: type[Session]) -> Session | None:
        """The session of that key, if somebody of this process has one."""
        found = self._open.get(key)
        return found if isinstance(found, kind) else None
