"""One question to a provider's API: its answer, or what it means that there is none."""

from typing import Any

import httpx

from sambung.channels import Refused, TryLater, Unknown
from sambung.kit import asking
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, Unreadable, decode


async def ask(
    net: Net, method: str, url: str, *, repeatable: bool = True, **options: Any
) -> httpx.Response:
    """The answer, whatever its status. `options`: json, data, files, params, headers, timeout, content.

    Raises Refused, TryLater; only where a repetition would send a second message (`repeatable=False`) a lost
    answer is Unknown, elsewhere it is TryLater.
    """
    try:
        return await asking.ask(net, method, url, **options)
    except asking.Unreached as error:
        raise TryLater(str(error)) from None
    except asking.Unaskable as error:
        raise Refused(str(error), reason="invalid") from None
    except asking.Unanswered as error:
        raise lost(str(error), repeatable=repeatable) from None


def lost(detail: str, *, repeatable: bool, code: str = "") -> TryLater | Unknown:
    """It may have been obeyed, and we do not know."""
    if repeatable:
        return TryLater(detail, code=code)
    return Unknown(detail, reason="provider_down" if code else "timed_out", code=code)


def page(answer: httpx.Response, *, repeatable: bool) -> Refused | TryLater | Unknown:
    """What an answer means that is none of the API's: a gateway's or a proxy's own page."""
    status = answer.status_code
    said, code = f"HTTP {status}", str(status)
    if status == 429:
        return TryLater(said, seconds=wait_of(answer), reason="rate_limited", code=code)
    if status == 503:
        return TryLater(said, seconds=wait_of(answer), code=code)
    if answer.is_success:
        return lost("the answer is not the provider's", repeatable=repeatable)
    if status >= 500:
        return lost(said, repeatable=repeatable, code=code)
    return Refused(said, reason="invalid", code=code)


def document(answer: httpx.Response) -> Record | None:
    """The JSON object answered; None when it is none (a gateway's own page)."""
    try:
        found = decode(answer.content)
    except Unreadable:
        return None
    return found if isinstance(found, dict) else None


def wait_of(answer: httpx.Response) -> float | None:
    """Seconds that Retry-After asks for; None where it says nothing of the kind."""
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() else None
