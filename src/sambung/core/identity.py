"""Identities: the ways a customer is known (a phone, an address, a chat account), and recognising who writes.

verified  the provider vouches, a signature proves it, or it answered what only it could have seen
claimed   somebody merely says so (typed in a form, an unauthenticated sender)

Only verified evidence links by itself. A claim makes a suggestion, and shows its maker nothing of anybody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from sambung.channels import Handle, Sender
from sambung.core import customers, eventlog, merges, suggestions
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, Actor, IdentityAdded, IdentityRemoved
from sambung.kit import clock
from sambung.kit.columns import Id, Instant
from sambung.kit.db import Table, Tx
from sambung.kit.hot import Hot
from sambung.kit.ids import new_id
from sambung.kit.problems import Conflict, NotFound

VERIFIED, CLAIMED = "verified", "claimed"
FRESH = timedelta(hours=1)
"""How stale `last_at` may be before a message renews it."""


class Identity(Table):
    """One row per level: what one person proved, another may merely claim. `customer` is the home."""

    __tablename__ = "identity"
    __table_args__ = (
        Index("uq_identity_key", "account", "value", "kind", "scope", "level", unique=True),
        Index("ix_identity_customer", "account", "customer"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(String(320))
    scope: Mapped[str] = mapped_column(String(320))
    level: Mapped[str] = mapped_column(String(16))
    customer: Mapped[UUID] = mapped_column(Id)
    evidence: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Known:
    """Who it is: the identity they used, its home, and the person (root) they are now known as."""

    identity: UUID
    home: UUID
    root: UUID
    new: bool = False


class NoSuchIdentity(NotFound):
    text = {"en": "There is no such identity.", "id": "Identitas tidak ditemukan."}


class IdentityTaken(Conflict):
    text = {
        "en": "Another customer is known by this already.",
        "id": "Identitas ini sudah dipakai pelanggan lain.",
    }


class IdentityProven(Conflict):
    text = {
        "en": "This identity is verified and has messages; undo the merge instead of removing it.",
        "id": "Identitas ini terverifikasi dan punya pesan; batalkan penggabungan, jangan dihapus.",
    }


_FIND = Hot(
    select(Identity.id, Identity.customer, Customer.root, Customer.name, Identity.last_at)
    .join(Customer, (Customer.account == Identity.account) & (Customer.id == Identity.customer))
    .where(
        Identity.account == bindparam("account", type_=Id()),
        Identity.value == bindparam("value"),
        Identity.kind == bindparam("kind"),
        Identity.scope == bindparam("scope"),
        Identity.level == bindparam("level"),
    )
)


def resolve(tx: Tx, account: UUID, sender: Sender) -> Known:
    """The customer known by these handles; a new one when nobody is.

    Further verified handles are added to them, and, where they are somebody else's, the two become one.
    """
    first, *others = [_tidy(handle) for handle in sender.handles]
    own = find(tx, account, first)
    proven = [handle for handle in others if handle.verified and first.verified]
    known = {handle: find(tx, account, handle) for handle in proven}
    home = own.customer if own else _home_by(tx, account, first, known)
    new = home is None
    if home is None:
        home = customers.add(tx, account, name=sender.name, language=sender.locale, by=SYSTEM)
    identity = own.id if own else _add(tx, account, home, first)
    root = own.root if own else None
    for handle, row in known.items():
        if row is None:
            _add(tx, account, home, handle)
        elif row.root != root and row.customer != home:
            _link(tx, account, home, row.customer, first, handle)
            root = None
    _note_claims(tx, account, home, first, others)
    if own and sender.name and own.name != sender.name:
        customers.called(tx, account, home, sender.name, by=SYSTEM)
    if own and clock.now() - own.last_at > FRESH:
        tx.run(update(Identity).where(*_this(account, own.id)).values(last_at=clock.now()))
    return Known(identity, home, root or _root(tx, account, home), new)


def find(tx: Tx, account: UUID, handle: Handle) -> Any:
    """The identity's row (id, customer, root, name, last_at) at the handle's own level, or None."""
    level = VERIFIED if handle.verified else CLAIMED
    return _FIND.first(
        tx, account=account, value=handle.value, kind=handle.kind, scope=handle.scope, level=level
    )


def changed(
    tx: Tx, account: UUID, old: tuple[Handle, ...], new: tuple[Handle, ...], *, name: str = ""
) -> Known | None:
    """`old` and `new` are the same person (the provider or a signature says so). None when nobody is known yet."""
    before = [row for row in (find(tx, account, _tidy(handle)) for handle in old) if row]
    proven = [_tidy(handle) for handle in new if handle.verified]
    after = [row for row in (find(tx, account, handle) for handle in proven) if row]
    if not before and not after:
        return None
    home = (before or after)[0].customer
    evidence = _evidence("same_person", proven or old)
    if _shared(tx, account, home, old, proven):
        # Two people on one computer: what the second one proves is not the first one's.
        for row in after:
            suggestions.suggest(tx, account, home, row.customer, score=0.5, evidence=evidence)
        return Known((before or after)[0].id, home, _root(tx, account, home))
    for handle in (*old, *proven):
        if find(tx, account, _tidy(handle)) is None:
            _add(tx, account, home, _tidy(handle))
    for row in (*before, *after):
        # The longer known survives: a visitor joins the customer, not the other way round.
        _unite(tx, account, row.customer, home, evidence=evidence)
    if name:
        customers.called(tx, account, home, name, by=SYSTEM)
    claims = [_tidy(handle) for handle in new if not handle.verified]
    _note_claims(tx, account, home, _tidy((proven or old)[0]), claims)
    used = find(tx, account, _tidy((old or new)[0])) or before[0]
    return Known(used.id, home, _root(tx, account, home))


def add(tx: Tx, account: UUID, customer: UUID, *, kind: str, value: str, by: Actor) -> UUID:
    """What an agent was told: claimed, until the customer proves it. Raises IdentityTaken."""
    home = customers.get(tx, account, customer).id
    handle = _tidy(Handle(kind, value, verified=False))
    taken = find(tx, account, handle)
    if taken is not None:
        if taken.root != home:
            raise IdentityTaken
        known: UUID = taken.id
        return known
    return _add(tx, account, home, handle, evidence="agent", by=by)


def remove(tx: Tx, account: UUID, identity: UUID, *, by: Actor) -> None:
    """Forget a claim. Raises IdentityProven for a verified one."""
    found = get(tx, account, identity)
    if found.level == VERIFIED:
        raise IdentityProven
    tx.run(delete(Identity).where(*_this(account, identity)))
    eventlog.append(tx, account, IdentityRemoved(found.customer, identity), by=by)


def get(tx: Tx, account: UUID, identity: UUID) -> Any:
    """The row; raises NoSuchIdentity."""
    found = tx.first(select(Identity).where(*_this(account, identity)))
    if found is None:
        raise NoSuchIdentity
    return found


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """Every way this person is known, verified first."""
    found = select(Identity).where(
        Identity.account == account, Identity.customer.in_(customers.homes(account, root))
    )
    return list(tx.all(found.order_by(Identity.level.desc(), Identity.id)))


def _shared(
    tx: Tx, account: UUID, home: UUID, old: tuple[Handle, ...], proven: list[Handle]
) -> bool:
    """Whether this person has proved to be another one of the kind now proved, which `old` is not itself."""
    kinds = {handle.kind for handle in old}
    first = next((handle for handle in proven if handle.kind not in kinds), None)
    return first is not None and _has_another(tx, account, _root(tx, account, home), first)


def _home_by(tx: Tx, account: UUID, first: Handle, known: dict[Handle, Any]) -> UUID | None:
    """Whose the newcomer's other handles say it is, unless they are known by another one like `first`."""
    for row in known.values():
        if row is not None and not _has_another(tx, account, row.root, first):
            home: UUID = row.customer
            return home
    return None


