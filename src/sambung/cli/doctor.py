"""What `sambung check` looks at: can this installation work, and is it as safe as it should be."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from sambung.core import configs, connections
from sambung.kit import clamd, paths, schema, sound, sqlite
from sambung.kit.clamd import ScannerUnreachable
from sambung.kit.crypto import Unreadable
from sambung.kit.db import Store
from sambung.settings import KEPT_IN, Settings

LEAST_FREE = 1_000_000_000
"""Bytes of disk."""


@dataclass(frozen=True, slots=True)
class Finding:
    """fine: True, False (the system does not work so), or None (it works; one should know)."""

    what: str
    fine: bool | None
    words: str


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order one would mend them."""
    return [
        *_data(settings),
        *_database(settings),
        *_addresses(settings),
        *_files(settings),
        *_front_end(),
    ]


def _data(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.absolute()
    if not folder.is_dir():
        yield Finding("data", None, f"{folder} will be made at the first start")
        return
    free = shutil.disk_usage(folder).free
    yield Finding(
        "data", free > LEAST_FREE or None, f"{folder}, {free // 1_000_000_000} GB of disk left"
    )
    kept = folder / KEPT_IN
    if kept.exists() and kept.stat().st_mode & 0o077:
        yield Finding("secret", False, f"{kept} can be read by others: chmod 600 it")
    else:
        yield Finding("secret", True, "kept from others; a copy of it belongs into your backup")


def _database(settings: Settings) -> Iterator[Finding]:
    store = Store(settings.database_url)
    if store.sqlite:
        version = ".".join(map(str, sqlite.version()))
        safe = sqlite.version() >= sqlite.SAFE
        wanted = ".".join(map(str, sqlite.SAFE))
        told = "" if safe else f" may damage the database under load; {wanted} is wanted"
        yield Finding("SQLite", safe or None, version + told)
    try:
        present, wanted_revision = schema.present(store), schema.head()
    except DBAPIError as error:
        yield Finding("database", False, f"cannot be reached: {error.orig}")
        return
    if present is None:
        yield Finding("database", None, "empty; the first start sets it up")
        return
    same = present == wanted_revision
    yield Finding("database", same or None, "up to date" if same else "will be migrated at start")
    if same:
        yield from _connections(store)


def _connections(store: Store) -> Iterator[Finding]:
    with store.begin() as tx:
        rows = connections.everywhere(tx)
    for row in rows:
        what = f"{row.channel} “{row.name}”"
        try:
            configs.read(row.channel, row.config)
        except Unreadable:
            yield Finding(what, False, "its secrets were encrypted with another secret")
        except KeyError:
            yield Finding(what, False, "this release has no such channel")
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
            yield Finding(what, False, f"these settings do not fit: {fields}")
        else:
            stopped = row.status == connections.STOPPED
            reason = (row.problem or {}).get("reason", "")
            yield Finding(what, None if stopped else True, f"{row.status} {reason}".strip())


def _addresses(settings: Settings) -> Iterator[Finding]:
    if not settings.public_url:
        yield Finding(
            "public_url", None, "not set: providers cannot reach us, and links lead to this machine"
        )
    elif not settings.https:
        yield Finding("public_url", None, f"{settings.public_url} is not https")
    else:
        yield Finding("public_url", True, settings.public_url)
    if settings.allow_private_network and settings.public_url:
        yield Finding(
            "allow_private_network", None, "senders can make us fetch from your own network"
        )


def _files(settings: Settings) -> Iterator[Finding]:
    """What looks at files and turns them into others, beside us."""
    found = sound.program()
    told = "not on PATH (apt install ffmpeg): voice notes stay as they come, and some browser is deaf to them"
    yield Finding("ffmpeg", True if found else None, found or told)
    if not settings.clamd:
        yield Finding("clamd", None, "not set: files are not looked at for viruses")
        return
    try:
        asyncio.run(clamd.greet(settings.clamd))
    except ScannerUnreachable as error:
        yield Finding("clamd", False, f"{settings.clamd} does not answer: {error}")
    else:
        yield Finding("clamd", True, settings.clamd)


def _front_end() -> Iterator[Finding]:
    built = (paths.web() / "desk" / "index.html").is_file()
    yield Finding("front end", built or None, "built" if built else "not built: only the API works")
