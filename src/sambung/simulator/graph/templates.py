"""Message templates: what was approved, and whether a send fits it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sambung.kit import ids
from sambung.simulator.graph.errors import GraphError

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BODY, HEADER, FOOTER, BUTTONS = 1024, 60, 60, 10


@dataclass(slots=True, kw_only=True)
class Template:
    """One template in one language, with its components as Meta lists them."""

    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    status: str = "APPROVED"
    id: str = field(default_factory=lambda: str(ids.new_id().int % 10**15))

    def as_json(self) -> dict[str, Any]:
        """An item of the list of templates."""
        return {name: getattr(self, name) for name in self.__slots__}

    def component(self, kind: str) -> dict[str, Any]:
        """Its HEADER, BODY, FOOTER or BUTTONS; {} when it has none."""
        return next((c for c in self.components if c["type"] == kind), {})

    def fill(self, components: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The text and buttons the customer sees. Raises GraphError for parameters that do not fit."""
        given = {
            (c.get("type", ""), str(c.get("index", ""))): c.get("parameters", [])
            for c in components
        }
        header = self.component("HEADER")
        shown: dict[str, Any] = {
            "body": _fill(
                self.component("BODY").get("text", ""), given.get(("body", ""), []), "body"
            ),
            "footer": self.component("FOOTER").get("text", ""),
            "buttons": [],
        }
        if header.get("format", "TEXT") == "TEXT":
            shown["header"] = _fill(header.get("text", ""), given.get(("header", ""), []), "header")
        else:
            shown["media"] = _media(header["format"].lower(), given.get(("header", ""), []))
        for index, button in enumerate(self.component("BUTTONS").get("buttons", [])):
            parameters = given.get(("button", str(index)), [])
            if button["type"] == "URL" and PLACEHOLDER.search(button["url"]) and not parameters:
                raise GraphError(
                    131008, f"buttons: Button at index {index} of type Url requires a parameter"
                )
            payload = next((p["payload"] for p in parameters if "payload" in p), button["text"])
            shown["buttons"].append(
                {"type": button["type"], "text": button["text"], "payload": payload}
            )
        if len(shown["body"]) > BODY:
            raise GraphError(132005, f"body is longer than {BODY} characters")
        return shown


class Templates:
    """The templates of one WhatsApp Business Account."""

    def __init__(self, templates: Sequence[Template] = ()) -> None:
        self._templates = {(t.name, t.language): t for t in templates}

    def list(self, name: str = "") -> list[Template]:
        """All of them, or those of this name."""
        return [t for t in self._templates.values() if not name or t.name == name]

    def find(self, name: str, language: str) -> Template:
        """The one to send. Raises GraphError when there is none or it may not be used."""
        found = self._templates.get((name, language))
        if found is None:
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        if found.status == "PAUSED":
            raise GraphError(132015, f"template ({name}) is paused")
        if found.status == "DISABLED":
            raise GraphError(132016, f"template ({name}) is disabled")
        if found.status != "APPROVED":
            raise GraphError(132001, f"template ({name}) is not approved: {found.status}")
        return found

    def create(self, wanted: Mapping[str, Any]) -> Template:
        """Hand one in for approval. Raises GraphError for what Meta refuses at once."""
        name, language = str(wanted.get("name", "")), str(wanted.get("language", ""))
        category, components = wanted.get("category"), wanted.get("components")
        if not re.fullmatch(r"[a-z0-9_]{1,512}", name) or not language:
            raise GraphError(
                100, "name must be lower-case letters, digits and underscores; language is needed"
            )
        if category not in ("MARKETING", "UTILITY", "AUTHENTICATION"):
            raise GraphError(100, "category must be MARKETING, UTILITY or AUTHENTICATION")
        if (name, language) in self._templates:
            raise GraphError(100, "Content in this language already exists", subcode=2388024)
        if not isinstance(components, list) or not all(
            isinstance(c, dict) and "type" in c for c in components
        ):
            raise GraphError(131008, "components")
        limits = {"BODY": BODY, "HEADER": HEADER, "FOOTER": FOOTER}
        for component in components:
            text = component.get("text", "")
            if len(text) > limits.get(component["type"], BODY):
                raise GraphError(100, f"{component['type']} is too long")
            if PLACEHOLDER.search(text) and "example" not in component:
                raise GraphError(
                    100, f"{component['type']} has variables but no example", subcode=2388043
                )
            if len(component.get("buttons", [])) > BUTTONS:
                raise GraphError(100, f"at most {BUTTONS} buttons")
        template = Template(
            name=name, language=language, category=category, components=components, status="PENDING"
        )
        self._templates[name, language] = template
        return template

    def delete(self, name: str) -> bool:
        """Delete it in every language; say whether there was one."""
        gone = [key for key in self._templates if key[0] == name]
        for key in gone:
            del self._templates[key]
        return bool(gone)


def _fill(text: str, parameters: Sequence[Mapping[str, Any]], where: str) -> str:
    names = list(dict.fromkeys(PLACEHOLDER.findall(text)))
    if len(parameters) != len(names):
        raise GraphError(
            132000,
            f"{where}: number of localizable_params ({len(parameters)}) does not match "
            f"the expected number of params ({len(names)})",
        )
    values: dict[str, str] = {}
    for name, parameter in zip(names, parameters, strict=True):
        if not name.isdigit() and parameter.get("parameter_name") != name:
            raise GraphError(132012, f"{where}: parameter_name {name} is missing")
        kind = parameter.get("type", "")
        inner = parameter.get(kind)
        value = inner if isinstance(inner, str) else (inner or {}).get("fallback_value")
        if not isinstance(value, str) or not value:
            raise GraphError(131008, f"{where}: parameter of type {kind} has no value")
        if re.search(r"[\n\t]| {4,}", value):
            raise GraphError(
                132018, f"{where}: no new line, tab or more than four spaces in a parameter"
            )
        values[name] = value
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _media(kind: str, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = next((p for p in parameters if p.get("type") == kind), None)
    if found is None:
        raise GraphError(132012, f"header: expected a parameter of type {kind}")
    return {"kind": kind, **found[kind]}
