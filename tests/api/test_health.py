"""How connections fare, as supervisors and the metrics see it."""

from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from tests.api.person import Person
from tests.api.talk import Line

from sambung.api.site import Site
from sambung.channels import AccountNotice, Edited
from sambung.core import (
    checks,
    connections,
    eventlog,
    messages,
    notices,
    replies,
    sending,
    unrecorded,
)
from sambung.core.events import Actor
from sambung.kit import clock, rfc3339
from sambung.kit.db import Store


async def health_of(http: httpx.AsyncClient, line: Line, who: Person) -> dict[str, Any]:
    answer = await http.get(f"/connections/{line.link.id}/health", headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(http: httpx.AsyncClient, who: Person) -> str:
    answer = await http.get("/connections", headers=who.headers)
    found: str = answer.json()["items"][0]["health"]
    return found


async def answered(store: Store, line: Line, who: Person, text: str) -> Any:
    """A reply of ours to a customer who wrote."""
    heard = await line.write("Halo")
    draft = replies.Draft(text=text)
    message, _ = await store.write(
        replies.reply, who.account, heard.conversation, draft, by=Actor("user", who.user)
    )
    return message


async def test_a_connection_that_works_is_ok(
    http: httpx.AsyncClient, line: Line, supervisor: Person, store: Store
) -> None:
    message = await answered(store, line, supervisor, "Siap")
    await store.write(sending.take, supervisor.account, message)
    await store.write(sending.sent, supervisor.account, message, provider_id="wamid.out")
    found = await health_of(http, line, supervisor)
    assert (found["health"], found["warnings"]) == ("ok", [])
    assert (found["sent_24h"], found["failed_24h"], found["error_rate"]) == (1, 0, 0)
    assert found["last_in_at"]
    assert found["last_out_at"]
    assert found["waiting"] == 0
    assert await listed(http, supervisor) == "ok"
    with clock.at(clock.now() + timedelta(hours=25)):
        assert (await health_of(http, line, supervisor))["sent_24h"] == 0


async def test_what_waits_too_long_and_what_fails_too_often_is_a_warning(
    http: httpx.AsyncClient, line: Line, supervisor: Person, store: Store
) -> None:
    waits = await answered(store, line, supervisor, "menunggu")
    found = await health_of(http, line, supervisor)
    assert (found["waiting"], found["warnings"]) == (1, [])
    with clock.at(clock.now() + timedelta(minutes=20)):
        found = await health_of(http, line, supervisor)
        assert found["warnings"] == ["waiting"]
        row = await store.read(messages.get, supervisor.account, waits)
        assert found["oldest_waiting_at"] == rfc3339.text(row.at)
        assert await listed(http, supervisor) == "warning"
    for n in range(5):
        message = await answered(store, line, supervisor, f"gagal {n}")
        await store.write(sending.failed, supervisor.account, message, reason="undeliverable")
    found = await health_of(http, line, supervisor)
    assert (found["failed_24h"], found["error_rate"]) == (5, 1)
    assert found["warnings"] == ["failing"]


async def test_a_stopped_connection_says_so_until_it_works_again(
    http: httpx.AsyncClient, line: Line, supervisor: Person, store: Store
) -> None:
    account, connection = supervisor.account, line.link.id
    await store.write(connections.stop, account, connection, reason="auth", detail="expired")
    assert await listed(http, supervisor) == "stopped"
    found = await health_of(http, line, supervisor)
    assert found["problem"]["reason"] == "auth"
    await store.write(checks.not_passed, account, connection, "still expired")
    found = await health_of(http, line, supervisor)
    assert (found["health"], found["webhook_check"]) == ("stopped", "still expired")
    await store.write(checks.passed, account, connection, "Toko Uji")
    found = await health_of(http, line, supervisor)
    assert (found["health"], found["problem"]) == ("ok", None)
    assert found["webhook_checked_at"]


async def test_a_warning_ends_when_the_connection_works(store: Store, line: Line) -> None:
    account, connection = line.link.account, line.link.id
    await store.write(connections.warn, account, connection, reason="provider_down", detail="x")
    before = await store.read(eventlog.end, account)
    for _ in range(2):
        await store.write(checks.passed, account, connection, "")
    assert (await store.read(connections.get, account, connection)).problem is None
    assert await store.read(eventlog.end, account) == before + 1


async def test_what_the_provider_warns_of_is_shown(
    http: httpx.AsyncClient, line: Line, supervisor: Person, store: Store
) -> None:
    told = AccountNotice(id="q1", what="quality", detail={"rating": "RED"}, alert=True)
    left = AccountNotice(id="q2", what="quota", detail={"left": 12})
    for notice in (told, left):
        await store.write(notices.record, line.link, notice)
    await store.write(unrecorded.keep, line.link, Edited(id="e", target="x", text=""), "boom")
    found = await health_of(http, line, supervisor)
    assert found["warnings"] == ["unrecorded", "notice"]
    assert {notice["what"]: notice["alert"] for notice in found["notices"]} == {
        "quality": True,
        "quota": False,
    }
    assert found["quota"] == {"left": 12}
    assert found["unrecorded"] == 1


async def test_a_token_about_to_die_is_a_warning(
    http: httpx.AsyncClient, line: Line, supervisor: Person, store: Store
) -> None:
    dies = clock.now() + timedelta(days=6)
    state = {"token_expires_at": dies.isoformat()}
    await store.write(connections.remember, supervisor.account, line.link.id, state)
    found = await health_of(http, line, supervisor)
    assert found["warnings"] == ["token"]
    assert found["token_expires_at"]


async def test_another_businesss_health_is_nobodys(
    http: httpx.AsyncClient, line: Line, stranger: Person
) -> None:
    answer = await http.get(f"/connections/{line.link.id}/health", headers=stranger.headers)
    assert answer.status_code == 404


async def test_the_metrics_tell_of_every_connection(line: Line, store: Store) -> None:
    await line.write("Halo")
    account, connection = line.link.account, line.link.id
    await store.write(connections.stop, account, connection, reason="auth", detail="")
    app = Starlette(routes=Site(store, []).signs_of_life())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        told = (await client.get("/metrics")).text
    labels = f'{{channel="{line.link.channel}",connection="{connection}"}}'
    assert f"sambung_connection_up{labels} 0.0" in told
    assert f"sambung_connection_waiting{labels} 0.0" in told
    assert f"sambung_connection_last_in_age_seconds{labels}" in told
