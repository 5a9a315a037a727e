"""Who somebody is: only proof links, a claim suggests, and what changed hands is not the same person."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.core.world import World

from sambung.channels import Handle, Sender
from sambung.core import customers, identity, merges, suggestions
from sambung.core.customers import Customer
from sambung.core.events import Actor
from sambung.core.identity import IdentityProven, IdentityTaken, Known
from sambung.core.receiving import Link

SARI, BUDI = "+6281230000001", "+6281230000002"
PHONE, OTHER_PHONE = Handle("phone", SARI), Handle("phone", BUDI)
BSUID, NEW_BSUID = Handle("whatsapp", "ID.1"), Handle("whatsapp", "ID.2")
VISITOR = Handle("visitor", "v1", scope="toko")


def _resolve(world: World, *handles: Handle, name: str = "") -> Known:
    return identity.resolve(world.tx, world.account, Sender(handles, name=name))


def _suggested(world: World, root: UUID) -> list[UUID]:
    return [one["person"] for one in suggestions.of(world.tx, world.account, root)]


def _root(world: World, known: Known) -> UUID:
    row: Any = customers.get(world.tx, world.account, known.home)
    root: UUID = row.id
    return root


def _people(world: World) -> int:
    wanted = select(func.count()).where(
        Customer.account == world.account, Customer.merged_into.is_(None)
    )
    return int(world.tx.value(wanted))


def test_whatsapp_may_send_no_phone(world: World) -> None:
    first = _resolve(world, BSUID)
    assert first.new
    assert _resolve(world, BSUID).root == first.root


def test_a_phone_known_before_is_recognised_under_a_user_id(world: World) -> None:
    by_phone = _resolve(world, PHONE)
    by_both = _resolve(world, BSUID, PHONE)
    assert (by_both.root, by_both.new) == (by_phone.root, False)
    assert _resolve(world, BSUID).root == by_phone.root


def test_one_sender_with_the_handles_of_two_customers_links_them(world: World) -> None:
    by_phone, by_user = _resolve(world, PHONE), _resolve(world, BSUID)
    assert by_phone.root != by_user.root
    both = _resolve(world, BSUID, PHONE)
    assert both.root == by_phone.root == _root(world, by_user)
    (made,) = merges.of(world.tx, world.account, both.root)
    assert {one["value"] for one in made.evidence} == {"whatsapp:ID.1", f"phone:{SARI}"}


def test_a_number_that_changed_hands_is_suggested_not_merged(world: World) -> None:
    before = _resolve(world, BSUID, PHONE)
    now = _resolve(world, NEW_BSUID, PHONE)
    assert now.root != before.root
    assert _suggested(world, now.root) == [before.root]
    assert _resolve(world, NEW_BSUID, PHONE).root == now.root
    assert _people(world) == 2


def test_a_user_id_that_the_provider_changed_is_the_same_person(world: World) -> None:
    before = _resolve(world, BSUID, PHONE)
    for old, new in ((BSUID, NEW_BSUID), (NEW_BSUID, Handle("whatsapp", "ID.3"))):
        identity.changed(world.tx, world.account, (old,), (new,))
    assert _resolve(world, Handle("whatsapp", "ID.3"), PHONE).root == before.root
    assert _people(world) == 1


def test_a_change_of_nobody_we_know_is_nothing(world: World) -> None:
    assert identity.changed(world.tx, world.account, (BSUID,), (NEW_BSUID,)) is None
    assert _people(world) == 0


def test_a_new_number_stays_with_its_user_id(world: World) -> None:
    before = _resolve(world, BSUID, PHONE)
    assert _resolve(world, BSUID, OTHER_PHONE).root == before.root
    assert _resolve(world, OTHER_PHONE).root == before.root


def test_a_claim_links_nobody_and_suggests(world: World) -> None:
    owner = _resolve(world, Handle("email", "sari@x.test"))
    claimant = _resolve(world, VISITOR, Handle("email", "Sari@X.test", verified=False))
    assert claimant.root != owner.root
    (found,) = suggestions.of(world.tx, world.account, owner.root)
    assert (found["person"], found["score"]) == (claimant.root, 0.7)
    assert found["evidence"][0]["what"] == "claimed_email"


def test_two_who_claim_the_same_are_two(world: World) -> None:
    claim = Handle("email", "sari@x.test", verified=False)
    one = _resolve(world, VISITOR, claim)
    other = _resolve(world, Handle("visitor", "v2", scope="toko"), claim)
    assert one.root != other.root
    assert _suggested(world, one.root) == [other.root]


def test_a_forged_sender_is_not_the_owner(world: World) -> None:
    owner = _resolve(world, Handle("email", "sari@x.test"))
    forged = _resolve(world, Handle("email", "sari@x.test", verified=False))
    assert forged.root != owner.root
    assert _suggested(world, owner.root) == [forged.root]


def test_a_visitor_who_signs_in_joins_the_customer_known_before(world: World) -> None:
    external = Handle("external", "c-17")
    known = _resolve(world, PHONE)
    identity.changed(world.tx, world.account, (PHONE,), (external,))
    visitor = _resolve(world, VISITOR)
    identity.changed(world.tx, world.account, (VISITOR,), (external,), name="Sari")
    assert _root(world, visitor) == known.root
    assert customers.get(world.tx, world.account, known.home).id == known.root


def test_two_people_on_one_computer_stay_two(world: World) -> None:
    first, second = Handle("external", "c-17"), Handle("external", "c-18")
    other = _resolve(world, second)
    visitor = _resolve(world, VISITOR)
    identity.changed(world.tx, world.account, (VISITOR,), (first,))
    identity.changed(world.tx, world.account, (VISITOR,), (second,))
    assert _root(world, visitor) != _root(world, other)
    assert _suggested(world, other.root) == [visitor.root]


def test_what_a_signed_in_visitor_only_types_is_a_claim(world: World) -> None:
    owner = _resolve(world, Handle("email", "sari@x.test"))
    _resolve(world, VISITOR)
    new = (Handle("external", "c-17"), Handle("email", "sari@x.test", verified=False))
    known = identity.changed(world.tx, world.account, (VISITOR,), new)
    assert known is not None
    assert known.root != owner.root
    assert _suggested(world, known.root) == [owner.root]


def test_an_agent_enters_a_claim(world: World, agent: Actor) -> None:
    sari, budi = _resolve(world, PHONE), _resolve(world, OTHER_PHONE)
    added = identity.add(
        world.tx, world.account, sari.home, kind="email", value=" Sari@X.test ", by=agent
    )
    row = identity.get(world.tx, world.account, added)
    assert (row.value, row.level, row.evidence) == ("sari@x.test", "claimed", "agent")
    again = identity.add(
        world.tx, world.account, sari.home, kind="email", value="sari@x.test", by=agent
    )
    assert again == added
    with pytest.raises(IdentityTaken):
        identity.add(
            world.tx, world.account, budi.home, kind="email", value="sari@x.test", by=agent
        )


def test_a_claim_may_be_removed_a_proof_may_not(world: World, agent: Actor) -> None:
    sari = _resolve(world, PHONE)
    added = identity.add(world.tx, world.account, sari.home, kind="email", value="a@b.c", by=agent)
    identity.remove(world.tx, world.account, added, by=agent)
    with pytest.raises(IdentityProven):
        identity.remove(world.tx, world.account, sari.identity, by=agent)
    assert len(identity.of(world.tx, world.account, sari.root)) == 1


def test_a_suggestion_is_made_once_and_stays_dismissed(world: World, agent: Actor) -> None:
    owner = _resolve(world, Handle("email", "sari@x.test"))
    claim = Handle("email", "sari@x.test", verified=False)
    _resolve(world, VISITOR, claim)
    (found,) = suggestions.of(world.tx, world.account, owner.root)
    suggestions.dismiss(world.tx, world.account, found["id"], by=agent)
    _resolve(world, VISITOR, claim)
    assert _suggested(world, owner.root) == []


def test_the_channels_name_gives_way_to_the_agents(world: World, agent: Actor) -> None:
    known = _resolve(world, PHONE, name="🌸sari🌸")
    _resolve(world, PHONE, name="Sari W")
    assert customers.get(world.tx, world.account, known.home).name == "Sari W"
    customers.change(world.tx, world.account, known.home, name="Sari Wulandari", by=agent)
    _resolve(world, PHONE, name="s4ri")
    assert customers.get(world.tx, world.account, known.home).name == "Sari Wulandari"


def test_accounts_know_nothing_of_each_other(world: World, chat: Link) -> None:
    stranger = World(world.tx, UUID(int=7))
    assert _resolve(world, PHONE).root != _resolve(stranger, PHONE).root
