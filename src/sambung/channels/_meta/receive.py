"""A webhook of Messenger's or Instagram's, taken apart: entry × element, each on its own.

One body may carry several accounts; an element that cannot be read becomes an `Ignored` with its raw JSON, and
never costs the others. `standby` is what another app of the business answers: recorded, with a warning.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sambung.channels import Ignored, Item, Malformed
from sambung.channels._meta import comments, events, messages
from sambung.channels._meta.dialect import Dialect
from sambung.channels._meta.parties import Incomplete, Parties
from sambung.kit.untrusted import Record, Unreadable, decode, each, record, text

_BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
_TEST_ACCOUNT = "0"
"""What the dashboard's "Test" button says for the account."""

Read = Callable[[Record, Parties], Iterator[Item]]

_ELEMENTS: Mapping[str, Read] = {
    "message": messages.message,
    "message_edit": messages.edit,
    "reaction": messages.reaction,
    "postback": events.postback,
    "read": events.read,
    "delivery": events.delivery,
    "referral": events.referral,
    "optin": events.optin,
    "pass_thread_control": partial(events.thread_control, "pass_thread_control"),
    "take_thread_control": partial(events.thread_control, "take_thread_control"),
    "request_thread_control": partial(events.thread_control, "request_thread_control"),
    "app_roles": events.app_roles,
    "policy_enforcement": events.policy_enforcement,
    "policy-enforcement": events.policy_enforcement,
    "response_feedback": events.response_feedback,
}
_CHANGES: Mapping[str, Read] = {
    "feed": comments.page_comment,
    "comments": comments.comment,
    "live_comments": comments.comment,
    "mentions": comments.mention,
    "message_template_status_update": events.template_status,
    events.CHECK: events.subscription,
}


def receive(body: bytes, dialect: Dialect) -> Iterator[Item]:
    """Every fact in a webhook's body. Raises Malformed when it is not a JSON object."""
    try:
        document = decode(body)
    except Unreadable as error:
        raise Malformed(str(error)) from error
    if not isinstance(document, dict):
        raise Malformed("the body is not a JSON object")
    if document.get("object") != dialect.object:
        yield Ignored(what=f"not {dialect.title}", raw=document)
        return
    for entry in each(document.get("entry")):
        yield from _entry(record(entry), dialect)
        if not isinstance(entry, dict) or not {"messaging", "standby", "changes"} & entry.keys():
            yield Ignored(what="entry", raw=_raw(entry))


def _entry(entry: Record, dialect: Dialect) -> Iterator[Item]:
    account = text(entry, "id")
    for list_ in ("messaging", "standby"):
        for element in each(entry.get(list_)):
            yield from _element(element, account, dialect, standby=list_ == "standby")
    for change in each(entry.get("changes")):
        yield from _change(change, entry, dialect)


def _element(element: Any, account: str, dialect: Dialect, *, standby: bool) -> Iterator[Item]:
    named = record(element)
    for name, read in _ELEMENTS.items():
        if name in named:
            parties = Parties.of(named, account, dialect, standby=standby)
            yield from _read(name, read, named, parties)
            return
    yield Ignored(what=_unknown(named), raw=_raw(element), to=account)


def _change(change: Any, entry: Record, dialect: Dialect) -> Iterator[Item]:
    named = record(change)
    field, value, account = text(named, "field"), named.get("value"), text(entry, "id")
    if field in _CHANGES:
        told = {**record(value), "entry_time": entry.get("time")}
        yield from _read(field, _CHANGES[field], told, Parties.of({}, account, dialect), change)
    elif account == _TEST_ACCOUNT:
        yield Ignored(what=f"test of {field}", raw=_raw(change))
    elif _ELEMENTS.keys() & record(value).keys():
        yield from _element(value, account, dialect, standby=False)
    else:
        yield Ignored(what=field or "change", raw=_raw(change), to=account)


def _read(
    name: str, read: Read, element: Record, parties: Parties, raw: Any = None
) -> Iterator[Item]:
    try:
        yield from list(read(element, parties))
    except Incomplete as missing:
        yield Ignored(what=f"{name}: {missing}", raw=_raw(raw or element), to=parties.to)
    except _BROKEN as error:
        what = f"{name}: {type(error).__name__}"
        yield Ignored(what=what, raw=_raw(raw or element), to=parties.to)


def _unknown(element: Record) -> str:
    """The name of what we do not know: the member beside who, whom and when."""
    return next(
        (key for key in element if key not in ("sender", "recipient", "timestamp")), "element"
    )


def _raw(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"value": value}
