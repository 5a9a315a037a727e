"""Devices that can be notified follow whoever is signed in."""

from datetime import timedelta
from uuid import UUID

from tests.core.world import World

from sambung.channels import DeviceRegistered, Handle, Sender
from sambung.core import devices, identity, routes
from sambung.kit import clock

SARI, BUDI = Handle("external", "sari"), Handle("external", "budi")
PHONE, TABLET = Handle("push", "p" * 64, scope="apns"), Handle("push", "t" * 64, scope="apns")


def _told(world: World, device: Handle, *owner: Handle) -> None:
    by = Sender(owner) if owner else None
    devices.told(world.tx, world.account, DeviceRegistered(id="1", device=device, owner=by))


def _devices(world: World, owner: Handle) -> list[str]:
    root: UUID = identity.find(world.tx, world.account, owner).root
    known = identity.of(world.tx, world.account, root)
    return sorted(one.value[0] for one in known if one.kind == "push")


def test_a_person_may_have_several(world: World) -> None:
    _told(world, PHONE, SARI)
    _told(world, TABLET, SARI)
    _told(world, PHONE, SARI)
    assert _devices(world, SARI) == ["p", "t"]


def test_a_device_is_theirs_who_signed_in_last(world: World) -> None:
    _told(world, PHONE, SARI)
    _told(world, PHONE, BUDI)
    assert (_devices(world, SARI), _devices(world, BUDI)) == ([], ["p"])


def test_a_device_that_is_gone_is_nobodys(world: World) -> None:
    _told(world, PHONE, SARI)
    _told(world, PHONE)
    _told(world, PHONE)
    assert _devices(world, SARI) == []


def test_new_keys_of_a_browser_replace_the_old(world: World) -> None:
    browser = "https://push.contoh.example/1"
    _told(world, Handle("push", browser, scope="web:a.b"), SARI)
    _told(world, Handle("push", browser, scope="web:c.d"), SARI)
    assert _devices(world, SARI) == ["h"]


def test_what_was_used_last_is_more_useful_than_what_was_first(world: World) -> None:
    _told(world, PHONE, SARI)
    with clock.at(clock.now() + timedelta(days=1)):
        _told(world, TABLET, SARI)
    root: UUID = identity.find(world.tx, world.account, SARI).root
    known = identity.of(world.tx, world.account, root)
    best = max((one for one in known if one.kind == "push"), key=routes.usefulness)
    assert best.value == TABLET.value
