"""Whatever is sent, the answer says what is wrong with it: never that something broke."""

import httpx
import pytest
from tests.api.person import Person

from sambung.kit import cursors

UNKEEPABLE = (
    *('"a\\u0000b"', '"\\ud800"', "NaN", "1e400", str(2**63)),
    "[" * 40 + "]" * 40,
    '{"\\ud83d": "\\ud83d"}',
)


@pytest.mark.parametrize("value", UNKEEPABLE)
async def test_what_no_database_keeps_is_refused_where_it_stands(
    http: httpx.AsyncClient, agent: Person, value: str
) -> None:
    answer = await http.patch(
        "/session/user",
        content='{"preferences": {"a": [1, ' + value + "]}}",
        headers={**agent.headers, "Content-Type": "application/json", "Accept-Language": "en"},
    )
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"].startswith("/preferences/a/1")
    assert error["message"] == "This holds characters or numbers that cannot be kept."


@pytest.mark.parametrize("path", ["/customers?q=a%00b", "/labels/%00", "/search?q=%00"])
async def test_an_address_with_a_nul_cannot_be_read(
    http: httpx.AsyncClient, admin: Person, path: str
) -> None:
    answer = await http.get(path, headers=admin.headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "unreadable"


@pytest.mark.parametrize(
    "cursor",
    [cursors.pack("2026-12-31T23:59:59", "0" * 32), cursors.pack(2**63, "words"), "W10", "é"],
)
async def test_a_cursor_that_is_none_of_ours_is_refused(
    http: httpx.AsyncClient, admin: Person, cursor: str
) -> None:
    for path in ("/customers", "/conversations", "/search"):
        given = {"cursor": cursor} | ({"q": "a"} if path == "/search" else {})
        answer = await http.get(path, params=given, headers=admin.headers)
        assert answer.status_code in (400, 422), path


async def test_a_position_beyond_all_numbers_is_refused(
    http: httpx.AsyncClient, admin: Person
) -> None:
    answer = await http.get("/events", params={"after": 2**63}, headers=admin.headers)
    assert answer.status_code == 422


async def test_a_time_beyond_the_calendar_is_refused(
    http: httpx.AsyncClient, admin: Person
) -> None:
    for until in ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"):
        body = {"ids": [], "action": "snooze", "value": until}
        answer = await http.post("/bulk/conversations", json=body, headers=admin.headers)
        assert answer.status_code == 422


async def test_changing_nothing_changes_nothing(http: httpx.AsyncClient, admin: Person) -> None:
    made = {"url": "https://a.test/x", "types": []}
    webhook = (await http.post("/webhooks", json=made, headers=admin.headers)).json()["id"]
    site = {"channel": "webchat", "name": "Situs", "config": {"identity_secret": "s" * 20}}
    connection = (await http.post("/connections", json=site, headers=admin.headers)).json()["id"]
    before = (await http.get("/events", headers=admin.headers)).json()["last"]
    for path in (
        "/session/user",
        f"/users/{admin.user}",
        f"/webhooks/{webhook}",
        f"/connections/{connection}",
    ):
        assert (await http.patch(path, json={}, headers=admin.headers)).status_code == 200
    assert (await http.get("/events", headers=admin.headers)).json()["last"] == before


async def test_a_webhooks_secret_must_be_one(http: httpx.AsyncClient, admin: Person) -> None:
    body = {"url": "https://a.test/x", "secret": "whsec_abcdefghijklm"}
    answer = await http.post("/webhooks", json=body, headers=admin.headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "bad_secret"


async def test_a_password_of_few_letters_is_too_easy(
    http: httpx.AsyncClient, admin: Person
) -> None:
    body = {"email": "a@b.test", "name": "A", "role": "agent", "password": "abababababab"}
    answer = await http.post("/users", json=body, headers=admin.headers)
    assert answer.json()["errors"] == [
        {"pointer": "/password", "message": "Ini terlalu mudah ditebak."}
    ]
