"""Approved templates: what there are, and a message made of one.

A template's blanks are named as its variables: `1` or `order_id` in the body, `header.1` in the
header, `header.image` (`.video`, `.document`) for the header's file (a link or a media id), and
`button.0.url`, `button.1.copy_code`, `button.0.quick_reply`, `button.0.flow` for buttons by position.
"""

import re
from collections.abc import Mapping
from typing import Any

from sambung.channels import Refused
from sambung.channels.whatsapp import graph
from sambung.channels.whatsapp.config import WhatsAppConfig
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, each, record, records, text

_BLANK = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_FORBIDDEN = re.compile(r"[\n\r\t]| {4,}")
_MOST_PAGES = 50

_BUTTON_PARAMETER = {
    "url": "text",
    "quick_reply": "payload",
    "copy_code": "coupon_code",
    "flow": "action",
}


def build(template: Mapping[str, Any]) -> dict[str, Any]:
    """WhatsApp's `template` object. Raises Refused (template_invalid)."""
    name, language = text(template, "name"), template.get("language")
    code = text(record(language), "code") or (language if isinstance(language, str) else "")
    if not name or not code:
        raise _refused("the template or its language is not named")
    built: dict[str, Any] = {
        "name": name,
        "language": {"code": code, "policy": "deterministic"},
    }
    components = template.get("components")
    if components is None:
        components = _components(template.get("variables"))
    if components:
        built["components"] = components
    for component in records(components):
        for parameter in records(component.get("parameters")):
            _check(parameter)
    return built


def _components(variables: Any) -> list[dict[str, Any]]:
    """From flat variables; a list fills the body's blanks in order."""
    if isinstance(variables, list | tuple):
        variables = {str(place): value for place, value in enumerate(variables, 1)}
    header: list[dict[str, Any]] = []
    body: list[tuple[str, dict[str, Any]]] = []
    buttons: list[dict[str, Any]] = []
    for key, value in record(variables).items():
        section, _, rest = key.partition(".")
        if section == "header" and rest:
            header.append(_header(rest, value))
        elif section == "button" and rest:
            buttons.append(_button(rest, value))
        else:
            body.append((key, _text(key, value)))
    if all(key.isdecimal() for key, _ in body):
        body.sort(key=lambda pair: int(pair[0]))
    components: list[dict[str, Any]] = []
    if header:
        components.append({"type": "header", "parameters": header})
    if body:
        components.append({"type": "body", "parameters": [parameter for _, parameter in body]})
    return components + sorted(buttons, key=lambda button: int(button["index"]))


def _text(name: str, value: Any) -> dict[str, Any]:
    """One blank: text, or WhatsApp's own object for a currency or a date."""
    if isinstance(value, dict):
        return value
    parameter = {"type": "text", "text": str(value)}
    return parameter if name.isdecimal() else {**parameter, "parameter_name": name}


def _header(name: str, value: Any) -> dict[str, Any]:
    if name not in ("image", "video", "document"):
        return _text(name, value)
    if isinstance(value, dict):
        return {"type": name, name: value}
    key = "link" if str(value).startswith(("https://", "http://")) else "id"
    return {"type": name, name: {key: str(value)}}


def _button(place: str, value: Any) -> dict[str, Any]:
    index, _, kind = place.partition(".")
    kind = kind or "url"
    if not index.isdecimal() or kind not in _BUTTON_PARAMETER:
        raise _refused(f"there is no button {place}")
    parameter = _BUTTON_PARAMETER[kind]
    said = value if parameter == "action" else str(value)
    return {
        "type": "button",
        "sub_type": kind,
        "index": index,
        "parameters": [{"type": parameter, parameter: said}],
    }


def _check(parameter: Record) -> None:
    if text(parameter, "type") != "text":
        return
    value = text(parameter, "text")
    if not value.strip():
        raise _refused("a blank of the template is empty")
    if _FORBIDDEN.search(value):
        raise _refused(f"«{value[:30]}» has a line end, a tab or four spaces in a row")
    if len(value) > 1024:
        raise _refused(f"«{value[:30]}…» has {len(value)} characters; at most 1024")


def _refused(detail: str) -> Refused:
    return Refused(detail, reason="template_invalid")


async def all_of(config: WhatsAppConfig, net: Net) -> list[dict[str, Any]]:
    """Every template of the business account. Raises Refused, TryLater, Stopped."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {
        "fields": "name,language,category,status,components,parameter_format",
        "limit": 200,
    }
    for _ in range(_MOST_PAGES):
        page = await graph.call(
            config, net, "GET", f"{config.waba_id}/message_templates", params=asked
        )
        found += [_described(template) for template in records(page.get("data"))]
        paging = record(page.get("paging"))
        after = text(record(paging.get("cursors")), "after")
        if not after or "next" not in paging:
            break
        asked["after"] = after
    return found


def _described(template: Record) -> dict[str, Any]:
    described: dict[str, Any] = {
        key: text(template, key) for key in ("name", "language", "category", "status")
    }
    described |= {"body": "", "header": "", "footer": "", "buttons": [], "variables": []}
    variables: list[str] = described["variables"]
    for component in records(template.get("components")):
        said = text(component, "text")
        match text(component, "type").upper():
            case "BODY":
                described["body"] = said
                variables += _BLANK.findall(said)
            case "FOOTER":
                described["footer"] = said
            case "HEADER":
                kind = text(component, "format").lower()
                described["header"] = said if kind in ("", "text") else f"[{kind}]"
                if kind in ("image", "video", "document"):
                    variables.append(f"header.{kind}")
                variables += [f"header.{blank}" for blank in _BLANK.findall(said)]
            case "BUTTONS":
                for place, button in enumerate(each(component.get("buttons"))):
                    described["buttons"].append(_described_button(record(button)))
                    variables += _button_blank(place, record(button))
    described["variables"] = list(dict.fromkeys(variables))
    return described


def _described_button(button: Record) -> dict[str, str]:
    return {
        "type": text(button, "type").lower(),
        "text": text(button, "text"),
        "url": text(button, "url"),
    }


def _button_blank(place: int, button: Record) -> list[str]:
    match text(button, "type").upper():
        case "URL" if _BLANK.search(text(button, "url")):
            return [f"button.{place}.url"]
        case "COPY_CODE":
            return [f"button.{place}.copy_code"]
        case "OTP":  # the code is given to the button too
            return [f"button.{place}.url"]
    return []
