from uuid import UUID

import httpx
from pydantic import TypeAdapter
from tests.api.person import Person
from tests.api.talk import Line

from sambung.api.customers import CustomerShape, MergeShape, TimelineItem

NEW = {"name": "Budi Santoso", "identities": [{"kind": "email", "value": "Budi@Mail.test"}]}


async def _customer_of(http: httpx.AsyncClient, conversation: UUID, agent: Person) -> str:
    answer = await http.get(f"/conversations/{conversation}", headers=agent.headers)
    found: str = answer.json()["customer"]["id"]
    return found


async def test_what_an_agent_enters_is_claimed(http: httpx.AsyncClient, agent: Person) -> None:
    made = await http.post("/customers", json=NEW, headers=agent.headers)
    assert made.status_code == 201
    TypeAdapter(CustomerShape).validate_python(made.json())
    (identity,) = made.json()["identities"]
    assert (identity["value"], identity["level"]) == ("budi@mail.test", "claimed")
    path = f"/customers/{made.json()['id']}"
    changed = await http.patch(path, json={"notes": "Suka kopi"}, headers=agent.headers)
    assert changed.json()["notes"] == "Suka kopi"
    gone = await http.delete(f"{path}/identities/{identity['id']}", headers=agent.headers)
    assert gone.status_code == 204
    assert (await http.get(path, headers=agent.headers)).json()["identities"] == []


async def test_an_identity_of_one_customer_is_not_removed_through_another(
    http: httpx.AsyncClient, agent: Person
) -> None:
    one = (await http.post("/customers", json=NEW, headers=agent.headers)).json()
    other = (await http.post("/customers", json={"name": "Lain"}, headers=agent.headers)).json()
    path = f"/customers/{other['id']}/identities/{one['identities'][0]['id']}"
    assert (await http.delete(path, headers=agent.headers)).status_code == 404


async def test_two_customers_become_one_and_two_again(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    first = await _customer_of(http, (await line.write("Satu")).conversation, agent)
    second = await _customer_of(
        http, (await line.write("Dua", phone="+6281299999999", name="B")).conversation, agent
    )
    merged = await http.post(
        f"/customers/{first}/merges",
        json={"other": second, "reason": "Nomor kedua"},
        headers=agent.headers,
    )
    assert merged.status_code == 201
    TypeAdapter(MergeShape).validate_python(merged.json())
    survivor = (await http.get(f"/customers/{second}", headers=agent.headers)).json()
    assert survivor["id"] == first
    assert len(survivor["identities"]) == 2
    again = await http.post(
        f"/customers/{first}/merges", json={"other": second}, headers=agent.headers
    )
    assert (again.status_code, again.json()["type"]) == (409, "already_one")
    path = f"/merges/{merged.json()['id']}"
    assert (await http.delete(path, headers=agent.headers)).status_code == 204
    assert (await http.delete(path, headers=agent.headers)).status_code == 409
    apart = (await http.get(f"/customers/{second}", headers=agent.headers)).json()
    assert apart["id"] == second
    listed = (await http.get(f"/customers/{first}/merges", headers=agent.headers)).json()
    assert listed["items"][0]["undone_by"]["id"] == str(agent.user)


async def test_the_timeline_tells_everything_once(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    customer = await _customer_of(http, (await line.write("Satu")).conversation, agent)
    await line.write("Dua")
    path = f"/customers/{customer}/timeline"
    whole = (await http.get(path, headers=agent.headers)).json()["items"]
    TypeAdapter(list[TimelineItem]).validate_python(whole)
    assert {item["type"] for item in whole} == {"message", "conversation", "identity"}
    paged, cursor = [], ""
    while cursor is not None:
        page = (await http.get(f"{path}?limit=1&cursor={cursor}", headers=agent.headers)).json()
        paged += page["items"]
        cursor = page["next"]
    assert paged == whole


async def test_looking_at_somebody_is_noted_once_an_hour(
    http: httpx.AsyncClient, agent: Person, supervisor: Person, line: Line
) -> None:
    received = await line.write("Halo")
    customer = await _customer_of(http, received.conversation, agent)
    for _ in range(2):
        await http.get(f"/customers/{customer}", headers=agent.headers)
    await http.get(f"/conversations/{received.conversation}/messages", headers=agent.headers)
    trail = (await http.get(f"/audit?actor={agent.user}", headers=supervisor.headers)).json()
    assert [entry["action"] for entry in trail["items"]] == ["conversation.seen", "customer.seen"]


async def test_an_erased_customer_is_gone_and_the_figures_stay(
    http: httpx.AsyncClient, agent: Person, supervisor: Person, line: Line
) -> None:
    received = await line.write("Rahasia")
    customer = await _customer_of(http, received.conversation, agent)
    path = f"/customers/{customer}"
    assert (await http.delete(path, headers=agent.headers)).status_code == 403
    assert (await http.delete(path, headers=supervisor.headers)).status_code == 204
    assert (await http.get(path, headers=supervisor.headers)).status_code == 404
    talk = await http.get(
        f"/conversations/{received.conversation}/messages", headers=supervisor.headers
    )
    (message,) = talk.json()["items"]
    assert message["text"] == ""
    trail = await http.get(f"/audit?subject={customer}", headers=supervisor.headers)
    assert trail.json()["items"][0]["action"] == "customer.erased"
