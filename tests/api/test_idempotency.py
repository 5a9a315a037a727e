from datetime import timedelta

import httpx
from sqlalchemy import select
from tests.api.person import Person

from sambung.api.idempotency import Answered
from sambung.kit import clock
from sambung.kit.db import Store

NEW = {"email": "dewi@toko.test", "name": "Dewi", "role": "agent", "password": "sandi-panjang"}


async def test_the_same_key_does_it_once(http: httpx.AsyncClient, admin: Person) -> None:
    headers = {**admin.headers, "Idempotency-Key": "one"}
    first = await http.post("/users", json=NEW, headers=headers)
    again = await http.post("/users", json=NEW, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len((await http.get("/users", headers=admin.headers)).json()["items"]) == 2


async def test_another_request_with_the_key_is_refused(
    http: httpx.AsyncClient, admin: Person
) -> None:
    headers = {**admin.headers, "Idempotency-Key": "one"}
    await http.post("/users", json=NEW, headers=headers)
    other = await http.post("/users", json={**NEW, "name": "Dewi S"}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "key_reused")


async def test_a_failed_write_may_be_tried_again(http: httpx.AsyncClient, admin: Person) -> None:
    headers = {**admin.headers, "Idempotency-Key": "one"}
    await http.post("/users", json=NEW, headers=admin.headers)
    assert (await http.post("/users", json=NEW, headers=headers)).status_code == 409
    other = {**NEW, "email": "lain@toko.test"}
    assert (await http.post("/users", json=other, headers=headers)).status_code == 201


async def test_a_key_is_free_again_after_a_day(http: httpx.AsyncClient, admin: Person) -> None:
    headers = {**admin.headers, "Idempotency-Key": "one"}
    with clock.at(clock.now()):
        await http.post("/users", json=NEW, headers=headers)
        clock.advance(timedelta(hours=25))
        other = {**NEW, "email": "lain@toko.test"}
        assert (await http.post("/users", json=other, headers=headers)).status_code == 201


async def test_a_secret_in_an_answer_is_not_kept_in_the_clear(
    http: httpx.AsyncClient, admin: Person, store: Store
) -> None:
    headers = {**admin.headers, "Idempotency-Key": "one"}
    made = {"url": "https://erp.toko.test/hook"}
    first = await http.post("/webhooks", json=made, headers=headers)
    again = await http.post("/webhooks", json=made, headers=headers)
    assert first.json()["secret"] == again.json()["secret"]
    mine = select(Answered.body).where(Answered.account == admin.account)
    kept = await store.read(lambda tx: tx.value(mine))
    assert b"whsec_" not in kept
