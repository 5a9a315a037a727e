"""What a business enters to connect a Twilio number."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from sambung.kit.phones import e164

WHATSAPP = "whatsapp:"


class TwilioConfig(BaseModel):
    """Settings of one sender: a number, a Messaging Service, or a WhatsApp number at Twilio."""

    model_config = ConfigDict(populate_by_name=True)

    account_sid: str = Field(
        title="Account SID",
        description="On the first page of the Twilio Console; begins with AC.",
        pattern=r"^AC[0-9a-zA-Z]{32}$",
        json_schema_extra={
            "title_id": "Account SID",
            "description_id": "Di halaman pertama Twilio Console; diawali AC.",
        },
    )
    auth_token: SecretStr = Field(
        title="Auth token",
        description="Beside the Account SID. The primary one: it signs the webhooks; an API key does not.",
        min_length=1,
        json_schema_extra={
            "title_id": "Auth token",
            "description_id": "Di samping Account SID. Yang utama: webhook ditandatangani dengannya, "
            "bukan dengan API key.",
        },
    )
    auth_token_previous: SecretStr | None = Field(
        default=None,
        title="Previous auth token",
        description="Accepted too while the token is being changed; empty it afterwards.",
        json_schema_extra={
            "title_id": "Auth token sebelumnya",
            "description_id": "Ikut diterima selama token diganti; kosongkan sesudahnya.",
        },
    )
    from_: str = Field(
        alias="from",
        title="Sender",
        description="The number with country code (+62…), a Messaging Service (MG…), a sender name, "
        "or whatsapp:+62… for a WhatsApp number at Twilio.",
        min_length=2,
        max_length=60,
        json_schema_extra={
            "title_id": "Pengirim",
            "description_id": "Nomor dengan kode negara (+62…), Messaging Service (MG…), nama pengirim, "
            "atau whatsapp:+62… untuk nomor WhatsApp di Twilio.",
        },
    )
    api_base: str = Field(
        default="https://api.twilio.com",
        title="API address",
        description="Change it only for another region, a proxy or the simulator.",
        pattern=r"^https?://[^\s?#]+$",
        json_schema_extra={
            "title_id": "Alamat API",
            "description_id": "Ubah hanya untuk wilayah lain, proksi, atau simulator.",
        },
    )

    @field_validator("auth_token")
    @classmethod
    def _fits_a_header(cls, token: SecretStr) -> SecretStr:
        plain = token.get_secret_value().strip()
        if not plain or not plain.isascii() or not plain.isprintable():
            raise ValueError("the token has characters that cannot be part of one")
        return SecretStr(plain)

    @field_validator("from_")
    @classmethod
    def _spelled(cls, sender: str) -> str:
        plain = sender.strip()
        scheme = WHATSAPP if plain.startswith(WHATSAPP) else ""
        bare = plain.removeprefix(WHATSAPP)
        return scheme + (e164(bare) or bare)

    @field_validator("api_base")
    @classmethod
    def _without_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every token a webhook may be signed with now."""
        previous = self.auth_token_previous
        both = (self.auth_token.get_secret_value(), previous.get_secret_value() if previous else "")
        return tuple(token for token in both if token)

    @property
    def address(self) -> str:
        """How webhooks name this sender."""
        return self.from_.removeprefix(WHATSAPP)

    @property
    def is_service(self) -> bool:
        """A Messaging Service, whose webhooks name whichever of its numbers was used."""
        return self.from_.startswith("MG") and len(self.from_) == 34

    @property
    def api(self) -> str:
        """Where the account's resources are."""
        return f"{self.api_base}/2010-04-01/Accounts/{self.account_sid}"

    @property
    def content(self) -> str:
        """Where templates are: a host of its own, unless somebody stands in for all of them."""
        usual = self.api_base == "https://api.twilio.com"
        return f"{'https://content.twilio.com' if usual else self.api_base}/v1"
