"""Twilio's signature: https://www.twilio.com/docs/usage/security#validating-requests

base64 HMAC-SHA1 over the address as it was configured, then each form parameter's name and value, sorted by
name. For a body that is no form the address alone is signed, and names the body's hash in `bodySHA256`.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sambung.kit.signatures import same, signed_by

_PORTS = {"https": 443, "http": 80}
_MOST = 1000
"""Parameters of one form; Twilio sends some forty."""


def form(body: bytes) -> list[tuple[str, str]]:
    """The parameters in the order they came, empty ones too: they are signed. Raises ValueError."""
    written = body.decode("ascii", "replace")
    return parse_qsl(written, keep_blank_values=True, errors="replace", max_num_fields=_MOST)


def signed(
    url: str, body: bytes, given: str, tokens: Iterable[str], *, is_form: bool, hash: str = ""
) -> bool:
    """Whether `given` is right for the request. hash: the query's `bodySHA256`."""
    if hash:
        if not same(hashlib.sha256(body).hexdigest(), hash.lower()):
            return False
        parameters: list[tuple[str, str]] = []
    else:
        try:
            parameters = form(body) if is_form else []
        except ValueError:
            return False
        if body and not is_form:
            return False
    # A repeated parameter counts once for each value it has.
    joined = "".join(name + value for name, value in sorted(set(parameters))).encode()
    tokens = tuple(tokens)
    return any(
        signed_by(
            tokens,
            spelling.encode() + joined,
            given,
            written=lambda digest: b64encode(digest).decode(),
            hash=hashlib.sha1,
        )
        for spelling in _spellings(url)
    )


def _spellings(url: str) -> Iterator[str]:
    """The address as it is, without its port, and with the default one: Twilio is not of one mind."""
    yield url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return
    if port is not None:
        yield _with_host(parts, parts.netloc.rpartition(":")[0])
    elif parts.scheme in _PORTS and parts.netloc:
        yield _with_host(parts, f"{parts.netloc}:{_PORTS[parts.scheme]}")


def _with_host(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
