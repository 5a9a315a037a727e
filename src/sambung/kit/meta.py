"""What every product of Meta's platform shares on the wire: signed webhooks, their set-up, the error body.

https://developers.facebook.com/docs/graph-api/webhooks and …/graph-api/guides/error-handling
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from sambung.kit.signatures import same, signed_by
from sambung.kit.untrusted import Record, record, text


def signed(body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Whether X-Hub-Signature-256 is right for the raw bytes: Meta escapes its JSON as no encoder of ours does.

    headers: names lower-cased; secrets: the app's present and previous ones.
    """
    given = headers.get("x-hub-signature-256", "")
    return signed_by(secrets, body, given, written=lambda digest: f"sha256={digest.hex()}")


def asks_for_handshake(method: str, query: Mapping[str, str]) -> bool:
    """Whether this is Meta's GET that sets the webhook up."""
    return method == "GET" and "hub.mode" in query


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """The handshake's answer; None when it does not know our token."""
    known = same(query.get("hub.verify_token", ""), verify_token)
    if known and query.get("hub.mode") == "subscribe":
        return query.get("hub.challenge", "")
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer of the Graph API's that is no success. code, subcode: "" where it names none.

    body  Meta's error object, {} for a gateway's own page
    wait  seconds it asks us to wait, None for none
    """

    status: int
    code: str
    subcode: str
    detail: str
    body: Record
    wait: float | None

    @property
    def transient(self) -> bool:
        """Whether Meta itself says that it will pass."""
        return self.body.get("is_transient") is True


def fault(answer: httpx.Response) -> Fault:
    """Read what went wrong. Decide by code and subcode: the sentence is for people and changes."""
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    error = record(record(body).get("error"))
    said = sentence(error) or f"HTTP {answer.status_code}"
    if trace := text(error, "fbtrace_id"):
        said += f" (fbtrace_id {trace})"
    return Fault(
        status=answer.status_code,
        code=text(error, "code"),
        subcode=text(error, "error_subcode"),
        detail=said,
        body=error,
        wait=_seconds(answer.headers.get("retry-after", "")),
    )


def sentence(error: Record) -> str:
    """The most telling sentence of an error object."""
    return (
        text(record(error.get("error_data")), "details")
        or text(error, "message")
        or text(error, "title")
    )


def _seconds(given: str) -> float | None:
    """The header's other form, a date, Meta does not use."""
    return float(given) if given.isascii() and given.isdigit() else None
