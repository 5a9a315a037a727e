"""Paths into JSON, as a business writes them down."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambung.kit import mapping

DOCUMENT: dict[str, Any] = {
    "results": [{"from": {"number": 628}, "odd name": "a"}, {"from": None}, "x"],
    "ok": True,
    "empty": None,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("results[*].from.number", [628]),
        ("$.results[0]['odd name']", ["a"]),
        ('$["results"][0].from', [{"number": 628}]),
        ("results[9]", []),
        ("results.from", []),
        ("ok.more", []),
        ("empty", [None]),
    ],
)
def test_a_path_finds_what_is_there(path: str, found: list[Any]) -> None:
    assert mapping.every(DOCUMENT, path) == found


def test_the_first_that_says_something() -> None:
    assert mapping.first([{"a": None}, {"a": 1}], "[*].a") == 1
    assert mapping.first(DOCUMENT, "") is None
    assert mapping.every(DOCUMENT, "$") == [DOCUMENT]
    assert mapping.text(DOCUMENT, "results[0].from.number") == "628"
    assert mapping.text(DOCUMENT, "ok") == ""


@pytest.mark.parametrize("path", ["a b", "a[", "[x]", "a..b", "a[-1]"])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(mapping.BadPath):
        mapping.steps(path)


def test_a_template_is_filled_in_its_strings_only() -> None:
    template = {"to": "{to}", "n": 1, "{to}": ["halo {text}", "{other}", {"a": "{"}]}
    filled = mapping.fill(template, {"to": "628", "text": 'a "quote" {to}'})
    assert filled == {
        "to": "628",
        "n": 1,
        "628": ['halo a "quote" {to}', "{other}", {"a": "{"}],
    }


@given(st.text(), st.recursive(st.none() | st.text(), st.lists, max_leaves=5))
def test_any_text_is_a_path_or_is_told(path: str, document: Any) -> None:
    try:
        mapping.every(document, path)
    except mapping.BadPath:
        return
