"""Errors that are meant for people: each a named class with its HTTP status and its sentence, in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `pointer` is a JSON pointer into the body."""

    pointer: str
    message: str


class Problem(Exception):
    """Something a person can understand and mend. `text` = {"en": …, "id": …}, formatted with the keywords given."""

    status: ClassVar[int] = 400
    text: ClassVar[dict[str, str]] = {"en": "Something is wrong.", "id": "Ada yang salah."}

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), **values: Any
    ) -> None:
        super().__init__(detail or type(self).__name__)
        self.detail = detail
        self.errors = tuple(errors)
        self.values = values

    @property
    def type(self) -> str:
        """The name in the API: WindowClosed → window_closed."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def title(self, language: str) -> str:
        """The sentence in `language` ("id" or "en")."""
        return self.text.get(language, self.text["en"]).format(**self.values)


class NotFound(Problem):
    status = 404
    text = {"en": "There is no such thing here.", "id": "Data tidak ditemukan."}


class Conflict(Problem):
    status = 409
    text = {
        "en": "That contradicts how things stand now.",
        "id": "Bertentangan dengan keadaan sekarang.",
    }


class Invalid(Problem):
    status = 422
    text = {
        "en": "Some of what was entered is not right.",
        "id": "Ada isian yang belum benar.",
    }
