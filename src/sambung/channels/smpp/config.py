"""What a business enters to connect a carrier's message centre."""

import re

from pydantic import BaseModel, Field, SecretStr, field_validator

from sambung.kit.phones import e164
from sambung.kit.smpp.pdu import Address
from sambung.kit.smpp.receipts import Rule
from sambung.kit.smpp.segments import Alphabet
from sambung.kit.smpp.session import Centre

_NUMBER = re.compile(r"\+?\d{1,20}")


class SmppConfig(BaseModel):
    """Settings of one account (ESME) at a message centre (SMSC)."""

    host: str = Field(
        title="Host",
        description="Name or address of the carrier's message centre (SMSC).",
        pattern=r"^[^\s/]+$",
        json_schema_extra={
            "title_id": "Host",
            "description_id": "Nama atau alamat pusat pesan (SMSC) operator.",
        },
    )
    port: int = Field(
        default=2775,
        ge=1,
        le=65535,
        title="Port",
        description="Mostly 2775; 3550 with TLS.",
        json_schema_extra={"title_id": "Port", "description_id": "Umumnya 2775; 3550 dengan TLS."},
    )
    system_id: str = Field(
        title="System ID",
        description="The name the carrier gave you.",
        min_length=1,
        max_length=15,
        json_schema_extra={
            "title_id": "System ID",
            "description_id": "Nama yang diberikan operator.",
        },
    )
    password: SecretStr = Field(
        title="Password",
        description="Eight characters by the standard; some carriers take more.",
        max_length=64,
        json_schema_extra={
            "title_id": "Kata sandi",
            "description_id": "Menurut standar delapan huruf; sebagian operator menerima lebih.",
        },
    )
    source: str = Field(
        title="Sender",
        description="Your number, short code, or a name of at most 11 letters, as the carrier registered it.",
        min_length=1,
        max_length=20,
        json_schema_extra={
            "title_id": "Pengirim",
            "description_id": "Nomor, kode pendek, atau nama (paling banyak 11 huruf) yang didaftarkan operator.",
        },
    )
    tls: bool = Field(
        default=False,
        title="TLS",
        description="Encrypt the connection, where the carrier offers it.",
        json_schema_extra={
            "title_id": "TLS",
            "description_id": "Enkripsi sambungan, bila operator menyediakannya.",
        },
    )
    system_type: str = Field(
        default="",
        max_length=12,
        title="System type",
        description="Only if the carrier names one.",
        json_schema_extra={
            "title_id": "System type",
            "description_id": "Hanya bila operator menyebutkannya.",
        },
    )
    alphabet: Alphabet = Field(
        default="gsm7",
        title="Default alphabet",
        description="What the carrier means by data coding 0; ask when £ or é come out wrong.",
        json_schema_extra={
            "title_id": "Alfabet bawaan",
            "description_id": "Arti data coding 0 bagi operator; tanyakan bila £ atau é tampil salah.",
        },
    )
    receipt_ids: Rule = Field(
        default="auto",
        title="Ids in receipts",
        description="How delivery receipts write the message id: as it was given, or the hexadecimal one in "
        "decimal, or the reverse. auto finds out.",
        json_schema_extra={
            "title_id": "Id di laporan",
            "description_id": "Cara laporan kirim menulis id pesan: sama, heksadesimal menjadi desimal, atau "
            "sebaliknya. auto mencari tahu sendiri.",
        },
    )
    country: str = Field(
        default="62",
        pattern=r"^\d{1,3}$",
        title="Country code",
        description="Of numbers that begin with 0.",
        json_schema_extra={
            "title_id": "Kode negara",
            "description_id": "Untuk nomor yang diawali 0.",
        },
    )
    window: int = Field(
        default=10,
        ge=1,
        le=100,
        title="Window",
        description="Messages on their way at once.",
        json_schema_extra={
            "title_id": "Jendela",
            "description_id": "Pesan yang berjalan bersamaan.",
        },
    )
    per_second: float = Field(
        default=10,
        gt=0,
        le=1000,
        title="Messages a second",
        description="As the contract with the carrier says; a long message counts for each of its parts.",
        json_schema_extra={
            "title_id": "Pesan per detik",
            "description_id": "Sesuai kontrak dengan operator; pesan panjang dihitung tiap potongan.",
        },
    )

    @field_validator("system_id", "source", "system_type")
    @classmethod
    def _in_a_field(cls, given: str) -> str:
        plain = given.strip()
        if "\0" in plain or not plain.isascii():
            raise ValueError("only plain letters, digits and signs")
        return plain

    @property
    def centre(self) -> Centre:
        """Where and as whom to bind."""
        return Centre(
            host=self.host,
            port=self.port,
            system_id=self.system_id,
            password=self.password.get_secret_value(),
            system_type=self.system_type,
            tls=self.tls,
            window=self.window,
            per_second=self.per_second,
        )

    @property
    def sender(self) -> Address:
        """With the type carriers expect: international, short code, or name. §5.2.5"""
        if not _NUMBER.fullmatch(self.source):
            return Address(self.source[:11], ton=5, npi=0)
        if phone := e164(self.source, self.country):
            return Address(phone.removeprefix("+"), ton=1, npi=1)
        return Address(self.source.removeprefix("+"), ton=3, npi=0)
