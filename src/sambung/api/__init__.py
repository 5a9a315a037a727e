"""HTTP over the core: one file per noun, each route with its shapes and the permission it needs; no decisions.

`app(services)` is the whole of /api/v1 with its errors, limits and headers; `main` adds pages, hooks and sockets.
"""

from sambung.api.application import app, document
from sambung.api.context import Services

__all__ = ["Services", "app", "document"]
