"""Kinds of fields that bodies share."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sambung.kit import passwords

DEEPEST = 32
"""Levels of nesting in a body."""
_HALVES = re.compile("[\ud800-\udfff]")


class Body(BaseModel):
    """What a request carries: a field that we do not know is a mistake, and is said to be one."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, given: Any) -> Any:
        """JSON can say what no database keeps: NUL, half a character, endless numbers and depths."""
        left: list[tuple[Any, str, int]] = [(given, "", 0)]
        while left:
            value, at, depth = left.pop()
            if depth > DEEPEST or not _keepable(value):
                raise PydanticCustomError("unkeepable", "cannot be kept", {"at": at})
            left.extend((part, f"{at}/{name}", depth + 1) for name, part in _parts(value))
        return given


def _parts(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _keepable(value: Any) -> bool:
    match value:
        case str():
            # Only what is not ASCII can hold half of a character.
            return "\0" not in value and (value.isascii() or not _HALVES.search(value))
        case float():
            return math.isfinite(value)
        case int():
            return abs(value) < 2**63
        case dict():
            return all(map(_keepable, value))
    return True


def _universal(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_parsing", "beyond the calendar") from error


def _no_pattern(password: str) -> str:
    if passwords.is_weak(password):
        raise PydanticCustomError("weak_password", "too easy to guess")
    return password


Moment = Annotated[AwareDatetime, AfterValidator(_universal)]
"""A time with its zone, as UTC."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=320,
        pattern=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
    ),
]
NewPassword = Annotated[
    str,
    StringConstraints(min_length=passwords.SHORTEST, max_length=passwords.LONGEST),
    AfterValidator(_no_pattern),
]
AnyPassword = Annotated[str, StringConstraints(max_length=passwords.LONGEST)]
Language = Literal["id", "en"]
