"""What an interactive message may be: buttons, lists, links, and their limits."""

from collections.abc import Mapping
from typing import Any

from sambung.simulator.graph.errors import GraphError

BODY, HEADER, FOOTER = 1024, 60, 60
BUTTONS, BUTTON_ID, BUTTON_TITLE = 3, 256, 20
ROWS, ROW_ID, ROW_TITLE, ROW_DESCRIPTION, SECTION_TITLE, LIST_BUTTON = 10, 200, 24, 72, 24, 20
PLAIN = (
    "location_request_message",
    "product",
    "product_list",
    "voice_call",
    "contact_request",
    "flow",
)


def check(interactive: Mapping[str, Any]) -> None:
    """Raise GraphError unless WhatsApp would take it."""
    kind = interactive.get("type")
    text(
        interactive.get("body", {}).get("text"),
        "interactive.body.text",
        BODY,
        needed=kind != "product",
    )
    text(interactive.get("footer", {}).get("text"), "interactive.footer.text", FOOTER)
    header = interactive.get("header", {})
    if header.get("type", "text") == "text":
        text(header.get("text"), "interactive.header.text", HEADER)
    action = interactive.get("action", {})
    if kind == "button":
        _buttons(action.get("buttons", []))
    elif kind == "list":
        _list(action)
    elif kind == "cta_url":
        parameters = action.get("parameters", {})
        text(
            parameters.get("display_text"),
            "interactive.action.parameters.display_text",
            20,
            needed=True,
        )
        text(parameters.get("url"), "interactive.action.parameters.url", 2000, needed=True)
    elif kind not in PLAIN:
        raise GraphError(131009, f"interactive.type is not valid: {kind}")


def text(value: object, where: str, longest: int, *, needed: bool = False) -> None:
    """Raise GraphError unless it is text of at most `longest` characters."""
    if value is None and not needed:
        return
    if not isinstance(value, str) or not value.strip():
        raise GraphError(131008, f"{where} is required")
    if len(value) > longest:
        raise GraphError(131009, f"{where}: must be at most {longest} characters")


def _buttons(buttons: list[Mapping[str, Any]]) -> None:
    if not 1 <= len(buttons) <= BUTTONS:
        raise GraphError(131009, f"interactive.action.buttons: between 1 and {BUTTONS}")
    for button in buttons:
        reply = button.get("reply", {})
        text(reply.get("id"), "interactive.action.buttons.reply.id", BUTTON_ID, needed=True)
        text(
            reply.get("title"), "interactive.action.buttons.reply.title", BUTTON_TITLE, needed=True
        )
    for key in ("id", "title"):
        if len({button["reply"][key] for button in buttons}) < len(buttons):
            raise GraphError(131009, f"interactive.action.buttons.reply.{key}: must be unique")


def _list(action: Mapping[str, Any]) -> None:
    text(action.get("button"), "interactive.action.button", LIST_BUTTON, needed=True)
    sections = action.get("sections", [])
    rows = [row for section in sections for row in section.get("rows", [])]
    if not 1 <= len(rows) <= ROWS:
        raise GraphError(131009, f"interactive.action.sections: between 1 and {ROWS} rows in all")
    for section in sections:
        text(
            section.get("title"),
            "interactive.action.sections.title",
            SECTION_TITLE,
            needed=len(sections) > 1,
        )
    for row in rows:
        text(row.get("id"), "interactive.action.sections.rows.id", ROW_ID, needed=True)
        text(row.get("title"), "interactive.action.sections.rows.title", ROW_TITLE, needed=True)
        text(
            row.get("description"), "interactive.action.sections.rows.description", ROW_DESCRIPTION
        )
    if len({row["id"] for row in rows}) < len(rows):
        raise GraphError(131009, "interactive.action.sections.rows.id: must be unique")
