"""From an event to a receiver of the business, over a transport that stands in for it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from sambung.core import accounts, subscriptions, users
from sambung.core.events import SYSTEM
from sambung.core.follower import Follower
from sambung.kit import clock
from sambung.kit.db import Store, Tx
from sambung.kit.net import open_net
from sambung.kit.runner import Runner
from sambung.webhooks.deliver import Deliver
from sambung.webhooks.reader import READER

SECRET = "whsec_" + base64.b64encode(b"sixteen bytes at least").decode()


class Receiver:
    """The business's system: answers as it is told, remembers what came."""

    def __init__(self) -> None:
        self.status = 200
        self.came: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.came.append(request)
        return httpx.Response(self.status)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def account(store: Store) -> UUID:
    return await store.write(accounts.open_account, "Toko Uji", by=SYSTEM)


def _subscribe(tx: Tx, account: UUID, *types: str) -> UUID:
    return subscriptions.add(
        tx, account, url="https://erp.toko.test/hook", types=types, secret=SECRET, by=SYSTEM
    )


def _add_user(tx: Tx, account: UUID) -> UUID:
    return users.add(tx, account, email="a@b.test", name="A", role="agent", password="h", by=SYSTEM)


async def _work(store: Store, receiver: Callable[[httpx.Request], httpx.Response]) -> None:
    await Follower(store, [READER]).until_caught_up()
    transport = httpx.MockTransport(receiver)
    async with open_net(allow_private=True, transport=transport) as net:
        await Runner(store, {subscriptions.DELIVER: Deliver(store, net)}).until_idle()


async def test_a_subscriber_gets_the_events_it_wants_signed(
    store: Store, account: UUID, receiver: Receiver
) -> None:
    webhook = await store.write(_subscribe, account, "UserAdded")
    user = await store.write(_add_user, account)
    await _work(store, receiver)
    (request,) = receiver.came
    body = json.loads(request.content)
    assert (body["type"], body["data"]) == ("UserAdded", {"user": str(user)})
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.new(key, signed + request.content, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    (row,) = await store.read(subscriptions.deliveries, account, webhook)
    assert (row.status, row.answer, row.attempts) == ("delivered", 200, 1)


async def test_a_receiver_that_fails_is_asked_again(
    store: Store, account: UUID, receiver: Receiver
) -> None:
    receiver.status = 503
    webhook = await store.write(_subscribe, account, "UserAdded")
    with clock.at(clock.now()):
        await store.write(_add_user, account)
        await _work(store, receiver)
        receiver.status = 204
        clock.advance(timedelta(minutes=1))
        await _work(store, receiver)
    first, second = receiver.came
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    (row,) = await store.read(subscriptions.deliveries, account, webhook)
    assert (row.status, row.attempts) == ("delivered", 2)


async def test_a_receiver_that_is_gone_is_left_alone(
    store: Store, account: UUID, receiver: Receiver
) -> None:
    receiver.status = 410
    webhook = await store.write(_subscribe, account)
    await _work(store, receiver)
    assert (await store.read(subscriptions.get, account, webhook)).status == "disabled"


async def test_a_delivery_can_be_replayed(store: Store, account: UUID, receiver: Receiver) -> None:
    webhook = await store.write(_subscribe, account, "UserAdded")
    await store.write(_add_user, account)
    await _work(store, receiver)
    (row,) = await store.read(subscriptions.deliveries, account, webhook)
    await store.write(subscriptions.replay, account, row.id)
    await _work(store, receiver)
    assert len(receiver.came) == 2


async def test_a_private_address_is_not_posted_to(store: Store, account: UUID) -> None:
    def reached(request: httpx.Request) -> httpx.Response:
        pytest.fail("it was reached")

    async with open_net(transport=httpx.MockTransport(reached)) as net:
        deliver = Deliver(store, net)
        webhook = await store.write(
            subscriptions.add,
            account,
            url="http://127.0.0.1/admin",
            types=["UserAdded"],
            secret=SECRET,
            by=SYSTEM,
        )
        await store.write(_add_user, account)
        await Follower(store, [READER]).until_caught_up()
        await Runner(store, {subscriptions.DELIVER: deliver}).until_idle()
    (row,) = await store.read(subscriptions.deliveries, account, webhook)
    assert (row.status, row.answer) == ("pending", 0)
    assert "private" in row.failure
