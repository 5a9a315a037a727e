"""What a business sets for the chat in its own app."""

import re

from pydantic import SecretStr, field_validator

from sambung.channels._posted.secrets import SecretConfig
from sambung.channels._rest.fields import asked, previous


class AppConfig(SecretConfig):
    """Settings of one app."""

    deliver_url: str = asked(
        "Your server's address",
        "Replies are posted here, signed. Empty where the app uses our socket alone.",
        "Alamat server Anda",
        "Balasan dikirim ke sini, ditandatangani. Kosong bila aplikasi hanya memakai soket kami.",
        default="",
        pattern=r"^(https?://[^\s#]+)?$",
        max_length=500,
    )
    identity_secret: SecretStr | None = asked(
        "Identity secret",
        "Your server signs customers' tokens (JWT, HS256) with it. Never put it into the app.",
        "Rahasia identitas",
        "Server Anda menandatangani token pelanggan (JWT, HS256) dengannya. Jangan taruh di aplikasi.",
        default=None,
        min_length=16,
    )
    identity_secret_previous: SecretStr | None = previous(
        "Previous identity secret", "Rahasia identitas sebelumnya"
    )
    require_identity: bool = asked(
        "Only for customers who signed in",
        "Of the socket; your own server vouches for whom it posts.",
        "Hanya untuk pelanggan yang sudah masuk",
        "Untuk soket; server Anda menjamin sendiri yang dikirimnya.",
        default=False,
    )
    site_origins: list[str] = asked(
        "Web pages that may connect",
        "Like https://app.example; empty lets any. Native apps have none and always may.",
        "Halaman web yang boleh tersambung",
        "Seperti https://app.contoh; kosong mengizinkan semua. Aplikasi natif selalu boleh.",
        default_factory=list,
    )
    api_base: str = asked(
        "Instead of your server's host",
        "Set it only for a proxy or the simulator.",
        "Pengganti host server Anda",
        "Isi hanya untuk proksi atau simulator.",
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
    )

    @field_validator("site_origins")
    @classmethod
    def _origins(cls, given: list[str]) -> list[str]:
        found = [origin.strip().rstrip("/").lower() for origin in given if origin.strip()]
        for origin in found:
            if not re.fullmatch(r"[a-z]+://(\*\.)?[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"not an origin like https://app.example: {origin}")
        return found

    @property
    def target(self) -> str:
        """Where replies are posted; "" = nowhere."""
        if not self.deliver_url or not self.api_base:
            return self.deliver_url
        return re.sub(r"^https?://[^/?]+", self.api_base.rstrip("/"), self.deliver_url)
