"""/docs: the API's document as a page of our own, so that it works offline and runs no foreign script."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from sambung.api.languages import language_of

WORDS = {
    "en": {
        "title": "Sambung API",
        "lead": "Every route of /api/v1. For machines:",
        "sends": "sends",
        "answers": "answers",
        "needs": "query",
    },
    "id": {
        "title": "API Sambung",
        "lead": "Semua rute /api/v1. Untuk mesin:",
        "sends": "kirim",
        "answers": "jawaban",
        "needs": "kueri",
    },
}
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem 0; }
summary { cursor: pointer; } code, pre { font: 13px/1.5 ui-monospace, monospace; }
summary b { display: inline-block; min-width: 4.5em; } pre { overflow-x: auto; }
dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0 0 0 1rem; }
"""


async def page(request: Request) -> HTMLResponse:
    """The whole reference on one page."""
    language = language_of(request)
    words = WORDS[language]
    body = "".join(_sections(request.app.openapi(), words))
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words["title"]}</title>'
        f"<style>{STYLE}</style><h1>{words['title']}</h1>"
        f'<p>{words["lead"]} <a href="/openapi.json">/openapi.json</a></p>{body}</html>'
    )


def _sections(document: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    grouped: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            shown = _operation(path, method, operation, document, words)
            grouped.setdefault(operation.get("tags", [""])[0], []).append(shown)
    for tag, shown_operations in grouped.items():
        yield f"<h2>{escape(tag)}</h2>" + "".join(shown_operations)


def _operation(
    path: str,
    method: str,
    operation: Mapping[str, Any],
    document: Mapping[str, Any],
    words: Mapping[str, str],
) -> str:
    about = escape(operation.get("description", operation["summary"]))
    query = ", ".join(
        parameter["name"]
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    )
    parts = [f"<dt>{words['needs']}</dt><dd><code>{escape(query)}</code></dd>"] if query else []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        parts.append(f"<dt>{words['sends']}</dt><dd><pre>{_shape(content, document)}</pre></dd>")
    for status, answer in operation["responses"].items():
        text = escape(answer["description"])
        shapes = [
            f"<pre>{_shape(content, document)}</pre>"
            for content in answer.get("content", {}).values()
            if status < "300"
        ]
        parts.append(f"<dt>{words['answers']} {status}</dt><dd>{text}{''.join(shapes)}</dd>")
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code></summary>"
        f"<p>{about}</p><dl>{''.join(parts)}</dl></details>"
    )


def _shape(content: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    return escape("\n".join(_lines(content.get("schema", {}), document, "", depth=0)))


def _lines(
    schema: Mapping[str, Any], document: Mapping[str, Any], indent: str, *, depth: int
) -> Iterator[str]:
    """A schema as indented names and types, three levels down."""
    schema = _resolved(schema, document)
    for name, field in schema.get("properties", {}).items():
        inner = _resolved(field, document)
        inner = _resolved(inner.get("items", inner), document)
        yield f"{indent}{name}: {_kind(field, document)}"
        if depth < 2 and "properties" in inner:
            yield from _lines(inner, document, indent + "    ", depth=depth + 1)


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found: Mapping[str, Any] = document["components"]["schemas"][name]
        return found
    choices = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return _resolved(choices[0], document) if len(choices) == 1 else schema


def _kind(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_kind(one, document) for one in schema["anyOf"])
    schema = _resolved(schema, document)
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    kind = schema.get("format") or schema.get("type") or "any"
    return (
        f"[{_kind(schema['items'], document)}]" if kind == "array" and "items" in schema else kind
    )
