"""HTML of a mail: made harmless, its remote images held back, its quotation marked, its text taken.

nh3 goes over it twice: first so that what we read is well-formed, last so that nothing we kept is
trusted. An image on a server would tell the sender when and where it was opened, so its `src`
becomes `data-src`; the desk puts it back when the agent asks. Images of a pixel are dropped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

import nh3

from sambung.channels.email.charsets import clean


def _words(*lines: str) -> set[str]:
    return {word for line in lines for word in line.split()}


_TAGS = _words(
    "a abbr address b big blockquote br caption center cite code col colgroup dd del div dl dt em",
    "font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s small span strike strong sub sup",
    "table tbody td tfoot th thead tr tt u ul var wbr",
)
_MARKS = {"class", "id", "name", "type"}
"""What mail programs mark their quotations with: read in the first pass, gone after it."""
_LOOKS = {"align", "valign", "bgcolor", "color", "dir", "height", "lang", "style", "title", "width"}
_OWN: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "data-src"},
    "font": {"face", "size"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_STYLES = _words(
    "color background-color display font font-family font-size font-style font-weight",
    "letter-spacing line-height list-style-type text-align text-decoration text-indent",
    "text-transform vertical-align white-space width max-width height border-collapse",
    "border border-top border-right border-bottom border-left border-color border-radius",
    "border-style border-width margin margin-top margin-right margin-bottom margin-left",
    "padding padding-top padding-right padding-bottom padding-left",
)
"""None that can name an address to load."""
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_CLEAN_CONTENT = {
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "iframe",
    "object",
    "svg",
    "math",
}

_VOID = {"br", "hr", "img", "col", "wbr"}
_LINES = {
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "table",
    "address",
    "center",
    "hr",
    "pre",
}
_PARAGRAPHS = {"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}

_QUOTE_CLASSES = _words(
    "gmail_quote gmail_extra gmail_signature moz-cite-prefix moz-signature yahoo_quoted",
    "protonmail_quote tutanota_quote zmail_extra",
)
_QUOTE_IDS = {"olk_src_body_section", "mail-editor-reference-message-container"}
_ALL_AFTER_IDS = {"divrplyfwdmsg", "appendonsend", "stopspelling"}
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid #(?:E1E1E1|B5C4DF) 1\.0pt", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_EMBEDDED = re.compile(r"cid:|data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_INVISIBLE = re.compile(r"display:\s*none|mso-hide:\s*all", re.IGNORECASE)
_PIXEL = re.compile(r"\b(?:width|height):\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE)

_LARGEST = 2_000_000
"""Characters of HTML looked at."""
_MOST_TAGS, _MOST_REFERENCES = 50_000, 50_000
"""`<` and `&`, of which each costs the parsers time; more is read as text. Long newsletters have some thousand."""
_WIDE = str.maketrans("&<>", "\uff06\uff1c\uff1e")
"""What would become references again, as letters that look the same."""
_DEEPEST = 500
"""Elements inside each other. No mail a person wrote comes near; a parser needs the square of it."""
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|dd|dt|br|hr|img|col|wbr|meta|link)\b)[a-z]", re.IGNORECASE
)
_ANY_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Hypertext:
    """`html` harmless and whole, quotations bearing `data-quoted`; `new` and `quoted` are its text."""

    html: str
    new: str
    quoted: str


def read(html: str, *, forwarded: bool = False) -> Hypertext:
    """Sanitise, and separate the new text from the quoted one (never in a forwarded message)."""
    html = html[:_LARGEST]
    if _too_much(html):
        html = from_text(unescape(_ANY_TAG.sub(" ", html)).translate(_WIDE).strip())
    tidy = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_CLEAN_CONTENT,
        attributes={"*": _MARKS | _LOOKS, **_OWN},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    reader = _Reader(fold=not forwarded)
    reader.feed(tidy)
    reader.close()
    harmless = nh3.clean(
        "".join(reader.out),
        tags=_TAGS,
        attributes={"*": _LOOKS | {"data-quoted"}, **_OWN},
        url_schemes=_SCHEMES,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=_STYLES,
    )
    return Hypertext(clean(harmless), reader.new.text(), reader.quoted.text())


def from_text(text: str) -> str:
    """Plain text as HTML, for a mail that mixes both."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _too_much(html: str) -> bool:
    many = html.count("<") > _MOST_TAGS or html.count("&") > _MOST_REFERENCES
    return many or _depth(html) > _DEEPEST


