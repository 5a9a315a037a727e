"""How one gateway spells things: written by whoever connects it, as JSON. Its guide is docs/channels/sms_http.md.

A path names a member of the gateway's JSON, form or query: `results.0.id`, `message-timestamp`.
"""

from functools import lru_cache
from re import Pattern
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sambung.channels import DeliveryState, Reason

Charset = Literal["utf-8", "iso-8859-1", "windows-1252"]


class _Strict(BaseModel):
    """A misspelled name would be a setting without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Strict):
    """What `path` must say, for the rest to apply: any of `equals`, or what `matches`; neither: it must be there.

    An answer that is no JSON stands whole at the path `text`.
    """

    path: str
    equals: tuple[str, ...] = ()
    matches: Pattern[str] | None = None


class Auth(_Strict):
    """How a request of ours shows the key: as a password, a bearer, a header or a query parameter."""

    kind: Literal["none", "basic", "bearer", "header", "query"] = "none"
    name: str = ""
    username: str = ""


class Send(_Strict):
    """Our request, and how to read its answer.

    fields   name → template of {to} {text} {text_hex} {from} {id} {hook} {key}; nested as JSON is
    id       path of the gateway's id; id_pattern: its first group in an answer that is no JSON
    success  what the answer says when it took the message
    errors   its code → why; retry, stop: codes that will pass, or that stop the connection
    """

    method: Literal["GET", "POST", "PUT"] = "POST"
    body: Literal["json", "form", "query"] = "json"
    fields: dict[str, Any] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth = Auth()
    number: Literal["+62", "62", "0"] = "62"
    sender: str = ""
    charset: Charset = "utf-8"
    id: str = "id"
    id_pattern: Pattern[str] | None = None
    success: When | None = None
    code: str = ""
    detail: str = ""
    errors: dict[str, Reason] = Field(default_factory=dict)
    retry: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    longest: int = Field(default=1600, ge=1, le=10_000)


class Part(_Strict):
    """Where a piece of a long message says so."""

    ref: str
    no: str
    of: str


class Receive(_Strict):
    """Where a message of a customer is. list: path of several; hex: text as hexadecimal UTF-16."""

    when: When | None = None
    list: str = ""
    id: str = ""
    sender: str = "from"
    to: str = "to"
    text: str = "text"
    hex: str = ""
    at: str = ""
    part: Part | None = None


class Status(_Strict):
    """Where a delivery report is. states: its word → ours; reasons: its code → why it failed."""

    when: When | None = None
    list: str = ""
    id: str = "id"
    message: str = ""
    state: str = "status"
    states: dict[str, DeliveryState] = Field(default_factory=dict)
    code: str = ""
    reasons: dict[str, Reason] = Field(default_factory=dict)
    detail: str = ""
    at: str = ""


class Verify(_Strict):
    """How a request to us is known: a signature over its body, or the secret in its address or a header."""

    kind: Literal["any", "hmac", "token", "header"] = "any"
    header: str = "X-Signature"
    prefix: str = "sha256="
    hash: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"


class Mapping(_Strict):
    """All of it. country: calling code of numbers that begin with 0; timezone: of times that name none;
    time_format: as Python's strptime has it, where a time is neither ISO 8601 nor a Unix time."""

    send: Send = Send()
    receive: Receive | None = Receive()
    status: Status | None = Status()
    verify: Verify = Verify()
    country: str = Field(default="62", pattern=r"^\d{1,3}$")
    timezone: str = "UTC"
    time_format: str = ""
    charset: Charset = "utf-8"


@lru_cache(256)
def parsed(written: str) -> Mapping:
    """The mapping from its JSON. Raises pydantic.ValidationError."""
    return Mapping.model_validate_json(written)


def at(found: Any, path: str) -> Any:
    """What stands at a path; None when nothing does. A name with dots in it is found as it is, too."""
    if not path:
        return None
    if isinstance(found, dict) and path in found:
        return found[path]
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def said(found: Any, path: str) -> str:
    """As `at`, as a string: what is no scalar says nothing."""
    value = at(found, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def holds(when: When | None, found: Any) -> bool:
    """Whether the condition is met; none always is."""
    if when is None:
        return True
    if when.matches is not None:
        return when.matches.search(said(found, when.path)) is not None
    if not when.equals:
        return at(found, when.path) is not None
    return said(found, when.path) in when.equals
