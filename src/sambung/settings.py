"""Every setting there is. An option of the command line wins over the environment, that over `sambung.toml`.

`SAMBUNG_PUBLIC_URL=…` in the environment is `public_url = "…"` in the file.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from sambung.kit import ids

FILE = "sambung.toml"
KEPT_IN = "secret"
"""The file in the data folder that holds the secret when none is set."""


class BadSettings(Exception):
    """A setting cannot be what it was set to; the text names each one."""


class Settings(BaseModel):
    """As configured; what was left out is filled in by `load`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="Folder of database, files and keys")
    database: str = Field("", description="URL; empty = SQLite in the data folder")
    bus: str = Field("", description="empty = in this process; nats://… for several nodes")
    files: str = Field("", description="empty = in the data folder; s3://…")
    public_url: str = Field("", description="As customers and providers reach us; no final slash")
    secret: SecretStr = Field(SecretStr(""), description="Encrypts and signs; empty = kept in data")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    mail_host: str = "127.0.0.1"
    mail_port: int = Field(0, ge=0, le=65535, description="Of the mail listener; 0 = none")
    mail_domain: str = Field("", description="Domain whose mail arrives at the listener")
    llm_url: str = Field("", description="Any OpenAI-compatible endpoint; empty = none")
    llm_key: SecretStr = SecretStr("")
    llm_model: str = ""
    allow_private_network: bool = Field(
        False, description="Let downloads reach private addresses (simulator, tests)"
    )
    trusted_proxies: str = Field(
        "127.0.0.1", description="Whose X-Forwarded-* is believed: addresses, comma-separated, or *"
    )
    largest_file: int = Field(100_000_000, gt=0, description="Bytes of one uploaded file")
    keep_files_days: int = Field(0, ge=0, description="Files older than that go; 0 = for ever")
    clamd: str = Field("", description="host:port or socket of a clamd that looks at every file")
    requests_per_second: float = Field(50, ge=0, description="Of one caller; 0 = no limit")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("public_url")
    @classmethod
    def _no_final_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @property
    def database_url(self) -> str:
        """Where the database is, as SQLAlchemy writes it."""
        return self.database or f"sqlite:///{self.data.absolute() / 'sambung.db'}"

    @property
    def base_url(self) -> str:
        """The public URL, or where we listen."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


def load(
    environment: Mapping[str, str] = os.environ, *, folder: Path = Path(), **options: Any
) -> Settings:
    """Settings from the command line's `options` (None = not given), environment, file and defaults.

    Raises BadSettings.
    """
    values = {**_from_file(folder / FILE), **_from_environment(environment)}
    values |= {name: value for name, value in options.items() if value is not None}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadSettings(wrong) from error
    if settings.secret.get_secret_value():
        return settings
    return settings.model_copy(update={"secret": SecretStr(_kept_secret(settings.data))})


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {
        name: environment[variable]
        for name in Settings.model_fields
        if (variable := f"SAMBUNG_{name.upper()}") in environment
    }
    if "PORT" in environment:
        found.setdefault("port", environment["PORT"])
    return found


def _kept_secret(data: Path) -> str:
    """The secret in the data folder, made at the first start and readable by its owner alone."""
    path = data / KEPT_IN
    # Customers' words and files lie in it: nobody else of the machine may look.
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = ids.secret(32)
        file.write(secret)
    return secret
