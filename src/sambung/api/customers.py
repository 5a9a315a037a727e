"""The people the business talks to: one record each, however many channels they use."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from sambung.api.auth import requires
from sambung.api.bodies import Body
from sambung.api.context import Caller, Serving
from sambung.api.errors import ALWAYS, problems
from sambung.api.idempotency import Once
from sambung.api.pages import Cursor, Limit, Page
from sambung.api.seen import Seeing
from sambung.api.shapes import Author, ConnectionRef, Reachable, Ref, ready
from sambung.core import (
    audit,
    customer_views,
    customers,
    erasure,
    identity,
    merges,
    reachable,
    separation,
    suggestions,
    timeline,
)
from sambung.core.customers import NoSuchCustomer
from sambung.core.identity import IdentityProven, IdentityTaken, NoSuchIdentity
from sambung.core.merges import AlreadyOne, AlreadyUndone, NoSuchMerge
from sambung.core.suggestions import NoSuchSuggestion
from sambung.kit.db import Tx

router = APIRouter(tags=["customers"], responses=ALWAYS, route_class=Once)

Reader = Annotated[Caller, requires("customer.read")]
Manager = Annotated[Caller, requires("customer.manage")]
Merger = Annotated[Caller, requires("customer.merge")]
GivenName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Notes = Annotated[str, StringConstraints(max_length=20_000)]


class IdentityShape(BaseModel):
    """channel_icons: the channels they wrote from by it. evidence: how we know."""

    id: UUID
    kind: str
    value: str
    scope: str
    level: Literal["verified", "claimed"]
    channel_icons: list[str]
    added_at: datetime
    last_at: datetime | None
    evidence: str | None


class Evidence(BaseModel):
    what: str
    value: str
    weight: float


class MergeShape(BaseModel):
    id: UUID
    survivor: UUID
    absorbed: Ref
    reason: str
    evidence: list[Evidence]
    by: Author
    at: datetime
    undone_at: datetime | None
    undone_by: Ref | None


class ConsentShape(BaseModel):
    purpose: str
    granted: bool
    at: datetime


class CustomerSummary(BaseModel):
    id: UUID
    name: str
    language: str
    notes: str
    created_at: datetime
    last_at: datetime


class CustomerShape(CustomerSummary):
    identities: list[IdentityShape]
    merges: list[MergeShape]
    consents: list[ConsentShape]


class SuggestionShape(BaseModel):
    """score: 0 to 1."""

    id: UUID
    other: CustomerSummary
    score: float
    evidence: list[Evidence]
    made_at: datetime


class TimelineItem(BaseModel):
    at: datetime
    type: Literal["message", "conversation", "identity", "merge", "consent", "call"]
    title: str
    text: str
    conversation: UUID | None
    connection: ConnectionRef | None
    data: dict[str, Any]


class NewIdentity(Body):
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)]


class NewCustomer(Body):
    name: GivenName
    identities: Annotated[list[NewIdentity], Field(max_length=20)] = []


class CustomerChange(Body):
    name: GivenName | None = None
    language: Annotated[str, StringConstraints(max_length=8)] | None = None
    notes: Notes | None = None


class NewMerge(Body):
    other: UUID
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


@router.get("/customers", response_model=Page[CustomerSummary])
async def list_customers(
    who: Reader,
    at: Serving,
    q: Annotated[str | None, StringConstraints(max_length=200)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Latest activity first; with `q`, the best matches by name, phone, address or account."""
    return ready(await at.store.read(customer_views.page, who.account, q, cursor, limit))


@router.post(
    "/customers",
    status_code=201,
    response_model=CustomerShape,
    responses=problems(IdentityTaken),
)
async def add_customer(body: NewCustomer, who: Manager, at: Serving) -> Any:
    """Somebody known from elsewhere; what an agent enters is claimed until it is proven."""
    return ready(await at.store.write(_add, who.account, who, body), 201)


@router.get(
    "/customers/{customer}", response_model=CustomerShape, responses=problems(NoSuchCustomer)
)
async def get_customer(customer: UUID, who: Reader, at: Serving, seen: Seeing) -> Any:
    """One; an absorbed customer answers with the survivor."""
    shape = await at.store.read(customer_views.customer, who.account, customer)
    await seen.note(who, "customer.seen", UUID(shape["id"]))
    return ready(shape)


@router.patch(
    "/customers/{customer}", response_model=CustomerShape, responses=problems(NoSuchCustomer)
)
async def change_customer(customer: UUID, body: CustomerChange, who: Manager, at: Serving) -> Any:
    return ready(await at.store.write(_change, who.account, customer, who, body))


@router.delete("/customers/{customer}", status_code=204, responses=problems(NoSuchCustomer))
async def erase_customer(
    customer: UUID, who: Annotated[Caller, requires("customer.erase")], at: Serving
) -> Response:
    """Forget everything personal about somebody, for good; figures and the log stay."""
    await at.store.write(_erase, who.account, customer, who)
    return Response(status_code=204)


@router.post(
    "/customers/{customer}/identities",
    status_code=201,
    response_model=IdentityShape,
    responses=problems(NoSuchCustomer, IdentityTaken),
)
async def add_identity(customer: UUID, body: NewIdentity, who: Manager, at: Serving) -> Any:
    """What an agent was told: claimed, until the customer proves it."""
    return ready(await at.store.write(_identify, who.account, customer, who, body), 201)


