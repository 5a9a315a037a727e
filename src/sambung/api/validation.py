"""What is wrong with a field, said to people in both languages. The kinds are pydantic's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sambung.kit.problems import FieldError, Invalid

_TEXT: Mapping[str, tuple[str, str]] = {
    "missing": ("This is required.", "Wajib diisi."),
    "string_type": ("This must be text.", "Harus berupa teks."),
    "string_too_short": (
        "At least {min_length} characters.",
        "Paling sedikit {min_length} karakter.",
    ),
    "string_too_long": ("At most {max_length} characters.", "Paling banyak {max_length} karakter."),
    "string_pattern_mismatch": ("This is not in the right form.", "Bentuknya tidak benar."),
    "too_short": ("At least {min_length} entries.", "Paling sedikit {min_length} isian."),
    "too_long": ("At most {max_length} entries.", "Paling banyak {max_length} isian."),
    "literal_error": ("Choose one of: {expected}.", "Pilih salah satu: {expected}."),
    "enum": ("Choose one of: {expected}.", "Pilih salah satu: {expected}."),
    "uuid_type": ("This is not an id.", "Bukan id yang benar."),
    "uuid_parsing": ("This is not an id.", "Bukan id yang benar."),
    "int_type": ("This must be a whole number.", "Harus bilangan bulat."),
    "int_parsing": ("This must be a whole number.", "Harus bilangan bulat."),
    "float_parsing": ("This must be a number.", "Harus berupa angka."),
    "bool_parsing": ("This must be true or false.", "Harus benar atau salah."),
    "greater_than": ("Must be more than {gt}.", "Harus lebih dari {gt}."),
    "greater_than_equal": ("Must be at least {ge}.", "Paling kecil {ge}."),
    "less_than": ("Must be less than {lt}.", "Harus kurang dari {lt}."),
    "less_than_equal": ("Must be at most {le}.", "Paling besar {le}."),
    "datetime_parsing": ("This is not a time (RFC 3339).", "Bukan waktu yang benar (RFC 3339)."),
    "datetime_from_date_parsing": (
        "This is not a time (RFC 3339).",
        "Bukan waktu yang benar (RFC 3339).",
    ),
    "timezone_aware": ("The time needs its zone.", "Waktu harus menyebut zonanya."),
    "url_parsing": ("This is not a web address.", "Bukan alamat web yang benar."),
    "url_scheme": ("The address must begin with {expected_schemes}.", "Alamat harus diawali {expected_schemes}."),
    "extra_forbidden": ("There is no such field.", "Isian ini tidak dikenal."),
    "json_invalid": ("The body is not JSON.", "Isi permintaan bukan JSON."),
    "dict_type": ("This must be an object.", "Harus berupa objek."),
    "model_attributes_type": ("This must be an object.", "Harus berupa objek."),
    "weak_password": ("This is too easy to guess.", "Ini terlalu mudah ditebak."),
    "unkeepable": (
        "This holds characters or numbers that cannot be kept.",
        "Ada karakter atau angka yang tidak dapat disimpan.",
    ),
    "list_type": ("This must be a list.", "Harus berupa daftar."),
}  # fmt: skip
_OTHER = ("This is not valid.", "Isian ini tidak benar.")
_OUTSIDE = frozenset({"body", "query", "path", "header", "cookie"})


class Unfit(Invalid):
    """Invalid, with what pydantic found: worded when the language of the answer is known.

    under   JSON pointer of the part that was looked at ("/config")
    """

    def __init__(self, found: Iterable[Any], *, under: str = "") -> None:
        super().__init__()
        self.found = tuple(found)
        self.under = under

    @property
    def type(self) -> str:
        return Invalid().type


def field_errors(found: Iterable[Any], language: str, *, under: str = "") -> list[FieldError]:
    """pydantic's findings as pointers and sentences. A query parameter's pointer is its name."""
    return [
        FieldError(
            _pointer(e["loc"], under) + e.get("ctx", {}).get("at", ""), _message(e, language)
        )
        for e in found
    ]


def _pointer(location: Sequence[Any], under: str) -> str:
    parts = [str(part) for part in location]
    if parts and not under and parts[0] in _OUTSIDE:
        parts = parts[1:]
    return under + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def _message(found: Mapping[str, Any], language: str) -> str:
    if found["type"] == "value_error":
        # A validator of ours: its own words say more than "not valid".
        return str(found.get("ctx", {}).get("error") or found["msg"])
    english, indonesian = _TEXT.get(found["type"], _OTHER)
    return (indonesian if language == "id" else english).format(**found.get("ctx", {}))
