"""A connection's settings at rest: secrets encrypted one by one, everything else readable.

What is a secret, the channel's own model says (`SecretStr`). People are shown `MASK` in its place and send
that back when they leave it as it is.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic_core import to_jsonable_python

from sambung.channels import all_channels
from sambung.kit import crypto

MASK = "••••"
PURPOSE = "connection"


def seal(config: BaseModel) -> dict[str, Any]:
    """The settings as they are kept."""
    sealed: dict[str, Any] = _seal(config)
    return sealed


def unseal(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in the clear. Raises crypto.Unreadable when the installation's secret is another one."""
    return {name: _map(value, _decrypt) for name, value in kept.items()}


def read(channel: str, kept: Mapping[str, Any]) -> BaseModel:
    """The settings as the channel wants them. Raises crypto.Unreadable, pydantic.ValidationError, KeyError."""
    return all_channels()[channel].config.model_validate(unseal(kept))


def masked(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The settings for people: secrets are `MASK`."""
    return {name: _map(value, _mask) for name, value in kept.items()}


def filled(given: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """What people sent back, each `MASK` replaced by the secret it stands for, in the clear."""
    filled: dict[str, Any] = _fill(given, unseal(kept))
    return filled


def _seal(value: Any) -> Any:
    if isinstance(value, SecretStr | SecretBytes):
        plain = value.get_secret_value()
        plain = plain.decode() if isinstance(plain, bytes) else plain
        return crypto.encrypt(PURPOSE, plain) if plain else ""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {field.alias or name: _seal(getattr(value, name)) for name, field in fields.items()}
    if isinstance(value, Mapping):
        return {str(name): _seal(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_seal(part) for part in value]
    if isinstance(value, str) and crypto.encrypted(value):
        # What merely looks encrypted could not be read again.
        return crypto.encrypt(PURPOSE, value)
    return to_jsonable_python(value)


def _map(value: Any, change: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _map(part, change) for name, part in value.items()}
    if isinstance(value, list):
        return [_map(part, change) for part in value]
    return change(value) if isinstance(value, str) and crypto.encrypted(value) else value


def _decrypt(value: str) -> str:
    return crypto.decrypt(PURPOSE, value)


def _mask(_: str) -> str:
    return MASK


def _fill(given: Any, kept: Any) -> Any:
    if given == MASK:
        return kept
    if isinstance(given, Mapping):
        known = kept if isinstance(kept, Mapping) else {}
        return {name: _fill(part, known.get(name)) for name, part in given.items()}
    if isinstance(given, list):
        known_parts = kept if isinstance(kept, list) else []
        return [
            _fill(part, known_parts[n] if n < len(known_parts) else None)
            for n, part in enumerate(given)
        ]
    return given
