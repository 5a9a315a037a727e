"""Settings: what a form asks in both languages, and what every channel with tokens asks."""

from typing import Any, ClassVar

from pydantic import BaseModel, Field, SecretStr, field_validator


def asked(
    title: str, help: str, title_id: str, help_id: str, default: Any = ..., **limits: Any
) -> Any:
    """A field with its title and help in English and Indonesian. limits: of `pydantic.Field`."""
    return Field(
        default,
        title=title,
        description=help,
        json_schema_extra={"title_id": title_id, "description_id": help_id},
        **limits,
    )


def previous(title: str, title_id: str) -> Any:
    """The field of a secret's predecessor, while it is being changed."""
    return asked(
        title,
        "Accepted too while the secret is being changed; empty it afterwards.",
        title_id,
        "Ikut diterima selama rahasia diganti; kosongkan sesudahnya.",
        default=None,
    )


def plain(secret: SecretStr | None) -> str:
    """What a secret is; "" for none."""
    return secret.get_secret_value() if secret else ""


def every(*secrets: SecretStr | None) -> tuple[str, ...]:
    """Those that there are: what a webhook may be signed with now."""
    return tuple(filter(None, map(plain, secrets)))


class TokenConfig(BaseModel):
    """How an API is reached with a token that may be renewed. HOST: the provider's own address of it."""

    HOST: ClassVar[str]

    access_token: SecretStr = asked(
        "Access token",
        "As the provider gave it when the business allowed the app.",
        "Token akses",
        "Sebagaimana diberikan penyedia saat bisnis mengizinkan aplikasi.",
        min_length=1,
    )
    refresh_token: SecretStr | None = asked(
        "Refresh token",
        "Came along with the access token. With it the tokens are renewed by themselves.",
        "Token penyegar",
        "Datang bersama token akses. Dengannya token diperbarui otomatis.",
        default=None,
    )
    api_base: str = asked(
        "API address",
        "Empty for the provider's own; set it only for a proxy or the simulator.",
        "Alamat API",
        "Kosong untuk milik penyedia; isi hanya untuk proksi atau simulator.",
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
    )

    @field_validator("access_token", "refresh_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr | None) -> SecretStr | None:
        """Pasted tokens often carry a line end, which no HTTP header may."""
        given = plain(token).strip()
        if not given:
            if token is None or not token.get_secret_value():
                return None
            raise ValueError("the token is empty")
        if not given.isascii() or not given.isprintable():
            raise ValueError("the token has characters that cannot be part of one")
        return SecretStr(given)

    @field_validator("api_base")
    @classmethod
    def _without_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @property
    def api(self) -> str:
        """The API's address."""
        return self.api_base or self.HOST

    @property
    def token(self) -> str:
        """What requests show."""
        return self.access_token.get_secret_value()

    @property
    def renewable(self) -> bool:
        """Whether we can renew the token."""
        return self.refresh_token is not None

    def in_clear(self) -> dict[str, Any]:
        """Every setting, secrets in clear."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in values.items()
        }
