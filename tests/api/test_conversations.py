from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import TypeAdapter
from tests.api.person import Person
from tests.api.talk import Line

from sambung.api.shapes import ConversationShape, MessageShape
from sambung.kit import clock


def _exactly(shape: Any, body: dict[str, Any]) -> None:
    """The body has the fields that the document promises, of their types, and no others."""
    TypeAdapter(shape).validate_python(body)
    promised = set(shape.model_fields)
    assert set(body) == promised


async def test_the_inbox_shows_what_came_in(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    received = await line.write("Barang saya belum sampai")
    listed = await http.get("/conversations", headers=agent.headers)
    (shape,) = listed.json()["items"]
    _exactly(ConversationShape, shape)
    assert shape["id"] == str(received.conversation)
    assert shape["customer"]["name"] == "Budi"
    assert shape["unread"] == 1
    assert shape["last_message"]["text"] == "Barang saya belum sampai"
    counts = (await http.get("/conversations/counts", headers=agent.headers)).json()
    assert counts == {"mine": 0, "unassigned": 1, "open": 1, "snoozed": 0, "unread": 1}


async def test_a_reply_is_queued_once_whatever_is_pressed_twice(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    received = await line.write("Halo")
    path = f"/conversations/{received.conversation}/messages"
    body = {"text": "Halo Budi", "client_id": "c-1"}
    first = await http.post(path, json=body, headers=agent.headers)
    again = await http.post(path, json=body, headers=agent.headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    _exactly(MessageShape, first.json())
    assert first.json()["status"] == "queued"
    assert first.json()["author"] == {"type": "user", "id": str(agent.user), "name": "Agent"}
    page = (await http.get(path, headers=agent.headers)).json()
    assert [item["text"] for item in page["items"]] == ["Halo Budi", "Halo"]


async def test_a_note_stays_inside(http: httpx.AsyncClient, agent: Person, line: Line) -> None:
    received = await line.write("Halo")
    body = {"text": "Pelanggan lama", "kind": "note", "mentions": [str(agent.user)]}
    made = await http.post(
        f"/conversations/{received.conversation}/messages", json=body, headers=agent.headers
    )
    assert made.json()["direction"] == "note"
    assert made.json()["status"] is None


async def test_what_cannot_be_sent_is_said(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    with clock.at(clock.now()):
        received = await line.write("Halo")
        path = f"/conversations/{received.conversation}/messages"
        empty = await http.post(path, json={"text": " "}, headers=agent.headers)
        assert (empty.status_code, empty.json()["type"]) == (422, "nothing_to_send")
        clock.advance(timedelta(hours=25))
        late = await http.post(path, json={"text": "Halo"}, headers=agent.headers)
        assert (late.status_code, late.json()["type"]) == (409, "window_closed")
        reach = await http.get(
            f"/conversations/{received.conversation}/channels", headers=agent.headers
        )
        (way,) = reach.json()["items"]
        assert (way["usable"], way["reason"], way["default"]) == (True, "template_only", True)


async def test_state_changes_answer_with_the_conversation(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    received = await line.write("Halo")
    path = f"/conversations/{received.conversation}"

    async def put(what: str, body: Any = None) -> dict[str, Any]:
        answer = await http.put(f"{path}/{what}", json=body, headers=agent.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def delete(what: str) -> dict[str, Any]:
        answer = await http.delete(f"{path}/{what}", headers=agent.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert (await put("assignment", {"assignee": str(agent.user)}))["assignee"]["name"] == "Agent"
    assert (await delete("assignment"))["assignee"] is None
    assert (await put("labels", {"labels": ["Retur", "VIP"]}))["labels"] == ["retur", "vip"]
    assert (await delete("labels/vip"))["labels"] == ["retur"]
    assert (await put("labels/ongkir"))["labels"] == ["ongkir", "retur"]
    assert (await put("priority", {"priority": "urgent"}))["priority"] == "urgent"
    until = (clock.now() + timedelta(hours=2)).isoformat()
    assert (await put("snooze", {"until": until}))["status"] == "snoozed"
    assert (await delete("snooze"))["status"] == "open"
    closed = await put("closure")
    assert (closed["status"], closed["closure"]["by"]["id"]) == ("closed", str(agent.user))
    assert (await delete("closure"))["status"] == "open"
    renamed = await http.patch(path, json={"subject": "Retur sepatu"}, headers=agent.headers)
    assert renamed.json()["subject"] == "Retur sepatu"


async def test_only_a_colleague_can_be_given_work(
    http: httpx.AsyncClient, agent: Person, stranger: Person, line: Line
) -> None:
    received = await line.write("Halo")
    for nobody in (uuid4(), stranger.user):
        answer = await http.put(
            f"/conversations/{received.conversation}/assignment",
            json={"assignee": str(nobody)},
            headers=agent.headers,
        )
        assert (answer.status_code, answer.json()["type"]) == (404, "no_such_user")


async def test_reading_moves_the_marker(http: httpx.AsyncClient, agent: Person, line: Line) -> None:
    received = await line.write("Satu")
    await line.write("Dua")
    path = f"/conversations/{received.conversation}"
    await http.put(f"{path}/read", json={"position": 1}, headers=agent.headers)
    assert (await http.get(path, headers=agent.headers)).json()["unread"] == 1
    await http.put(f"{path}/read", json={"position": 999}, headers=agent.headers)
    assert (await http.get(path, headers=agent.headers)).json()["unread"] == 0
    await line.write("Tiga")
    assert (await http.get(path, headers=agent.headers)).json()["unread"] == 1


async def test_drafts_are_kept_per_person_and_mode(
    http: httpx.AsyncClient, agent: Person, supervisor: Person, line: Line
) -> None:
    received = await line.write("Halo")
    path = f"/conversations/{received.conversation}/drafts"
    await http.put(f"{path}/reply", json={"text": "Baik, "}, headers=agent.headers)
    mine = (await http.get(path, headers=agent.headers)).json()
    assert (mine["reply"]["text"], mine["note"]) == ("Baik, ", None)
    theirs = (await http.get(path, headers=supervisor.headers)).json()
    assert theirs == {"reply": None, "note": None}
    await http.delete(f"{path}/reply", headers=agent.headers)
    assert (await http.get(path, headers=agent.headers)).json()["reply"] is None


async def test_many_are_changed_at_once_and_put_back(
    http: httpx.AsyncClient, agent: Person, supervisor: Person, line: Line
) -> None:
    phones = [f"+62812000000{n}" for n in range(3)]
    made = [str((await line.write("Halo", phone=phone)).conversation) for phone in phones]
    await http.put(f"/conversations/{made[0]}/closure", headers=agent.headers)
    await http.put(
        f"/conversations/{made[1]}/assignment",
        json={"assignee": str(agent.user)},
        headers=agent.headers,
    )

    async def statuses() -> list[str]:
        found = [await http.get(f"/conversations/{id}", headers=agent.headers) for id in made]
        return [answer.json()["status"] for answer in found]

    done = await http.post(
        "/bulk/conversations", json={"ids": made, "action": "close"}, headers=agent.headers
    )
    assert done.json()["changed"] == 2
    assert await statuses() == ["closed"] * 3
    undone = {"token": done.json()["undo"]}
    assert (await http.post("/bulk/undo", json=undone, headers=agent.headers)).json() == {
        "changed": 2
    }
    assert await statuses() == ["closed", "open", "open"]
    again = await http.post("/bulk/undo", json=undone, headers=agent.headers)
    assert (again.status_code, again.json()["type"]) == (409, "undone_before")

    everything = {"filter": {"status": "all"}, "action": "assign", "value": None}
    refused = await http.post("/bulk/conversations", json=everything, headers=agent.headers)
    assert refused.status_code == 403
    freed = await http.post("/bulk/conversations", json=everything, headers=supervisor.headers)
    assert freed.json()["changed"] == 1
    await http.post("/bulk/undo", json={"token": freed.json()["undo"]}, headers=agent.headers)
    mine = await http.get("/conversations?assignee=me", headers=agent.headers)
    assert [item["id"] for item in mine.json()["items"]] == [made[1]]


@pytest.mark.parametrize(
    "body",
    [
        {"ids": [], "action": "snooze", "value": "tomorrow"},
        {"ids": [], "action": "label"},
        {"ids": [], "action": "assign", "value": "somebody"},
        {"ids": [], "action": "explode"},
    ],
)
async def test_a_bulk_change_says_what_it_lacks(
    http: httpx.AsyncClient, agent: Person, body: dict[str, Any]
) -> None:
    answer = await http.post("/bulk/conversations", json=body, headers=agent.headers)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_the_inbox_comes_in_pages(http: httpx.AsyncClient, agent: Person, line: Line) -> None:
    for n in range(5):
        await line.write("Halo", phone=f"+62812000000{n}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await http.get("/conversations", params=query, headers=agent.headers)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 5
    oldest = (await http.get("/conversations?sort=oldest", headers=agent.headers)).json()["items"]
    assert [item["id"] for item in oldest] == seen[::-1]


async def test_two_conversations_of_one_customer_become_one_and_part_again(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    with clock.at(clock.now()):
        first = (await line.write("Satu")).conversation
        await http.put(f"/conversations/{first}/closure", headers=agent.headers)
        clock.advance(timedelta(days=90))
        second = (await line.write("Dua")).conversation
    assert first != second
    merged = await http.post(
        f"/conversations/{second}/merges", json={"other": str(first)}, headers=agent.headers
    )
    assert merged.status_code == 201
    page = await http.get(f"/conversations/{first}/messages", headers=agent.headers)
    assert [item["text"] for item in page.json()["items"]] == ["Dua", "Satu"]
    undone = await http.delete(
        f"/conversations/{second}/merges/{merged.json()['id']}", headers=agent.headers
    )
    assert undone.status_code == 204
    page = await http.get(f"/conversations/{first}/messages", headers=agent.headers)
    assert [item["text"] for item in page.json()["items"]] == ["Satu"]


async def test_a_conversation_is_begun_once_whatever_is_pressed_twice(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    received = await line.write("Halo")
    known = await http.get(f"/conversations/{received.conversation}", headers=agent.headers)
    body = {
        "customer": known.json()["customer"]["id"],
        "connection": str(line.link.id),
        "text": "Barangnya sudah siap",
        "client_id": "start-1",
    }
    first = await http.post("/conversations", json=body, headers=agent.headers)
    again = await http.post("/conversations", json=body, headers=agent.headers)
    assert first.status_code == 201, first.text
    assert first.json()["id"] == again.json()["id"] != str(received.conversation)


async def test_only_what_was_said_here_can_be_quoted(
    http: httpx.AsyncClient, agent: Person, line: Line
) -> None:
    here = await line.write("Satu")
    elsewhere = await line.write("Dua", phone="+6281299999999")
    path = f"/conversations/{here.conversation}/messages"
    body = {"text": "Ya", "reply_to": str(here.message)}
    quoted = await http.post(path, json=body, headers=agent.headers)
    assert quoted.json()["reply_to"]["text"] == "Satu"
    body["reply_to"] = str(elsewhere.message)
    assert (await http.post(path, json=body, headers=agent.headers)).status_code == 404


async def test_the_log_can_be_followed(http: httpx.AsyncClient, agent: Person, line: Line) -> None:
    await line.write("Halo")
    page = (await http.get("/events?limit=2", headers=agent.headers)).json()
    assert [item["position"] for item in page["items"]] == [1, 2]
    assert page["last"] == 2
    rest = (await http.get(f"/events?after={page['last']}", headers=agent.headers)).json()
    assert rest["items"][-1]["type"] == "MessageReceived"
    assert rest["last"] == rest["items"][-1]["position"]
    only = (await http.get("/events?types=MessageReceived", headers=agent.headers)).json()
    assert [item["type"] for item in only["items"]] == ["MessageReceived"]
    assert only["last"] == rest["last"]
