"""What a business enters for each way its customers' devices are notified; any one of the three will do."""

from typing import Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import SecretStr, field_validator, model_validator

from sambung.channels._posted.secrets import SecretConfig
from sambung.channels._rest.fields import asked, plain
from sambung.channels.push import web_push
from sambung.kit.untrusted import Record, Unreadable, decode, record

FCM_HOST = "https://fcm.googleapis.com"
GOOGLE_TOKEN = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
APNS_HOSTS = {
    "production": "https://api.push.apple.com",
    "sandbox": "https://api.sandbox.push.apple.com",
}


class PushConfig(SecretConfig):
    """Settings of the notifications of one app or site."""

    title: str = asked(
        "Title",
        "Heads every notification: the business's name.",
        "Judul",
        "Kepala setiap notifikasi: nama bisnis.",
        min_length=1,
        max_length=80,
    )
    url: str = asked(
        "Opened by a tap",
        "An https address, or your app's own; a notification opens it.",
        "Dibuka saat diketuk",
        "Alamat https, atau milik aplikasi Anda; dibuka oleh notifikasi.",
        default="",
        max_length=500,
    )
    vapid_private_key: SecretStr | None = asked(
        "VAPID private key (browsers)",
        "32 bytes as base64url. Changing it makes every browser subscribe anew.",
        "Kunci privat VAPID (peramban)",
        "32 bita sebagai base64url. Bila diganti, semua peramban harus berlangganan ulang.",
        default=None,
    )
    vapid_contact: str = asked(
        "VAPID contact",
        "mailto: or https: address where push services can reach you.",
        "Kontak VAPID",
        "Alamat mailto: atau https: tempat layanan push dapat menghubungi Anda.",
        default="",
        pattern=r"^((mailto:|https://)[^\s]+)?$",
    )
    fcm_service_account_private_key: SecretStr | None = asked(
        "FCM service account (Android)",
        "The whole JSON file of a service account that may send messages.",
        "Akun layanan FCM (Android)",
        "Seluruh berkas JSON akun layanan yang boleh mengirim pesan.",
        default=None,
    )
    apns_private_key: SecretStr | None = asked(
        "APNs key (Apple)",
        "The .p8 file's text.",
        "Kunci APNs (Apple)",
        "Isi berkas .p8.",
        default=None,
    )
    apns_key_id: str = asked(
        "APNs key ID",
        "Ten characters, beside the key.",
        "ID kunci APNs",
        "Sepuluh karakter, di samping kunci.",
        default="",
        pattern=r"^[A-Z0-9]{0,20}$",
    )
    apns_team_id: str = asked(
        "Apple team ID",
        "Ten characters, under Membership.",
        "ID tim Apple",
        "Sepuluh karakter, di Membership.",
        default="",
        pattern=r"^[A-Z0-9]{0,20}$",
    )
    apns_topic: str = asked(
        "Bundle ID",
        "Like id.example.app.",
        "Bundle ID",
        "Seperti id.contoh.app.",
        default="",
        pattern=r"^[A-Za-z0-9.-]{0,155}$",
    )
    apns_environment: Literal["production", "sandbox"] = asked(
        "APNs environment",
        "Apps run from Xcode are registered in the sandbox.",
        "Lingkungan APNs",
        "Aplikasi yang dijalankan dari Xcode terdaftar di sandbox.",
        default="production",
    )
    api_base: str = asked(
        "API address",
        "Empty for FCM's and Apple's own; set it only for a proxy or the simulator.",
        "Alamat API",
        "Kosong untuk milik FCM dan Apple; isi hanya untuk proksi atau simulator.",
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
    )

    @field_validator("api_base")
    @classmethod
    def _without_slash(cls, base: str) -> str:
        return base.rstrip("/")

    @field_validator("vapid_private_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr | None) -> SecretStr | None:
        if not plain(key):
            return None
        web_push.private_key(plain(key))
        return key

    @field_validator("fcm_service_account_private_key")
    @classmethod
    def _is_an_account(cls, key: SecretStr | None) -> SecretStr | None:
        if not plain(key):
            return None
        account = _account(plain(key))
        if not all(
            isinstance(account.get(name), str) and account[name]
            for name in ("project_id", "client_email", "private_key")
        ):
            raise ValueError("not the JSON file of a service account")
        _loadable(account["private_key"])
        return key

    @field_validator("apns_private_key")
    @classmethod
    def _is_a_p8(cls, key: SecretStr | None) -> SecretStr | None:
        if not plain(key):
            return None
        _loadable(plain(key))
        return key

    @model_validator(mode="after")
    def _whole(self) -> "PushConfig":
        if self.vapid_private_key and not self.vapid_contact:
            raise ValueError("browsers need the VAPID contact too")
        if self.apns_private_key and not (
            self.apns_key_id and self.apns_team_id and self.apns_topic
        ):
            raise ValueError("APNs needs the key ID, the team ID and the bundle ID too")
        return self

    @property
    def providers(self) -> tuple[str, ...]:
        """What can be notified with these settings."""
        given: dict[str, Any] = {
            "web": self.vapid_private_key,
            "fcm": self.fcm_service_account_private_key,
            "apns": self.apns_private_key,
        }
        return tuple(name for name, key in given.items() if key)

    @property
    def account(self) -> Record:
        """FCM's service account."""
        return _account(plain(self.fcm_service_account_private_key))


def _account(written: str) -> Record:
    try:
        return record(decode(written.encode()))
    except Unreadable as error:
        raise ValueError("not JSON") from error


def _loadable(pem: str) -> None:
    try:
        load_pem_private_key(pem.encode(), None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("not a private key without a password") from error
