"""Buttons, lists, links, Flows and requests: from Sambung's neutral form to WhatsApp's.

The neutral form is `{"type", "body", "header"?, "footer"?, …}`:

button            "buttons": [{"id", "title"}]                           at most 3
list              "button": label, "sections": [{"title", "rows"}] or "rows": [{"id", "title", "description"?}]
cta_url           "url", "title"
flow              "flow_id" or "flow_name", "title", "token"?, "screen"?, "data"?
location_request  the customer is asked where they are
contact_request   the customer is asked for their phone number
call_permission   the customer is asked whether we may call
voice_call        "title": a button that calls the business

A form that already has WhatsApp's own `action` goes out as it is, within the same limits.
"""

from collections.abc import Mapping
from typing import Any

from sambung.channels import Refused
from sambung.kit.untrusted import Record, each, record, records, text

BUTTONS = 3
LIST_ROWS = 10


def build(spec: Mapping[str, Any], *, body: str, token: str) -> dict[str, Any]:
    """WhatsApp's `interactive` object. `body` is said when the form has none; `token` names a Flow's run.

    Raises Refused (invalid) for what WhatsApp would refuse.
    """
    if "action" in spec:
        built = {**spec, "body": spec.get("body") or {"text": body}}
    else:
        kind, action = _action(spec, token)
        built = {"type": kind, "body": {"text": text(spec, "body") or body}, "action": action}
        if header := spec.get("header"):
            built["header"] = (
                header if isinstance(header, dict) else {"type": "text", "text": header}
            )
        if footer := text(spec, "footer"):
            built["footer"] = {"text": footer}
    _check(built)
    return built


def _action(spec: Record, token: str) -> tuple[str, dict[str, Any]]:
    kind = text(spec, "type") or ("list" if "rows" in spec or "sections" in spec else "button")
    match kind:
        case "button":
            return kind, {"buttons": [_button(button) for button in each(spec.get("buttons"))]}
        case "list":
            sections = spec.get("sections") or [{"rows": spec.get("rows")}]
            return kind, {
                "button": text(spec, "button"),
                "sections": [_section(section) for section in records(sections)],
            }
        case "cta_url":
            parameters = {"display_text": text(spec, "title"), "url": text(spec, "url")}
            return kind, {"name": kind, "parameters": parameters}
        case "flow":
            return kind, {"name": kind, "parameters": _flow(spec, token)}
        case "voice_call":
            return kind, {"name": kind, "parameters": {"display_text": text(spec, "title")}}
        case "location_request":
            return "location_request_message", {"name": "send_location"}
        case "contact_request":
            return "contact_request", {"name": "contact_request"}
        case "call_permission":
            return "call_permission_request", {"name": "call_permission_request"}
    raise Refused(f"WhatsApp has no interactive message of type {kind}", reason="invalid")


def _button(button: Any) -> dict[str, Any]:
    title = button if isinstance(button, str) else text(record(button), "title")
    return {"type": "reply", "reply": {"id": text(record(button), "id") or title, "title": title}}


def _section(section: Record) -> dict[str, Any]:
    rows = [
        {key: text(row, key) for key in ("id", "title", "description") if text(row, key)}
        for row in records(section.get("rows"))
    ]
    for row in rows:
        row.setdefault("id", row.get("title", ""))
    return (
        {"title": text(section, "title"), "rows": rows}
        if text(section, "title")
        else {"rows": rows}
    )


def _flow(spec: Record, token: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "flow_message_version": "3",
        "flow_token": text(spec, "token") or token,
        "flow_cta": text(spec, "title"),
        "flow_action": "navigate" if text(spec, "screen") else "data_exchange",
    }
    for key in ("flow_id", "flow_name"):
        if text(spec, key):
            parameters[key] = text(spec, key)
    if screen := text(spec, "screen"):
        parameters["flow_action_payload"] = {"screen": screen}
        if data := record(spec.get("data")):
            parameters["flow_action_payload"]["data"] = data
    return parameters


def _check(built: Record) -> None:
    _within("text", text(record(built.get("body")), "text"), 1024)
    _within("footer", text(record(built.get("footer")), "text"), 60, optional=True)
    header = record(built.get("header"))
    if text(header, "type") == "text":
        _within("header", text(header, "text"), 60)
    action = record(built.get("action"))
    kind = text(built, "type")
    if kind == "button":
        _check_buttons([record(button.get("reply")) for button in records(action.get("buttons"))])
    elif kind == "list":
        _check_list(action)
    elif kind in ("cta_url", "flow", "voice_call"):
        parameters = record(action.get("parameters"))
        _within("button", text(parameters, "display_text") or text(parameters, "flow_cta"), 20)
        if kind == "cta_url" and not text(parameters, "url").startswith(("https://", "http://")):
            raise Refused("the link button needs a web address", reason="invalid")
        if kind == "flow" and not parameters.keys() & {"flow_id", "flow_name"}:
            raise Refused("the Flow is not named", reason="invalid")


def _check_buttons(buttons: list[Record]) -> None:
    if not 1 <= len(buttons) <= BUTTONS:
        raise Refused(f"{len(buttons)} buttons; WhatsApp shows 1 to {BUTTONS}", reason="invalid")
    for button in buttons:
        _within("button", text(button, "title"), 20)
        _within("button id", text(button, "id"), 256)
    _distinct("buttons", [text(button, "id") for button in buttons])
    _distinct("buttons", [text(button, "title") for button in buttons])


def _check_list(action: Record) -> None:
    _within("button", text(action, "button"), 20)
    sections = records(action.get("sections"))
    rows = [row for section in sections for row in records(section.get("rows"))]
    if not 1 <= len(rows) <= LIST_ROWS:
        raise Refused(f"{len(rows)} rows; a WhatsApp list has 1 to {LIST_ROWS}", reason="invalid")
    for section in sections:
        _within("section", text(section, "title"), 24, optional=len(sections) == 1)
    for row in rows:
        _within("row", text(row, "title"), 24)
        _within("row id", text(row, "id"), 200)
        _within("description", text(row, "description"), 72, optional=True)
    _distinct("rows", [text(row, "id") for row in rows])


def _within(what: str, value: str, most: int, *, optional: bool = False) -> None:
    if not value.strip() and not optional:
        raise Refused(f"the {what} is empty", reason="invalid")
    if len(value) > most:
        raise Refused(
            f"the {what} «{value[:30]}…» has {len(value)} characters; at most {most}",
            reason="invalid",
        )


def _distinct(what: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise Refused(f"two {what} are the same", reason="invalid")
