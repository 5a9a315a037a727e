"""The business's numbers, mailboxes and sites."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError

from sambung.api.auth import requires
from sambung.api.bodies import Body, Name
from sambung.api.context import Caller, Services, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.pages import Page
from sambung.api.validation import Unfit
from sambung.channels import Channel, Refused, Stopped, TryLater, Unknown, all_channels
from sambung.core import audit, checks, configs, connections, health
from sambung.core.connections import AddressTaken, NoSuchConnection
from sambung.core.health import Health, State
from sambung.kit.crypto import Unreadable
from sambung.kit.db import Tx
from sambung.kit.problems import Conflict, Invalid, Problem

router = APIRouter(prefix="/connections", tags=["connections"], responses=ALWAYS, route_class=Once)

Reader = Annotated[Caller, requires("connection.read")]
Manager = Annotated[Caller, requires("connection.manage")]


class ProblemShape(BaseModel):
    reason: str
    code: str
    detail: str
    at: datetime


class ConnectionShape(BaseModel):
    """config: secrets are masked; a mask sent back leaves the secret as it is. health: why is asked for beside it."""

    id: UUID
    channel: str
    name: str
    config: dict[str, Any]
    status: str
    health: State
    problem: ProblemShape | None
    address: str
    hook_url: str | None
    last_in_at: datetime | None
    last_out_at: datetime | None
    created_at: datetime


class NewConnection(Body):
    channel: str
    name: Name
    config: dict[str, Any]


class ConnectionChange(Body):
    name: Name | None = None
    config: dict[str, Any] | None = None
    status: Literal["active", "disabled"] | None = None


class Check(BaseModel):
    ok: bool
    message: str


class TemplateShape(BaseModel):
    """variables: how many values the template takes."""

    name: str
    language: str
    category: str = ""
    status: str = ""
    header: str | None = None
    body: str = ""
    footer: str | None = None
    buttons: list[Any] = []
    variables: int = 0


class UnknownChannel(Invalid):
    text = {"en": "There is no channel “{channel}”.", "id": "Kanal “{channel}” tidak ada."}


class SecretsLost(Conflict):
    text = {
        "en": "The connection's secrets cannot be read with this installation's key; enter them again.",
        "id": "Rahasia koneksi tidak terbaca dengan kunci instalasi ini; isi ulang.",
    }


class ProviderRefused(Problem):
    status = 502
    text = {
        "en": "The provider did not answer as hoped.",
        "id": "Penyedia tidak menjawab sebagaimana mestinya.",
    }


@router.get("")
async def list_connections(who: Reader, at: Serving) -> Page[ConnectionShape]:
    """Every connection, oldest first."""
    found = await at.store.read(_all, who.account)
    return Page(items=[_shape(one, who, at) for one in found])


@router.post("", status_code=201, responses=problems(UnknownChannel, AddressTaken))
async def add_connection(body: NewConnection, who: Manager, at: Serving) -> ConnectionShape:
    """Connect a number, mailbox or site."""
    channel = all_channels().get(body.channel)
    if channel is None:
        raise UnknownChannel(channel=body.channel)
    config = _fit(channel, body.config)
    given = {"channel": body.channel, "name": body.name, **_kept(channel, config)}
    return _shape(await at.store.write(_add, who.account, who, given), who, at)


@router.get("/{connection}", responses=problems(NoSuchConnection))
async def get_connection(connection: UUID, who: Reader, at: Serving) -> ConnectionShape:
    return _shape(await at.store.read(_get, who.account, connection), who, at)


@router.patch("/{connection}", responses=problems(NoSuchConnection, SecretsLost, AddressTaken))
async def change_connection(
    connection: UUID, body: ConnectionChange, who: Manager, at: Serving
) -> ConnectionShape:
    """Change name, settings or status; new settings or a new status forget the present problem."""
    values: dict[str, Any] = body.model_dump(exclude_none=True)
    if body.config is not None:
        row = await at.store.read(connections.get, who.account, connection)
        channel = all_channels()[row.channel]
        try:
            filled = configs.filled(body.config, row.config)
        except Unreadable as error:
            raise SecretsLost from error
        values |= _kept(channel, _fit(channel, filled))
    return _shape(await at.store.write(_change, who.account, connection, who, values), who, at)


@router.delete("/{connection}", status_code=204, responses=problems(NoSuchConnection))
async def remove_connection(connection: UUID, who: Manager, at: Serving) -> None:
    """Disconnect: its secrets are forgotten, its messages stay."""
    await at.store.write(_remove, who.account, connection, who)


@router.post("/{connection}/checks", responses=problems(NoSuchConnection, SecretsLost))
async def check_connection(connection: UUID, who: Manager, at: Serving) -> Check:
    """Try the credentials with the provider; a stopped connection that works again resumes."""
    row = await at.store.read(connections.get, who.account, connection)
    channel, config = _opened(row)
    try:
        message = await channel.check(config, at.net)
    except (Refused, TryLater, Stopped, Unknown) as failure:
        await at.store.write(checks.not_passed, who.account, connection, failure.detail)
        return Check(ok=False, message=failure.detail)
    await at.store.write(checks.passed, who.account, connection, message, by=who.actor)
    return Check(ok=True, message=message)


@router.get("/{connection}/templates", responses=problems(NoSuchConnection, ProviderRefused))
async def list_templates(connection: UUID, who: Reader, at: Serving) -> Page[TemplateShape]:
    """The provider's templates, as it has them now."""
    row = await at.store.read(connections.get, who.account, connection)
    channel, config = _opened(row)
    try:
        found = await channel.templates(config, at.net)
    except (Refused, TryLater, Stopped, Unknown) as failure:
        raise ProviderRefused(failure.detail) from failure
    return Page(items=[_template(template) for template in found])


