"""What a message says, by what it holds: https://core.telegram.org/bots/api#message

Looked for in this order, because Telegram sets an older member too for clients that do not know the newer one:
an animation is also a document, a venue also a location, a live photo also a photo.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sambung.channels import Attachment, Kind
from sambung.channels.telegram import people
from sambung.kit.untrusted import Record, each, only, record, records, text


@dataclass(frozen=True, slots=True)
class Content:
    """own_phone: a number the sender shared as their own."""

    kind: Kind
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    own_phone: str = ""


def read(message: Record) -> Content | None:
    """The content of a message; None when it has none that we know."""
    for member, reader in _READERS.items():
        if message.get(member) is not None and (found := reader(message)) is not None:
            return found
    return None


def _said(message: Record) -> Content | None:
    body = text(message, "text")
    return Content("text", body, extra=_marked(body, message.get("entities"))) if body else None


def _marked(body: str, entities: Any) -> dict[str, Any]:
    """What formatting adds to the plain text: a bot command at its start, links behind words."""
    found: dict[str, Any] = {}
    links: list[dict[str, str]] = []
    for entity in records(entities):
        kind, words = text(entity, "type"), _span(body, entity)
        if kind == "text_link" and text(entity, "url"):
            links.append({"text": words, "url": text(entity, "url")})
        if kind == "bot_command" and entity.get("offset") == 0:
            name = words.removeprefix("/").partition("@")[0]
            found["command"] = {"name": name, "args": body[len(words) :].strip()}
    return found | ({"links": links} if links else {})


def _span(body: str, entity: Record) -> str:
    """The words an entity is about: offset and length count UTF-16 units."""
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
        return ""
    if body.isascii():
        return body[offset : offset + length]
    units = body.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def _captioned(message: Record, kind: Kind, file: Attachment, extra: dict[str, Any]) -> Content:
    caption = text(message, "caption")
    marked = _marked(caption, message.get("caption_entities"))
    return Content(kind, caption, (file,), extra | marked)


def _file(member: str, kind: Kind, mime: str) -> Callable[[Record], Content | None]:
    """A reader of files of one kind; `mime` where Telegram names none."""

    def reader(message: Record) -> Content | None:
        found = record(message.get(member))
        if not text(found, "file_id"):
            return None
        extra = only(found, "duration", "performer", "title")
        return _captioned(message, kind, _attachment(found, mime, voice=kind == "voice"), extra)

    return reader


def _attachment(found: Record, mime: str, *, voice: bool = False) -> Attachment:
    size = found.get("file_size")
    return Attachment(
        mime=text(found, "mime_type") or mime,
        name=text(found, "file_name"),
        id=text(found, "file_id"),
        size=size if isinstance(size, int) else None,
        voice=voice,
    )


def _photo(message: Record) -> Content | None:
    sizes = [size for size in records(message.get("photo")) if text(size, "file_id")]
    if not sizes:
        return None
    largest = max(sizes, key=_pixels)
    return _captioned(
        message, "image", _attachment(largest, "image/jpeg"), only(largest, "width", "height")
    )


def _pixels(size: Record) -> tuple[int, int]:
    width, height, bytes = (size.get(name) for name in ("width", "height", "file_size"))
    area = width * height if isinstance(width, int) and isinstance(height, int) else 0
    return area, bytes if isinstance(bytes, int) else 0


def _live_photo(message: Record) -> Content | None:
    """A photo that moves: the still is what everybody can see."""
    return _photo(message) or _file("live_photo", "video", "video/mp4")(message)


def _sticker(message: Record) -> Content | None:
    sticker = record(message.get("sticker"))
    if not text(sticker, "file_id"):
        return None
    mime = "image/webp"
    if sticker.get("is_animated") is True:
        mime = "application/x-tgsticker"
    elif sticker.get("is_video") is True:
        mime = "video/webm"
    extra = {"sticker": only(sticker, "emoji", "set_name")}
    return Content("sticker", attachments=(_attachment(sticker, mime),), extra=extra)


def _location(message: Record) -> Content | None:
    venue = record(message.get("venue"))
    place = record(venue.get("location")) or record(message.get("location"))
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    found: dict[str, Any] = {"lat": latitude, "lon": longitude}
    if venue:
        found |= {"name": text(venue, "title"), "address": text(venue, "address")}
    if place.get("live_period") is not None:
        found["live"] = True
    return Content("location", extra={"location": found})


def _contact(message: Record) -> Content | None:
    contact = record(message.get("contact"))
    if not text(contact, "phone_number"):
        return None
    sender = text(record(message.get("from")), "id")
    card = people.card(contact)
    number = card["phones"][0]
    own = bool(sender) and text(contact, "user_id") == sender and number.startswith("+")
    extra = {"contacts": [card], "identifies_sender": own}
    return Content("contacts", extra=extra, own_phone=number if own else "")


def _poll(message: Record) -> Content | None:
    poll = record(message.get("poll"))
    options = [text(option, "text") for option in records(poll.get("options"))]
    lines = [text(poll, "question"), *(f"– {option}" for option in options)]
    return _unknown(message, "poll", "\n".join(filter(None, lines)))


def _dice(message: Record) -> Content | None:
    dice = record(message.get("dice"))
    return _unknown(message, "dice", f"{text(dice, 'emoji')} {text(dice, 'value')}".strip())


def _web_app(message: Record) -> Content | None:
    data = record(message.get("web_app_data"))
    title = text(data, "button_text")
    extra = {"interactive": {"type": "web_app", "id": text(data, "data"), "title": title}}
    return Content("interactive_reply", title, extra=extra)


_READERS: Mapping[str, Callable[[Record], Content | None]] = {
    "text": _said,
    "live_photo": _live_photo,
    "photo": _photo,
    "animation": _file("animation", "video", "video/mp4"),
    "video": _file("video", "video", "video/mp4"),
    "video_note": _file("video_note", "video", "video/mp4"),
    "voice": _file("voice", "voice", "audio/ogg"),
    "audio": _file("audio", "audio", "audio/mpeg"),
    "document": _file("document", "document", "application/octet-stream"),
    "sticker": _sticker,
    "venue": _location,
    "location": _location,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
    "web_app_data": _web_app,
}

_ABOUT = frozenset(
    {
        *("message_id", "from", "chat", "date", "edit_date", "sender_chat", "sender_tag"),
        *("sender_boost_count", "sender_business_bot", "business_connection_id", "via_bot"),
        *("message_thread_id", "is_topic_message", "is_automatic_forward", "is_from_offline"),
        *("reply_to_message", "reply_to_story", "reply_to_checklist_task_id", "external_reply"),
        *("quote", "forward_origin", "media_group_id", "author_signature", "reply_markup"),
        *("has_protected_content", "has_media_spoiler", "show_caption_above_media", "caption"),
        *("caption_entities", "entities", "link_preview_options", "effect_id", "direct_messages_topic"),
        *("paid_star_count", "suggested_post_info", "is_paid_post"),
    }
)  # fmt: skip
"""Members that say something about a message, but are not what it says."""


def unsupported(message: Record) -> Content:
    """A message we cannot show: said so, its raw form kept, so that nobody waits in vain."""
    named = next((member for member in message if member not in _ABOUT), "")
    return _unknown(message, named, text(message, "caption"))


def _unknown(message: Record, named: str, words: str) -> Content:
    extra = {"unsupported": {"provider_type": named}, "raw": dict(message)}
    return Content("unsupported", words, extra=extra)


def about(message: Record) -> dict[str, Any]:
    """What came with a message of any kind: the album, the quote, forwarding, the group, the topic."""
    found: dict[str, Any] = {}
    if album := text(message, "media_group_id"):
        found["album"] = {"id": album}
    if quote := text(record(message.get("quote")), "text"):
        found["quote"] = quote
    if message.get("forward_origin") is not None:
        found["forwarded"] = True
    chat = record(message.get("chat"))
    if text(chat, "type") in ("group", "supergroup"):
        found["group"] = {"id": text(chat, "id"), "title": text(chat, "title")}
    if message.get("reply_to_story") is not None:
        found["replies_to_story"] = True
    return found


def tapped(query: Record) -> Content:
    """The button under one of our messages that the customer tapped."""
    data = text(query, "data")
    markup = record(record(query.get("message")).get("reply_markup"))
    buttons = [
        record(button) for row in each(markup.get("inline_keyboard")) for button in each(row)
    ]
    titles = (text(button, "text") for button in buttons if text(button, "callback_data") == data)
    title = next(titles, "")
    details = {"type": "callback", "id": data or text(query, "game_short_name"), "title": title}
    return Content("interactive_reply", title, extra={"interactive": details})
