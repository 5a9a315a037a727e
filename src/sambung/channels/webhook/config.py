"""How one system spells its messages: where each part is in what it posts, and what it wants posted."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from sambung.channels._posted.secrets import SecretConfig
from sambung.channels._rest.fields import asked
from sambung.kit import mapping

PLACES = "{to}, {text}, {id}, {reply_to}, {name}, {key}"


class Incoming(BaseModel):
    """Paths into a post; "" = not there. Those of a message begin at the message, not at the post."""

    model_config = ConfigDict(extra="forbid")

    messages: str = asked(
        "Messages",
        "Path of the messages in a post, like events[*]; empty when the post is one.",
        "Pesan",
        "Jalur pesan dalam kiriman, misalnya events[*]; kosong bila kiriman adalah satu pesan.",
        default="",
    )
    id: str = asked("Id", "Of the message.", "Id", "Id pesan.", default="id")
    sender: str = asked("Sender", "Who wrote.", "Pengirim", "Yang menulis.", default="from")
    name: str = asked("Name", "Of the sender.", "Nama", "Nama pengirim.", default="")
    text: str = asked("Text", "What was written.", "Teks", "Yang ditulis.", default="text")
    at: str = asked("Time", "When: RFC 3339 or Unix.", "Waktu", "RFC 3339 atau Unix.", default="")
    reply_to: str = asked(
        "Answered message", "Its id.", "Pesan yang dijawab", "Id-nya.", default=""
    )
    attachments: str = asked(
        "Files",
        "Path of the files, like media[*].",
        "Berkas",
        "Jalur berkas, misalnya media[*].",
        default="",
    )
    file_url: str = asked(
        "File's address", "From the file on.", "Alamat berkas", "Dari berkas.", default="url"
    )
    file_mime: str = asked(
        "File's type", "From the file on.", "Jenis berkas", "Dari berkas.", default="mime"
    )
    file_name: str = asked(
        "File's name", "From the file on.", "Nama berkas", "Dari berkas.", default="name"
    )
    own: str = asked(
        "Written by us",
        "True where the business itself wrote it.",
        "Ditulis sendiri",
        "Benar bila bisnis sendiri yang menulis.",
        default="",
    )

    @field_validator("*")
    @classmethod
    def _path(cls, path: str) -> str:
        mapping.steps(path)
        return path.strip()


class WebhookConfig(SecretConfig):
    """Settings of one system."""

    proof: Literal["standard", "hmac_sha256", "hmac_sha256_base64", "hmac_sha1", "token"] = asked(
        "Proof",
        "standard: Standard Webhooks or x-signature; else how the header below is made with the secret.",
        "Bukti",
        "standard: Standard Webhooks atau x-signature; selain itu cara header di bawah dibuat dari rahasia.",
        default="standard",
    )
    proof_header: str = asked(
        "Header of the proof",
        "Like X-Hub-Signature; what stands before = is left away.",
        "Header bukti",
        "Misalnya X-Hub-Signature; yang di depan = diabaikan.",
        default="x-signature",
        pattern=r"^[A-Za-z0-9-]{1,80}$",
    )
    sender_kind: Literal["external", "phone", "email", "webhook"] = asked(
        "What the sender is",
        "A phone number, an email address, your own customer id, or an id of that system alone.",
        "Jenis pengirim",
        "Nomor telepon, alamat email, id pelanggan Anda, atau id sistem itu sendiri.",
        default="webhook",
    )
    scope: str = asked(
        "Name of the system",
        "Keeps its ids apart from another system's.",
        "Nama sistem",
        "Memisahkan id-nya dari sistem lain.",
        default="",
        max_length=100,
    )
    incoming: Incoming = asked(
        "Incoming posts",
        "Where each part is.",
        "Kiriman masuk",
        "Letak tiap bagian.",
        default_factory=Incoming,
    )
    send_url: str = asked(
        "Sending address",
        f"Where replies are posted; it may hold {PLACES}. Empty: nothing can be sent.",
        "Alamat kirim",
        f"Tujuan balasan; boleh berisi {PLACES}. Kosong: tidak dapat mengirim.",
        default="",
        pattern=r"^(https?://[^\s#]+)?$",
    )
    send_method: Literal["POST", "PUT", "PATCH"] = asked("Method", "", "Metode", "", default="POST")
    send_format: Literal["json", "form"] = asked("Format", "", "Format", "", default="json")
    send_body: dict[str, Any] = asked(
        "Body",
        f"Template: {PLACES} are replaced.",
        "Isi",
        f"Templat: {PLACES} diganti.",
        default_factory=lambda: {"to": "{to}", "text": "{text}", "id": "{id}"},
    )
    send_headers: dict[str, str] = asked(
        "Headers",
        "Templates too, like Authorization: Bearer {key}.",
        "Header",
        "Juga templat, misalnya Authorization: Bearer {key}.",
        default_factory=dict,
    )
    send_id: str = asked(
        "Id in the answer",
        "Path of what that system calls our message.",
        "Id dalam jawaban",
        "Jalur id pesan kita menurut sistem itu.",
        default="id",
    )
    send_token: SecretStr | None = asked(
        "Sending key",
        "{key} in the address, headers or body.",
        "Kunci kirim",
        "{key} di alamat, header, atau isi.",
        default=None,
    )
    longest_text: int = asked(
        "Longest text",
        "Characters.",
        "Teks terpanjang",
        "Karakter.",
        default=4000,
        ge=1,
        le=20_000,
    )
    api_base: str = asked(
        "Instead of the address's host",
        "Set it only for a proxy or the simulator.",
        "Pengganti host alamat",
        "Isi hanya untuk proksi atau simulator.",
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
    )

    @field_validator("send_id")
    @classmethod
    def _path(cls, path: str) -> str:
        mapping.steps(path)
        return path.strip()

    @property
    def mapped(self) -> str:
        """How `receive` is told of it."""
        said = Mapped(**dict(self.incoming), sender_kind=self.sender_kind, scope=self.scope)
        return said.model_dump_json()


class Mapped(Incoming):
    sender_kind: str
    scope: str

    @field_validator("sender_kind", "scope")
    @classmethod
    def _as_it_is(cls, given: str) -> str:
        return given
