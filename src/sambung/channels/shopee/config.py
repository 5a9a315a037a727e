"""What a business enters to connect its shop on Shopee."""

from typing import ClassVar

from pydantic import SecretStr

from sambung.channels._rest.fields import TokenConfig, asked, every, previous


class ShopeeConfig(TokenConfig):
    """Settings of one shop, with the app it has authorised."""

    HOST: ClassVar[str] = "https://partner.shopeemobile.com"

    partner_id: str = asked(
        "Partner ID",
        "Shopee Open Platform > App List > your app (Live Partner_id).",
        "ID partner",
        "Shopee Open Platform > App List > aplikasi Anda (Live Partner_id).",
        pattern=r"^\d{1,18}$",
    )
    partner_key: SecretStr = asked(
        "Partner key",
        "On the same page. It signs our requests, and proves that a push comes from Shopee.",
        "Kunci partner",
        "Di halaman yang sama. Menandatangani permintaan kami, dan membuktikan push berasal dari Shopee.",
        min_length=1,
    )
    partner_key_previous: SecretStr | None = previous(
        "Previous partner key", "Kunci partner sebelumnya"
    )
    shop_id: str = asked(
        "Shop ID",
        "Came along when the shop authorised the app.",
        "ID toko",
        "Datang saat toko mengizinkan aplikasi.",
        pattern=r"^\d{1,18}$",
    )
    shop_user_id: str = asked(
        "The shop's user ID",
        "Of the shop's main account. Tells what the shop itself writes from what buyers write.",
        "ID pengguna toko",
        "Milik akun utama toko. Membedakan tulisan toko sendiri dari tulisan pembeli.",
        default="",
        pattern=r"^\d{0,18}$",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key a push may be signed with now, the present one first."""
        return every(self.partner_key, self.partner_key_previous)
