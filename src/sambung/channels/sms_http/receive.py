"""What a gateway posts (or asks by GET), read by the connection's mapping."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from sambung.channels import (
    DeliveryState,
    Handle,
    Ignored,
    Inbound,
    Item,
    Malformed,
    Request,
    Sender,
    StatusReported,
)
from sambung.channels.sms_http.mapping import Mapping, Receive, Status, at, holds, parsed, said
from sambung.kit.phones import e164
from sambung.kit.untrusted import Unreadable, decode, each, moment, moment_ms

MAPPING, ARRIVED = "sms-mapping", "sms-arrived"
"""Headers the gateway adds: the mapping as JSON; when it came, in steps of five minutes."""
_MOST_FIELDS = 1000
_STATES: dict[str, DeliveryState] = {
    "accepted": "sent",
    "acceptd": "sent",
    "buffered": "sent",
    "enroute": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "delivrd": "delivered",
    "read": "read",
    "seen": "read",
    **dict.fromkeys(("failed", "undelivered", "undeliv", "undeliverable", "expired"), "failed"),
    **dict.fromkeys(("rejected", "rejectd", "deleted", "unknown"), "failed"),
}
"""Words most gateways use, where the mapping says nothing else."""


def receive(request: Request) -> Iterator[Item]:
    """Every message and report in a request. Raises Malformed when its body cannot be read."""
    try:
        mapping = parsed(request.headers.get(MAPPING, "{}"))
    except ValidationError as error:
        raise Malformed("the mapping cannot be read") from error
    document = _document(request, mapping)
    found = False
    for element, read in _elements(document, mapping):
        found = True
        try:
            yield read(element, request)
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            yield Ignored(what=f"{type(error).__name__}: {error}"[:200], raw=_raw(element))
    if not found:
        yield Ignored(what="nothing the mapping knows", raw=_raw(document))


def _document(request: Request, mapping: Mapping) -> Any:
    if request.method == "GET" or not request.body:
        query = urlsplit(request.url).query
        return _pairs(query, mapping) if query else dict(request.query)
    kind = request.headers.get("content-type", "")
    if "form" in kind and "json" not in kind:
        return _pairs(request.body.decode("latin-1"), mapping)
    try:
        return decode(request.body)
    except Unreadable:
        if b"=" in request.body:
            return _pairs(request.body.decode("latin-1"), mapping)
        raise Malformed("the body is neither JSON nor a form") from None


def _pairs(written: str, mapping: Mapping) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            written,
            keep_blank_values=True,
            encoding=mapping.charset,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise Malformed(str(error)) from error
    return {key.replace("\0", ""): value.replace("\0", "") for key, value in reversed(pairs)}


def _elements(document: Any, mapping: Mapping) -> Iterator[tuple[Any, Any]]:
    """Each message or report with what reads it. A report is known by its state, a message by its text."""
    seen: list[int] = []
    if (status := mapping.status) is not None:
        for element in _listed(document, status.list):
            if _is_status(element, status, mapping.receive):
                seen.append(id(element))
                yield element, _Reader(mapping).status
    if (message := mapping.receive) is not None:
        for element in _listed(document, message.list):
            if id(element) not in seen and holds(message.when, element):
                if at(element, message.sender) is not None or message.when is not None:
                    yield element, _Reader(mapping).message
                elif message.list:
                    yield element, _nothing


def _listed(document: Any, path: str) -> list[Any]:
    """The elements at `path`; without one, the document itself, be it one or several."""
    return each(at(document, path) if path else document)


def _is_status(element: Any, status: Status, message: Receive | None) -> bool:
    if status.when is not None:
        return holds(status.when, element)
    has_text = message is not None and any(
        at(element, path) is not None for path in (message.text, message.hex)
    )
    return at(element, status.state) is not None and not has_text


def _nothing(element: Any, request: Request) -> Item:
    return Ignored(what="no message and no report", raw=_raw(element))


def _raw(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"value": value}


class _Reader:
    """Reads elements as one mapping has it."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def message(self, element: Any, request: Request) -> Item:
        where = self._mapping.receive or Receive()
        sender = self._sender(said(element, where.sender))
        text = said(element, where.text)
        if where.hex and (written := said(element, where.hex)):
            text = bytes.fromhex(written).decode("utf-16-be", "replace").replace("\0", "")
        extra: dict[str, Any] = {}
        if to := said(element, where.to):
            extra["to"] = to
        if sender.handles[0].kind == "sms_sender":
            extra["can_reply"] = False
        if where.part and (total := said(element, where.part.of)) not in ("", "0", "1"):
            ref, number = said(element, where.part.ref), said(element, where.part.no)
            extra["part"] = {"ref": ref, "no": int(number), "of": int(total)}
        when = self._time(at(element, where.at))
        return Inbound(
            id=said(element, where.id) or self._print(element, request),
            sender=sender,
            address=sender.handles[0].value,
            text=text,
            at=when,
            extra=extra,
        )

    def status(self, element: Any, request: Request) -> Item:
        where = self._mapping.status or Status()
        word, code = said(element, where.state), said(element, where.code)
        state = where.states.get(word) or _STATES.get(word.lower())
        target, message = said(element, where.id), said(element, where.message)
        if state is None or not (target or message):
            return Ignored(what=f"status {word}"[:80], raw=_raw(element))
        failed = state == "failed"
        return StatusReported(
            target=target,
            message=message,
            state=state,
            reason=(where.reasons.get(code) or "other") if failed else None,
            code=code,
            detail=said(element, where.detail)[:500],
            at=self._time(at(element, where.at)),
            extra={"provider_status": word},
        )

    def _sender(self, written: str) -> Sender:
        if not written.strip():
            raise ValueError("a message of nobody")
        if phone := e164(written, self._mapping.country):
            return Sender((Handle("phone", phone),))
        return Sender((Handle("sms_sender", written.strip()),), name=written.strip())

    def _time(self, value: Any) -> datetime | None:
        """Unix seconds or milliseconds, ISO 8601, or the mapping's own form."""
        if isinstance(value, str) and self._mapping.time_format:
            return self._zoned(datetime.strptime(value, self._mapping.time_format))  # noqa: DTZ007
        digits = str(value) if isinstance(value, str | int) else ""
        if digits.isdecimal():
            return moment_ms(digits) if len(digits) > 11 else moment(digits)
        return (
            self._zoned(datetime.fromisoformat(value)) if isinstance(value, str) and value else None
        )

    def _zoned(self, time: datetime) -> datetime:
        if time.tzinfo is None:
            time = time.replace(tzinfo=ZoneInfo(self._mapping.timezone))
        return time.astimezone(UTC)

    def _print(self, element: Any, request: Request) -> str:
        """For gateways without ids: what is said, within five minutes. A repeat of theirs is one message."""
        arrived = request.headers.get(ARRIVED, "")
        return hashlib.sha256(f"{element!r}|{arrived}".encode("utf-8", "replace")).hexdigest()[:40]
