"""What a business enters to connect its shop on TikTok Shop or Tokopedia."""

from typing import ClassVar

from pydantic import SecretStr

from sambung.channels._rest.fields import TokenConfig, asked, every, previous


class TikTokShopConfig(TokenConfig):
    """Settings of one shop, with the app it has authorised."""

    HOST: ClassVar[str] = "https://open-api.tiktokglobalshop.com"
    TOKENS: ClassVar[str] = "https://auth.tiktok-shops.com"

    app_key: str = asked(
        "App key",
        "Partner Center > App & Service > your app.",
        "App key",
        "Partner Center > App & Service > aplikasi Anda.",
        pattern=r"^[A-Za-z0-9]+$",
    )
    app_secret: SecretStr = asked(
        "App secret",
        "On the same page. It signs our requests, and proves that a webhook is genuine.",
        "Rahasia aplikasi",
        "Di halaman yang sama. Menandatangani permintaan kami, dan membuktikan webhook itu asli.",
        min_length=1,
    )
    app_secret_previous: SecretStr | None = previous(
        "Previous app secret", "Rahasia aplikasi sebelumnya"
    )
    shop_id: str = asked(
        "Shop ID",
        "The number of the shop, as webhooks name it.",
        "ID toko",
        "Nomor toko, sebagaimana disebut webhook.",
        pattern=r"^\d{1,24}$",
    )
    shop_cipher: str = asked(
        "Shop cipher",
        "The shop's name in requests; empty = we ask for it each time.",
        "Shop cipher",
        "Nama toko dalam permintaan; kosong = kami menanyakannya setiap kali.",
        default="",
        pattern=r"^[A-Za-z0-9_=+/-]*$",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now, the present one first."""
        return every(self.app_secret, self.app_secret_previous)

    @property
    def tokens(self) -> str:
        """Where tokens are renewed."""
        return self.api_base or self.TOKENS
