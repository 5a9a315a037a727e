from typing import Any

import httpx
from tests.api.person import Person

from sambung.channels import all_channels
from sambung.core import configs, connections
from sambung.core.configs import MASK
from sambung.core.connections import Connection
from sambung.kit.db import Store

NEW: dict[str, Any] = {
    "channel": "whatsapp",
    "name": "Nomor utama",
    "config": {
        "phone_number_id": "106540352242922",
        "waba_id": "102290129340398",
        "access_token": "EAAG-secret-token-of-the-business",
        "app_secret": "0123456789abcdef0123456789abcdef",
        "verify_token": "verify-me-please",
        "api_base": "http://127.0.0.1:9/graph",
    },
}


async def _add(http: httpx.AsyncClient, admin: Person) -> dict[str, Any]:
    made = await http.post("/connections", json=NEW, headers=admin.headers)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def test_channels_bring_the_forms_of_their_settings(
    http: httpx.AsyncClient, agent: Person
) -> None:
    listed = (await http.get("/channels", headers=agent.headers)).json()["items"]
    assert {channel["name"] for channel in listed} == set(all_channels())
    for channel in listed:
        assert channel["title"].keys() == {"en", "id"}
        for field in channel["schema"]["properties"].values():
            assert "title" in field, channel["name"]


async def test_secrets_go_in_and_do_not_come_out(
    http: httpx.AsyncClient, admin: Person, agent: Person, store: Store
) -> None:
    made = await _add(http, admin)
    assert made["config"]["access_token"] == MASK
    assert made["config"]["phone_number_id"] == "106540352242922"
    assert made["hook_url"].endswith(f"/hooks/{made['id']}")
    seen = (await http.get("/connections", headers=agent.headers)).json()["items"]
    assert [shape["config"] for shape in seen] == [{}]
    with store.begin() as tx:
        kept = tx.first(Connection.__table__.select()).config
    assert "EAAG" not in str(kept)


async def test_a_mask_sent_back_leaves_the_secret(
    http: httpx.AsyncClient, admin: Person, store: Store
) -> None:
    made = await _add(http, admin)
    config = {**made["config"], "app_secret": "fedcba9876543210fedcba9876543210"}
    path = f"/connections/{made['id']}"
    changed = await http.patch(path, json={"config": config}, headers=admin.headers)
    assert changed.status_code == 200, changed.text
    with store.begin() as tx:
        row = tx.first(Connection.__table__.select())
    opened = configs.unseal(row.config)
    assert opened["access_token"] == NEW["config"]["access_token"]
    assert opened["app_secret"] == config["app_secret"]


async def test_settings_that_do_not_fit_are_named(http: httpx.AsyncClient, admin: Person) -> None:
    config = {key: value for key, value in NEW["config"].items() if key != "access_token"}
    answer = await http.post(
        "/connections",
        json={**NEW, "config": config},
        headers={**admin.headers, "Accept-Language": "id"},
    )
    assert answer.status_code == 422
    assert {"pointer": "/config/access_token", "message": "Wajib diisi."} in answer.json()["errors"]
    unknown = await http.post("/connections", json={**NEW, "channel": "fax"}, headers=admin.headers)
    assert (unknown.status_code, unknown.json()["type"]) == (422, "unknown_channel")


async def test_a_check_that_fails_says_why(http: httpx.AsyncClient, admin: Person) -> None:
    made = await _add(http, admin)
    answer = await http.post(f"/connections/{made['id']}/checks", headers=admin.headers)
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert answer.json()["message"]


async def test_a_removed_connection_is_gone(
    http: httpx.AsyncClient, admin: Person, supervisor: Person
) -> None:
    made = await _add(http, admin)
    path = f"/connections/{made['id']}"
    disabled = await http.patch(path, json={"status": "disabled"}, headers=admin.headers)
    assert disabled.json()["status"] == connections.DISABLED
    assert (await http.delete(path, headers=admin.headers)).status_code == 204
    assert (await http.get(path, headers=admin.headers)).status_code == 404
    trail = (await http.get(f"/audit?subject={made['id']}", headers=supervisor.headers)).json()
    assert [entry["action"].partition(".")[2] for entry in trail["items"]] == [
        "removed",
        "changed",
        "added",
    ]
    assert "EAAG" not in str(trail)
