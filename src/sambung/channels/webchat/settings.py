"""What one site's chat is set to. Fields marked `public` are told to every
visitor's browser; `embedders` are the origins that may frame us."""

import re
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, field_validator


class Words(BaseModel):
    """A sentence in both languages."""

    id: str = Field(
        default="",
        max_length=500,
        title="Indonesian",
        json_schema_extra={"title_id": "Bahasa Indonesia"},
    )
    en: str = Field(
        default="",
        max_length=500,
        title="English",
        json_schema_extra={"title_id": "Bahasa Inggris"},
    )


class PrechatField(BaseModel):
    """One question before the first message; `name`, `email` and `phone` describe the person."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,39}$",
        title="Field name",
        json_schema_extra={"title_id": "Nama kolom"},
    )
    label: str = Field(
        max_length=120,
        title="Label (English)",
        json_schema_extra={"title_id": "Label (Inggris)"},
    )
    label_id: str = Field(
        default="",
        max_length=120,
        title="Label (Indonesian)",
        json_schema_extra={"title_id": "Label (Indonesia)"},
    )
    type: Literal["text", "email", "tel", "textarea"] = Field(
        default="text", title="Kind", json_schema_extra={"title_id": "Jenis"}
    )
    required: bool = Field(
        default=False, title="Required", json_schema_extra={"title_id": "Wajib diisi"}
    )


class WebchatConfig(BaseModel):
    """Settings of one site."""

    site_origins: list[str] = Field(
        default_factory=list,
        title="Sites that may show the chat",
        description="Like https://shop.example, or https://*.shop.example for all below it.",
        json_schema_extra={
            "embedders": True,
            "title_id": "Situs yang boleh menampilkan obrolan",
            "description_id": "Seperti https://toko.example, "
            "atau https://*.toko.example untuk semua di bawahnya.",
        },
    )
    identity_secret: SecretStr = Field(
        min_length=16,
        title="Identity secret",
        description="Your server signs customers' ids with it. Never put it in a page.",
        json_schema_extra={
            "title_id": "Rahasia identitas",
            "description_id": "Server Anda menandatangani id pelanggan dengannya. "
            "Jangan pernah menaruhnya di halaman.",
        },
    )
    identity_secret_previous: SecretStr | None = Field(
        default=None,
        title="Previous identity secret",
        description="Still accepted while you change over.",
        json_schema_extra={
            "title_id": "Rahasia identitas sebelumnya",
            "description_id": "Masih diterima selama masa pergantian.",
        },
    )
    require_identity: bool = Field(
        default=False,
        title="Only for customers who signed in",
        json_schema_extra={"title_id": "Hanya untuk pelanggan yang sudah masuk"},
    )
    title: Words = Field(
        default=Words(id="Ada yang bisa kami bantu?", en="How can we help?"),
        title="Title",
        json_schema_extra={"title_id": "Judul", "public": True},
    )
    greeting: Words = Field(
        default=Words(
            id="Halo! Tulis pesan Anda, kami balas secepatnya.",
            en="Hello! Write to us and we will answer as soon as we can.",
        ),
        title="Greeting",
        json_schema_extra={"title_id": "Salam", "public": True},
    )
    prechat: list[PrechatField] = Field(
        default_factory=list[PrechatField],
        max_length=8,
        title="Asked before the first message",
        json_schema_extra={"title_id": "Ditanyakan sebelum pesan pertama", "public": True},
    )
    colour: str = Field(
        default="#0f766e",
        pattern=r"^#[0-9a-fA-F]{6}$",
        title="Colour",
        json_schema_extra={"title_id": "Warna", "public": True},
    )
    position: Literal["right", "left"] = Field(
        default="right",
        title="Side of the page",
        json_schema_extra={"title_id": "Sisi halaman", "public": True},
    )
    locale: Literal["id", "en"] = Field(
        default="id",
        title="Language when the page names none",
        json_schema_extra={"title_id": "Bahasa bila halaman tidak menyebutnya", "public": True},
    )

    @field_validator("site_origins")
    @classmethod
    def _origins(cls, given: list[str]) -> list[str]:
        """Scheme, host and port only: these go into a Content-Security-Policy header."""
        found = [origin.strip().rstrip("/").lower() for origin in given if origin.strip()]
        for origin in found:
            if not re.fullmatch(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"not an origin like https://shop.example: {origin}")
        return found
