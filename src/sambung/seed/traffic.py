"""Two weeks of Toko Nusantara: the timetable played on the stage."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from sambung.core import labels, merges
from sambung.core.events import Actor
from sambung.core.receiving import Link
from sambung.core.suggestions import Suggestion
from sambung.kit import clock
from sambung.kit.chance import dice
from sambung.kit.db import Tx
from sambung.seed.play import scripts
from sambung.seed.props import Prop
from sambung.seed.stage import Stage
from sambung.seed.timetable import Timetable
from sambung.seed.townspeople import townspeople
from sambung.seed.voices import Voices
from sambung.simulator.app import Simulator

SEED = 2026
LABELS = {
    "faktur": "#64748b",
    "grosir": "#7c3aed",
    "keluhan": "#dc2626",
    "kerjasama": "#0891b2",
    "lamaran": "#78716c",
    "ongkir": "#0d9488",
    "pembayaran": "#ca8a04",
    "pengiriman": "#2563eb",
    "pesanan": "#16a34a",
    "promo": "#db2777",
    "retur": "#ea580c",
    "stok": "#65a30d",
    "tanya": "#6b7280",
    "ukuran": "#9333ea",
}
GUESTS = {
    "alya-nabila",
    "christine-halim",
    "gita-savitri",
    "indah-permatasari",
    "nadia-larasati",
    "sarah-simanjuntak",
    "vania-kusuma",
}
"""They chat as guests although the shop knows them: somebody has to see that they are the same."""


def two_weeks(
    tx: Tx,
    simulator: Simulator,
    *,
    staff: Mapping[str, UUID],
    links: Mapping[str, Link],
    configs: Mapping[str, BaseModel],
    props: Mapping[str, Prop],
) -> None:
    """Let it all happen, in the order it would have."""
    chance = dice(SEED)
    account = next(iter(links.values())).account
    _, cities, channels = townspeople()
    timetable = Timetable(scripts(), chance, clock.now())
    beats = [
        beat
        for person in simulator.people
        for beat in timetable.of(
            person, cities[person.id], channels[person.id], guest=person.id in GUESTS
        )
    ]
    for name, colour in LABELS.items():
        labels.define(tx, account, name, colour=colour)
    stage = Stage(tx, account, staff, Voices(simulator, links, configs), props, chance)
    for beat in sorted(beats, key=lambda beat: beat.at):
        stage.let(beat)
    _accept_one_suggestion(tx, account, by=Actor("user", staff["supervisor"]))


def _accept_one_suggestion(tx: Tx, account: UUID, *, by: Actor) -> None:
    """The likeliest of the suggestions is taken; the others wait for whoever tries the demo."""
    wanted = select(Suggestion).where(Suggestion.account == account)
    best = tx.first(wanted.order_by(Suggestion.score.desc(), Suggestion.made_at).limit(1))
    if best is None:
        return
    reason = "Nomor dan surelnya sama, gaya bicaranya juga."
    merges.merge(tx, account, best.one, best.other, reason=reason, by=by, evidence=best.evidence)
