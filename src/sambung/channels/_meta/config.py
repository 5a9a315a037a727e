"""Settings that both channels have."""

from pydantic import BaseModel, Field, SecretStr, field_validator

ID = r"^[A-Za-z0-9_-]+$"
FACEBOOK = "https://graph.facebook.com"
INSTAGRAM = "https://graph.instagram.com"


class MetaConfig(BaseModel):
    """How one account is reached over the Graph API, and how its webhooks are signed."""

    access_token: SecretStr = Field(
        title="Access token",
        description="Of the Page (from a long-lived user token it does not expire), or of the Instagram login.",
        min_length=1,
        json_schema_extra={
            "title_id": "Token akses",
            "description_id": "Milik Halaman (dari token pengguna jangka panjang tidak kedaluwarsa), "
            "atau dari login Instagram.",
        },
    )
    app_secret: SecretStr = Field(
        title="App secret",
        description="App Dashboard > App settings > Basic; with the Instagram login, the Instagram app's secret. "
        "It proves that a webhook comes from Meta.",
        min_length=1,
        json_schema_extra={
            "title_id": "Rahasia aplikasi",
            "description_id": "App Dashboard > App settings > Basic; pada login Instagram, rahasia aplikasi "
            "Instagram. Membuktikan webhook berasal dari Meta.",
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
    human_agent: bool = Field(
        default=True,
        title="Answer up to 7 days",
        description="When 24 hours have passed, send what people write with the HUMAN_AGENT tag. "
        "Meta must have granted the app the Human Agent permission.",
        json_schema_extra={
            "title_id": "Balas sampai 7 hari",
            "description_id": "Lewat 24 jam, kirim tulisan manusia dengan tag HUMAN_AGENT. Meta harus sudah "
            "memberi aplikasi izin Human Agent.",
        },
    )
    poll_seconds: int = Field(
        default=300,
        ge=0,
        le=86_400,
        title="Look for missed messages",
        description="Every so many seconds; 0 = never. Some messages that begin at an ad come by no webhook.",
        json_schema_extra={
            "title_id": "Cari pesan yang terlewat",
            "description_id": "Tiap sekian detik; 0 = tidak pernah. Sebagian pesan dari iklan tidak lewat webhook.",
        },
    )
    api_base: str = Field(
        default="",
        title="API address",
        description="Empty for Meta's own; set it only for a proxy or the simulator.",
        pattern=r"^(https?://[^\s?#]+)?$",
        json_schema_extra={
            "title_id": "Alamat API",
            "description_id": "Kosong untuk milik Meta; isi hanya untuk proksi atau simulator.",
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
    def host(self) -> str:
        """Meta's own address of the API."""
        return FACEBOOK

    @property
    def graph(self) -> str:
        """The API's address."""
        return self.api_base or self.host

    @property
    def account(self) -> str:
        """What webhooks name in `entry.id`."""
        raise NotImplementedError

    @property
    def node(self) -> str:
        """Whose messages, conversations and subscriptions the API's paths begin with."""
        raise NotImplementedError

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now."""
        previous = self.app_secret_previous
        both = (self.app_secret.get_secret_value(), previous.get_secret_value() if previous else "")
        return tuple(secret for secret in both if secret)

    @property
    def other_ids(self) -> tuple[str, ...]:
        """Further ids of the same account."""
        return ()

    @property
    def subscription(self) -> tuple[str, ...]:
        """Fields to subscribe the node to, where they are others than the dialect's."""
        return ()

    @property
    def renewable(self) -> bool:
        """Whether the token dies by itself and can be renewed before."""
        return False
