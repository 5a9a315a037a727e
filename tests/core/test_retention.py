"""Files grow old and are forgotten; what was said stays, and says that there was one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from tests.core.world import World

from sambung.channels import Attachment as Came
from sambung.core import files, message_views, messages, nightly, retention, sounds
from sambung.core.files import File
from sambung.core.receiving import Link
from sambung.kit import clock
from sambung.kit.db import Tx
from sambung.kit.jobs import Job
from sambung.kit.media import Stored


def _sent(world: World, link: Link, key: str) -> UUID:
    """A customer's file; its message."""
    heard = world.hears(link, "+6281230000001", key, attachments=(Came(mime="audio/ogg"),))
    (row,) = messages.attachments_of(world.tx, world.account, [heard.message])
    stored = Stored(key=key, name=f"{key}.ogg", mime="audio/ogg", size=3)
    file = files.add(world.tx, world.account, stored, by=world.user("Dewi"))
    messages.change_attachment(world.tx, world.account, row.id, state="stored", file=file)
    made = Stored(key=f"{key}2", name=f"{key}.m4a", mime="audio/mp4", size=3)
    sounds.add_variant(world.tx, world.account, row.id, made)
    return heard.message


def test_old_files_are_forgotten_in_slices_and_new_ones_kept(world: World, chat: Link) -> None:
    old = [_sent(world, chat, "a"), _sent(world, chat, "b")]
    clock.advance(timedelta(days=31))
    new = _sent(world, chat, "c")
    before = clock.now() - timedelta(days=30)
    slices = []
    while n := retention.expire(world.tx, world.account, before, limit=3):
        slices.append(n)
    assert slices == [3, 1]
    shown = message_views.rows(world.tx, world.account, [*old, new])
    states = [shown[message]["attachments"][0]["state"] for message in (*old, new)]
    assert states == ["expired", "expired", "stored"]
    gone = shown[old[0]]["attachments"][0]
    assert (gone["url"], gone["playable_url"]) == (None, None)
    assert sorted(world.tx.values(select(File.key))) == ["c", "c2"]
    removed = world.tx.values(select(Job.args).where(Job.kind == files.FORGET))
    assert sorted(args["key"] for args in removed) == ["a", "a2", "b", "b2"]


def test_it_is_done_once_a_night(world: World) -> None:
    tx = world.tx
    for hours in (0, 1, 5):
        clock.advance(timedelta(hours=hours))
        nightly.schedule(tx, retention.EXPIRE, {"days": 30})
    assert len(_jobs(tx)) == 1
    (due,) = _jobs(tx)
    assert due.hour == nightly.HOUR
    clock.advance(timedelta(days=1))
    nightly.schedule(tx, retention.EXPIRE, {"days": 30})
    assert len(_jobs(tx)) == 2


def _jobs(tx: Tx) -> list[Any]:
    return tx.values(select(Job.run_at).where(Job.kind == retention.EXPIRE))
