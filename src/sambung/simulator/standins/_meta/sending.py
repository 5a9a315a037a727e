"""What the business sends by the Send API: checked as Meta checks it, then shown on the phone.

https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from collections.abc import Mapping
from typing import Any

import httpx

from sambung.kit import clock
from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.files import File
from sambung.simulator.standins._meta import elements
from sambung.simulator.standins._meta.account import HUMAN_WINDOW
from sambung.simulator.standins._meta.phone import CONTACTS, POSTBACK, OnPhones

Call = Mapping[str, Any]
Piece = tuple[str, dict[str, Any]]
"""Kind and content of a bubble."""

_KINDS = {"image": "image", "video": "video", "audio": "audio", "file": "document"}
_LARGEST = {"image": 8 * 1024 * 1024}
_LARGEST_OF_OTHERS = 25 * 1024 * 1024
_LARGEST_METADATA, _LONGEST_TITLE, _LONGEST_PAYLOAD = 1000, 20, 1000
_QUICK_REPLIES, _BUTTONS, _ELEMENTS, _LONGEST_TEMPLATE_TEXT = 13, 3, 10, 640
_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
_NO_UPLOAD = 2018008


async def send(app: OnPhones, call: Call) -> dict[str, str]:
    """One message. The answer, or Refusal."""
    message = call.get("message")
    if not isinstance(message, dict):
        raise app.failure(100, "param message must be non-empty.")
    type, tag = call.get("messaging_type", "RESPONSE"), call.get("tag", "")
    if type not in _TYPES or (type == "MESSAGE_TAG") != (tag != ""):
        raise app.failure(100, "Param messaging_type must be a valid type, with its tag")
    if tag not in ("", "HUMAN_AGENT"):
        raise app.failure(100, f"The tag {tag} is no longer available")
    recipient = call.get("recipient") or {}
    comment = app.chats.get(str(recipient.get("comment_id", "")))
    if "comment_id" in recipient:
        person = _who_commented(app, comment)
    else:
        person = app.may_write(app.person_at(str(recipient.get("id", ""))), tagged=bool(tag))
    quotes = comment.id if comment else str((call.get("reply_to") or {}).get("mid", ""))
    if quotes and app.chats.get(quotes) is None:
        raise app.failure(100, "Invalid parameter: reply_to")
    pieces, buttons = await _pieces(app, message), _buttons(app, message)
    metadata = str(message.get("metadata", ""))
    if len(metadata) > _LARGEST_METADATA:
        raise app.failure(100, "Length of param metadata must be at most 1000")
    if comment is not None:
        app.answered.add(comment.id)
    shown = [
        app.show(person, kind, content, quotes=quotes, callback=metadata, buttons=buttons)
        for kind, content in pieces
    ]
    return {"recipient_id": app.address_of(person), "message_id": shown[0].id}


def _who_commented(app: OnPhones, comment: Bubble | None) -> Person:
    """Comments are answered once, within 7 days."""
    person = app.town.people.get(comment.person) if comment else None
    if comment is None or not elements.is_comment(comment) or person is None:
        raise app.failure(100, "Object with this comment_id does not exist")
    if comment.id in app.answered:
        raise app.refusal("10900")
    if clock.now() - comment.at > HUMAN_WINDOW:
        raise app.refusal("10903")
    return person


def act(app: OnPhones, call: Call) -> dict[str, str]:
    """A `sender_action`: typing, seen, a reaction."""
    recipient = str((call.get("recipient") or {}).get("id", ""))
    person = app.may_write(app.person_at(recipient), tagged=True)
    action, payload = call["sender_action"], call.get("payload") or {}
    if action == "typing_on":
        app.typing(person)
    elif action == "mark_seen":
        for bubble in app.talk(person):
            if bubble.mine and bubble.rise("read"):
                app.changed(bubble)
    elif action in ("react", "unreact"):
        _react(app, str(payload.get("message_id", "")), payload.get("reaction"), action)
    elif action != "typing_off":
        raise app.failure(100, "Param sender_action must be one of those there are")
    return {"recipient_id": app.address_of(person)}


def _react(app: OnPhones, mid: str, name: object, action: str) -> None:
    emoji = next((emoji for emoji, known in elements.REACTIONS.items() if known == name), "")
    bubble = app.chats.get(mid)
    if bubble is None or (action == "react") != bool(emoji):
        raise app.failure(100, "Invalid parameter: payload")
    bubble.reactions["business"] = emoji
    app.changed(bubble)


async def _pieces(app: OnPhones, message: Call) -> list[Piece]:
    given = {"text", "attachment", "attachments"} & message.keys()
    if len(given) != 1:
        raise app.failure(100, "Must have exactly one of text, attachment and attachments")
    if "text" in given:
        return [("text", {"body": _words(app, message["text"])})]
    listed = message.get("attachments")
    if listed is None:
        return [await _piece(app, message["attachment"])]
    if not 1 <= len(listed) <= app.most_images or any(one["type"] != "image" for one in listed):
        raise app.failure(100, f"attachments takes 1 to {app.most_images} images")
    return [await _piece(app, one) for one in listed]


def _words(app: OnPhones, words: object) -> str:
    said = str(words or "")
    size = len(said.encode()) if app.in_bytes else len(said)
    if not 1 <= size <= app.longest_text:
        raise app.failure(100, f"Length of param message[text] must be 1 to {app.longest_text}")
    return said


async def _piece(app: OnPhones, attachment: Call) -> Piece:
    type, payload = str(attachment.get("type", "")), attachment.get("payload") or {}
    if type == "template":
        return "text", {"body": _template_words(app, payload), "attachment": dict(attachment)}
    if type == "like_heart":
        said = app.sticker(type)
        return said.kind, dict(said.content)
    file = app.town.files.get(str(payload.get("attachment_id") or payload.get("id") or ""))
    if type == "MEDIA_SHARE" and file is not None:
        type = type_of(file)
    if type not in _KINDS:
        raise app.failure(100, "Invalid attachment type")
    if "url" in payload:
        try:
            file = await app.fetch(str(payload["url"]))
        except (httpx.HTTPError, httpx.InvalidURL):
            raise app.failure(100, "The file cannot be fetched", subcode=_NO_UPLOAD) from None
    if file is None:
        raise app.failure(100, "Invalid parameter: attachment_id")
    fits(app, file, type)
    return _KINDS[type], {"id": file.id, "mime_type": file.mime, "filename": file.name}


def type_of(file: File) -> str:
    """Meta's word for a file."""
    type = file.mime.partition("/")[0]
    return type if type in _KINDS else "file"


