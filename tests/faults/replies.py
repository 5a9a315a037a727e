"""Agents who answer customers, and repeat what got no answer."""

import asyncio
from contextlib import aclosing
from itertools import count
from typing import Any

import httpx
from tests.faults.load import ids_in

from sambung.bench import traffic

WRITERS = 4
PAUSE = 0.03
"""Seconds between a writer's replies, and before another try."""


class Writers:
    """written: the texts that the product has taken. answered: ids of the messages they answer."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._http = httpx.AsyncClient(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=10
        )
        self._numbers = count()
        self._more = True
        self.written: list[str] = []
        self.answered: set[str] = set()

    async def run(self, conversations: list[str]) -> None:
        """Answer in each conversation in turn until told to `finish`."""
        async with aclosing(self._http):
            await asyncio.gather(*(self._write(conversations) for _ in range(WRITERS)))

    async def opened(self, customers: int) -> list[str]:
        """The conversations that so many customers begin."""
        for body, headers in traffic.hook(customers, people=customers):
            url = f"{self._url}/hooks/{traffic.CHANNEL}"
            await self._until_taken("POST", url, content=body, headers=headers)
            self.answered |= set(ids_in(body))
        answer = await self._until_taken("GET", "/conversations", params={"limit": customers})
        return [conversation["id"] for conversation in answer["items"]]

    def finish(self) -> None:
        self._more = False

    async def _write(self, conversations: list[str]) -> None:
        while self._more:
            number = next(self._numbers)
            text = f"Balasan {number}"
            body = {"text": text, "kind": "reply", "client_id": text}
            conversation = conversations[number % len(conversations)]
            await self._until_taken("POST", f"/conversations/{conversation}/messages", json=body)
            self.written.append(text)
            await asyncio.sleep(PAUSE)

    async def _until_taken(self, method: str, url: str, **given: Any) -> Any:
        while True:
            try:
                answer = await self._http.request(method, url, **given)
                if answer.status_code < 300:
                    return answer.json() if url.startswith("/") else None
                assert answer.status_code >= 500, answer.text
            except httpx.TransportError:
                pass
            await asyncio.sleep(PAUSE)
