"""The business's words for sorting."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, StringConstraints

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.pages import Page
from sambung.core import labels
from sambung.core.labels import BadLabel
from sambung.kit.db import Tx

router = APIRouter(prefix="/labels", tags=["labels"], responses=ALWAYS)


class LabelShape(BaseModel):
    """used: on how many conversations."""

    name: str
    colour: str | None
    used: int

    @classmethod
    def of(cls, row: Any) -> "LabelShape":
        return cls(name=row.name, colour=row.colour or None, used=row.used)


class NewLabel(Body):
    name: str
    colour: Annotated[str, StringConstraints(max_length=16)] = ""


@router.get("")
async def list_labels(
    who: Annotated[Caller, requires("conversation.read")], at: Serving
) -> Page[LabelShape]:
    rows = await at.store.read(labels.all_of, who.account)
    return Page(items=[LabelShape.of(row) for row in rows])


@router.post("", status_code=201, responses=problems(BadLabel))
async def add_label(
    body: NewLabel, who: Annotated[Caller, requires("label.use")], at: Serving
) -> LabelShape:
    """Have a label; one that exists takes the new colour."""
    return LabelShape.of(await at.store.write(_add, who.account, body))


@router.delete("/{name}", status_code=204)
async def remove_label(
    name: Annotated[str, Path(max_length=100)],
    who: Annotated[Caller, requires("label.manage")],
    at: Serving,
) -> None:
    """Forget a label, on every conversation."""
    await at.store.write(labels.remove, who.account, name)


def _add(tx: Tx, account: Any, body: NewLabel) -> Any:
    name = labels.define(tx, account, body.name, colour=body.colour)
    return next(row for row in labels.all_of(tx, account) if row.name == name)
