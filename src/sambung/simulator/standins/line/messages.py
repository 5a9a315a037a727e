"""Messages either way: a customer's as webhooks have them, the business's as the Messaging API takes them.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from collections.abc import Mapping
from typing import Any

from sambung.simulator.chats import Bubble
from sambung.simulator.standins import _pictures
from sambung.simulator.standins.line.account import Account

Call = Mapping[str, Any]
SAYS, PLACE = "says:", "place:"
"""What the id of a button begins with that writes for the customer; all other ids are data of a postback."""

_FILES = {"image": "image", "video": "video", "audio": "audio", "voice": "audio"}
_MILLISECONDS = 3000
_TEXT, _LABEL, _DATA, _ALT, _FLEX_ALT, _URL = 5000, 20, 300, 400, 1500, 2000
_ITEMS, _ACTIONS, _CONFIRM, _COLUMNS = 13, 4, 2, 10
_QUOTE, _READ = "q", "r"


def told(app: Account, bubble: Bubble) -> dict[str, Any]:
    """A customer's message. Its tokens say which it is: to quote it by, and to mark all before as read."""
    content = bubble.content
    known = {
        "id": bubble.id,
        "quoteToken": _QUOTE + bubble.id,
        "markAsReadToken": _READ + bubble.id,
    }
    if bubble.quotes:
        known["quotedMessageId"] = bubble.quotes
    if bubble.kind == "location":
        names = {"title": content.get("name", ""), "address": content.get("address", "")}
        where = {name: content[name] for name in ("latitude", "longitude")}
        return known | {"type": "location"} | {k: v for k, v in names.items() if v} | where
    if bubble.kind == "sticker":
        named = {name: content[name] for name in ("packageId", "stickerId")}
        return known | {"type": "sticker", "stickerResourceType": "STATIC"} | named
    if bubble.kind == "document":
        file = app.town.files.get(content["id"])
        size = len(file.content) if file else 0
        return known | {"type": "file", "fileName": content["filename"], "fileSize": size}
    if bubble.kind in _FILES:
        kept: dict[str, Any] = {"contentProvider": {"type": "line"}}
        kept |= {} if bubble.kind == "image" else {"duration": _MILLISECONDS}
        return known | {"type": _FILES[bubble.kind]} | kept
    return known | {"type": "text", "text": content["body"]}


def quoted(app: Account, message: Call, at: str) -> str:
    """The bubble that a quote token stands for. Raises Refusal."""
    token = str(message.get("quoteToken", ""))
    if token and app.chats.get(token.removeprefix(_QUOTE)) is None:
        raise app.fault(f"{at}.quoteToken", "Invalid quote token")
    return token.removeprefix(_QUOTE)


def marked(app: Account, token: str) -> Bubble:
    """The message up to which a token marks as read. Raises Refusal."""
    bubble = app.chats.get(token.removeprefix(_READ))
    if bubble is None:
        raise app.fault("markAsReadToken", "Invalid token")
    return bubble


def shown(app: Account, message: Call, at: str) -> tuple[str, dict[str, Any]]:
    """Kind and content of the bubble. `at`: where in the call. Raises Refusal as LINE does."""
    match message.get("type"):
        case "text" | "textV2":
            return "text", {"body": _words(app, message, "text", _TEXT, at)}
        case "image" | "video" as kind:
            link = _address(app, message, "originalContentUrl", at)
            _address(app, message, "previewImageUrl", at)
            return kind, {"link": link}
        case "audio":
            if not isinstance(message.get("duration"), int):
                raise app.fault(f"{at}.duration", "Must be specified")
            return "audio", {"link": _address(app, message, "originalContentUrl", at)}
        case "location":
            place = {name: message.get(name) for name in ("latitude", "longitude")}
            if not all(isinstance(value, int | float) for value in place.values()):
                raise app.fault(f"{at}.latitude", "Must be specified")
            named = {"name": _words(app, message, "title", 100, at)}
            return "location", place | named | {"address": _words(app, message, "address", 100, at)}
        case "sticker":
            named = {
                name: _words(app, message, name, 20, at) for name in ("packageId", "stickerId")
            }
            return "sticker", sticker(app, named)
        case "template":
            _words(app, message, "altText", _ALT, at)
            return "text", {"body": _template(app, message.get("template") or {}, f"{at}.template")}
        case "flex":
            return "text", {"body": _words(app, message, "altText", _FLEX_ALT, at)}
        case "imagemap":
            return "text", {"body": _words(app, message, "altText", _ALT, at)}
    raise app.fault(f"{at}.type", "Must be one of the message types")


