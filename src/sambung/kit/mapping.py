"""Values found in, and put into, JSON at places that a business writes down: for services of any shape.

A path is names with dots between, `[0]` for one item of a list and `[*]` for each; `$` at its front means nothing.

    results[*].from.number        $.data.items[0]["odd name"]
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"""\.?([^.\[\]"'\s]+)|\[(\d{1,6})\]|\[(\*)\]|\["([^"]*)"\]|\['([^']*)'\]""")
_PLACE = re.compile(r"\{([a-z_]+)\}")
Step = str | int | None
"""A member's name, an item's index, or None for each item."""


class BadPath(ValueError):
    """Not a path."""


@lru_cache(4096)
def steps(path: str) -> tuple[Step, ...]:
    """The path taken apart. Raises BadPath."""
    written = path.strip().removeprefix("$")
    found: list[Step] = []
    at = 0
    while at < len(written):
        match = _STEP.match(written, at)
        if match is None:
            raise BadPath(f"cannot be read from here: {written[at : at + 20]}")
        name, index, each, *quoted = match.groups()
        if index is not None:
            found.append(int(index))
        else:
            found.append(None if each else next(one for one in (name, *quoted) if one is not None))
        at = match.end()
    return tuple(found)


def every(document: Any, path: str) -> list[Any]:
    """What is at the path, in order; nothing where the document is of another shape. Raises BadPath."""
    return list(_walk(document, steps(path)))


def first(document: Any, path: str) -> Any:
    """The first value at the path that says something, or None; nothing is at an empty path."""
    if not path:
        return None
    return next((one for one in every(document, path) if one is not None), None)


def text(document: Any, path: str) -> str:
    """The string or number at the path, as a string; else ""."""
    found = first(document, path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """The template with `{name}` replaced in all its strings; names that mean nothing here stay."""
    if isinstance(template, str):
        return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)
    if isinstance(template, Mapping):
        return {fill(key, values): fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    return template


def _walk(value: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    if not path:
        yield value
        return
    step, *rest = path
    if step is None:
        for item in value if isinstance(value, list) else ():
            yield from _walk(item, tuple(rest))
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield from _walk(value[step], tuple(rest))
    elif isinstance(value, Mapping) and step in value:
        yield from _walk(value[step], tuple(rest))
