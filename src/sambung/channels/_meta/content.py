"""What a message holds: text, files, places, shared posts and links, answers to buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sambung.channels import Attachment, Kind
from sambung.kit.untrusted import Record, only, record, records, text

_FILES: Mapping[str, tuple[Kind, str]] = {
    "image": ("image", "image/*"),
    "audio": ("audio", "audio/*"),
    "video": ("video", "video/*"),
    "file": ("document", ""),
    "sticker": ("sticker", "image/*"),
    "like_heart": ("sticker", "image/*"),
    "animated_image": ("image", "image/*"),
    "story_mention": ("image", ""),
    "media": ("image", ""),
}
"""Type of attachment → kind of message and of file. A story or `media` may be a film: its bytes will tell."""
_SHARES = ("share", "ig_post", "ig_reel", "reel", "post", "ig_story", "story")


@dataclass(frozen=True, slots=True)
class Content:
    kind: Kind
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


def read(said: Record) -> Content:
    """The content of a message; `unsupported`, with its raw JSON, where there is nothing we know."""
    body = text(said, "text")
    if "quick_reply" in said:
        return picked("quick_reply", text(record(said["quick_reply"]), "payload"), body)
    parts = _parts(said)
    extra: dict[str, Any] = {}
    for part in parts:
        extra |= part.extra
    files = tuple(file for part in parts for file in part.attachments)
    if files:
        kind = next(part.kind for part in parts if part.attachments)
        return Content(kind, body, files, extra)
    known = [part for part in parts if part.kind != "unsupported"]
    if body or known:
        words = body or "\n".join(filter(None, (part.text for part in known)))
        kind = known[0].kind if known and not body else "text"
        return Content(kind, words, extra=extra)
    raw = {"unsupported": {"provider_type": _type_of(said)}, "raw": dict(said)}
    return Content("unsupported", extra=raw)


def picked(type: str, id: str, title: str) -> Content:
    """An answer to a button."""
    return Content(
        "interactive_reply", title, extra={"interactive": {"type": type, "id": id, "title": title}}
    )


def about(said: Record) -> dict[str, Any]:
    """What came with a message of any kind: the ad or link it began at, the story it answers."""
    found: dict[str, Any] = {}
    if origin := record(said.get("referral")):
        found["referral"] = referral(origin)
    if story := record(record(said.get("reply_to")).get("story")):
        found["story"] = {"type": "reply"} | only(story, "id", "url")
    if said.get("commands"):
        found["commands"] = said["commands"]
    return found


def referral(origin: Record) -> dict[str, Any]:
    """Where a customer came from."""
    context = record(origin.get("ads_context_data"))
    named = {"headline": text(context, "ad_title"), "product_id": text(context, "product_id")}
    product = record(origin.get("product"))
    return {
        **{key: text(origin, key) for key in only(origin, "source", "type", "ref", "ad_id")},
        **only(named, "headline", "product_id"),
        **only(product, "id"),
        **only(context, "photo_url", "video_url", "post_id", "flow_id"),
        **only(origin, "referer_uri", "is_guest_user"),
    }


def _parts(said: Record) -> list[Content]:
    """Each attachment, a sticker once: for a while one came both as an image and as a sticker."""
    attached = records(said.get("attachments"))
    stickers = {_sticker(one) for one in attached if text(one, "type") == "sticker"} - {""}
    parts, seen = [], set[str]()
    lone = text(said, "sticker_id")
    for one in attached:
        sticker = _sticker(one) or (lone if len(attached) == 1 else "")
        if sticker and (
            sticker in seen or (text(one, "type") != "sticker" and sticker in stickers)
        ):
            continue
        seen |= {sticker} - {""}
        parts.append(_part(one, sticker))
    return parts


def _sticker(attachment: Record) -> str:
    return text(record(attachment.get("payload")), "sticker_id")


def _part(attachment: Record, sticker: str) -> Content:
    type, payload = text(attachment, "type"), record(attachment.get("payload"))
    url = text(payload, "url") or text(attachment, "url")
    title = text(payload, "title") or text(attachment, "title")
    if sticker or type in _FILES:
        return _file(type, payload, url, sticker)
    if type == "location":
        return _location(payload, title)
    if type == "fallback":
        link = only({"url": url, "title": title}, "url", "title")
        if not link:
            return Content("unsupported")
        return Content(
            "text",
            " ".join(link[key] for key in ("title", "url") if key in link),
            extra={"link_preview": link},
        )
    if type in _SHARES:
        share = {"type": type, "id": _id(payload), "title": title, "url": url}
        said = " ".join(filter(None, (title, url)))
        return (
            Content("text", said, extra={"share": only(share, *share)})
            if said
            else Content("unsupported")
        )
    if type == "template":
        return _template(payload, title)
    return Content("unsupported")


def _id(payload: Record) -> str:
    keys = ("id", "ig_post_media_id", "reel_video_id", "post_id")
    return next(filter(None, (text(payload, key) for key in keys)), "")


def _file(type: str, payload: Record, url: str, sticker: str) -> Content:
    if not url:
        return Content("unsupported")
    kind, mime = _FILES["sticker" if sticker else type]
    extra: dict[str, Any] = {"sticker_id": sticker} if sticker else {}
    if type == "story_mention":
        extra["story"] = {"type": "mention", "url": url} | only(payload, "id")
    name = text(payload, "title") if kind == "document" else ""
    return Content(kind, attachments=(Attachment(mime, name=name, url=url),), extra=extra)


def _location(payload: Record, title: str) -> Content:
    place = record(payload.get("coordinates"))
    lat, lon = place.get("lat"), place.get("long", place.get("lon"))
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return Content("unsupported")
    found = {"lat": lat, "lon": lon} | only({"name": title}, "name")
    return Content("location", title or f"{lat}, {lon}", extra={"location": found})


def _template(payload: Record, title: str) -> Content:
    """A card with products, a receipt, buttons: as sent by the business, or shared by the customer."""
    generic = record(payload.get("generic")) or record(payload.get("product")) or payload
    elements = records(generic.get("elements"))
    words = [text(payload, "text") or title]
    words += [
        " — ".join(filter(None, (text(one, "title"), text(one, "subtitle")))) for one in elements
    ]
    return Content(
        "interactive",
        "\n".join(filter(None, words)),
        extra={"interactive": {"type": "template", **payload}},
    )


def _type_of(said: Record) -> str:
    """What Meta calls what we cannot show."""
    types = [text(one, "type") for one in records(said.get("attachments"))]
    return next(filter(None, types), "unsupported" if said.get("is_unsupported") else "empty")
