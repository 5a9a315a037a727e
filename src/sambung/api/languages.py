"""In which language to answer: what the request asks for, else the signed-in person's, else English."""

from starlette.requests import HTTPConnection

from sambung.core.accounts import LANGUAGES


def language_of(request: HTTPConnection) -> str:
    """ "id" or "en"."""
    asked = _preferred(request.headers.get("accept-language", ""))
    if asked is not None:
        return asked
    caller = getattr(request.state, "caller", None)
    return caller.language if caller is not None else "en"


def _preferred(header: str) -> str | None:
    """The most wanted of our languages (RFC 9110 §12.5.4); None when none of them is named."""
    best: tuple[float, str] | None = None
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        # Indonesian was "in" until 1989, and some Android devices still say so.
        language = "id" if language == "in" else language
        try:
            wanted = float(weight) if weight else 1.0
        except ValueError:
            wanted = 0.0
        if language in LANGUAGES and wanted > 0 and (best is None or wanted > best[0]):
            best = (wanted, language)
    return None if best is None else best[1]
