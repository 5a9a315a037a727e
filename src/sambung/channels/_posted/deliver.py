"""A message posted to an address that the business gave, and what its answer means.

Every post carries the message's id, so that one that comes again is not taken twice: no answer is worth a repetition.
"""

from collections.abc import Mapping

import httpx

from sambung.channels import Receipt, Refused, Stopped, TryLater
from sambung.kit import mapping
from sambung.kit.net import Forbidden, Net
from sambung.kit.untrusted import Unreadable, decode


async def deliver(
    net: Net,
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    id: str,
    id_path: str = "id",
    method: str = "POST",
) -> Receipt:
    """Post it; id_path: where the answer says what it calls the message. Raises Refused, TryLater, Stopped."""
    try:
        answer = await net.exchange(method, url, body, headers=headers)
    except (Forbidden, httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Stopped("the address is private or not http(s)", reason="invalid") from None
    except httpx.HTTPError as error:
        raise TryLater(f"no answer: {type(error).__name__}") from None
    if not answer.is_success:
        raise failure(answer)
    return Receipt(id=_called(answer, id_path)[:200] or id, state="sent")


def failure(answer: httpx.Response) -> Refused | TryLater | Stopped:
    """What a refusal by HTTP status means."""
    code, told = str(answer.status_code), f"answered HTTP {answer.status_code}"
    match answer.status_code:
        case 401 | 403:
            return Stopped(told, reason="auth", code=code)
        case 402:
            return Stopped(told, reason="payment", code=code)
        case 429:
            return TryLater(told, seconds=wait_of(answer), reason="rate_limited", code=code)
        case 404 | 410:
            return Refused(told, reason="undeliverable", code=code)
        case status if status >= 500 or status in (408, 409, 425):
            return TryLater(told, seconds=wait_of(answer), code=code)
    return Refused(told, reason="invalid", code=code)


def wait_of(answer: httpx.Response) -> float | None:
    """Seconds that Retry-After asks for; None where it says nothing of the kind."""
    given = answer.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) < 7 else None


def _called(answer: httpx.Response, path: str) -> str:
    try:
        return mapping.text(decode(answer.content), path) if path else ""
    except Unreadable:
        return ""
