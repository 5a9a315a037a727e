"""What the routes need, handed over once by `main`; and who is calling."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from sambung.core.events import Actor
from sambung.kit.blobs import Blobs
from sambung.kit.db import Store
from sambung.kit.net import Net
from sambung.kit.problems import Problem
from sambung.settings import Settings


class NotAllowed(Problem):
    status = 403
    text = {
        "en": "Your role does not allow this ({permission}).",
        "id": "Peran Anda tidak mengizinkan ini ({permission}).",
    }


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routes use that lives as long as the process."""

    store: Store
    settings: Settings
    net: Net
    blobs: Blobs


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is signed in: a person (`user`, `session`) or a program (an API key)."""

    account: UUID
    actor: Actor
    role: str
    permissions: frozenset[str]
    language: str
    address: str
    user: UUID | None = None
    session: UUID | None = None
    token: str = ""

    def must(self, permission: str) -> None:
        """Raise NotAllowed unless the role has the permission."""
        if permission not in self.permissions:
            raise NotAllowed(permission=permission)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Serving = Annotated[Services, Depends(services_of)]


def address_of(request: HTTPConnection) -> str:
    """The caller's network address; behind a trusted proxy, the one it reports."""
    return request.client.host if request.client else ""
