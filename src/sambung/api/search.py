"""Finding customers and what was said, over the whole history."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sambung.api.auth import requires
from sambung.api.context import Caller, Serving
from sambung.api.customers import CustomerSummary
from sambung.api.errors import ALWAYS
from sambung.api.pages import Cursor, Limit, Page
from sambung.api.shapes import ConversationShape, MessageShape, ready
from sambung.core import found

router = APIRouter(prefix="/search", tags=["search"], responses=ALWAYS)


class FoundShape(BaseModel):
    """snippet: plain text, matches between U+0001 and U+0002."""

    kind: Literal["customers", "messages"]
    customer: CustomerSummary | None = None
    message: MessageShape | None = None
    conversation: ConversationShape | None = None
    snippet: str
    at: datetime


@router.get("", response_model=Page[FoundShape])
async def search(
    who: Annotated[Caller, requires("conversation.read")],
    at: Serving,
    q: Annotated[str, Query(max_length=200)],
    kind: Literal["customers", "messages"] | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Without a kind a few customers first, then messages, newest first."""
    return ready(await at.store.read(found.page, who.account, who.user, q, kind, cursor, limit))