def _link(tx: Tx, account: UUID, home: UUID, other: UUID, first: Handle, shared: Handle) -> None:
    """One sender proved handles of two customers: one person, or a number that changed hands."""
    evidence = _evidence("same_sender", (first, shared))
    if _has_another(tx, account, _root(tx, account, other), first):
        suggestions.suggest(tx, account, home, other, score=0.5, evidence=evidence)
    else:
        _unite(tx, account, other, home, evidence=evidence)


def _unite(tx: Tx, account: UUID, a: UUID, b: UUID, *, evidence: list[dict[str, Any]]) -> None:
    one, other = _root(tx, account, a), _root(tx, account, b)
    if one != other:
        older, newer = sorted((one, other))
        merges.merge(tx, account, older, newer, reason="verified", evidence=evidence, by=SYSTEM)


def _has_another(tx: Tx, account: UUID, root: UUID, like: Handle) -> bool:
    """Whether this person already has a different verified identity of the same kind and scope."""
    another = select(Identity.id).where(
        Identity.account == account,
        Identity.customer.in_(customers.homes(account, root)),
        Identity.kind == like.kind,
        Identity.scope == like.scope,
        Identity.level == VERIFIED,
        Identity.value != like.value,
    )
    return tx.first(another.limit(1)) is not None


