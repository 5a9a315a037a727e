"""What a business may send: each kind of message and its limits, as the Graph API checks them."""

from collections.abc import Mapping
from typing import Any

from sambung.simulator.files import Files
from sambung.simulator.graph import interactive
from sambung.simulator.graph.errors import GraphError
from sambung.simulator.graph.templates import Templates

TEXT, CAPTION, CALLBACK = 4096, 1024, 512
MEGABYTE = 1024 * 1024
MEDIA = {
    "image": (("image/jpeg", "image/png"), 5 * MEGABYTE),
    "audio": (("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MEGABYTE),
    "video": (("video/mp4", "video/3gpp"), 16 * MEGABYTE),
    "sticker": (("image/webp",), 500 * 1024),
    "document": (("",), 100 * MEGABYTE),
}
"""Accepted MIME types (prefixes) and largest size in bytes of each kind of media."""


def check(
    body: Mapping[str, Any], *, files: Files, templates: Templates
) -> tuple[str, dict[str, Any]]:
    """The kind and what the customer's phone is to show. Raises GraphError as Meta would answer."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "messaging_product must be whatsapp")
    if len(str(body.get("biz_opaque_callback_data", ""))) > CALLBACK:
        raise GraphError(131009, f"biz_opaque_callback_data: at most {CALLBACK} characters")
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(131008, "to")
    kind = body.get("type", "text")
    content = body.get(kind)
    if not content:
        raise GraphError(131008, str(kind))
    if kind == "text":
        interactive.text(content.get("body"), "text.body", TEXT, needed=True)
    elif kind in MEDIA:
        _media(kind, content, files)
    elif kind == "location":
        _location(content)
    elif kind == "contacts":
        if not all(contact.get("name", {}).get("formatted_name") for contact in content):
            raise GraphError(131008, "contacts.name.formatted_name")
        content = {"contacts": content}
    elif kind == "reaction":
        if not content.get("message_id"):
            raise GraphError(131008, "reaction.message_id")
    elif kind == "interactive":
        interactive.check(content)
    elif kind == "template":
        template = templates.find(
            content.get("name", ""), content.get("language", {}).get("code", "")
        )
        if template.category == "AUTHENTICATION" and not body.get("to"):
            raise GraphError(131062, "authentication templates need a phone number")
        content = template.fill(content.get("components", [])) | {
            "name": template.name,
            "category": template.category,
        }
    else:
        raise GraphError(131051, f"type: {kind}")
    return kind, dict(content)


def _media(kind: str, content: Mapping[str, Any], files: Files) -> None:
    interactive.text(content.get("caption"), f"{kind}.caption", CAPTION)
    if content.get("link"):
        return
    if not content.get("id"):
        raise GraphError(131008, f"{kind}.id or {kind}.link")
    file = files.get(str(content["id"]))
    if file is None:
        raise GraphError(131009, f"{kind}.id: there is no such media", subcode=2494010)
    upload(kind, file.mime, len(file.content))
    if content.get("voice") and not file.mime.startswith("audio/ogg"):
        raise GraphError(131053, "a voice message must be ogg with the opus codec")


def upload(kind: str, mime: str, size: int) -> None:
    """Raise GraphError unless this kind of media may have this type and size."""
    mimes, largest = MEDIA[kind]
    if not mime.startswith(mimes):
        raise GraphError(
            131053, f"unsupported {kind} mime type {mime}; must be one of {', '.join(mimes)}"
        )
    if size > largest:
        raise GraphError(131053, f"{kind} is larger than {largest} bytes")


def _location(content: Mapping[str, Any]) -> None:
    for name, limit in (("latitude", 90), ("longitude", 180)):
        try:
            value = float(content.get(name, ""))
        except ValueError:
            raise GraphError(131008, f"location.{name}") from None
        if abs(value) > limit:
            raise GraphError(131009, f"location.{name}: between -{limit} and {limit}")
