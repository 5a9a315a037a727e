import httpx
from pydantic import TypeAdapter
from tests.api.person import Person
from tests.api.talk import Line

from sambung.api.search import FoundShape
from sambung.core import search_reader
from sambung.core.follower import Follower


async def test_what_was_said_and_who_said_it_is_found(
    http: httpx.AsyncClient, agent: Person, stranger: Person, line: Line
) -> None:
    for text in ("Kapan sepatu merah dikirim?", "Sepatu merah masih ada?", "Terima kasih"):
        await line.write(text)
    await Follower(line.store, [search_reader.READER]).until_caught_up()
    query: dict[str, str | int] = {"q": "sepatu merah", "kind": "messages", "limit": 1}
    first = (await http.get("/search", params=query, headers=agent.headers)).json()
    query["cursor"] = first["next"]
    second = (await http.get("/search", params=query, headers=agent.headers)).json()
    found = first["items"] + second["items"]
    TypeAdapter(list[FoundShape]).validate_python(found)
    assert [item["message"]["text"] for item in found] == [
        "Sepatu merah masih ada?",
        "Kapan sepatu merah dikirim?",
    ]
    assert "\u0001Sepatu merah\u0002" in found[0]["snippet"]
    people = (await http.get("/search?q=budi&kind=customers", headers=agent.headers)).json()
    assert [item["customer"]["name"] for item in people["items"]] == ["Budi"]
    inbox = (await http.get("/conversations?q=sepatu", headers=agent.headers)).json()
    assert len(inbox["items"]) == 1
    nothing = (await http.get("/search?q=sepatu", headers=stranger.headers)).json()
    assert nothing["items"] == []
