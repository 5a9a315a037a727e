"""Telephone numbers as carriers, gateways and people write them, brought into one spelling."""

import re
from functools import lru_cache

import phonenumbers

_PUNCTUATION = re.compile(r"[\s().\-/]+")
_DIGITS = re.compile(r"\+?[0-9]+")
_SHORTEST, _LONGEST = 7, 15
"""Digits of a number that can be dialled from elsewhere; fewer make a short code (E.164 allows 15)."""


@lru_cache(16_384)
def e164(written: str, country: str = "62") -> str:
    """The number with '+' and country code; "" when it is none (a short code, a name).

    country: calling code of the numbers that begin with a single 0, as people dial them at home.
    """
    plain = _PUNCTUATION.sub("", written)
    if not _DIGITS.fullmatch(plain):
        return ""
    digits = plain.removeprefix("+")
    if not plain.startswith("+"):
        if digits.startswith("00"):
            digits = digits[2:]
        elif digits.startswith("0"):
            digits = country + digits[1:]
    if not _SHORTEST <= len(digits) <= _LONGEST or digits.startswith("0"):
        return ""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def local(number: str, country: str = "62") -> str:
    """As it is dialled at home: 0812… for +62812…; the digits alone when it is of another country."""
    digits = number.removeprefix("+")
    return f"0{digits.removeprefix(country)}" if digits.startswith(country) else digits