def _note_claims(tx: Tx, account: UUID, home: UUID, first: Handle, others: list[Handle]) -> None:
    for handle in others:
        if not handle.verified:
            claim = Handle(handle.kind, handle.value, False, f"{first.kind}:{first.value}"[:320])
            if find(tx, account, claim) is None:
                _add(tx, account, home, claim)


def _suggest_owner(tx: Tx, account: UUID, home: UUID, claim: Handle) -> None:
    """Whoever is known by what is claimed, at whatever level, may be the same person."""
    owners = select(Identity.customer, Identity.level).where(
        Identity.account == account,
        Identity.value == claim.value,
        Identity.kind == claim.kind,
        Identity.customer != home,
    )
    for owner in tx.all(owners.limit(5)):
        score = 0.7 if owner.level == VERIFIED else 0.5
        evidence = _evidence(f"claimed_{claim.kind}", (claim,), weight=score)
        suggestions.suggest(tx, account, home, owner.customer, score=score, evidence=evidence)


def _add(
    tx: Tx,
    account: UUID,
    home: UUID,
    handle: Handle,
    *,
    evidence: str = "",
    by: Actor = SYSTEM,
) -> UUID:
    identity, now = new_id(), clock.now()
    row = {
        "account": account,
        "id": identity,
        "kind": handle.kind,
        "value": handle.value,
        "scope": handle.scope,
        "level": VERIFIED if handle.verified else CLAIMED,
        "customer": home,
        "evidence": evidence or ("provider" if handle.verified else "stated"),
        "added_at": now,
        "last_at": now,
    }
    tx.run(insert(Identity).values(**row))
    eventlog.append(tx, account, IdentityAdded(home, identity), by=by)
    if not handle.verified:
        _suggest_owner(tx, account, home, handle)
    return identity


def _root(tx: Tx, account: UUID, home: UUID) -> UUID:
    root: UUID = tx.value(
        select(Customer.root).where(Customer.account == account, Customer.id == home)
    )
    return root


def _evidence(what: str, handles: Any, weight: float = 1.0) -> list[dict[str, Any]]:
    return [
        {"what": what, "value": f"{handle.kind}:{handle.value}", "weight": weight}
        for handle in handles
    ]


def _tidy(handle: Handle) -> Handle:
    value = handle.value.strip()[:320]
    return Handle(
        handle.kind,
        value.lower() if handle.kind == "email" else value,
        handle.verified,
        handle.scope,
    )


def _this(account: UUID, identity: UUID) -> tuple[Any, ...]:
    return Identity.account == account, Identity.id == identity
