from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from tests.api.person import Person

from sambung.api.limits import LARGEST_BODY, Buckets
from sambung.kit import clock


async def test_a_problem_speaks_the_language_asked_for(
    http: httpx.AsyncClient, agent: Person
) -> None:
    for asked, title in {
        "id-ID,id;q=0.9,en;q=0.8": "Pengguna tidak ditemukan.",
        "en;q=0.9, fr": "There is no such user.",
        "fr": "Pengguna tidak ditemukan.",
    }.items():
        answer = await http.get(
            f"/users/{agent.account}", headers={**agent.headers, "Accept-Language": asked}
        )
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "no_such_user",
            "title": title,
            "status": 404,
            "detail": "",
            "errors": [],
        }


@pytest.mark.parametrize(
    ("language", "required", "longer"),
    [
        ("en", "This is required.", "At least 10 characters."),
        ("id", "Wajib diisi.", "Paling sedikit 10 karakter."),
    ],
)
async def test_each_wrong_field_is_named(
    http: httpx.AsyncClient, admin: Person, language: str, required: str, longer: str
) -> None:
    answer = await http.post(
        "/users",
        json={"email": "a@b.test", "role": "agent", "password": "short", "colour": "red"},
        headers={**admin.headers, "Accept-Language": language},
    )
    assert answer.status_code == 422
    assert answer.json()["type"] == "invalid"
    found = {error["pointer"]: error["message"] for error in answer.json()["errors"]}
    assert found["/name"] == required
    assert found["/password"] == longer
    assert "/colour" in found


async def test_what_is_not_there_or_not_json_is_a_problem_too(
    http: httpx.AsyncClient, admin: Person
) -> None:
    assert (await http.get("/nothing")).json()["type"] == "not_found"
    assert (await http.put("/users", headers=admin.headers)).json()["type"] == "method_not_allowed"
    headers = {**admin.headers, "Content-Type": "application/json", "Accept-Language": "id"}
    broken = await http.post("/users", content=b"{", headers=headers)
    assert broken.status_code == 422
    assert broken.json()["title"] == "Ada isian yang belum benar."


async def test_our_own_fault_says_nothing_of_its_cause(
    app: FastAPI, http: httpx.AsyncClient
) -> None:
    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("the secret cause")

    answer = await http.get("/broken", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["type"]) == (500, "our_fault")
    assert "secret" not in answer.text


async def test_too_large_a_body_is_refused_however_it_comes(
    http: httpx.AsyncClient, admin: Person
) -> None:
    body = b" " * (LARGEST_BODY + 1)
    headers = {**admin.headers, "Content-Type": "application/json"}

    async def pieces() -> AsyncIterator[bytes]:
        yield body[: LARGEST_BODY // 2]
        yield body[LARGEST_BODY // 2 :]

    for content in (body, pieces()):
        answer = await http.post("/users", content=content, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (413, "too_large")


async def test_answers_carry_headers_that_keep_browsers_strict(http: httpx.AsyncClient) -> None:
    answer = await http.get("/session")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_a_bucket_refills_with_time() -> None:
    buckets = Buckets(rate=2)
    with clock.at(clock.now()):
        waits = [buckets.take(b"a", 1) for _ in range(9)]
        assert waits == [0] * 8 + [0.5]
        assert buckets.take(b"b", 1) == 0
        clock.advance(timedelta(seconds=0.5))
        assert buckets.take(b"a", 1) == 0
        assert buckets.take(b"a", 1) == 0.5
