"""An outgoing message, and a connection to send it on."""

import email as standard
from email.message import EmailMessage
from email.policy import default
from typing import Any

from sambung.channels import Handle, Outbound
from sambung.channels.email.compose import compose
from sambung.channels.email.settings import EmailConfig

ID = "01936d1e-7f3a-7b0c-8000-000000000001"
HEX = ID.replace("-", "")
BUDI = "budi@contoh.example"


def config(port: int = 25, **smtp: Any) -> EmailConfig:
    return EmailConfig.model_validate(
        {
            "address": "cs@toko.example",
            "from_name": "Toko Nusantara",
            "smtp": {"host": "127.0.0.1", "port": port, "security": "none", **smtp},
        }
    )


def outbound(**more: Any) -> Outbound:
    given_ = {"id": ID, "to": BUDI, "handle": Handle("email", BUDI), "kind": "email"}
    return Outbound(**{**given_, "text": "Halo kak, pesanan sudah dikirim ✅", **more})


def composed(**more: Any) -> EmailMessage:
    return parsed(compose(outbound(**more), config()).raw)


def parsed(raw: bytes) -> EmailMessage:
    message = standard.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message
