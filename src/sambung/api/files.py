"""Files: uploaded to be sent along, and fetched by signed links."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response, UploadFile
from pydantic import BaseModel
from starlette.responses import FileResponse

from sambung.api.auth import requires
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.core import file_links, files
from sambung.core.file_links import LinkEnded
from sambung.core.files import NoSuchFile
from sambung.kit import media
from sambung.kit.blobs import NoSuchBlob
from sambung.kit.media import SHOWN, FileTooLarge
from sambung.kit.problems import Invalid

router = APIRouter(prefix="/files", tags=["files"], route_class=Once)

THUMBNAIL = "image/webp"
SHOWN_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
)
SAVED_POLICY = "default-src 'none'; sandbox"
CACHED = "private, max-age=86400, immutable"
"""The link stays the same for a day, and its bytes for ever."""


class FileShape(BaseModel):
    """url: relative and signed. size: bytes."""

    id: UUID
    name: str
    mime: str
    size: int
    url: str


@router.post("", status_code=201, responses=ALWAYS | problems(FileTooLarge))
async def upload(
    file: UploadFile, who: Annotated[Caller, requires("conversation.reply")], at: Serving
) -> FileShape:
    """Keep a file, to be attached to a message by its id."""
    stored = await media.store(
        at.blobs,
        await file.read(),
        name=file.filename or "",
        claimed_mime=file.content_type or "",
        largest=at.settings.largest_file,
    )
    made = await at.store.write(files.add, who.account, stored, by=who.actor)
    return FileShape(
        id=made,
        name=stored.name,
        mime=stored.mime,
        size=stored.size,
        url=file_links.url(who.account, made),
    )


@router.get(
    "/{file}",
    response_class=Response,
    responses={
        **problems(LinkEnded, NoSuchFile, Invalid),
        200: {"content": {"*/*": {}}, "description": "The bytes."},
    },
)
async def download(file: UUID, request: Request, at: Serving) -> Response:
    """The bytes, to whoever has the signed link."""
    link = file_links.read(file, request.query_params)
    row = await at.store.read(files.get, link.account, file)
    key, mime = (row.thumbnail, THUMBNAIL) if link.small and row.thumbnail else (row.key, row.mime)
    headers = _headers(row.name, mime, shown=mime in SHOWN)
    path = at.blobs.path(key)
    if path is not None:
        if not path.is_file():
            raise NoSuchFile
        return FileResponse(path, headers=headers, media_type=mime)
    try:
        return Response(await at.blobs.get(key), headers=headers, media_type=mime)
    except NoSuchBlob as error:
        raise NoSuchFile from error


def _headers(name: str, mime: str, *, shown: bool) -> dict[str, str]:
    """Only what cannot run a script may open in place; the rest is saved (players ignore that)."""
    where = "inline" if shown else "attachment"
    return {
        "Content-Disposition": f"{where}; filename*=utf-8''{quote(name)}",
        "Content-Security-Policy": SHOWN_POLICY if shown else SAVED_POLICY,
        "Cache-Control": CACHED,
    }
