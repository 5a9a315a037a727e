from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.api.person import Person

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


async def _upload(
    http: httpx.AsyncClient, agent: Person, name: str, data: bytes, mime: str
) -> dict[str, Any]:
    made = await http.post("/files", files={"file": (name, data, mime)}, headers=agent.headers)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def _fetch(http: httpx.AsyncClient, url: str) -> httpx.Response:
    return await http.get(url.removeprefix("/api/v1"))


async def test_a_picture_is_shown_to_whoever_has_the_link(
    http: httpx.AsyncClient, agent: Person
) -> None:
    made = await _upload(http, agent, "foto.png", PNG, "image/png")
    assert (made["mime"], made["size"]) == ("image/png", len(PNG))
    answer = await _fetch(http, made["url"])
    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("inline")
    assert "immutable" in answer.headers["cache-control"]
    part = await http.get(made["url"].removeprefix("/api/v1"), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, PNG[:4])


async def test_what_could_run_is_only_saved(http: httpx.AsyncClient, agent: Person) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    made = await _upload(http, agent, "nota.png", page, "image/png")
    answer = await _fetch(http, made["url"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("part", ["signature", "account", "until"])
async def test_a_changed_link_opens_nothing(
    http: httpx.AsyncClient, agent: Person, stranger: Person, part: str
) -> None:
    made = await _upload(http, agent, "foto.png", PNG, "image/png")
    parts = urlsplit(made["url"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    query[part] = {"account": str(stranger.account), "until": "99999"}.get(part, "x")
    answer = await http.get(parts.path.removeprefix("/api/v1"), params=query)
    assert (answer.status_code, answer.json()["type"]) == (404, "link_ended")
    assert (await http.get(parts.path.removeprefix("/api/v1"))).status_code == 404
