"""Who is at the other end. User and chat ids are Telegram's for everybody; usernames and names change hands.

A person is `telegram`; a group or channel that speaks as itself, having no person, is `telegram_chat`.
"""

import re
from typing import Any

import phonenumbers

from sambung.channels import Handle, Sender
from sambung.kit.untrusted import Record, record, text

PERSON, CHAT = "telegram", "telegram_chat"

_AS_CHAT = {"1087968824", "136817688", "777000"}
"""Accounts Telegram puts in `from` where a chat speaks: anonymous administrator, channel, forwarded post."""
_NOT_DIGITS = re.compile(r"\D")


def of_user(user: Record) -> Sender | None:
    """The sender a User object names; None without an id."""
    id = text(user, "id")
    if not id:
        return None
    return Sender(
        handles=(Handle(PERSON, id),),
        name=_name(user),
        username=text(user, "username"),
        locale=text(user, "language_code"),
    )


def of_chat(chat: Record) -> Sender | None:
    """The other end of a private chat, or the chat that speaks as itself."""
    id = text(chat, "id")
    if not id:
        return None
    kind = PERSON if text(chat, "type") == "private" else CHAT
    name = text(chat, "title") or _name(chat)
    return Sender((Handle(kind, id),), name=name, username=text(chat, "username"))


def of_message(message: Record) -> Sender | None:
    """Who wrote it."""
    user = record(message.get("from"))
    if text(user, "id") in _AS_CHAT or not user:
        return of_chat(record(message.get("sender_chat"))) or of_user(user)
    return of_user(user)


def _name(person: Record) -> str:
    return " ".join(filter(None, (text(person, "first_name"), text(person, "last_name"))))


def phone(number: str) -> str:
    """E.164 of a number in international form, with or without its plus; else as it came."""
    digits = _NOT_DIGITS.sub("", number)
    if not digits.isascii() or digits.startswith("0") or not 5 <= len(digits) <= 15:
        return number
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def card(contact: Record) -> dict[str, Any]:
    """A contact in a message: {name, phones}."""
    number = text(contact, "phone_number")
    return {"name": _name(contact), "phones": [phone(number)] if number else []}
