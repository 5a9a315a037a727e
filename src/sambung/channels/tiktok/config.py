"""What a business enters to connect its TikTok account."""

from typing import ClassVar

from pydantic import SecretStr

from sambung.channels._rest.fields import TokenConfig, asked, every, previous


class TikTokConfig(TokenConfig):
    """Settings of one business account, with the app that was granted its messages."""

    HOST: ClassVar[str] = "https://business-api.tiktok.com/open_api/v1.3"

    business_id: str = asked(
        "Business ID",
        "The account's open_id, which came along with the access token.",
        "ID bisnis",
        "open_id akun, yang datang bersama token akses.",
        pattern=r"^[A-Za-z0-9_=-]+$",
    )
    client_secret: SecretStr = asked(
        "App secret",
        "TikTok API for Business > My apps > your app. It proves that a webhook comes from TikTok.",
        "Rahasia aplikasi",
        "TikTok API for Business > My apps > aplikasi Anda. Membuktikan webhook berasal dari TikTok.",
        min_length=1,
    )
    client_secret_previous: SecretStr | None = previous(
        "Previous app secret", "Rahasia aplikasi sebelumnya"
    )
    client_key: str = asked(
        "App ID",
        "On the same page. Needed to renew the token, which lives a day, and to set the webhook.",
        "ID aplikasi",
        "Di halaman yang sama. Perlu untuk memperbarui token, yang hidup sehari, dan memasang webhook.",
        default="",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret a webhook may be signed with now, the present one first."""
        return every(self.client_secret, self.client_secret_previous)

    @property
    def renewable(self) -> bool:
        return self.refresh_token is not None and bool(self.client_key)
