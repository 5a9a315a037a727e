"""Requests to the Bot API, and what its answers mean: https://core.telegram.org/bots/api#making-requests

The token stands in the address, so no address is ever part of what we raise.
"""

from typing import Any

import httpx

from sambung.channels import Reason, Refused, Stopped, TryLater, Unknown
from sambung.channels.telegram.config import TelegramConfig
from sambung.kit import asking
from sambung.kit.net import Net
from sambung.kit.untrusted import Record, Unreadable, decode, record, text


class Migrated(Exception):
    """The group became a supergroup; `chat` is its new id."""

    def __init__(self, chat: str) -> None:
        super().__init__(chat)
        self.chat = chat


async def call(
    config: TelegramConfig, net: Net, method: str, *, repeatable: bool = True, **options: Any
) -> Any:
    """The `result` of a method. `options`: json, data, files, timeout.

    Raises Refused, TryLater, Stopped, Migrated; only where a repetition would send a second message
    (`repeatable=False`) a lost answer is Unknown, elsewhere it is TryLater.
    """
    url = f"{config.api_base}/bot{config.bot_token.get_secret_value()}/{method}"
    try:
        answer = await asking.ask(net, "POST", url, **options)
    except asking.Unreached as error:
        raise TryLater(str(error)) from None
    except asking.Unaskable as error:
        raise Refused(str(error), reason="invalid") from None
    except asking.Unanswered as error:
        raise _lost(str(error), repeatable=repeatable) from None
    try:
        body = record(decode(answer.content))
    except Unreadable:
        body = {}
    if answer.is_success and body.get("ok") is True:
        return body.get("result")
    if answer.is_success and body.get("ok") is not False:
        raise _lost("the answer is not the Bot API's", repeatable=repeatable)
    problem = _failure(answer, body)
    if repeatable and isinstance(problem, Unknown):
        raise TryLater(problem.detail, code=problem.code)
    raise problem


def _lost(detail: str, *, repeatable: bool) -> TryLater | Unknown:
    return TryLater(detail) if repeatable else Unknown(detail, reason="timed_out")


def _failure(
    answer: httpx.Response, body: Record
) -> Refused | TryLater | Stopped | Unknown | Migrated:
    status = body.get("error_code")
    code = status if isinstance(status, int) else answer.status_code
    said = text(body, "description") or f"HTTP {code}"
    asked = record(body.get("parameters"))
    if chat := text(asked, "migrate_to_chat_id"):
        return Migrated(chat)
    if code == 429:
        wait = text(asked, "retry_after") or answer.headers.get("retry-after", "")
        seconds = float(wait) if wait.isascii() and wait.isdigit() else None
        return TryLater(said, seconds=seconds, reason="rate_limited", code="429")
    if code in (401, 404):  # a token of another shape is answered 404
        return Stopped(
            f"{said}: Telegram does not know the bot's token", reason="auth", code=str(code)
        )
    if code == 409:
        return TryLater(said, code="409")
    if code >= 500:
        return Unknown(said, reason="provider_down", code=str(code))
    return Refused(said, reason=_reason(code, said.lower()), code=str(code))


_TELLING: tuple[tuple[str, Reason], ...] = (
    ("blocked by the user", "opted_out"),
    ("user is deactivated", "undeliverable"),
    ("can't initiate conversation", "undeliverable"),
    ("bot was kicked", "undeliverable"),
    ("not a member", "undeliverable"),
    ("chat not found", "undeliverable"),
    ("user not found", "undeliverable"),
    ("peer_id_invalid", "undeliverable"),
    ("business connection", "undeliverable"),
    ("business_connection", "undeliverable"),
    ("not enough rights", "undeliverable"),
    ("have no rights", "undeliverable"),
    ("file is too big", "media_invalid"),
    ("request entity too large", "media_invalid"),
    ("photo_", "media_invalid"),
    ("image_process", "media_invalid"),
    ("wrong file", "media_invalid"),
    ("wrong type of the web page", "media_invalid"),
    ("file must be non-empty", "media_invalid"),
    ("failed to get http url", "media_invalid"),
)
"""Telegram documents no codes, so its sentences decide; the first that is found, in lower case."""


def _reason(code: int, said: str) -> Reason:
    found: Reason | None = next((reason for part, reason in _TELLING if part in said), None)
    if found is None and code == 413:
        return "media_invalid"
    return found or ("undeliverable" if code == 403 else "invalid")
