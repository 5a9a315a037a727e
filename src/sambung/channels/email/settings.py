"""What an e-mail connection needs to know."""

from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr, field_validator

from sambung.kit.mail import Server

Security = Literal["none", "starttls", "tls"]


def _id(title: str, description: str = "") -> dict[str, Any]:
    return {"title_id": title, **({"description_id": description} if description else {})}


class SmtpSettings(BaseModel):
    """Where outgoing mail is handed over."""

    host: str = Field(title="Server", json_schema_extra=_id("Server"))
    port: int = Field(default=587, title="Port", ge=1, le=65535, json_schema_extra=_id("Port"))
    username: str = Field(default="", title="User name", json_schema_extra=_id("Nama pengguna"))
    password: SecretStr = Field(
        default=SecretStr(""), title="Password", json_schema_extra=_id("Kata sandi")
    )
    security: Security = Field(
        default="starttls", title="Encryption", json_schema_extra=_id("Enkripsi")
    )

    def server(self) -> Server:
        """As the network layer takes it."""
        return Server(
            self.host,
            self.port,
            self.username,
            self.password.get_secret_value(),
            security=self.security,
        )


class ImapSettings(BaseModel):
    """The mailbox that incoming mail is fetched from."""

    host: str = Field(title="Server", json_schema_extra=_id("Server"))
    port: int = Field(default=993, title="Port", ge=1, le=65535, json_schema_extra=_id("Port"))
    username: str = Field(title="User name", json_schema_extra=_id("Nama pengguna"))
    password: SecretStr = Field(
        default=SecretStr(""), title="Password", json_schema_extra=_id("Kata sandi")
    )
    security: Security = Field(default="tls", title="Encryption", json_schema_extra=_id("Enkripsi"))
    folder: str = Field(default="INBOX", title="Folder", json_schema_extra=_id("Folder"))
    history_days: int = Field(
        default=3,
        ge=0,
        le=365,
        title="Days of earlier mail to take in at first",
        json_schema_extra=_id("Hari surel lama yang diambil pertama kali"),
    )

    def server(self) -> Server:
        """As the network layer takes it."""
        return Server(
            self.host,
            self.port,
            self.username,
            self.password.get_secret_value(),
            security=self.security,
        )


class EmailConfig(BaseModel):
    """One mailbox of the business."""

    address: str = Field(
        title="E-mail address",
        description="The address customers write to and see as the sender.",
        json_schema_extra=_id(
            "Alamat surel", "Alamat tujuan pelanggan, dan yang tampak sebagai pengirim."
        ),
    )
    aliases: list[str] = Field(
        default_factory=list,
        title="Other addresses of this mailbox",
        json_schema_extra=_id("Alamat lain kotak surat ini"),
    )
    from_name: str = Field(default="", title="Sender name", json_schema_extra=_id("Nama pengirim"))
    smtp: SmtpSettings = Field(
        title="Outgoing mail (SMTP)", json_schema_extra=_id("Surel keluar (SMTP)")
    )
    imap: ImapSettings | None = Field(
        default=None,
        title="Incoming mail (IMAP)",
        description="Leave empty where mail arrives at the built-in listener.",
        json_schema_extra=_id(
            "Surel masuk (IMAP)", "Kosongkan bila surel masuk lewat penerima bawaan."
        ),
    )
    plus_addressing: bool = Field(
        default=True,
        title="The mailbox accepts name+tag addresses",
        description="Lets replies and bounces find their conversation for certain.",
        json_schema_extra=_id(
            "Kotak surat menerima alamat nama+tanda",
            "Agar balasan dan surel gagal kirim pasti kembali ke percakapannya.",
        ),
    )
    authserv_id: str = Field(
        default="",
        title="Name of the server that checks senders",
        description="As written first in Authentication-Results. Senders it vouches for are verified.",
        json_schema_extra=_id(
            "Nama server pemeriksa pengirim",
            "Seperti tertulis di awal Authentication-Results. Pengirim yang dijaminnya terverifikasi.",
        ),
    )

    @field_validator("address", "aliases", mode="after")
    @classmethod
    def _lower(cls, value: str | list[str]) -> str | list[str]:
        addresses = [value] if isinstance(value, str) else value
        for address in addresses:
            local, _, domain = address.strip().rpartition("@")
            if not local or not domain or any(c.isspace() or c in "<>,;" for c in address.strip()):
                raise ValueError("not an e-mail address / bukan alamat surel")
        cleaned = [address.strip().lower() for address in addresses]
        return cleaned[0] if isinstance(value, str) else cleaned