def sticker(app: Account, named: Mapping[str, str]) -> dict[str, Any]:
    """A sticker's content; the picture is none of LINE's."""
    file = _pictures.drawn(app.town, "sticker", app.colour)
    return {"id": file.id, "mime_type": file.mime, "filename": file.name, **named}


def buttons(app: Account, message: Call, at: str) -> list[dict[str, str]]:
    """Quick replies and a template's actions. Raises Refusal."""
    items = (message.get("quickReply") or {}).get("items") or []
    if len(items) > _ITEMS:
        raise app.fault(f"{at}.quickReply.items", f"Size must be between 1 and {_ITEMS}")
    template = message.get("template") or {}
    actions = [item.get("action") or {} for item in items]
    for holder in (template, *(template.get("columns") or [])):
        actions += holder.get("actions") or []
    return [_button(app, action, at) for action in actions]


def _button(app: Account, action: Call, at: str) -> dict[str, str]:
    label = _words(app, action, "label", _LABEL, f"{at}.action")
    match action.get("type"):
        case "uri":
            return {"text": label, "url": _words(app, action, "uri", 1000, f"{at}.action")}
        case "message":
            return {"text": label, "id": SAYS + _words(app, action, "text", _DATA, f"{at}.action")}
        case "location":
            return {"text": label, "id": PLACE}
        case "postback":
            data = _words(app, action, "data", _DATA, f"{at}.action")
            return {"text": label, "id": data, "says": str(action.get("displayText") or label)}
    raise app.fault(f"{at}.action.type", "Must be one of the action types")


def _template(app: Account, template: Call, at: str) -> str:
    actions, columns = template.get("actions") or [], template.get("columns") or []
    match template.get("type"):
        case "buttons":
            if not 1 <= len(actions) <= _ACTIONS:
                raise app.fault(f"{at}.actions", f"Size must be between 1 and {_ACTIONS}")
            titled = template.get("title") or template.get("thumbnailImageUrl")
            return _words(app, template, "text", 60 if titled else 160, at)
        case "confirm":
            if len(actions) != _CONFIRM:
                raise app.fault(f"{at}.actions", f"Size must be {_CONFIRM}")
            return _words(app, template, "text", 240, at)
        case "carousel":
            if not 1 <= len(columns) <= _COLUMNS:
                raise app.fault(f"{at}.columns", f"Size must be between 1 and {_COLUMNS}")
            return "\n".join(_words(app, column, "text", 120, at) for column in columns)
    raise app.fault(f"{at}.type", "Must be one of the template types")


def _words(app: Account, holder: Call, name: str, most: int, at: str) -> str:
    """A text of 1 to `most` UTF-16 units."""
    said = str(holder.get(name) or "")
    if not said.strip():
        raise app.fault(f"{at}.{name}", "May not be empty")
    if len(said.encode("utf-16-le", "surrogatepass")) // 2 > most:
        raise app.fault(f"{at}.{name}", f"Length must be between 0 and {most}")
    return said


def _address(app: Account, holder: Call, name: str, at: str) -> str:
    url = _words(app, holder, name, _URL, at)
    if not url.startswith("https://"):
        raise app.fault(f"{at}.{name}", "Must be a valid HTTPS URL")
    return url
