"""What every stand-in must be, whichever is added."""

import pytest
from tests.simulator.playing import playing

from sambung.channels import all_channels
from sambung.simulator.customers import demo_people
from sambung.simulator.standin import StandIn
from sambung.simulator.standins import all_standins
from sambung.simulator.town import Town

ELSEWHERE = {"email": "mailbox", "webchat": "shop"}
"""Played by no app of its own: the mail app and the shop's page are."""


@pytest.fixture(params=all_standins(), ids=lambda kind: kind.name)
def standin(request: pytest.FixtureRequest) -> StandIn:
    kind: type[StandIn] = request.param
    return kind(Town(people=demo_people(), here="http://127.0.0.1:9/simulator"))


def test_every_channel_that_says_so_has_a_stand_in() -> None:
    played = {kind.name for kind in all_standins()} | ELSEWHERE.keys()
    said = {c.name for c in all_channels().values() if c.quality["stand_in"] == "done"}
    assert said <= played


def test_it_speaks_both_languages(standin: StandIn) -> None:
    for text in (standin.title, *standin.codes.values(), *standin.acts.values()):
        assert text["id"]
        assert text["en"]


async def test_the_demo_can_connect_it(standin: StandIn) -> None:
    await standin.open()
    try:
        values = standin.connection()
    finally:
        await standin.stop()
    assert values is not None
    channel = all_channels()[standin.name]
    fitting = channel.config.model_validate(values)
    assert standin.connection() == values, "secrets must stay the same"
    assert channel.addresses(fitting) is not None


def test_people_have_accounts_of_their_own_that_stay(standin: StandIn) -> None:
    people = list(standin.town.people)
    accounts = [account for person in people if (account := standin.address_of(person))]
    assert len(accounts) >= 2
    assert len(set(accounts)) == len(accounts)
    again = type(standin)(Town(people=demo_people()))
    assert [again.address_of(person) for person in people if again.address_of(person)] == accounts


def test_an_account_can_be_given_or_taken(standin: StandIn) -> None:
    person = next(p for p in standin.town.people if standin.address_of(p))
    assert standin.account_of(person, lambda: "usual") == "usual"
    person.accounts = {standin.name: "other"}
    assert standin.account_of(person, lambda: "usual") == "other"
    person.accounts = {standin.name: ""}
    assert standin.account_of(person, lambda: "usual") == ""


async def test_what_an_app_remembers_is_put_back() -> None:
    async with playing("telegram") as played:
        await played.acts("start")
        await played.send(text="Halo")
        await played.acts("block")
        kept = played.simulator.memory()
    async with playing("telegram") as again:
        again.simulator.remember(kept)
        assert [bubble.mine for bubble in again.shown()] == [True, False]
        assert again.simulator.memory() == kept


async def test_the_page_is_told_which_apps_there_are() -> None:
    async with playing("telegram") as played:
        town = (await played.http.get("/api/town")).json()
        assert [sheet["name"] for sheet in town["chats"]] == [kind.name for kind in all_standins()]
        slamet = next(person for person in town["people"] if person["id"] == "slamet")
        assert slamet["accounts"] == {}
        answer = await played.http.post(
            "/api/people/slamet/chats", json={"app": "telegram", "text": "?"}
        )
        assert answer.status_code == 409
        for path in ("acts/fly", "owner"):
            body = {"app": "telegram", "text": "?"}
            refused = await played.http.post(f"/api/people/dewi/{path}", json=body)
            assert refused.status_code in (404, 409)
