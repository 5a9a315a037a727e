"""Hooks: what a provider signs is recorded once, what it did not sign is not."""

import asyncio
import json
from typing import Any

from tests.channels.whatsapp_cases import CASES, SETTINGS, recorded
from tests.conftest import DATABASE
from tests.gateway.world import Shop, change, message

from sambung.core.customers import Customer
from sambung.core.messages import Message
from sambung.core.unrecorded import Unrecorded
from sambung.kit.db import Store

NUMBER = str(SETTINGS["phone_number_id"])


async def test_what_meta_signs_is_recorded_and_answered(shop: Shop) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    for n, hook in enumerate((connection, "whatsapp")):
        answer = await shop.post(hook, message(f"wamid.{n}", f"Halo {n}"))
        assert answer.status_code == 200
    assert await shop.texts(account) == ["Halo 0", "Halo 1"]


async def test_the_signature_is_over_the_bytes_as_they_came(shop: Shop) -> None:
    account = await shop.open()
    await shop.connect(account)
    raw = json.dumps(message("wamid.1", "a/b é")).replace("/", "\\/").encode()
    assert (await shop.post("whatsapp", raw)).status_code == 200
    assert await shop.texts(account) == ["a/b é"]


async def test_a_wrong_signature_is_refused_and_nothing_is_kept(shop: Shop) -> None:
    account = await shop.open()
    connection = await shop.connect(account)
    for hook in (connection, "whatsapp"):
        answer = await shop.post(hook, message("wamid.1"), secret="another")
        assert answer.status_code == 401
        unsigned = await shop.http.post(f"/hooks/{hook}", json=message("wamid.1"))
        assert unsigned.status_code == 401
    assert await shop.texts(account) == []
    assert await shop.count(Customer) == 0


async def test_what_cannot_be_read_at_all_is_malformed(shop: Shop) -> None:
    await shop.connect(await shop.open())
    assert (await shop.post("whatsapp", b"{")).status_code == 400


async def test_what_is_large_is_not_read_before_somebody_vouches_for_it(shop: Shop) -> None:
    await shop.connect(await shop.open())
    answer = await shop.post("whatsapp", b"{" * 20_000, secret="another")
    assert answer.status_code == 401


async def test_what_is_large_and_signed_is_recorded(shop: Shop) -> None:
    account = await shop.open()
    await shop.connect(account)
    text = "Halo " * 20_000
    assert (await shop.post("whatsapp", message("wamid.1", text))).status_code == 200
    assert await shop.texts(account) == [text]


async def test_a_hook_of_nobody_is_not_there(shop: Shop) -> None:
    for hook in ("pigeon", "018f0000-0000-7000-8000-000000000000"):
        assert (await shop.post(hook, message("wamid.1"))).status_code == 404


async def test_an_endless_body_is_cut_off(shop: Shop) -> None:
    await shop.connect(await shop.open())
    answer = await shop.post("whatsapp", b" " * (33 * 1024 * 1024))
    assert answer.status_code == 413


async def test_the_handshake_is_answered_for_whoever_has_the_token(shop: Shop) -> None:
    await shop.connect(await shop.open())
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    good = await shop.http.get(
        "/hooks/whatsapp", params=asked | {"hub.verify_token": "verify-token-uji"}
    )
    assert (good.status_code, good.text) == (200, "1158201444")
    bad = await shop.http.get("/hooks/whatsapp", params=asked | {"hub.verify_token": "x"})
    assert bad.status_code == 403


async def test_one_hook_serves_the_numbers_of_several_accounts(shop: Shop) -> None:
    one, other = await shop.open(), await shop.open()
    await shop.connect(one)
    await shop.connect(other, phone_number_id="552100000000022")
    body = message("wamid.1", "untuk satu")
    body["entry"][0]["changes"].append(change("wamid.2", "untuk dua", "552100000000022"))
    assert (await shop.post("whatsapp", body)).status_code == 200
    assert await shop.texts(one) == ["untuk satu"]
    assert await shop.texts(other) == ["untuk dua"]


async def test_nobody_speaks_for_another_accounts_number(shop: Shop) -> None:
    """Signed with one business's secret, addressed to another's number."""
    mine, theirs = await shop.open(), await shop.open()
    connection = await shop.connect(mine)
    await shop.connect(theirs, phone_number_id="552100000000022", app_secret="their own")
    forged = message("wamid.1", "palsu", number="552100000000022")
    for hook in (connection, "whatsapp"):
        await shop.post(hook, forged)
    assert await shop.texts(theirs) == []
    assert await shop.texts(mine) == []


async def test_news_of_a_number_that_left_us_is_not_sent_again_for_days(shop: Shop) -> None:
    account = await shop.open()
    await shop.connect(account)
    gone = message("wamid.1", number="552100000000099")
    assert (await shop.post("whatsapp", gone)).status_code == 200
    assert (await shop.post("whatsapp", gone, secret="x")).status_code == 401
    assert await shop.texts(account) == []


async def test_one_bad_element_does_not_lose_its_batch(shop: Shop) -> None:
    account = await shop.open()
    await shop.connect(account)
    body = message("wamid.1", "baik")
    body["entry"][0]["changes"] += [
        {"field": "messages", "value": {"metadata": {"phone_number_id": NUMBER}, "messages": [7]}},
        {"field": "tomorrow", "value": None},
        change("wamid.2", "nul \0 dan \ud83d separuh", NUMBER),
        change("wamid.3", "baik juga", NUMBER),
    ]
    assert (await shop.post("whatsapp", body)).status_code == 200
    found = await shop.texts(account)
    assert {"baik", "baik juga"} <= set(found)
    assert await shop.count(Unrecorded) == 0


async def test_a_message_posted_many_times_at_once_is_recorded_once(shop: Shop) -> None:
    """Through two processes, where the database allows two."""
    account = await shop.open()
    await shop.connect(account)
    other = Shop(shop.store if shop.store.memory else Store(DATABASE), shop.blobs)
    await other.directory.load()
    answers = await asyncio.gather(
        *(
            one.post("whatsapp", message(f"wamid.{n % 4}", f"pesan {n % 4}"))
            for n in range(24)
            for one in (shop, other)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert await shop.texts(account) == [f"pesan {n}" for n in range(4)]
    assert await shop.count(Customer) == 1
    assert await shop.count(Unrecorded) == 0
    if other.store is not shop.store:
        await other.store.close()


async def test_every_recorded_payload_can_be_taken_twice(shop: Shop) -> None:
    """Each with its own signature where the collection gives one; after the second time nothing is new."""
    account = await shop.open()
    await shop.connect(account, waba_id="1")
    before = 0
    for _ in range(2):
        for case in CASES:
            _, request = recorded(case)
            if request.method == "POST":
                answer = await shop.post("whatsapp", _to_us(request.body))
                assert answer.status_code in (200, 400, 401), case
        now = await shop.count(Message)
        assert before in (0, now)
        before = now
    assert before > 10
    assert await shop.count(Unrecorded) == 0


def _to_us(body: bytes) -> bytes:
    """Addressed to the number of the test, whatever number was recorded."""
    try:
        data = json.loads(body)
    except ValueError:
        return body
    return json.dumps(_readdressed(data)).encode()


def _readdressed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: NUMBER if key == "phone_number_id" else _readdressed(part)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_readdressed(part) for part in value]
    return value
