"""What a business enters to connect its shop on Lazada."""

from typing import ClassVar

from pydantic import SecretStr

from sambung.channels._rest.fields import TokenConfig, asked, every, previous


class LazadaConfig(TokenConfig):
    """Settings of one seller, with the app it has authorised. Each country has an API address of its own."""

    HOST: ClassVar[str] = "https://api.lazada.co.id/rest"
    TOKENS: ClassVar[str] = "https://auth.lazada.com/rest"

    app_key: str = asked(
        "App key",
        "Lazada Open Platform > App Console > your app.",
        "App key",
        "Lazada Open Platform > App Console > aplikasi Anda.",
        pattern=r"^\d{1,18}$",
    )
    app_secret: SecretStr = asked(
        "App secret",
        "On the same page. It signs our requests, and proves that a push comes from Lazada.",
        "Rahasia aplikasi",
        "Di halaman yang sama. Menandatangani permintaan kami, dan membuktikan push berasal dari Lazada.",
        min_length=1,
    )
    app_secret_previous: SecretStr | None = previous(
        "Previous app secret", "Rahasia aplikasi sebelumnya"
    )
    seller_id: str = asked(
        "Seller ID",
        "The seller's number, as pushes name it.",
        "ID penjual",
        "Nomor penjual, sebagaimana disebut push.",
        pattern=r"^\d{1,18}$",
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret a push may be signed with now, the present one first."""
        return every(self.app_secret, self.app_secret_previous)

    @property
    def tokens(self) -> str:
        """Where tokens are renewed: one address for all countries, unless a stand-in is spoken to."""
        return self.TOKENS if ".lazada." in self.api else self.api
