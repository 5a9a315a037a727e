"""Requests to the Messaging API, and what its answers mean.

https://developers.line.biz/en/reference/messaging-api/#status-codes
"""

from typing import Any

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.channels.line.config import LineConfig
from sambung.kit import asking
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, Unreadable, decode, record, records, text


class Invalid(Refused):
    """LINE answered 400: the request itself is at fault."""


class Missing(Refused):
    """LINE answered 404: it has no such thing, or does not show it to us."""


def bearer(config: LineConfig) -> dict[str, str]:
    """The header that proves who asks."""
    return {"authorization": f"Bearer {config.access_token.get_secret_value()}"}


async def call(
    config: LineConfig,
    net: Net,
    method: str,
    path: str,
    *,
    repeatable: bool = True,
    headers: dict[str, str] | None = None,
    **options: Any,
) -> Record:
    """The answer's object; of a 409, which means that the retry key was accepted before, too.

    Raises Refused (Invalid, Missing), TryLater, Stopped. Only where a repetition would send a second message
    (`repeatable=False`) a lost answer is Unknown; elsewhere it is TryLater.
    """
    sent = bearer(config) | (headers or {})
    try:
        answer = await asking.ask(net, method, config.api_base + path, headers=sent, **options)
    except asking.Unreached as error:
        raise TryLater(str(error)) from error
    except asking.Unaskable as error:
        raise Refused(str(error), reason="invalid") from error
    except asking.Unanswered as error:
        raise _lost(str(error), "timed_out", repeatable=repeatable) from error
    try:
        body = record(decode(answer.content))
    except Unreadable:
        body = {}
    if answer.is_success:
        return body
    if answer.status_code == 409:
        accepted = answer.headers.get("x-line-accepted-request-id", "")
        return {"acceptedRequestId": accepted, **body}
    raise failure(answer, body, repeatable=repeatable)


def _lost(detail: str, reason: Reason, *, repeatable: bool) -> TryLater | Unknown:
    return TryLater(detail) if repeatable else Unknown(detail, reason=reason)


def failure(
    answer: httpx.Response, body: Record, *, repeatable: bool = True
) -> Refused | TryLater | Stopped | Unknown:
    """What an answer other than success means."""
    status = answer.status_code
    code, said = str(status), _sentence(body) or f"HTTP {status}"
    if status == 429:
        if "monthly limit" in said.lower():
            # The quota of free and paid pushes is used up; answers by reply token still go.
            return Refused(said, reason="payment", code=code)
        wait = answer.headers.get("retry-after", "")
        seconds = float(wait) if wait.isascii() and wait.isdigit() else None
        return TryLater(said, seconds=seconds, reason="rate_limited", code=code)
    if status == 401:
        return Stopped(said, reason="auth", code=code)
    if status == 403:  # the account or its plan may not use this
        return Stopped(said, reason="auth", code=code)
    if status == 408 or status >= 500:
        return _lost(said, "provider_down", repeatable=repeatable)
    if status == 404:
        return Missing(said, reason="undeliverable", code=code)
    if status == 413:
        return Refused(said, reason="media_invalid", code=code)
    nobody = "'to'" in said or said.startswith("Failed to send messages")
    return Invalid(said, reason="undeliverable" if nobody else "invalid", code=code)


def _sentence(body: Record) -> str:
    """What it says, with the members it finds fault with."""
    details = [
        ": ".join(filter(None, (text(detail, "property"), text(detail, "message"))))
        for detail in records(body.get("details"))
    ]
    said = text(body, "message")
    return f"{said} ({'; '.join(details)})" if details else said
