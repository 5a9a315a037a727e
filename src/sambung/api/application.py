"""The application: every route of /api/v1."""

from typing import Any

from fastapi import APIRouter, FastAPI

import sambung
from sambung.api import (
    api_keys,
    audit,
    bulk,
    channels,
    connections,
    conversation_state,
    conversations,
    customers,
    drafts,
    errors,
    events,
    files,
    health,
    labels,
    messages,
    queue,
    reference,
    search,
    session,
    users,
    webhooks,
)
from sambung.api.addresses import Readable
from sambung.api.context import Services
from sambung.api.errors import ProblemDocument
from sambung.api.headers import SecurityHeaders
from sambung.api.limits import Limits
from sambung.api.seen import Seen

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    users.router,
    api_keys.router,
    audit.router,
    channels.router,
    connections.router,
    health.router,
    queue.router,
    customers.router,
    conversations.router,
    conversation_state.router,
    messages.router,
    drafts.router,
    labels.router,
    bulk.router,
    files.router,
    search.router,
    events.router,
    webhooks.router,
)


def app(services: Services) -> FastAPI:
    """The API over these services."""
    made = _bare()
    made.state.services = services
    made.state.seen = Seen(services.store)
    errors.install(made)
    settings = services.settings
    made.add_middleware(
        Limits, rate=settings.requests_per_second, largest_file=settings.largest_file
    )
    made.add_middleware(Readable)
    made.add_middleware(SecurityHeaders, https=settings.https)
    return made


def document() -> dict[str, Any]:
    """The OpenAPI document, which needs no services."""
    return _bare().openapi()


def _bare() -> FastAPI:
    made = _Application(
        title="Sambung",
        version=sambung.__version__,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        made.include_router(router, prefix="/api/v1")
    made.add_route("/docs", reference.page, include_in_schema=False)
    return made


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the shape that all problems share."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            shape = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(shape.pop("$defs", {}))
            schemas[ProblemDocument.__name__] = shape
        assert self.openapi_schema is not None
        return self.openapi_schema
