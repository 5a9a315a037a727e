"""Bytes of a mail to text, whatever the label says."""

import re

_SUPERSETS = {
    # As browsers read them (WHATWG Encoding): senders mean the superset.
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-8": "utf-8",
}
_NEVER = {"utf-7", "unicode-1-1-utf-7", "unicode_escape", "raw_unicode_escape", "undefined"}
"""Codecs that turn harmless bytes into markup, or that no sender means."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""PostgreSQL refuses NUL and lone surrogates; the rest is noise in a text."""


def decode(raw: bytes, label: str) -> str:
    """Text of `raw`: by its label, else as UTF-8, else as Windows-1252. Never raises."""
    name = label.strip().strip("'\"").lower()
    name = _SUPERSETS.get(name, name)
    for candidate in ("utf-8", name) if name == "cp1252" else (name, "utf-8"):
        if candidate and candidate not in _NEVER:
            try:
                return clean(raw.decode(candidate))
            except (LookupError, ValueError):
                continue
    return clean(raw.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Without control characters, with line ends of one kind."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Without anything that could start another line."""
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", clean(text)).strip()
