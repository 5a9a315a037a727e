"""Buttons and lists: from Sambung's neutral form to quick replies and templates.

button            "buttons": [{"id", "title"}]                 quick replies, at most 13
list              "rows" or "sections": [{"rows"}]             quick replies too: there are no lists
cta_url           "url", "title"                               a template with one link
contact_request   "fields"?: ["phone", "email"]                the customer's own, by one tap (Messenger)
template          "payload"                                    a template in Meta's own words
"""

from collections.abc import Mapping
from typing import Any

from sambung.channels import Refused
from sambung.kit.untrusted import Record, each, record, records, text

MOST = 13
_LONGEST_TITLE = 20
_LONGEST_PAYLOAD = 1000
_LONGEST_TEMPLATE_TEXT = 640
_CONTACT = {"phone": "user_phone_number", "email": "user_email"}


def build(spec: Mapping[str, Any], *, body: str) -> dict[str, Any]:
    """The `message` object. `body` is said when the form has none. Raises Refused (invalid)."""
    words = text(spec, "body") or text(record(spec.get("body")), "text") or body
    kind = text(spec, "type") or ("list" if "rows" in spec or "sections" in spec else "button")
    match kind:
        case "button":
            return _quick(words, [_reply(one) for one in each(spec.get("buttons"))])
        case "list":
            sections = records(spec.get("sections")) or [spec]
            rows = [row for section in sections for row in each(section.get("rows"))]
            return _quick(words, [_reply(row) for row in rows])
        case "contact_request":
            wanted = [one for one in each(spec.get("fields")) if one in _CONTACT] or list(_CONTACT)
            return _quick(words, [{"content_type": _CONTACT[one]} for one in wanted])
        case "cta_url":
            return _template(_link(spec, words))
        case "template":
            return _template(dict(record(spec.get("payload"))))
    raise Refused(f"there is no {kind} here", reason="invalid")


def _quick(words: str, replies: list[dict[str, str]]) -> dict[str, Any]:
    if not words.strip():
        raise Refused("buttons without a question", reason="invalid")
    if not 1 <= len(replies) <= MOST:
        raise Refused(f"{len(replies)} buttons; 1 to {MOST} here", reason="invalid")
    return {"text": words, "quick_replies": replies}


def _reply(button: Any) -> dict[str, str]:
    named: Record = button if isinstance(button, dict) else {"title": str(button)}
    title = text(named, "title").strip()
    payload = text(named, "id") or title
    if not 1 <= len(title) <= _LONGEST_TITLE:
        raise Refused(f"button «{title}»: 1 to {_LONGEST_TITLE} characters", reason="invalid")
    if len(payload) > _LONGEST_PAYLOAD:
        raise Refused(f"button «{title}»: its id is too long", reason="invalid")
    return {"content_type": "text", "title": title, "payload": payload}


def _link(spec: Record, words: str) -> dict[str, Any]:
    title, url = text(spec, "title"), text(spec, "url")
    if not url.startswith(("https://", "http://")) or not 1 <= len(title) <= _LONGEST_TITLE:
        raise Refused("a link needs a title and an address", reason="invalid")
    if not 1 <= len(words) <= _LONGEST_TEMPLATE_TEXT:
        raise Refused(f"1 to {_LONGEST_TEMPLATE_TEXT} characters above a link", reason="invalid")
    button = {"type": "web_url", "title": title, "url": url}
    return {"template_type": "button", "text": words, "buttons": [button]}


def _template(payload: dict[str, Any]) -> dict[str, Any]:
    if not text(payload, "template_type"):
        raise Refused("the template has no type", reason="invalid")
    return {"attachment": {"type": "template", "payload": payload}}
