"""What could not be recorded is recorded once the fault is mended, whole and once."""

from datetime import UTC
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.world import Shop

from sambung.channels import Attachment, Handle, Inbound, ReadUpTo, Sender
from sambung.core import receiving, unrecorded
from sambung.core.messages import Attachment as Kept
from sambung.core.messages import Message
from sambung.core.receiving import Link
from sambung.core.unrecorded import Unrecorded
from sambung.gateway.again import KINDS, Again
from sambung.gateway.dead_jobs import noted_in
from sambung.kit.runner import Runner

SARI = Sender((Handle("phone", "+6281234567890"),), name="Sari")
LETTER = Inbound(
    id="wamid.lost",
    sender=SARI,
    address="6281234567890",
    text="Halo",
    attachments=(Attachment(mime="text/plain", name="a.txt", content=b"isi"),),
)


def runner(shop: Shop) -> Runner:
    workers = {unrecorded.AGAIN: Again(shop.store, shop.blobs)}
    return Runner(shop.store, workers, died=noted_in(shop.store))


async def lost(shop: Shop, item: Any) -> tuple[Link, UUID]:
    account = await shop.open()
    link = Link(account, await shop.connect(account), "whatsapp")
    await shop.store.write(unrecorded.keep, link, item, "boom")
    (row,) = await shop.store.read(unrecorded.of, account, link.id)
    await shop.store.write(unrecorded.replay, account, row.id)
    return link, row.id


async def test_it_is_recorded_with_its_files_and_leaves_the_list(shop: Shop) -> None:
    link, _ = await lost(shop, LETTER)
    await runner(shop).until_idle()
    assert await shop.texts(link.account) == ["Halo"]
    assert await shop.count(Kept) == 1
    assert await shop.count(Unrecorded) == 0


async def test_what_came_meanwhile_is_not_recorded_twice(shop: Shop) -> None:
    link, _ = await lost(shop, LETTER)
    await shop.store.write(receiving.receive, link, LETTER)
    await runner(shop).until_idle()
    assert await shop.count(Message) == 1
    assert await shop.count(Unrecorded) == 0


async def test_what_still_cannot_be_recorded_says_why(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> None:
        raise ValueError("still broken")

    monkeypatch.setattr(receiving, "receive", broken)
    monkeypatch.setattr(unrecorded, "TRIES", 1)
    link, id = await lost(shop, LETTER)
    await runner(shop).until_idle()
    row = await shop.store.read(unrecorded.get, link.account, id)
    assert row.error == "ValueError: still broken"


@given(st.text(), st.binary(), st.datetimes(timezones=st.just(UTC)))
def test_a_fact_survives_being_kept(text: str, content: bytes, at: Any) -> None:
    letter = Inbound(
        id="1",
        sender=SARI,
        address="x",
        text=text,
        at=at,
        attachments=(Attachment(mime="a/b", content=content),),
    )
    for item in (letter, ReadUpTo(sender=SARI, target="t", at=at)):
        kept = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(item)))
        assert msgspec.convert(kept, KINDS[type(item).__name__]) == item
