"""Industry packs: folders of data that set up a business in its own words."""

import tomllib
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from sambung.core import accounts, labels
from sambung.core.events import SYSTEM
from sambung.kit import paths
from sambung.kit.db import Tx
from sambung.kit.problems import NotFound


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountOfPack(Strict):
    name: str
    language: str
    timezone: str


class LabelOfPack(Strict):
    name: str
    colour: str


class Pack(Strict):
    """title: {"en": …, "id": …}."""

    name: str
    title: dict[str, str]
    account: AccountOfPack
    labels: list[LabelOfPack]


class NoSuchPack(NotFound):
    text = {
        "en": "There is no pack “{name}”; there are: {names}.",
        "id": "Paket “{name}” tidak ada; yang ada: {names}.",
    }


def names() -> list[str]:
    """Every pack there is."""
    return sorted(path.parent.name for path in paths.packs().glob("*/pack.toml"))


def load(name: str) -> Pack:
    """Read a pack. Raises NoSuchPack."""
    if name not in names():
        raise NoSuchPack(name=name, names=", ".join(names()))
    return Pack.model_validate(tomllib.loads((paths.packs() / name / "pack.toml").read_text()))


def set_up(tx: Tx, pack: Pack, *, account: str | None = None) -> UUID:
    """Give a business (made when there is none of that name) what the pack has; doing it again changes nothing."""
    name = account or pack.account.name
    found = accounts.named(tx, name) or accounts.open_account(
        tx, name, language=pack.account.language, timezone=pack.account.timezone, by=SYSTEM
    )
    for label in pack.labels:
        labels.define(tx, found, label.name, colour=label.colour)
    return found
