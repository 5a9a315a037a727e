"""Who may do what: every route is asked by nobody, by a stranger, by too small a role, and without the CSRF token."""

from collections.abc import Iterable, Iterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from tests.api.person import Person

from sambung.api.application import ROUTERS
from sambung.api.auth import COOKIE
from sambung.api.auth import _Requires as Requires
from sambung.core import permissions

NOBODY = UUID(int=7)
PUBLIC = {("POST", "/session"), ("GET", "/files/{file}")}
"""Signing in; and signed links, which carry their own proof."""
FOR_EVERYBODY = {
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("PATCH", "/session/user"),
    ("PUT", "/session/password"),
}
DRAFTS = "/conversations/{conversation}/drafts"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


def _routes() -> Iterator[tuple[str, str, APIRoute]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route.path, route


ROUTES = [(method, path) for method, path, _ in _routes()]
GUARDED = [one for one in ROUTES if one not in PUBLIC]


def _permissions(dependant: Dependant) -> Iterator[str]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Requires):
            yield inner.call.permission
        yield from _permissions(inner)


NEEDS = {
    (method, path): next(_permissions(route.dependant), "") for method, path, route in _routes()
}


def _url(path: str) -> str:
    for name in ("mode", "name"):
        path = path.replace(f"{{{name}}}", "reply")
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + str(NOBODY) + rest.partition("}")[2]
    return path


async def _answers(
    http: httpx.AsyncClient, routes: Iterable[tuple[str, str]], headers: dict[str, str]
) -> dict[tuple[str, str], tuple[int, str]]:
    """Status and problem of each route, asked with an empty body."""
    found = {}
    for method, path in routes:
        body: dict[str, str] | None = {} if method in WRITES - {"DELETE"} else None
        answer = await http.request(method, _url(path), json=body, headers=headers)
        problem = answer.json()["type"] if answer.status_code >= 400 else ""
        found[method, path] = (answer.status_code, problem)
    return found


def test_every_route_names_its_permission() -> None:
    nameless = {route for route, permission in NEEDS.items() if not permission}
    assert nameless == PUBLIC | FOR_EVERYBODY


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer ses_unknown"}, {"Authorization": "Basic eDp5"}]
)
async def test_nobody_gets_in(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answers = await _answers(http, GUARDED, headers)
    assert answers == dict.fromkeys(GUARDED, (401, "signed_out"))


async def test_an_agent_may_not_do_what_others_may(http: httpx.AsyncClient, agent: Person) -> None:
    others = [one for one in GUARDED if NEEDS[one] not in {"", *permissions.AGENT}]
    assert len(others) > 10
    answers = await _answers(http, others, agent.headers)
    assert answers == dict.fromkeys(others, (403, "not_allowed"))


async def test_a_cookie_alone_writes_nothing(http: httpx.AsyncClient, admin: Person) -> None:
    http.cookies.set(COOKIE, admin.token)
    writes = [one for one in GUARDED if one[0] in WRITES]
    answers = await _answers(http, writes, {})
    assert answers == dict.fromkeys(writes, (403, "forged_request"))


async def test_what_is_not_ours_is_not_there(http: httpx.AsyncClient, admin: Person) -> None:
    """An id of nobody is answered like one of another business: not found, or the body is looked at first."""
    asked = [one for one in GUARDED if "{" in one[1] and not one[1].startswith("/labels")]
    answers = await _answers(http, asked, admin.headers)
    with_body = {"POST", "PUT", "PATCH"}
    for (method, path), (status, _) in answers.items():
        forgotten_anyway = (method, path) == ("DELETE", f"{DRAFTS}/{{mode}}")
        allowed = {204} if forgotten_anyway else {404, 422} if method in with_body else {404}
        assert status in allowed, (method, path)


def test_every_route_is_in_the_document_with_its_problems(app: FastAPI) -> None:
    document = app.openapi()
    for method, path in ROUTES:
        operation = document["paths"][f"/api/v1{path}"][method.lower()]
        answers = operation["responses"]
        if (method, path) in GUARDED:
            assert {"401", "403", "422", "429"} <= answers.keys()
        for status, answer in answers.items():
            if status >= "400":
                assert "application/problem+json" in answer["content"], (path, status)


@pytest.mark.parametrize(("language", "title"), [("en", "Sambung API"), ("id", "API Sambung")])
async def test_the_reference_shows_every_route(app: FastAPI, language: str, title: str) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.get("/docs", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert title in page.text
    assert page.text.count("<details>") == len(ROUTES)
    assert "<script" not in page.text
