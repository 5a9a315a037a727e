"""One message to a gateway, written as the connection's mapping has it."""

import re
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus, urlencode, urlsplit

import httpx

from sambung.channels import Outbound, Receipt, Refused, Stopped, TryLater, Unknown
from sambung.channels.sms_http.config import HttpSmsConfig
from sambung.channels.sms_http.mapping import Send, holds, said
from sambung.kit.asking import Unanswered, Unaskable, Unreached, ask
from sambung.kit.net import Net
from sambung.kit.phones import e164, local
from sambung.kit.untrusted import Unreadable, decode

LONGEST_ANSWER = 10_000
"""Characters of an answer that are looked at for its id."""
_BLANK = re.compile(r"\{(to|text|text_hex|from|id|hook|key)\}")


async def send(message: Outbound, config: HttpSmsConfig, net: Net) -> Receipt:
    """Hand a message over. Raises Refused, TryLater, Stopped, Unknown."""
    blanks = _blanks(message, config)
    options = _request(config, blanks)
    way = config.map.send
    try:
        answer = await ask(net, way.method, _url(config, blanks, options), **options)
    except Unreached as error:
        raise TryLater(str(error)) from error
    except Unaskable as error:
        raise Stopped(str(error), reason="invalid") from error
    except Unanswered as error:
        raise Unknown(str(error), reason="timed_out") from error
    return _receipt(answer, way, message.id)


def _blanks(message: Outbound, config: HttpSmsConfig) -> dict[str, str]:
    way, mapping = config.map.send, config.map
    if message.attachments or message.template or message.interactive or message.reaction:
        raise Refused("SMS carries text only", reason="media_invalid")
    if not message.text.strip():
        raise Refused("the message is empty", reason="invalid")
    if len(message.text) > way.longest:
        raise Refused(f"at most {way.longest:,} characters here", reason="invalid")
    phone = e164(message.to or message.handle.value, mapping.country)
    if not phone:
        raise Refused(f"{message.to or 'nobody'} cannot be answered by SMS", reason="undeliverable")
    spelled = {"+62": phone, "62": phone[1:], "0": local(phone, mapping.country)}
    return {
        "to": spelled[way.number],
        "text": message.text,
        "text_hex": message.text.encode("utf-16-be").hex().upper(),
        "from": way.sender,
        "id": message.id,
        "hook": str(message.extra.get("hook_url", "")),
        "key": config.key,
    }


def _request(config: HttpSmsConfig, blanks: dict[str, str]) -> dict[str, Any]:
    """httpx's options: headers, authentication and body."""
    way = config.map.send
    options: dict[str, Any] = {
        "headers": {name: _filled(value, blanks) for name, value in way.headers.items()}
    }
    fields: dict[str, Any] = _filled(way.fields, blanks)
    match way.auth.kind:
        case "basic":
            options["auth"] = (way.auth.username, config.key)
        case "bearer":
            options["headers"]["Authorization"] = f"Bearer {config.key}"
        case "header":
            options["headers"][way.auth.name or "X-Api-Key"] = config.key
        case "query":
            options["query"] = {way.auth.name or "key": config.key}
    if way.body == "json" and way.method != "GET":
        options["json"] = fields
    elif way.body == "form" and way.method != "GET":
        options["content"] = _encoded(fields, way)
        kind = f"application/x-www-form-urlencoded; charset={way.charset}"
        options["headers"]["Content-Type"] = kind
    else:
        options["query"] = options.get("query", {}) | fields
    return options


def _url(config: HttpSmsConfig, blanks: dict[str, str], options: dict[str, Any]) -> str:
    way = config.map.send
    url = _BLANK.sub(lambda blank: quote(blanks[blank[1]], safe="", **_charset(way)), config.url)
    if config.api_base:
        parts = urlsplit(url)
        url = config.api_base.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")
    query = options.pop("query", {})
    if query:
        url += ("&" if "?" in url else "?") + _encoded(query, way).decode()
    return url


def _filled(value: Any, blanks: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _BLANK.sub(lambda blank: blanks[blank[1]], value)
    if isinstance(value, dict):
        return {name: _filled(part, blanks) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, blanks) for part in value]
    return value


def _encoded(fields: dict[str, Any], way: Send) -> bytes:
    return urlencode(fields, quote_via=quote_plus, **_charset(way)).encode("ascii")


def _charset(way: Send) -> dict[str, Any]:
    return {"encoding": way.charset, "errors": "replace"}


def _receipt(answer: httpx.Response, way: Send, message: str) -> Receipt:
    try:
        found = decode(answer.content)
    except Unreadable:
        found = {"text": answer.text[:LONGEST_ANSWER]}
    code = said(found, way.code)
    if not answer.is_success or not holds(way.success, found):
        _fail(answer, found, code, way)
    id = said(found, way.id)
    if (
        not id
        and way.id_pattern
        and (shown := re.search(way.id_pattern, answer.text[:LONGEST_ANSWER]))
    ):
        id = shown[1] if shown.re.groups else shown[0]
    # A gateway without ids still took it; by ours its reports may name it.
    return Receipt(id or f"own:{message}")


def _fail(answer: httpx.Response, found: Any, code: str, way: Send) -> NoReturn:
    status = answer.status_code
    detail = said(found, way.detail) or (f"code {code}" if code else f"HTTP {status}")
    reason = way.errors.get(code)
    if code and code in way.retry:
        raise TryLater(detail, seconds=_wait(answer), reason=reason or "rate_limited", code=code)
    if code and code in way.stop:
        raise Stopped(detail, reason=reason or "auth", code=code)
    if reason is not None:
        raise Refused(detail, reason=reason, code=code)
    if status in (401, 403):
        raise Stopped(detail, reason="auth", code=code or str(status))
    if status == 429:
        raise TryLater(detail, seconds=_wait(answer), reason="rate_limited", code=code or "429")
    if status == 503:
        raise TryLater(detail, seconds=_wait(answer), code="503")
    if status >= 500:
        raise Unknown(detail, reason="provider_down", code=str(status))
    raise Refused(detail, reason="other" if answer.is_success else "invalid", code=code)


def _wait(answer: httpx.Response) -> float | None:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isascii() and given.isdigit() else None
