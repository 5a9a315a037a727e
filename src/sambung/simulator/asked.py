"""What the page's calls bring, and what they get when it is not there."""

from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object sent. Raises HTTPException."""
    try:
        body = await request.json()
    except ValueError:
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not an object")
    return body


def download(name: str, mime: str, content: bytes) -> Response:
    """Shown only as what cannot run: never as a page of ours."""
    shown = mime.startswith(("image/", "audio/", "video/")) and mime != "image/svg+xml"
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
    if not shown:
        safe = "".join(c for c in name if c.isalnum() or c in "._- ") or "file"
        headers["content-disposition"] = (
            f'attachment; filename="{safe.encode("ascii", "ignore").decode()}"'
        )
    return Response(content, media_type=mime, headers=headers)


def found(thing: T | None) -> T:
    """The thing, or 404."""
    if thing is None:
        raise HTTPException(404)
    return thing
