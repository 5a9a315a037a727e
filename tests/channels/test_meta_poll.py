"""What webhooks missed, the daily look at the subscription, and a token that is renewed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.channels.meta_cases import ACCOUNT, CUSTOMER, PAGE, Graph, channel, refusal

from sambung.channels import AccountNotice, Inbound, Item, Listened, Stopped, TryLater
from sambung.kit import clock

NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
CHECKED = {"seen": "2026-11-10T02:55:00+00:00", "checked": "2026-11-10", "renewed": "2026-11-09"}
WELL = httpx.Response(200, json={"data": [{"subscribed_fields": ["messages", "feed"]}]})
DONE = httpx.Response(200, json={"success": True})
NOTHING = httpx.Response(200, json={"data": []})


@pytest.fixture(autouse=True)
def _stands_still() -> Iterator[None]:
    with clock.at(NOW):
        yield


async def round_(graph: Graph, state: dict[str, Any]) -> list[Listened]:
    """What one round yields: until it says how far it has looked."""
    heard = channel(graph.name).listen(graph.config, state, graph.net)
    assert heard is not None
    found = []
    async for listened in heard:
        found.append(listened)
        if listened.request is None and listened.state["seen"] == NOW.isoformat():
            break
    return found


def items(graph: Graph, found: list[Listened]) -> list[Item]:
    """What `receive` makes of what was found; each request must bear our signature."""
    said = []
    for listened in found:
        if listened.request is not None:
            channel(graph.name).verify(listened.request, graph.config)
            said += list(channel(graph.name).receive(listened.request))
    return said


def conversation(name: str, *messages: dict[str, Any], updated: str = "02:58:00") -> dict[str, Any]:
    ours = {"id": PAGE if name == "messenger" else ACCOUNT}
    theirs = {"id": CUSTOMER[name], "name": "Sari"}
    told = []
    for number, message in enumerate(messages):
        outgoing = message.pop("outgoing", False)
        told.append(
            {
                "id": f"m_{number}",
                "created_time": "2026-11-10T02:58:00+0000",
                "from": ours if outgoing else theirs,
                "to": {"data": [theirs if outgoing else ours]},
            }
            | message
        )
    return {
        "id": "t_1",
        "updated_time": f"2026-11-10T{updated}+0000",
        "messages": {"data": told},
    }


def page(*conversations: dict[str, Any], after: str = "") -> httpx.Response:
    paging = {"cursors": {"after": after}, "next": "https://graph.facebook.com/x"} if after else {}
    return httpx.Response(200, json={"data": list(conversations), "paging": paging})


# --- missed messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["messenger", "instagram"])
async def test_a_message_that_an_advertisement_swallowed_is_found(name: str) -> None:
    answers = {"message": "Ready kak", "outgoing": True}, {"message": "mau yang di iklan"}
    graph = Graph(name, page(conversation(name, *answers)))
    found = await round_(graph, CHECKED)
    asked = graph.asked[0].url
    assert asked.path == f"/v26.0/{PAGE}/conversations"
    assert asked.params["platform"] == name
    first, second = items(graph, found)
    assert isinstance(first, Inbound)
    assert isinstance(second, Inbound)
    assert (first.id, first.text, first.outgoing) == ("m_1", "mau yang di iklan", False)
    assert (second.id, second.outgoing, second.address) == ("m_0", True, CUSTOMER[name])
    assert first.at == datetime(2026, 11, 10, 2, 58, tzinfo=UTC)
    assert first.sender == second.sender


async def test_files_come_along() -> None:
    attachments = [
        {"mime_type": "image/jpeg", "image_data": {"url": "https://a.id/1"}},
        {"mime_type": "application/pdf", "file_url": "https://a.id/2", "name": "nota.pdf"},
    ]
    shares = {"data": [{"link": "https://toko.contoh.id/p/1", "name": "Sepatu"}]}
    told = {"attachments": {"data": attachments}, "shares": shares, "sticker": "https://a.id/3"}
    graph = Graph("messenger", page(conversation("messenger", told)))
    (found,) = items(graph, await round_(graph, CHECKED))
    assert isinstance(found, Inbound)
    assert [file.url for file in found.attachments] == [f"https://a.id/{n}" for n in (1, 2, 3)]
    assert found.extra["link_preview"]["title"] == "Sepatu"


async def test_the_newest_are_left_to_the_webhook_and_the_old_were_looked_through() -> None:
    young = {"message": "baru", "created_time": "2026-11-10T02:59:30+0000"}
    old = {"message": "lama", "created_time": "2026-11-10T02:00:00+0000"}
    broken = {"message": "?", "created_time": "kemarin"}
    graph = Graph("messenger", page(conversation("messenger", young, old, broken)))
    assert items(graph, await round_(graph, CHECKED)) == []


async def test_it_pages_until_what_was_looked_through_before() -> None:
    told = {"message": "a"}
    first = page(conversation("messenger", dict(told)), after="x")
    last = page(
        conversation("messenger", dict(told), updated="01:00:00"),
        conversation("messenger", dict(told)),
        after="y",
    )
    graph = Graph("messenger", first, last)
    assert len(items(graph, await round_(graph, CHECKED))) == 1
    assert graph.asked[1].url.params["after"] == "x"


async def test_the_first_round_of_all_imports_nothing() -> None:
    graph = Graph("messenger", WELL)
    found = await round_(graph, {})
    assert items(graph, found) == []
    assert found[-1].state == {"seen": NOW.isoformat(), "checked": "2026-11-10", "renewed": ""}
    assert len(graph.asked) == 1


async def test_a_missing_permission_stops_nothing_a_dead_token_does() -> None:
    graph = Graph("messenger", refusal(200, status=403))
    assert len(await round_(graph, CHECKED)) == 1
    with pytest.raises(Stopped):
        await round_(Graph("messenger", refusal(190)), CHECKED)
    with pytest.raises(TryLater):
        await round_(Graph("messenger", httpx.Response(502)), CHECKED)


def test_it_can_be_switched_off() -> None:
    graph = Graph("messenger", poll_seconds=0)
    assert channel("messenger").listen(graph.config, {}, graph.net) is None


# --- once a day ------------------------------------------------------------------------------------------


async def test_a_subscription_that_meta_dropped_is_made_anew_and_told() -> None:
    graph = Graph("messenger", httpx.Response(200, json={"data": []}), DONE, NOTHING)
    found = items(graph, await round_(graph, {"seen": CHECKED["seen"]}))
    asked = graph.asked[1]
    assert (asked.method, asked.url.path) == ("POST", f"/v26.0/{PAGE}/subscribed_apps")
    assert "messages" in asked.url.params["subscribed_fields"].split(",")
    (notice,) = found
    assert isinstance(notice, AccountNotice)
    assert (notice.what, notice.alert, notice.to) == ("subscription", True, PAGE)
    assert "messages" in notice.detail["missing"]


async def test_who_may_not_look_is_told() -> None:
    graph = Graph("messenger", refusal(200, status=403), NOTHING)
    (notice,) = items(graph, await round_(graph, {"seen": CHECKED["seen"]}))
    assert isinstance(notice, AccountNotice)
    assert notice.detail["refused"].startswith("tidak")


async def test_an_instagram_token_is_renewed_every_week() -> None:
    renewed = httpx.Response(200, json={"access_token": "token-baru", "expires_in": 5184000})
    state = {"seen": CHECKED["seen"], "checked": "2026-11-09", "renewed": "2026-11-03"}
    graph = Graph("instagram", WELL, renewed, NOTHING, login="instagram")
    found = await round_(graph, state)
    asked = graph.asked[1].url
    assert asked.path == "/v26.0/refresh_access_token"
    assert asked.params["grant_type"] == "ig_refresh_token"
    assert [one.settings for one in found if one.settings] == [{"access_token": "token-baru"}]
    assert found[-1].state["renewed"] == "2026-11-10"


async def test_a_token_of_this_week_or_of_a_page_is_left_alone() -> None:
    state = {"seen": CHECKED["seen"], "checked": "2026-11-09", "renewed": "2026-11-04"}
    graph = Graph("instagram", WELL, NOTHING, login="instagram")
    assert not any(one.settings for one in await round_(graph, state))
    graph = Graph("instagram", WELL, NOTHING)
    assert not any(one.settings for one in await round_(graph, {"seen": CHECKED["seen"]}))
    young = Graph("instagram", WELL, refusal(100), NOTHING, login="instagram")
    found = await round_(young, {"seen": CHECKED["seen"]})
    assert found[-1].state["renewed"] == ""


async def test_registering_subscribes_the_app() -> None:
    graph = Graph("messenger", NOTHING, DONE)
    await channel("messenger").register("https://a.id/hooks/1", graph.config, graph.net)
    assert [one.method for one in graph.asked] == ["GET", "POST"]
