"""What a direct message holds: its words without X's short links, its file, its place, the option that was tapped."""

import html
from dataclasses import dataclass, field
from typing import Any

from sambung.channels import Attachment, Kind
from sambung.kit.untrusted import Record, only, record, records, text


@dataclass(frozen=True, slots=True)
class Content:
    kind: Kind
    text: str
    attachments: tuple[Attachment, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


def of(data: Record) -> Content:
    """From `message_data`."""
    attached = record(data.get("attachment"))
    media = record(attached.get("media"))
    words = _words(data, without=text(media, "url"))
    if quick := record(data.get("quick_reply_response")):
        chosen = {"type": "quick_reply", "id": text(quick, "metadata"), "title": words}
        return Content("interactive_reply", words, extra={"interactive": chosen})
    kind = text(attached, "type")
    if kind == "media" and (file := _file(media)) is not None:
        return Content(file[0], words, (file[1],))
    if kind == "location" and (place := _place(attached)):
        return Content("location", words, extra={"location": place})
    if kind:
        unknown = {"unsupported": {"type": kind, "raw": dict(attached)}}
        return Content("text" if words else "unsupported", words, extra=unknown)
    return Content("text", words)


def _words(data: Record, *, without: str) -> str:
    """X puts the attachment's address at the text's end, shortens every link, and escapes as HTML does."""
    words = text(data, "text")
    if without:
        words = words.removesuffix(without).rstrip()
    for link in records(record(data.get("entities")).get("urls")):
        short, full = text(link, "url"), text(link, "expanded_url")
        if short and full and short != without:
            words = words.replace(short, full)
    return html.unescape(words) if "&" in words else words


def _file(media: Record) -> tuple[Kind, Attachment] | None:
    kind, still = text(media, "type"), text(media, "media_url_https") or text(media, "media_url")
    id = text(media, "id_str") or text(media, "id")
    if kind == "photo" and still:
        mime = "image/png" if still.lower().partition("?")[0].endswith(".png") else "image/jpeg"
        return "image", Attachment(mime, id=id, url=still)
    if kind in ("video", "animated_gif"):
        films = [
            one
            for one in records(record(media.get("video_info")).get("variants"))
            if text(one, "content_type") == "video/mp4" and text(one, "url")
        ]
        if films:
            best = max(films, key=lambda one: int(text(one, "bitrate") or 0))
            return "video", Attachment("video/mp4", id=id, url=text(best, "url"))
    return None


def _place(attached: Record) -> dict[str, Any]:
    """GeoJSON has the longitude first."""
    shared = record(attached.get("location"))
    spot = record(record(shared.get("shared_coordinate")).get("coordinates")).get("coordinates")
    found: dict[str, Any] = {}
    if isinstance(spot, list) and len(spot) == 2:
        found = {"lat": spot[1], "lon": spot[0]}
    place = record(record(shared.get("shared_place")).get("place"))
    name = text(place, "full_name") or text(place, "name")
    return found | ({"name": name} if name else {}) | only(place, "country")