def _depth(html: str) -> int:
    depth = deepest = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Text:
    """Text as a reader sees it: blocks on lines of their own, spaces collapsed."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._line_ends = 2  # as if before were a blank line: no leading ones

    def block(self, line_ends: int) -> None:
        if self._line_ends < line_ends:
            self._out.append("\n" * (line_ends - self._line_ends))
            self._line_ends = line_ends

    def line_end(self) -> None:
        self._out.append("\n")
        self._line_ends += 1

    def words(self, data: str, *, preserve: bool) -> None:
        data = data.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "")
        if not preserve:
            data = re.sub(r"[ \t\n]+", " ", data)
            if self._line_ends or (self._out and self._out[-1].endswith(" ")):
                data = data.lstrip(" ")
        if data:
            self._out.append(data)
            self._line_ends = len(data) - len(data.rstrip("\n"))

    def text(self) -> str:
        lines = "\n".join(line.rstrip() for line in "".join(self._out).split("\n"))
        return clean(re.sub(r"\n{3,}", "\n\n", lines)).strip()


class _Reader(HTMLParser):
    """Goes over well-formed HTML once."""

    def __init__(self, *, fold: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.new, self.quoted = _Text(), _Text()
        self._fold = fold
        self._depth = self._preserve = 0
        self._quote_depth: int | None = None
        self._hidden_depth: int | None = None
        self._all_after = False

    @property
    def _text(self) -> _Text:
        return self.quoted if self._all_after or self._quote_depth is not None else self.new

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = {name: value or "" for name, value in attrs}
        if self._fold and not self._all_after and _all_after(marks):
            self._all_after = True
            marks["data-quoted"] = "rest"
        elif self._fold and self._quote_depth is None and _is_quote(tag, marks):
            self._quote_depth = self._depth
            marks["data-quoted"] = "part"
        if tag == "img":
            self._image(marks)
            return
        if tag == "a" and not _LINK.match(marks.get("href", "").strip()):
            marks.pop("href", None)
        if self._hidden_depth is None and _INVISIBLE.search(marks.get("style", "")):
            self._hidden_depth = self._depth
        self._emit(tag, marks)
        if tag == "br":
            self._text.line_end()
        else:
            self._block(tag)
        if tag == "li":
            self._text.words("- ", preserve=True)
        if tag not in _VOID:
            self._depth += 1
            self._preserve += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self.out.append(f"</{tag}>")
        self._depth -= 1
        self._preserve -= tag == "pre"
        if tag in ("td", "th"):
            self._text.words(" ", preserve=False)
        self._block(tag)
        if self._quote_depth == self._depth:
            self._quote_depth = None
        if self._hidden_depth == self._depth:
            self._hidden_depth = None

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data, quote=False))
        if self._hidden_depth is None:
            self._text.words(data, preserve=self._preserve > 0)

    def _block(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._text.block(2)
        elif tag in _LINES:
            self._text.block(1)

    def _image(self, marks: dict[str, str]) -> None:
        source = marks.pop("src", "").strip()
        marks.pop("data-src", None)
        if _REMOTE.match(source):
            if _is_pixel(marks):
                return
            marks["data-src"] = source
        elif _EMBEDDED.match(source):
            marks["src"] = source
        self._emit("img", marks)
        if marks.get("alt", "").strip() and self._hidden_depth is None:
            self._text.words(f"[image: {marks['alt'].strip()}]", preserve=False)

    def _emit(self, tag: str, marks: Mapping[str, str]) -> None:
        kept = "".join(f' {k}="{escape(v)}"' for k, v in marks.items() if k not in _MARKS)
        self.out.append(f"<{tag}{kept}>")


def _is_quote(tag: str, marks: Mapping[str, str]) -> bool:
    return (
        (tag == "blockquote" and marks.get("type", "").lower() == "cite")
        or not _QUOTE_CLASSES.isdisjoint(marks.get("class", "").lower().split())
        or marks.get("id", "").lower() in _QUOTE_IDS
        or marks.get("name", "").lower() == "messagereplysection"
    )


def _all_after(marks: Mapping[str, str]) -> bool:
    return marks.get("id", "").lower() in _ALL_AFTER_IDS or bool(
        _OUTLOOK_RULE.search(marks.get("style", ""))
    )


def _is_pixel(marks: Mapping[str, str]) -> bool:
    style = marks.get("style", "")
    sides = {marks.get("width", "").strip(), marks.get("height", "").strip()}
    return not sides.isdisjoint({"0", "1", "0px", "1px"}) or bool(
        _PIXEL.search(style) or _INVISIBLE.search(style)
    )
