"""Who is at the other end: phone, business-scoped user id (BSUID), parent BSUID, username.

A customer with a username may come without a phone, so nothing here needs one. All handles are
verified: WhatsApp vouches for them. The reply address is the phone's digits, else the BSUID.
"""

import re
from functools import lru_cache
from typing import Any

import phonenumbers

from sambung.channels import Handle, Sender
from sambung.kit.untrusted import Record, record, records, text

_NOT_DIGITS = re.compile(r"\D")
_BRAZIL_SHORT = re.compile(r"55(\d\d)([6-9]\d{7})")
_MEXICO_LONG = re.compile(r"521(\d{10})")


@lru_cache(16_384)
def phones(number: str) -> tuple[str, ...]:
    """E.164 spellings of a number as WhatsApp or a person writes it, the dialled one first; () for none.

    A wa_id may differ from the dialled number: Mexico's old mobile 1, Brazil's missing ninth digit.
    """
    digits = _NOT_DIGITS.sub("", number)
    if not 5 <= len(digits) <= 15 or not digits.isascii():
        return ()
    if brazil := _BRAZIL_SHORT.fullmatch(digits):
        return f"+55{brazil[1]}9{brazil[2]}", f"+{digits}"
    if mexico := _MEXICO_LONG.fullmatch(digits):
        return f"+52{mexico[1]}", f"+{digits}"
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return (f"+{digits}",)
    return (phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),)


def handles(*, phone: str = "", user: str = "", parent: str = "") -> tuple[Handle, ...]:
    """Identities for a wa_id, a BSUID and a parent BSUID, the one this channel knows them by first."""
    found = [Handle("whatsapp", user)] if user else []
    found += [Handle("phone", spelling) for spelling in phones(phone)]
    if parent:
        found.append(Handle("whatsapp_parent", parent))
    return tuple(found)


def sender(
    contacts: list[Record], *, phone: str, user: str, parent: str = ""
) -> tuple[Sender, str] | None:
    """The person with the phone or BSUID a message names, and the address to reply to.

    Completed from the contact that has the same phone or BSUID: their order and number say nothing.
    None when there is nothing to know them by.
    """
    contact: Record = {}
    for candidate in contacts:
        if (user and text(candidate, "user_id") == user) or (
            phone and text(candidate, "wa_id") == phone
        ):
            contact = candidate
            break
    phone = phone or text(contact, "wa_id")
    user = user or text(contact, "user_id")
    found = handles(phone=phone, user=user, parent=parent or text(contact, "parent_user_id"))
    if not phones(phone) and not user:
        return None
    profile = record(contact.get("profile"))
    person = Sender(
        handles=found,
        name=text(profile, "name"),
        username=text(profile, "username").lstrip("@"),
    )
    return person, _NOT_DIGITS.sub("", phone) if phones(phone) else user


def shared(value: Any) -> list[dict[str, Any]]:
    """The contact cards in a `contacts` message: {name, phones, emails, organisation}."""
    return [_card(contact) for contact in records(value)]


def _card(contact: Record) -> dict[str, Any]:
    name = record(contact.get("name"))
    numbers = [
        (phones(text(phone, "wa_id")) or phones(text(phone, "phone")) or (text(phone, "phone"),))[0]
        for phone in records(contact.get("phones"))
    ]
    spelled = " ".join(filter(None, (text(name, "first_name"), text(name, "last_name"))))
    card: dict[str, Any] = {
        "name": text(name, "formatted_name") or spelled,
        "phones": [number for number in numbers if number],
    }
    if emails := [text(email, "email") for email in records(contact.get("emails"))]:
        card["emails"] = emails
    if company := text(record(contact.get("org")), "company"):
        card["organisation"] = company
    return card
