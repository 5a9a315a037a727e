"""What a business enters to connect an SMS gateway that speaks HTTP."""

import json
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from sambung.channels.sms_http.mapping import Mapping, parsed


class HttpSmsConfig(BaseModel):
    """Settings of one account at a gateway."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    url: str = Field(
        title="Sending address",
        description="Where the gateway takes messages. It may hold {to}, {text}, {from}, {id}, {key}.",
        pattern=r"^https?://[^\s#]+$",
        json_schema_extra={
            "title_id": "Alamat kirim",
            "description_id": "Tempat gateway menerima pesan. Boleh berisi {to}, {text}, {from}, {id}, {key}.",
        },
    )
    mapping: dict[str, Any] = Field(
        title="Mapping",
        description="How the gateway spells its requests and answers; see the page of this channel.",
        json_schema_extra={
            "title_id": "Pemetaan",
            "description_id": "Cara gateway menulis permintaan dan jawabannya; lihat halaman kanal ini.",
        },
    )
    secret: SecretStr = Field(
        title="Secret",
        description="Signs what the gateway posts; where it cannot sign, the end of the hook's address. "
        "Long and random.",
        min_length=8,
        json_schema_extra={
            "title_id": "Rahasia",
            "description_id": "Menandatangani kiriman gateway; bila gateway tidak bisa, menjadi ujung alamat "
            "webhook. Panjang dan acak.",
        },
    )
    secret_previous: SecretStr | None = Field(
        default=None,
        title="Previous secret",
        description="Accepted too while the secret is being changed; empty it afterwards.",
        json_schema_extra={
            "title_id": "Rahasia sebelumnya",
            "description_id": "Ikut diterima selama rahasia diganti; kosongkan sesudahnya.",
        },
    )
    key_secret: SecretStr | None = Field(
        default=None,
        title="Sending key",
        description="The gateway's password, token or key for sending; {key} in the mapping.",
        json_schema_extra={
            "title_id": "Kunci kirim",
            "description_id": "Kata sandi, token, atau kunci gateway untuk mengirim; {key} di pemetaan.",
        },
    )
    api_base: str = Field(
        default="",
        title="Instead of the address's host",
        description="Change it only for a proxy or the simulator.",
        pattern=r"^(https?://[^\s?#]+)?$",
        json_schema_extra={
            "title_id": "Pengganti host alamat",
            "description_id": "Ubah hanya untuk proksi atau simulator.",
        },
    )

    @field_validator("mapping", mode="before")
    @classmethod
    def _parsed(cls, given: Any) -> Any:
        """Pasted as text, too."""
        return json.loads(given) if isinstance(given, str) else given

    @field_validator("mapping")
    @classmethod
    def _understood(cls, given: dict[str, Any]) -> dict[str, Any]:
        mapping = Mapping.model_validate(given)
        try:
            ZoneInfo(mapping.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone: {mapping.timezone}") from error
        return given

    @cached_property
    def written(self) -> str:
        """The mapping as JSON."""
        return json.dumps(self.mapping)

    @property
    def map(self) -> Mapping:
        """The mapping to work with."""
        return parsed(self.written)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret the gateway may show now."""
        previous = self.secret_previous
        both = (self.secret.get_secret_value(), previous.get_secret_value() if previous else "")
        return tuple(secret for secret in both if secret)

    @property
    def key(self) -> str:
        """What opens the gateway to us."""
        return self.key_secret.get_secret_value() if self.key_secret else ""