def _opened(row: Any) -> tuple[Channel[Any], BaseModel]:
    try:
        return all_channels()[row.channel], configs.read(row.channel, row.config)
    except (Unreadable, ValidationError) as error:
        raise SecretsLost from error


def _fit(channel: Channel[Any], config: dict[str, Any]) -> BaseModel:
    try:
        return channel.config.model_validate(config)
    except ValidationError as error:
        raise Unfit(error.errors(include_url=False), under="/config") from error


def _kept(channel: Channel[Any], config: BaseModel) -> dict[str, Any]:
    addresses = channel.addresses(config)
    return {"config": configs.seal(config), "address": addresses[0] if addresses else ""}


def _shape(found: tuple[Any, Health], who: Caller, at: Services) -> ConnectionShape:
    """Settings are for those who manage them."""
    row, fares = found
    webhook = all_channels()[row.channel].transport == "webhook"
    return ConnectionShape(
        id=row.id,
        channel=row.channel,
        name=row.name,
        config=configs.masked(row.config) if "connection.manage" in who.permissions else {},
        status=row.status,
        health=fares.state,
        problem=row.problem and ProblemShape(**row.problem),
        address=row.address,
        hook_url=f"{at.settings.base_url}/hooks/{row.id}" if webhook else None,
        last_in_at=row.last_in_at,
        last_out_at=row.last_out_at,
        created_at=row.created_at,
    )


def _template(found: dict[str, Any]) -> TemplateShape:
    known = {name: found[name] for name in TemplateShape.model_fields if name in found}
    variables = found.get("variables", 0)
    known["variables"] = variables if isinstance(variables, int) else len(variables)
    return TemplateShape(**known)


def _all(tx: Tx, account: UUID) -> list[tuple[Any, Health]]:
    """Each with its traffic and how it fares."""
    fares = health.of_all(tx, account)
    return [(row, fares[row.id]) for row in connections.all_of(tx, account)]


def _get(tx: Tx, account: UUID, connection: UUID) -> tuple[Any, Health]:
    """As the list has it."""
    for row in connections.all_of(tx, account):
        if row.id == connection:
            return row, health.of(tx, account, connection)
    raise NoSuchConnection


def _add(tx: Tx, account: UUID, who: Caller, given: dict[str, Any]) -> tuple[Any, Health]:
    connection = connections.add(tx, account, by=who.actor, **given)
    _note(tx, account, "connection.added", who, connection, {"channel": given["channel"]})
    return _get(tx, account, connection)


def _change(
    tx: Tx, account: UUID, connection: UUID, who: Caller, given: dict[str, Any]
) -> tuple[Any, Health]:
    connections.change(tx, account, connection, by=who.actor, **given)
    _note(tx, account, "connection.changed", who, connection, {"fields": sorted(given)})
    return _get(tx, account, connection)


def _remove(tx: Tx, account: UUID, connection: UUID, who: Caller) -> None:
    connections.remove(tx, account, connection, by=who.actor)
    _note(tx, account, "connection.removed", who, connection, {})


def _note(
    tx: Tx, account: UUID, action: str, who: Caller, subject: UUID, detail: dict[str, Any]
) -> None:
    audit.did(
        tx, account, action, by=who.actor, subject=subject, address=who.address, detail=detail
    )
