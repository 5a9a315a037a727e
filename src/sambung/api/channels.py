"""The media there are, each with the form of its settings and what it can do."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sambung.api.auth import requires
from sambung.api.context import Caller
from sambung.api.errors import ALWAYS
from sambung.api.pages import Page
from sambung.channels import Capabilities, Channel, all_channels

router = APIRouter(prefix="/channels", tags=["connections"], responses=ALWAYS)


class MediaShape(BaseModel):
    """largest: bytes."""

    kind: str
    mimes: Sequence[str]
    largest: int


class CapabilitiesShape(BaseModel):
    longest_text: int
    window_seconds: int | None
    media: list[MediaShape]
    attachments_per_message: int
    caption: bool
    html: bool
    subject: bool
    templates: bool
    buttons: int
    list_rows: int
    reply_to: bool
    reactions: bool
    typing: bool
    read_receipts: bool
    can_start: bool

    @classmethod
    def of(cls, able: Capabilities) -> "CapabilitiesShape":
        same = {
            name: getattr(able, name)
            for name in cls.model_fields
            if name not in ("window_seconds", "media")
        }
        media = [MediaShape(kind=m.kind, mimes=m.mimes, largest=m.largest) for m in able.media]
        seconds = None if able.window is None else int(able.window.total_seconds())
        return cls(window_seconds=seconds, media=media, **same)


class ChannelShape(BaseModel):
    """schema: JSON Schema of a connection's config; secrets are `writeOnly`."""

    name: str
    title: dict[str, str]
    transport: str
    config_schema: dict[str, Any] = Field(alias="schema")
    capabilities: CapabilitiesShape
    quality: dict[str, str]

    @classmethod
    def of(cls, channel: Channel[Any]) -> "ChannelShape":
        return cls(
            name=channel.name,
            title=dict(channel.title),
            transport=channel.transport,
            schema=channel.config.model_json_schema(),
            capabilities=CapabilitiesShape.of(channel.capabilities),
            quality=dict(channel.quality),
        )


@router.get("")
async def list_channels(
    who: Annotated[Caller, requires("connection.read")],
) -> Page[ChannelShape]:
    """Every channel that can be connected."""
    return Page(items=[ChannelShape.of(channel) for channel in all_channels().values()])