@router.delete(
    "/customers/{customer}/identities/{identity_id}",
    status_code=204,
    responses=problems(NoSuchIdentity, IdentityProven),
)
async def remove_identity(customer: UUID, identity_id: UUID, who: Manager, at: Serving) -> Response:
    """Forget a claim."""
    await at.store.write(_forget_identity, who.account, customer, identity_id, who)
    return Response(status_code=204)


@router.get(
    "/customers/{customer}/suggestions",
    response_model=Page[SuggestionShape],
    responses=problems(NoSuchCustomer),
)
async def list_suggestions(customer: UUID, who: Reader, at: Serving) -> Any:
    """Who may be the same person, likeliest first, with the evidence."""
    found = await at.store.read(customer_views.suggested, who.account, customer)
    return ready({"items": found, "next": None})


@router.delete(
    "/customers/{customer}/suggestions/{suggestion}",
    status_code=204,
    responses=problems(NoSuchSuggestion),
)
async def dismiss_suggestion(
    customer: UUID, suggestion: UUID, who: Merger, at: Serving
) -> Response:
    """They are two people."""
    await at.store.write(suggestions.dismiss, who.account, suggestion, by=who.actor)
    return Response(status_code=204)


@router.get(
    "/customers/{customer}/merges",
    response_model=Page[MergeShape],
    responses=problems(NoSuchCustomer),
)
async def list_merges(customer: UUID, who: Reader, at: Serving) -> Any:
    """What was merged into this person, and what was undone; newest first."""
    return ready({"items": await at.store.read(_merges, who.account, customer), "next": None})


@router.post(
    "/customers/{customer}/merges",
    status_code=201,
    response_model=MergeShape,
    responses=problems(NoSuchCustomer, AlreadyOne),
)
async def merge_customers(customer: UUID, body: NewMerge, who: Merger, at: Serving) -> Any:
    """They are one person: `other` becomes part of this one, until it is undone."""
    return ready(await at.store.write(_merge, who.account, customer, who, body), 201)


@router.delete("/merges/{merge}", status_code=204, responses=problems(NoSuchMerge, AlreadyUndone))
async def undo_merge(merge: UUID, who: Merger, at: Serving) -> Response:
    """They are two people after all: everything goes back to where it came from."""
    await at.store.write(separation.undo, who.account, merge, by=who.actor)
    return Response(status_code=204)


@router.get(
    "/customers/{customer}/timeline",
    response_model=Page[TimelineItem],
    responses=problems(NoSuchCustomer),
)
async def get_timeline(
    customer: UUID,
    who: Reader,
    at: Serving,
    seen: Seeing,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """Everything of every channel, newest first."""
    page = await at.store.read(timeline.page, who.account, customer, cursor, limit)
    await seen.note(who, "customer.seen", customer)
    return ready(page)


@router.get(
    "/customers/{customer}/channels",
    response_model=Page[Reachable],
    responses=problems(NoSuchCustomer),
)
async def list_customer_channels(customer: UUID, who: Reader, at: Serving) -> Any:
    """On what a conversation with this customer can be begun."""
    found = await at.store.read(reachable.channels_to, who.account, customer)
    return ready({"items": found, "next": None})


def _add(tx: Tx, account: UUID, who: Caller, body: NewCustomer) -> Any:
    customer = customers.add(tx, account, name=body.name, named=bool(body.name), by=who.actor)
    for given in body.identities:
        identity.add(tx, account, customer, kind=given.kind, value=given.value, by=who.actor)
    return customer_views.customer(tx, account, customer)


def _change(tx: Tx, account: UUID, customer: UUID, who: Caller, body: CustomerChange) -> Any:
    given = body.model_dump(exclude_none=True)
    customers.change(tx, account, customer, by=who.actor, **given)
    _note(tx, account, "customer.changed", who, customer, {"fields": sorted(given)})
    return customer_views.customer(tx, account, customer)


def _erase(tx: Tx, account: UUID, customer: UUID, who: Caller) -> None:
    erasure.erase(tx, account, customer, by=who.actor)
    _note(tx, account, "customer.erased", who, customer, {})


def _identify(tx: Tx, account: UUID, customer: UUID, who: Caller, body: NewIdentity) -> Any:
    made = identity.add(tx, account, customer, kind=body.kind, value=body.value, by=who.actor)
    _note(tx, account, "identity.added", who, customer, {"identity": str(made)})
    return customer_views.identity_shape(identity.get(tx, account, made))


def _forget_identity(tx: Tx, account: UUID, customer: UUID, identity_id: UUID, who: Caller) -> None:
    root = customers.get(tx, account, customer).id
    if identity_id not in {row.id for row in identity.of(tx, account, root)}:
        raise NoSuchIdentity
    identity.remove(tx, account, identity_id, by=who.actor)
    _note(tx, account, "identity.removed", who, customer, {"identity": str(identity_id)})


def _merge(tx: Tx, account: UUID, customer: UUID, who: Caller, body: NewMerge) -> Any:
    merge = merges.merge(tx, account, customer, body.other, reason=body.reason, by=who.actor)
    found = _merges(tx, account, customer)
    return next(shape for shape in found if shape["id"] == str(merge))


def _merges(tx: Tx, account: UUID, customer: UUID) -> list[dict[str, Any]]:
    return customer_views.merged(tx, account, customers.get(tx, account, customer).id)


def _note(
    tx: Tx, account: UUID, action: str, who: Caller, subject: UUID, detail: dict[str, Any]
) -> None:
    audit.did(
        tx, account, action, by=who.actor, subject=subject, address=who.address, detail=detail
    )
