"""Tokens that die are renewed at half their life, and one that was entered anew at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.channels.rest_cases import SETTINGS, Api, channel, config

from sambung.channels import Listened, Stopped, TryLater
from sambung.kit import clock

NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)


def given(number: int) -> dict[str, Any]:
    return {"access_token": f"a{number}", "refresh_token": f"r{number}", "expire_in": 14400}


def listening(api: Api, state: dict[str, Any]) -> AsyncIterator[Listened]:
    heard = channel("shopee").listen(api.config, state, api.net)
    assert heard is not None
    return heard


async def test_each_renewal_uses_the_token_that_the_last_one_gave() -> None:
    api = Api("shopee", given(1), given(2), refresh_token="r0")
    with clock.at(NOON):
        heard = listening(api, {"lain": 1})
        first = await anext(heard)
        assert first.settings == {"access_token": "a1", "refresh_token": "r1"}
        assert first.request is None
        assert first.state["lain"] == 1
        assert first.state["renew_at"] == (NOON + timedelta(hours=2)).isoformat()
        clock.advance(timedelta(hours=2))
        second = await anext(heard)
    assert second.settings["access_token"] == "a2"
    assert api.body["refresh_token"] == "r1"


async def test_after_a_restart_nothing_is_renewed_before_it_is_time() -> None:
    api = Api("shopee", given(1), given(2), refresh_token="r0")
    with clock.at(NOON):
        state = dict((await anext(listening(api, {}))).state)
        api.config = config("shopee", access_token="a1", refresh_token="r1")
        clock.advance(timedelta(hours=1, minutes=59))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(listening(api, state)), 0)
        assert len(api.asked) == 1
        entered = config("shopee", access_token="lain", refresh_token="lain")
        api.config, api.answers = entered, [given(3)]
        assert (await anext(listening(api, state))).settings["access_token"] == "a3"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"error": "invalid_refresh_token", "message": "used"}, Stopped),
        ({"error": "error_busy", "message": "nanti"}, TryLater),
        ({"error": "", "message": ""}, TryLater),
    ],
)
async def test_a_dead_refresh_token_stops_the_connection(
    answer: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await anext(listening(Api("shopee", answer, refresh_token="r0"), {}))


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_cannot_work_are_refused(name: str) -> None:
    for changes in (
        {"access_token": ""},
        {"access_token": " \n"},
        {"access_token": "tökén"},
        {"refresh_token": "a\nb"},
        {"api_base": "ftp://x"},
    ):
        with pytest.raises(ValidationError):
            config(name, **changes)
    tidy = config(name, access_token="abc\n", refresh_token="", api_base="http://127.0.0.1:1/")
    assert (tidy.token, tidy.refresh_token, tidy.api) == ("abc", None, "http://127.0.0.1:1")
