"""Calls that a provider tells of (a call offered, ended): shown in the thread as one message a call.

The sound itself is the voice package's.
"""

from typing import Any

from sambung.channels import CallProgressed, Inbound
from sambung.core import eventlog, events, messages, receiving
from sambung.core.events import Actor
from sambung.core.receiving import Link
from sambung.kit.db import Tx


def progress(tx: Tx, link: Link, item: CallProgressed) -> None:
    """The call's message, made by the first event and told of by every later one."""
    found = messages.by_provider_id(tx, link.account, link.id, item.call)
    if found is None:
        call = {"event": item.event, **item.extra}
        inbound = Inbound(
            id=item.call,
            sender=item.sender,
            address=item.sender.handles[0].value,
            kind="call",
            at=item.at,
            outgoing=item.outgoing,
            extra={"call": call},
        )
        receiving.receive(tx, link, inbound)
        return
    row = messages.get(tx, link.account, found.id, lock=True)
    before: dict[str, Any] = row.extra.get("call", {})
    if before.get("event") == item.event or before.get("event") == "terminate":
        return
    call = {**before, "event": item.event, **item.extra}
    messages.change(tx, link.account, row.id, extra={**row.extra, "call": call})
    event = events.CallProgressed(row.conversation, row.id, item.event)
    eventlog.append(tx, link.account, event, by=Actor("customer"))
