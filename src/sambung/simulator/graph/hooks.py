"""What WhatsApp posts to the product: payloads, and the bytes and signature they travel with."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sambung.simulator.chats import Bubble
from sambung.simulator.customers import Person
from sambung.simulator.graph.numbers import Number

UNSUPPORTED = {
    "code": 131051,
    "title": "Message type unknown",
    "message": "Message type unknown",
    "error_data": {"details": "Message type is currently not supported."},
}


def wire(payload: Mapping[str, Any]) -> bytes:
    """The payload as Meta writes it: compact, everything but ASCII escaped, and `/` escaped too."""
    return (
        json.dumps(payload, separators=(",", ":"), ensure_ascii=True)
        .replace("/", "\\/")
        .encode("ascii")
    )


def signature(secret: str, body: bytes) -> str:
    """Value of X-Hub-Signature-256 over the bytes as sent."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(number: Number, field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """One change of one WhatsApp Business Account."""
    about = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.phone,
            "phone_number_id": number.phone_number_id,
        },
    }
    change = {"value": about | dict(value), "field": field}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": number.waba_id, "changes": [change]}],
    }


def contact(person: Person) -> dict[str, Any]:
    """Who somebody is: without a phone when they hide it behind a username."""
    profile = {"name": person.name} | (
        {"username": f"@{person.username}"} if person.username else {}
    )
    known = {"profile": profile, "user_id": person.bsuid}
    return known if person.hides_phone else known | {"wa_id": person.phone}


def message(
    person: Person, bubble: Bubble, *, quoted: Bubble | None = None, number: Number, **more: Any
) -> dict[str, Any]:
    """A customer's message, as an item of `messages`."""
    written: dict[str, Any] = {
        "from_user_id": person.bsuid,
        "id": bubble.id,
        "timestamp": seconds(bubble.at),
        "type": bubble.kind,
    }
    if not person.hides_phone:
        written = {"from": person.phone} | written
    if bubble.quotes:
        author = number.phone if quoted is None or not quoted.mine else person.phone
        written["context"] = {"from": author, "id": bubble.quotes}
    if bubble.kind == "contacts":
        written["contacts"] = bubble.content["contacts"]
    elif bubble.kind == "unsupported":
        written |= {"errors": [UNSUPPORTED], "unsupported": bubble.content}
    elif bubble.kind != "request_welcome":
        written[bubble.kind] = bubble.content
    return written | more


def status(person: Person, bubble: Bubble, state: str, at: datetime) -> dict[str, Any]:
    """What became of the business's message, as an item of `statuses`."""
    told: dict[str, Any] = {"id": bubble.id, "status": state, "timestamp": seconds(at)}
    if state == "failed":
        return told | _recipient(person) | _echo(bubble)
    told |= _recipient(person) | {"recipient_user_id": person.bsuid} | _echo(bubble)
    if state == "sent":
        template = bubble.kind == "template"
        told["pricing"] = {
            "billable": template,
            "pricing_model": "PMP",
            "type": "regular" if template else "free_customer_service",
            "category": bubble.content.get("category", "service").lower(),
        }
    return told


def seconds(at: datetime) -> str:
    """A timestamp as WhatsApp writes it."""
    return str(int(at.timestamp()))


def _recipient(person: Person) -> dict[str, str]:
    return {} if person.hides_phone else {"recipient_id": person.phone}


def _echo(bubble: Bubble) -> dict[str, str]:
    return {"biz_opaque_callback_data": bubble.callback} if bubble.callback else {}
