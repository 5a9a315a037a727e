"""Tells the open pages what has changed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Change = dict[str, Any]


class Live:
    """Everyone who listens hears every change from then on; who falls far behind hears `reload`."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change]] = set()

    def tell(self, what: str, **about: Any) -> None:
        """Say it to everyone who listens."""
        for listener in self._listeners:
            if listener.full():
                while not listener.empty():
                    listener.get_nowait()
                listener.put_nowait({"what": "reload"})
            else:
                listener.put_nowait({"what": what, **about})

    @contextmanager
    def listen(self) -> Iterator["asyncio.Queue[Change]"]:
        """A queue of changes for as long as the page is open."""
        queue: asyncio.Queue[Change] = asyncio.Queue(maxsize=200)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
