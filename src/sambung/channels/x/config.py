"""What a business enters to connect its account on X."""

from typing import ClassVar

from pydantic import SecretStr

from sambung.channels._rest.fields import TokenConfig, asked, every, previous


class XConfig(TokenConfig):
    """Settings of one account, with the app that its webhook and token belong to."""

    HOST: ClassVar[str] = "https://api.x.com"

    user_id: str = asked(
        "User ID",
        "The account's number, not its @name; the Test button shows it for the token.",
        "ID pengguna",
        "Nomor akun, bukan @namanya; tombol Uji menampilkannya untuk token itu.",
        pattern=r"^\d{1,24}$",
    )
    consumer_secret: SecretStr = asked(
        "API key secret",
        "Developer Console > your app > Keys and tokens. It proves that a webhook comes from X.",
        "Rahasia kunci API",
        "Developer Console > aplikasi Anda > Keys and tokens. Membuktikan webhook berasal dari X.",
        min_length=1,
    )
    consumer_secret_previous: SecretStr | None = previous(
        "Previous API key secret", "Rahasia kunci API sebelumnya"
    )
    client_id: str = asked(
        "Client ID",
        "OAuth 2.0 client of the app; needed to renew the token, which lives two hours.",
        "ID klien",
        "Klien OAuth 2.0 milik aplikasi; perlu untuk memperbarui token, yang hidup dua jam.",
        default="",
    )
    client_secret: SecretStr | None = asked(
        "Client secret",
        "Of the same client, where it is a confidential one.",
        "Rahasia klien",
        "Milik klien yang sama, bila jenisnya confidential.",
        default=None,
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now, the present one first."""
        return every(self.consumer_secret, self.consumer_secret_previous)

    @property
    def renewable(self) -> bool:
        return self.refresh_token is not None and bool(self.client_id)
