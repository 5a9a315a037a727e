"""What a business enters to connect its LINE Official Account."""

from pydantic import BaseModel, Field, SecretStr, field_validator

API, DATA_API = "https://api.line.me", "https://api-data.line.me"


class LineConfig(BaseModel):
    """Settings of one Messaging API channel."""

    channel_id: str = Field(
        title="Channel ID",
        description="LINE Developers Console > your Messaging API channel > Basic settings.",
        pattern=r"^[A-Za-z0-9_-]+$",
        json_schema_extra={
            "title_id": "ID channel",
            "description_id": "LINE Developers Console > channel Messaging API Anda > Basic settings.",
        },
    )
    channel_secret: SecretStr = Field(
        title="Channel secret",
        description="On the same page. It proves that a webhook comes from LINE.",
        min_length=1,
        json_schema_extra={
            "title_id": "Rahasia channel",
            "description_id": "Di halaman yang sama. Membuktikan webhook berasal dari LINE.",
        },
    )
    channel_secret_previous: SecretStr | None = Field(
        default=None,
        title="Previous channel secret",
        description="Accepted too while the secret is being changed; empty it afterwards.",
        json_schema_extra={
            "title_id": "Rahasia channel sebelumnya",
            "description_id": "Ikut diterima selama rahasia diganti; kosongkan sesudahnya.",
        },
    )
    access_token: SecretStr = Field(
        title="Channel access token",
        description="On the tab Messaging API, at the bottom: a long-lived token, which does not expire.",
        min_length=1,
        json_schema_extra={
            "title_id": "Token akses channel",
            "description_id": "Di tab Messaging API, paling bawah: token long-lived, tidak kedaluwarsa.",
        },
    )
    api_base: str = Field(
        default=API,
        title="API address",
        description="Change it only for a proxy or the simulator; files are then fetched there too.",
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={
            "title_id": "Alamat API",
            "description_id": "Ubah hanya untuk proksi atau simulator; berkas pun diambil dari sana.",
        },
    )

    @field_validator("access_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr) -> SecretStr:
        """Pasted tokens often carry a line end, which no HTTP header may."""
        plain = token.get_secret_value().strip()
        if not plain or not plain.isascii() or not plain.isprintable():
            raise ValueError("the token has characters that cannot be part of one")
        return SecretStr(plain)

    @field_validator("api_base")
    @classmethod
    def _without_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @property
    def data_base(self) -> str:
        """Where files are."""
        return DATA_API if self.api_base == API else self.api_base

    @property
    def channel_secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now."""
        previous = self.channel_secret_previous
        both = (
            self.channel_secret.get_secret_value(),
            previous.get_secret_value() if previous else "",
        )
        return tuple(secret for secret in both if secret)
