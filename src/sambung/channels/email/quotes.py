"""What is new in a plain-text reply, apart from what it quotes and how it is signed.

Knows Gmail, Outlook, Yahoo, Apple Mail and Thunderbird in Indonesian and English. The whole is
always kept: what is folded away is shown on demand, and when nothing would be left, nothing is folded.
"""

import re
from dataclasses import dataclass

_ATTRIBUTION = re.compile(
    # "Pada Sel, 10 Nov 2026 pukul 10.05 Toko <cs@…> menulis:" / "On … wrote:", over up to four lines.
    r"^[ \t>]*(?:Pada|On|Am|Le|El)\b(?=[^\n]*[\d@])[^\n]{0,300}?(?:\n[^\n]{0,200}?){0,3}?"
    r"\b(?:menulis|wrote|schrieb|a écrit|escribió)\b[^\n:]{0,80}:[ \t]*$",
    re.MULTILINE,
)
_ORIGINAL = re.compile(
    r"^[ \t>]*-{2,}[ \t]*(?:Original Message|Original Appointment|Pesan Asli|Pesan asli|"
    r"Pesan Semula|Reply message|Reply Message)[ \t]*-{2,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FIRST = r"(?:From|Dari)"
_NEXT = r"(?:Sent|Date|To|Subject|Cc|Dikirim|Terkirim|Tanggal|Kepada|Ke|Untuk|Subjek|Perihal|Hal)"
_HEADER_BLOCK = re.compile(
    # Outlook: From/Sent/To/Subject, often under a line of underscores; labels may be *bold*.
    rf"(?:^[ \t]*_{{10,}}[ \t]*\n\s*)?^[ \t>*]*{_FIRST}[ \t*]*:[^\n]+\n"
    # A folded line's first letter is said, so that there is one way only to read its spaces.
    rf"(?:[ \t>*]*{_NEXT}[ \t*]*:[^\n]*\n(?:[ \t]+[^ \t\n][^\n]*\n)*){{2,}}",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^--[ \xa0]?$", re.MULTILINE)
_LONGEST_SIGNATURE = 15
_SENT_FROM = re.compile(
    r"^(?:Sent from|Sent using|Get Outlook for|Dikirim dari|Dikirim melalui|Dapatkan Outlook untuk|"
    r"Unduh Outlook untuk|Dari iPhone)\b[^\n]{0,80}\s*\Z",
    re.MULTILINE | re.IGNORECASE,
)
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[.:]\d{2}|@")
_SUBJECT_OR_ADDRESS = re.compile(r"^[ \t>*]*(?:Subject|Subjek|Perihal)\b|@", re.MULTILINE)
_FORWARD = re.compile(r"^\s*(?:fwd?|tr|trs|teruskan)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Folded:
    """`new` is what was written this time; `rest` everything else, in its order."""

    new: str
    rest: str = ""


def is_forward(subject: str) -> bool:
    """A forwarded message is the content, not a quotation."""
    return bool(_FORWARD.match(subject))


def fold(text: str, *, forwarded: bool = False) -> Folded:
    """Split a text body in the new part and the rest."""
    text = text.strip("\n")
    new, rest = (text, "") if forwarded else _without_quotation(text)
    new, signature = _without_signature(new)
    rest = "\n".join(part for part in (signature, rest) if part)
    if not new.strip():
        return Folded(text.strip())
    return Folded(new.strip(), rest.strip("\n"))


def _without_quotation(text: str) -> tuple[str, str]:
    attribution = _first(_ATTRIBUTION, text, having=_TIME_OR_ADDRESS)
    block = _first(_HEADER_BLOCK, text + "\n", having=_SUBJECT_OR_ADDRESS)
    cuts = [found.start() for found in (_ORIGINAL.search(text), block) if found]
    if attribution and attribution.start() < min(cuts, default=len(text) + 1):
        return _around(text[: attribution.start()], attribution[0], text[attribution.end() :])
    if cuts:
        return text[: min(cuts)], text[min(cuts) :]
    return _around("", "", text)


def _first(pattern: re.Pattern[str], text: str, *, having: re.Pattern[str]) -> re.Match[str] | None:
    """The first match that also looks machine-written: people write "Dari: Bogor" too."""
    return next((found for found in pattern.finditer(text) if having.search(found[0])), None)


def _around(before: str, attribution: str, after: str) -> tuple[str, str]:
    """Decide by where the '>' lines stand: below the answer, above it, or in between its parts."""
    lines = after.split("\n")
    marked = [i for i, line in enumerate(lines) if line.lstrip().startswith(">")]
    if not marked:  # Yahoo quotes without marks
        return (before, attribution + after) if attribution else (after, "")
    first, last, quoting = marked[0], marked[-1], set(marked)
    above = [line for line in lines[:first] if line.strip()]
    between = [i for i in range(first, last) if lines[i].strip() and i not in quoting]
    below = [line for line in lines[last + 1 :] if line.strip()]
    quoted = "\n".join(lines[first : last + 1])
    if attribution:
        if above:
            return before, attribution + after
        if between:
            return before + attribution + after, ""
        return before + "\n" + "\n".join(below and lines[last + 1 :]), attribution + "\n" + quoted
    if between or (above and below):
        return after, ""
    return "\n".join(lines[:first] + lines[last + 1 :]), quoted


def _without_signature(text: str) -> tuple[str, str]:
    delimiters = list(_SIGNATURE.finditer(text))
    if delimiters:
        last = delimiters[-1]
        tail = text[last.end() :].strip("\n")
        if tail.count("\n") < _LONGEST_SIGNATURE:
            return text[: last.start()], tail
    device = _SENT_FROM.search(text)
    return (text[: device.start()], device[0].strip()) if device else (text, "")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """format=flowed (RFC 3676): lines that end in a space go on in the next one of the same quote depth."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if open_depth == depth and content != "-- ":
            out[-1] += content
        else:
            out.append(">" * depth + (" " if depth else "") + content)
        open_depth = depth if content.endswith(" ") and content != "-- " else -1
        if open_depth >= 0 and delete_space:
            out[-1] = out[-1][:-1]
    return "\n".join(line if line == "-- " else line.rstrip() for line in out)
