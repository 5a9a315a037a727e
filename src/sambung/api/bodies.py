"""Kinds of fields that bodies share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from sambung.kit import passwords


class Body(BaseModel):
    """What a request carries: a field that we do not know is a mistake, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


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
    str, StringConstraints(min_length=passwords.SHORTEST, max_length=passwords.LONGEST)
]
AnyPassword = Annotated[str, StringConstraints(max_length=passwords.LONGEST)]
Language = Literal["id", "en"]
