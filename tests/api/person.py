"""Somebody signed in."""

from dataclasses import dataclass, field
from uuid import UUID

PASSWORD = "rahasia-sekali"


@dataclass(frozen=True)
class Person:
    """Somebody signed in: `headers` carry the bearer token."""

    account: UUID
    user: UUID
    email: str
    token: str
    headers: dict[str, str] = field(default_factory=dict)
