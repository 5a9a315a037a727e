"""Values out of unchecked JSON: nothing here raises, or yields what a database refuses."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

from sambung.channels import Handle

LONGEST_ID = 200
"""Characters of an id that the other side chose."""
LONGEST_FIELD = 500

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain(value: Any) -> str:
    """A string that any database and any page can hold; "" for anything that is none."""
    return _UNPRINTABLE.sub("", value) if isinstance(value, str) else ""


def is_number(value: Any) -> bool:
    """A whole number that JSON carries exactly (RFC 8259 §6)."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def contacts(said: Mapping[str, Any], *, verified: bool) -> tuple[Handle, ...]:
    """Email and phone, normalised; what is neither stays text in `extra`."""
    found: list[Handle] = []
    email = plain(said.get("email")).strip().lower()
    if len(email) <= 254 and _EMAIL.fullmatch(email):
        found.append(Handle("email", email, verified=verified))
    try:
        phone = phonenumbers.parse(plain(said.get("phone") or said.get("phone_number")), "ID")
    except phonenumbers.NumberParseException:
        return tuple(found)
    if phonenumbers.is_valid_number(phone):
        number = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
        found.append(Handle("phone", number, verified=verified))
    return tuple(found)


def page_of(page: Any) -> Mapping[str, Any]:
    """Where on the site they write from, for the agent."""
    if not isinstance(page, dict):
        return {}
    found = {key: plain(page.get(key))[:2000] for key in ("url", "referrer", "title")}
    return {"page": {key: value for key, value in found.items() if value}}
