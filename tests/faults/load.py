"""Customers write by a provider that repeats itself: every post twice, in any order, each until it is answered 200."""

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from sambung.bench import traffic
from sambung.simulator.graph import hooks

CLIENTS = 32
PEOPLE = 60
LONGEST_BATCH = 3
"""Messages in one post."""
PAUSE = 0.05
"""Seconds before another try."""

Post = tuple[bytes, dict[str, str]]


@dataclass
class Customers:
    """acknowledged: the ids of every message in a post that was answered 200."""

    url: str
    dice: random.Random
    acknowledged: set[str] = field(default_factory=set)
    posts: int = 0
    _again: list[Post] = field(default_factory=list)
    _more: bool = True

    async def run(self) -> None:
        """Post until told to `finish`, then until everything has been taken twice."""
        limits = httpx.Limits(max_connections=CLIENTS)
        async with httpx.AsyncClient(timeout=10, limits=limits) as http:
            fresh = _posts(self.dice)
            await asyncio.gather(*(self._client(http, fresh) for _ in range(CLIENTS)))

    def finish(self) -> None:
        self._more = False

    async def _client(self, http: httpx.AsyncClient, fresh: Iterator[Post]) -> None:
        while (post := self._next(fresh)) is not None:
            while not await self._taken(http, post):  # noqa: ASYNC110  as a provider does
                await asyncio.sleep(PAUSE)
            self.posts += 1
            self.acknowledged |= set(ids_in(post[0]))

    def _next(self, fresh: Iterator[Post]) -> Post | None:
        """Something new, or a repetition of anything not yet repeated."""
        if self._more and self.dice.random() < 0.5:
            self._again.append(post := next(fresh))
            return post
        if not self._again:
            return self._next(fresh) if self._more else None
        return self._again.pop(self.dice.randrange(len(self._again)))

    async def _taken(self, http: httpx.AsyncClient, post: Post) -> bool:
        body, headers = post
        try:
            return (await http.post(self.url, content=body, headers=headers)).status_code == 200
        except httpx.HTTPError:
            return False


def ids_in(body: bytes) -> list[str]:
    """The provider's ids of the messages in a post."""
    value = json.loads(body)["entry"][0]["changes"][0]["value"]
    return [message["id"] for message in value["messages"]]


def _posts(dice: random.Random) -> Iterator[Post]:
    """Signed posts without end, each of one message or a few."""
    singles = (json.loads(body) for body, _ in traffic.hook(10**9, people=PEOPLE))
    while True:
        merged = next(singles)
        value = merged["entry"][0]["changes"][0]["value"]
        for _ in range(dice.randrange(LONGEST_BATCH)):
            other = next(singles)["entry"][0]["changes"][0]["value"]
            value["messages"] += other["messages"]
            value["contacts"] += other["contacts"]
        body = hooks.wire(merged)
        signed = hooks.signature(traffic.NUMBER.app_secret, body)
        yield body, {"content-type": "application/json", "x-hub-signature-256": signed}
