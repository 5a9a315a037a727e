import httpx
from tests.api.person import PASSWORD, Person

NEW = {"email": "Dewi@Toko.test", "name": "Dewi", "role": "agent", "password": "sandi-panjang"}


async def test_an_admin_lets_somebody_in(http: httpx.AsyncClient, admin: Person) -> None:
    made = await http.post("/users", json=NEW, headers=admin.headers)
    assert made.status_code == 201
    assert made.json()["email"] == "dewi@toko.test"
    answer = await http.post(
        "/session", json={"email": "dewi@toko.test", "password": "sandi-panjang"}
    )
    assert answer.status_code == 201
    taken = await http.post("/users", json=NEW, headers=admin.headers)
    assert (taken.status_code, taken.json()["type"]) == (409, "email_taken")


async def test_every_agent_may_list_but_not_change(http: httpx.AsyncClient, agent: Person) -> None:
    listed = await http.get("/users", headers=agent.headers)
    assert [user["email"] for user in listed.json()["items"]] == [agent.email]
    refused = await http.patch(
        f"/users/{agent.user}", json={"role": "admin"}, headers=agent.headers
    )
    assert refused.status_code == 403


async def test_a_disabled_user_is_signed_out_and_stays_out(
    http: httpx.AsyncClient, admin: Person, agent: Person
) -> None:
    gone = await http.patch(
        f"/users/{agent.user}", json={"status": "disabled"}, headers=admin.headers
    )
    assert gone.json()["status"] == "disabled"
    assert (await http.get("/session", headers=agent.headers)).status_code == 401
    back = await http.post("/session", json={"email": agent.email, "password": PASSWORD})
    assert back.status_code == 401


async def test_lists_come_in_pages(
    http: httpx.AsyncClient, admin: Person, agent: Person, supervisor: Person
) -> None:
    first = (await http.get("/users?limit=2", headers=admin.headers)).json()
    assert len(first["items"]) == 2
    rest = (
        await http.get("/users", params={"cursor": first["next"]}, headers=admin.headers)
    ).json()
    assert len(rest["items"]) == 1
    assert rest["next"] is None
    assert len({user["id"] for user in first["items"] + rest["items"]}) == 3
    for wrong in ("x", "e30", "WzFd"):
        answer = await http.get("/users", params={"cursor": wrong}, headers=admin.headers)
        assert (answer.status_code, answer.json()["type"]) == (400, "bad_cursor")


async def test_the_trail_tells_who_changed_what(
    http: httpx.AsyncClient, admin: Person, agent: Person, supervisor: Person
) -> None:
    await http.patch(f"/users/{agent.user}", json={"role": "supervisor"}, headers=admin.headers)
    listed = await http.get(f"/audit?subject={agent.user}", headers=supervisor.headers)
    (entry,) = listed.json()["items"]
    assert entry["action"] == "user.changed"
    assert entry["actor"] == {"type": "user", "id": str(admin.user)}
    assert entry["detail"] == {"fields": ["role"], "role": "supervisor"}


async def test_a_key_works_with_its_role_until_it_is_revoked(
    http: httpx.AsyncClient, admin: Person
) -> None:
    made = await http.post(
        "/api-keys", json={"name": "ERP", "role": "agent"}, headers=admin.headers
    )
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    assert (await http.get("/users", headers=headers)).status_code == 200
    assert (await http.get("/api-keys", headers=headers)).status_code == 403
    assert (await http.get("/session", headers=headers)).json()["user"] is None
    (listed,) = (await http.get("/api-keys", headers=admin.headers)).json()["items"]
    assert listed["last_used_at"] is not None
    assert "key" not in listed
    await http.delete(f"/api-keys/{listed['id']}", headers=admin.headers)
    assert (await http.get("/users", headers=headers)).status_code == 401