def fits(app: OnPhones, file: File, type: str) -> None:
    """Raises Refusal for a file that Meta does not take as `type`."""
    if type != "file" and type_of(file) != type:
        raise app.failure(100, f"The file is no {type}", subcode=2018047)
    if not 0 < len(file.content) <= _LARGEST.get(type, _LARGEST_OF_OTHERS):
        raise app.failure(100, "Attachment size exceeds the allowable limit", subcode=2018294)


# --- buttons -----------------------------------------------------------------------------------------


def _template_words(app: OnPhones, payload: Call) -> str:
    match payload.get("template_type"):
        case "button":
            words = str(payload.get("text", ""))
            if not 1 <= len(words) <= _LONGEST_TEMPLATE_TEXT:
                raise app.failure(100, "Length of param text must be 1 to 640")
            return words
        case "generic":
            elements = payload.get("elements") or []
            if not 1 <= len(elements) <= _ELEMENTS:
                raise app.failure(100, "elements takes 1 to 10")
            return "\n".join(
                " — ".join(filter(None, (one.get("title"), one.get("subtitle"))))
                for one in elements
            )
        case "receipt":
            return f"{payload.get('recipient_name')}: {payload.get('order_number')}"
    raise app.failure(100, "Invalid template_type")


def _buttons(app: OnPhones, message: Call) -> list[dict[str, str]]:
    """Quick replies, and the buttons of a template."""
    replies = message.get("quick_replies") or []
    if len(replies) > _QUICK_REPLIES:
        raise app.failure(100, f"quick_replies takes at most {_QUICK_REPLIES}")
    payload = (message.get("attachment") or {}).get("payload") or {}
    found = [_quick(app, reply) for reply in replies]
    for holder in (payload, *(payload.get("elements") or [])):
        buttons = holder.get("buttons") or []
        if len(buttons) > _BUTTONS:
            raise app.failure(100, f"buttons takes at most {_BUTTONS}")
        found += [_pressed(app, button) for button in buttons]
    return found


def _quick(app: OnPhones, reply: Call) -> dict[str, str]:
    type = str(reply.get("content_type", ""))
    if type in CONTACTS:
        return {"id": type, "text": CONTACTS[type]}
    payload = str(reply.get("payload", ""))
    if type != "text" or not payload or len(payload) > _LONGEST_PAYLOAD:
        raise app.failure(100, "Invalid parameter: quick_replies")
    return {"id": payload, "text": _title(app, reply)}


def _pressed(app: OnPhones, button: Call) -> dict[str, str]:
    if button.get("type") == "web_url":
        return {"url": str(button.get("url", "")), "text": _title(app, button)}
    if button.get("type") != "postback":
        raise app.failure(100, "Invalid parameter: buttons")
    return {"id": f"{POSTBACK}{button.get('payload', '')}", "text": _title(app, button)}


def _title(app: OnPhones, button: Call) -> str:
    title = str(button.get("title", ""))
    if not 1 <= len(title) <= _LONGEST_TITLE:
        raise app.failure(100, f"Length of param title must be 1 to {_LONGEST_TITLE}")
    return title
