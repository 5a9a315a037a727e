from datetime import timedelta

import httpx
import pytest
from tests.api.person import PASSWORD, Person

from sambung.api.auth import COOKIE
from sambung.core.sign_in import FREE_PER_EMAIL
from sambung.kit import clock


async def _sign_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await http.post("/session", json={"email": email, "password": password})


async def test_signing_in_gives_a_token_and_a_cookie(
    http: httpx.AsyncClient, agent: Person
) -> None:
    answer = await _sign_in(http, agent.email.upper())
    assert answer.status_code == 201
    body = answer.json()
    assert body["user"]["email"] == agent.email
    assert "conversation.reply" in body["user"]["permissions"]
    assert body["account"]["name"] == "Toko Uji"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    mine = (await http.get("/session")).json()
    assert mine == {key: body[key] for key in ("csrf", "user", "account")}


async def test_a_write_by_cookie_needs_the_csrf_token(
    http: httpx.AsyncClient, agent: Person
) -> None:
    csrf = (await _sign_in(http, agent.email)).json()["csrf"]
    change = {"name": "Sari"}
    bare = await http.patch("/session/user", json=change)
    assert (bare.status_code, bare.json()["type"]) == (403, "forged_request")
    forged = await http.patch("/session/user", json=change, headers={"X-CSRF-Token": "x" * 43})
    assert forged.status_code == 403
    kept = await http.patch("/session/user", json=change, headers={"X-CSRF-Token": csrf})
    assert kept.json()["name"] == "Sari"


async def test_a_bearer_token_needs_none(http: httpx.AsyncClient, agent: Person) -> None:
    answer = await http.patch("/session/user", json={"language": "en"}, headers=agent.headers)
    assert answer.json()["language"] == "en"


async def test_signing_out_ends_the_session(http: httpx.AsyncClient, agent: Person) -> None:
    assert (await http.delete("/session", headers=agent.headers)).status_code == 204
    assert (await http.get("/session", headers=agent.headers)).status_code == 401


@pytest.mark.parametrize("email", ["agent@toko.test", "nobody@toko.test"])
async def test_a_wrong_password_and_an_unknown_email_are_answered_alike(
    http: httpx.AsyncClient, agent: Person, email: str
) -> None:
    answer = await _sign_in(http, email, "not this one")
    assert answer.status_code == 401
    assert answer.json()["type"] == "wrong_credentials"


async def test_guessing_is_slowed_down(http: httpx.AsyncClient, agent: Person) -> None:
    with clock.at(clock.now()):
        for _ in range(FREE_PER_EMAIL):
            assert (await _sign_in(http, agent.email, "wrong guess")).status_code == 401
        slowed = await _sign_in(http, agent.email)
        assert slowed.status_code == 429
        assert slowed.headers["retry-after"] == "1"
        clock.advance(timedelta(seconds=1))
        assert (await _sign_in(http, agent.email)).status_code == 201


async def test_a_new_password_signs_out_elsewhere(http: httpx.AsyncClient, agent: Person) -> None:
    other = (await _sign_in(http, agent.email)).json()["token"]
    http.cookies.delete(COOKIE)
    wrong = {"current": "not this", "new": "sebuah-sandi-baru"}
    refused = await http.put("/session/password", json=wrong, headers=agent.headers)
    assert refused.status_code == 401
    change = {"current": PASSWORD, "new": "sebuah-sandi-baru"}
    done = await http.put("/session/password", json=change, headers=agent.headers)
    assert done.status_code == 204
    assert (await http.get("/session", headers=agent.headers)).status_code == 200
    elsewhere = await http.get("/session", headers={"Authorization": f"Bearer {other}"})
    assert elsewhere.status_code == 401
    assert (await _sign_in(http, agent.email, "sebuah-sandi-baru")).status_code == 201


async def test_preferences_are_merged(http: httpx.AsyncClient, agent: Person) -> None:
    for preferences in ({"theme": "dark", "keys": {"reply": "r"}}, {"theme": "light"}):
        answer = await http.patch(
            "/session/user", json={"preferences": preferences}, headers=agent.headers
        )
    assert answer.json()["preferences"] == {"theme": "light", "keys": {"reply": "r"}}
