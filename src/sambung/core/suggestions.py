"""Suggestions: two customers may be one person. Shown to agents with the evidence; they never link by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Index, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from sambung.core import customers, eventlog
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, Actor, SuggestionDismissed, SuggestionMade
from sambung.kit import clock
from sambung.kit.columns import Id, Instant, Json
from sambung.kit.db import Table, Tx
from sambung.kit.ids import new_id
from sambung.kit.problems import NotFound


class Suggestion(Table):
    """`one` < `other`, each the home that the evidence speaks of. evidence: [{what, value, weight}]."""

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("uq_suggestion_pair", "account", "one", "other", unique=True),
        Index("ix_suggestion_other", "account", "other"),
    )

    account: Mapped[UUID] = mapped_column(Id, primary_key=True)
    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    one: Mapped[UUID] = mapped_column(Id)
    other: Mapped[UUID] = mapped_column(Id)
    score: Mapped[float] = mapped_column(Float)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Instant)
    dismissed_at: Mapped[datetime | None] = mapped_column(Instant)
    dismissed_by: Mapped[UUID | None] = mapped_column(Id)


class NoSuchSuggestion(NotFound):
    text = {"en": "There is no such suggestion.", "id": "Saran tidak ditemukan."}


def suggest(
    tx: Tx, account: UUID, a: UUID, b: UUID, *, score: float, evidence: Sequence[dict[str, Any]]
) -> None:
    """Say that two may be one; nothing when it was said before (or dismissed)."""
    one, other = sorted((a, b))
    suggestion = new_id()
    row = {
        "account": account,
        "id": suggestion,
        "one": one,
        "other": other,
        "score": score,
        "evidence": list(evidence),
        "made_at": clock.now(),
    }
    if tx.run(insert(Suggestion).values(**row).on_conflict_do_nothing()).rowcount:
        eventlog.append(tx, account, SuggestionMade(one, other, suggestion), by=SYSTEM)


def dismiss(tx: Tx, account: UUID, suggestion: UUID, *, by: Actor) -> None:
    """They are two people."""
    this = Suggestion.account == account, Suggestion.id == suggestion
    found = tx.first(select(Suggestion).where(*this))
    if found is None:
        raise NoSuchSuggestion
    tx.run(
        update(Suggestion)
        .where(*this, Suggestion.dismissed_at.is_(None))
        .values(dismissed_at=clock.now(), dismissed_by=by.id)
    )
    eventlog.append(tx, account, SuggestionDismissed(found.one, found.other, found.id), by=by)


def of(tx: Tx, account: UUID, root: UUID) -> list[Any]:
    """Open suggestions about this person: rows with `person`, the other one as known now; likeliest first."""
    own = customers.homes(account, root)
    rows = tx.all(
        select(Suggestion).where(
            Suggestion.account == account,
            Suggestion.dismissed_at.is_(None),
            Suggestion.one.in_(own) | Suggestion.other.in_(own),
        )
    )
    mine = set(tx.values(own))
    others = {row.id: row.other if row.one in mine else row.one for row in rows}
    person = select(Customer.id, Customer.root).where(
        Customer.account == account, Customer.id.in_(others.values())
    )
    roots = dict(tuple(row) for row in tx.all(person))
    found: dict[UUID, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: -row.score):
        other = roots.get(others[row.id])
        if other is not None and other != root and other not in found:
            found[other] = {**row._mapping, "person": other}
    return list(found.values())
