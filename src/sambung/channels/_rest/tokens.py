"""Access tokens that die by themselves, renewed at half their life.

State: `token` (a fingerprint of the one it speaks of) and `renew_at` (ISO 8601). A token that somebody has entered
anew is renewed at once, since nobody says how long it has yet to live.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sambung.channels import Listened, Stopped, TryLater
from sambung.channels._rest.fields import TokenConfig
from sambung.kit import clock

SHORTEST = 60.0
"""Seconds: a token is not renewed more often."""

Config = TypeVar("Config", bound=TokenConfig)


@dataclass(frozen=True, slots=True)
class Renewed:
    """What the provider gave. refresh: "" = the old one stays good; seconds: how long `access` lives."""

    access: str
    refresh: str
    seconds: float

    @classmethod
    def of(cls, answer: Mapping[str, Any], *, lifetime: float) -> "Renewed":
        """From an answer of OAuth's shape; `lifetime` where it does not say how long. Raises TryLater."""
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        lives = answer.get("expires_in")
        if not isinstance(access, str) or not access:
            raise TryLater("the provider gave no new token", reason="auth")
        return cls(
            access,
            refresh if isinstance(refresh, str) else "",
            float(lives) if isinstance(lives, int | float) and lives > 0 else lifetime,
        )


async def keep_fresh(
    config: Config, state: Mapping[str, Any], renew: Callable[[Config], Awaitable[Renewed]]
) -> AsyncIterator[Listened]:
    """Yield the settings that change, for ever. Raises as `renew` does."""
    due = _due(config, state)
    while True:
        wait = (due - clock.now()).total_seconds()
        if wait > 0:
            await asyncio.sleep(wait)
        new = await renew(config)
        settings = {"access_token": new.access}
        if new.refresh:
            settings["refresh_token"] = new.refresh
        config = config.model_validate({**config.in_clear(), **settings})
        due = clock.now() + timedelta(seconds=max(new.seconds / 2, SHORTEST))
        kept = {"token": _fingerprint(config), "renew_at": due.isoformat()}
        yield Listened(None, {**state, **kept}, settings)


def expired(detail: str, config: TokenConfig, *, code: str = "") -> TryLater | Stopped:
    """A token the provider no longer takes: soon renewed where it can be, else somebody must see to it."""
    if config.renewable:
        return TryLater(detail, seconds=SHORTEST, reason="auth", code=code)
    return Stopped(detail, reason="auth", code=code)


def _due(config: TokenConfig, state: Mapping[str, Any]) -> datetime:
    if state.get("token") == _fingerprint(config):
        return datetime.fromisoformat(str(state["renew_at"]))
    return clock.now()


def _fingerprint(config: TokenConfig) -> str:
    return hashlib.sha256(config.token.encode()).hexdigest()[:16]
