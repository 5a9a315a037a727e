"""Buttons: from Sambung's neutral form to LINE's.

The neutral form is `{"type", "body", "header"?, "footer"?, …}`:

button            "buttons": [{"id", "title"}]; up to four stay in the chat, up to 13 show until somebody writes
list              "sections": [{"title", "rows"}] or "rows": [{"id", "title", "description"?}], as buttons
cta_url           "url", "title"
location_request  the customer is asked where they are

A form of LINE's own (flex, template, imagemap …), with its `type`, goes out as it is.
"""

from collections.abc import Mapping
from typing import Any

from sambung.channels import Refused
from sambung.kit.untrusted import Record, each, record, records, text

BUTTONS = 13
"""https://developers.line.biz/en/reference/messaging-api/#items-object"""
_LASTING = 4
_LASTING_TEXT, _LONGEST_TEXT, _LONGEST_LABEL, _LONGEST_DATA = 160, 5000, 20, 300
_OWN = ("flex", "template", "imagemap", "textV2", "sticker")


def build(spec: Mapping[str, Any], *, body: str) -> dict[str, Any]:
    """LINE's message object. Raises Refused (invalid) for what LINE would refuse."""
    if text(spec, "type") in _OWN:
        return dict(spec)
    said = "\n\n".join(
        filter(None, (_words(spec, "header"), _words(spec, "body") or body, _words(spec, "footer")))
    )
    if not said.strip():
        raise Refused("the message is empty", reason="invalid")
    kind = text(spec, "type") or ("list" if "rows" in spec or "sections" in spec else "button")
    match kind:
        case "button":
            return _asked(said, [_button(button) for button in each(spec.get("buttons"))])
        case "list":
            sections = records(spec.get("sections")) or [spec]
            rows = [row for section in sections for row in records(section.get("rows"))]
            return _asked(said, [_postback(text(row, "title"), text(row, "id")) for row in rows])
        case "cta_url":
            return _asked(said, [_link(text(spec, "title"), text(spec, "url"))])
        case "location_request":
            label = text(spec, "title") or "Kirim lokasi"
            return _quick(said, [{"type": "location", "label": _label(label)}])
    raise Refused(f"LINE has no message of type {kind}", reason="invalid")


def _words(spec: Record, key: str) -> str:
    """A part of the form: words, or an object that has them."""
    return text(spec, key) or text(record(spec.get(key)), "text")


def _asked(said: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    """Few buttons under a short text stay; more, or under a longer one, show until somebody writes."""
    if len(actions) <= _LASTING and units(said) <= _LASTING_TEXT and actions:
        template = {"type": "buttons", "text": said, "actions": actions}
        return {"type": "template", "altText": said, "template": template}
    return _quick(said, actions)


def _quick(said: str, actions: list[dict[str, Any]]) -> dict[str, Any]:
    if not 1 <= len(actions) <= BUTTONS:
        raise Refused(f"{len(actions)} buttons; LINE shows 1 to {BUTTONS}", reason="invalid")
    if units(said) > _LONGEST_TEXT:
        raise Refused(f"the text is over {_LONGEST_TEXT:,} characters", reason="invalid")
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": said, "quickReply": {"items": items}}


def _button(button: Any) -> dict[str, Any]:
    title = button if isinstance(button, str) else text(record(button), "title")
    if url := text(record(button), "url"):
        return _link(title, url)
    return _postback(title, text(record(button), "id"))


def _postback(title: str, id: str) -> dict[str, Any]:
    data = id or title
    if units(data) > _LONGEST_DATA:
        raise Refused(f"the button id is over {_LONGEST_DATA} characters", reason="invalid")
    return {"type": "postback", "label": _label(title), "data": data, "displayText": title}


def _link(title: str, url: str) -> dict[str, Any]:
    if not url.startswith(("https://", "http://", "line://", "tel:")):
        raise Refused("the link button needs a web address", reason="invalid")
    return {"type": "uri", "label": _label(title), "uri": url}


def _label(title: str) -> str:
    if not title.strip() or units(title) > _LONGEST_LABEL:
        raise Refused(
            f"the button «{title[:30]}» needs 1 to {_LONGEST_LABEL} characters", reason="invalid"
        )
    return title


def units(said: str) -> int:
    """Length as LINE counts it: in UTF-16 units."""
    return len(said.encode("utf-16-le", "surrogatepass")) // 2
