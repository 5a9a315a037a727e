"""What a business enters to connect its WhatsApp number."""

from pydantic import BaseModel, Field, SecretStr, field_validator

_ID = r"^[A-Za-z0-9_-]+$"


class WhatsAppConfig(BaseModel):
    """Settings of one number of the WhatsApp Business Platform (Cloud API)."""

    phone_number_id: str = Field(
        title="Phone number ID",
        description="In Meta's App Dashboard under WhatsApp > API setup. Not the phone number itself.",
        pattern=_ID,
        json_schema_extra={
            "title_id": "ID nomor telepon",
            "description_id": "Di App Dashboard Meta, menu WhatsApp > API setup. Bukan nomor teleponnya.",
        },
    )
    waba_id: str = Field(
        title="WhatsApp Business Account ID",
        description="On the same page, just below the phone number ID.",
        pattern=_ID,
        json_schema_extra={
            "title_id": "ID akun WhatsApp Business",
            "description_id": "Di halaman yang sama, tepat di bawah ID nomor telepon.",
        },
    )
    access_token: SecretStr = Field(
        title="Access token",
        description="A system user's token with whatsapp_business_messaging and "
        "whatsapp_business_management. The trial token stops after a day.",
        min_length=1,
        json_schema_extra={
            "title_id": "Token akses",
            "description_id": "Token pengguna sistem dengan izin whatsapp_business_messaging dan "
            "whatsapp_business_management. Token uji coba mati setelah sehari.",
        },
    )
    app_secret: SecretStr = Field(
        title="App secret",
        description="App Dashboard > App settings > Basic. It proves that a webhook comes from Meta.",
        min_length=1,
        json_schema_extra={
            "title_id": "Rahasia aplikasi",
            "description_id": "App Dashboard > App settings > Basic. Membuktikan webhook berasal dari Meta.",
        },
    )
    app_secret_previous: SecretStr | None = Field(
        default=None,
        title="Previous app secret",
        description="Accepted too while the secret is being changed; empty it afterwards.",
        json_schema_extra={
            "title_id": "Rahasia aplikasi sebelumnya",
            "description_id": "Ikut diterima selama rahasia diganti; kosongkan sesudahnya.",
        },
    )
    verify_token: str = Field(
        title="Verify token",
        description="Any text of your own; enter the same one where Meta asks for it with the callback URL.",
        min_length=1,
        json_schema_extra={
            "title_id": "Token verifikasi",
            "description_id": "Teks bebas buatan Anda; isikan yang sama di Meta bersama URL callback.",
        },
    )
    api_base: str = Field(
        default="https://graph.facebook.com",
        title="API address",
        description="Change it only for a proxy or the simulator.",
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={
            "title_id": "Alamat API",
            "description_id": "Ubah hanya untuk proksi atau simulator.",
        },
    )
    api_version: str = Field(
        default="v26.0",
        title="API version",
        description="Version of Meta's Graph API.",
        pattern=r"^v\d{1,3}\.\d{1,2}$",
        json_schema_extra={
            "title_id": "Versi API",
            "description_id": "Versi Graph API Meta.",
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
    def graph(self) -> str:
        """The Graph API's address."""
        return self.api_base

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now."""
        previous = self.app_secret_previous
        both = (self.app_secret.get_secret_value(), previous.get_secret_value() if previous else "")
        return tuple(secret for secret in both if secret)
