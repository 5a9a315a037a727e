import httpx
from tests.api.person import Person

NEW = {"url": "https://erp.toko.test/hook", "types": ["MessageReceived"]}


async def test_a_webhook_is_made_changed_and_removed(
    http: httpx.AsyncClient, admin: Person
) -> None:
    made = await http.post("/webhooks", json=NEW, headers=admin.headers)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    path = f"/webhooks/{made.json()['id']}"
    changed = await http.patch(path, json={"status": "disabled"}, headers=admin.headers)
    assert changed.json()["status"] == "disabled"
    (listed,) = (await http.get("/webhooks", headers=admin.headers)).json()["items"]
    assert "secret" not in listed
    deliveries = await http.get(f"{path}/deliveries", headers=admin.headers)
    assert deliveries.json() == {"items": [], "next": None}
    assert (await http.delete(path, headers=admin.headers)).status_code == 204
    assert (await http.get(path, headers=admin.headers)).status_code == 404


async def test_unknown_types_and_addresses_are_refused(
    http: httpx.AsyncClient, admin: Person
) -> None:
    wrong = await http.post(
        "/webhooks", json={**NEW, "types": ["MoonRisen"]}, headers=admin.headers
    )
    assert (wrong.status_code, wrong.json()["type"]) == (422, "unknown_type")
    file = await http.post("/webhooks", json={**NEW, "url": "file:///x"}, headers=admin.headers)
    assert file.status_code == 422
