"""Buttons: from Sambung's neutral form to Telegram's.

The neutral form is `{"type", "body", "header"?, "footer"?, …}`:

button            "buttons": [{"id", "title"}], one below the other
list              "sections": [{"title", "rows"}] or "rows": [{"id", "title", "description"?}], as buttons too
cta_url           "url", "title"
location_request  the customer is asked where they are       (private chats with the bot only)
contact_request   the customer is asked for their phone number (private chats with the bot only)

A form that already has Telegram's own `reply_markup` goes out with it.
"""

from collections.abc import Mapping
from typing import Any

from sambung.channels import Refused
from sambung.kit.untrusted import Record, each, record, records, text

BUTTONS = 100
_LONGEST_DATA = 64
"""Bytes. https://core.telegram.org/bots/api#inlinekeyboardbutton"""

_ASKED = {
    "location_request": ("request_location", "📍 Kirim lokasi / Share location"),
    "contact_request": ("request_contact", "📱 Kirim nomor saya / Share my number"),
}


def build(spec: Mapping[str, Any], *, body: str) -> tuple[str, dict[str, Any]]:
    """The message's text and its `reply_markup`. Raises Refused (invalid) for what Telegram would refuse."""
    said = "\n\n".join(filter(None, (_words(spec, "header"), _words(spec, "body") or body)))
    if footer := _words(spec, "footer"):
        said += f"\n\n{footer}"
    if markup := record(spec.get("reply_markup")):
        return said, dict(markup)
    kind = text(spec, "type") or ("list" if "rows" in spec or "sections" in spec else "button")
    match kind:
        case "button":
            return said, _inline([_button(button) for button in each(spec.get("buttons"))])
        case "list":
            sections = records(spec.get("sections")) or [spec]
            rows = [row for section in sections for row in records(section.get("rows"))]
            return said, _inline([_row(row) for row in rows])
        case "cta_url":
            url = text(spec, "url")
            if not url.startswith(("https://", "http://", "tg://")):
                raise Refused("the link button needs a web address", reason="invalid")
            return said, _inline([{"text": text(spec, "title"), "url": url}])
        case "location_request" | "contact_request":
            asked, title = _ASKED[kind]
            button = {"text": text(spec, "title") or title, asked: True}
            once = {"resize_keyboard": True, "one_time_keyboard": True}
            return said, {"keyboard": [[button]], **once}
    raise Refused(f"Telegram has no message of type {kind}", reason="invalid")


def _words(spec: Record, key: str) -> str:
    """A part of the form: words, or an object that has them."""
    return text(spec, key) or text(record(spec.get(key)), "text")


def _inline(buttons: list[dict[str, Any]]) -> dict[str, Any]:
    if not 1 <= len(buttons) <= BUTTONS:
        raise Refused(f"{len(buttons)} buttons; Telegram shows 1 to {BUTTONS}", reason="invalid")
    if not all(button["text"].strip() for button in buttons):
        raise Refused("a button has no title", reason="invalid")
    return {"inline_keyboard": [[button] for button in buttons]}


def _button(button: Any) -> dict[str, Any]:
    title = button if isinstance(button, str) else text(record(button), "title")
    if url := text(record(button), "url"):
        return {"text": title, "url": url}
    return _told(title, text(record(button), "id") or title)


def _row(row: Record) -> dict[str, Any]:
    title, description = text(row, "title"), text(row, "description")
    shown = f"{title} – {description}" if description else title
    return _told(shown, text(row, "id") or title)


def _told(title: str, data: str) -> dict[str, Any]:
    if len(data.encode()) > _LONGEST_DATA:
        raise Refused(
            f"the button id «{data[:30]}…» is over {_LONGEST_DATA} bytes", reason="invalid"
        )
    return {"text": title, "callback_data": data}
