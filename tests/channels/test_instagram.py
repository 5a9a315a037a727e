"""What is Instagram's own: stories, unsent messages, comments, two logins."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.channels.meta_cases import (
    ACCOUNT,
    CUSTOMER,
    PAGE,
    Graph,
    changed,
    channel,
    config,
    element,
    received,
    told,
    webhook,
)

from sambung.channels import AccountNotice, Deleted, Edited, Ignored, Inbound, ReadUpTo


def one(**message: Any) -> Any:
    (item,) = told("instagram", message={"mid": "aWdf1", **message})
    return item


def attached(type: str, **payload: Any) -> Any:
    return one(attachments=[{"type": type, "payload": payload}])


# --- messages ----------------------------------------------------------------------------------------


def test_a_story_that_names_us_is_fetched_before_it_vanishes() -> None:
    found = attached("story_mention", url="https://lookaside.fbsbx.com/s")
    assert [file.url for file in found.attachments] == ["https://lookaside.fbsbx.com/s"]
    assert found.extra["story"] == {"type": "mention", "url": "https://lookaside.fbsbx.com/s"}


def test_an_answer_to_our_story_says_which() -> None:
    story = {"id": "179", "url": "https://lookaside.fbsbx.com/s"}
    found = one(text="cantik!", reply_to={"story": story})
    assert (found.kind, found.text, found.reply_to) == ("text", "cantik!", "")
    assert found.extra["story"] == {"type": "reply", **story}


@pytest.mark.parametrize("type", ["share", "ig_post", "ig_reel", "reel", "ig_story", "post"])
def test_a_shared_post_is_read_out(type: str) -> None:
    found = attached(type, url="https://a.id/p", title="Koleksi", ig_post_media_id=17)
    assert (found.kind, found.text) == ("text", "Koleksi https://a.id/p")
    assert found.extra["share"]["id"] == "17"


def test_a_heart_is_a_sticker() -> None:
    assert attached("like_heart", url="https://a.id/h.png").kind == "sticker"


def test_what_the_api_cannot_tell_is_unsupported() -> None:
    found = one(is_unsupported=True)
    assert (found.kind, found.extra["unsupported"]["provider_type"]) == (
        "unsupported",
        "unsupported",
    )


def test_an_unsent_message_is_taken_back_once() -> None:
    found = one(is_deleted=True)
    assert isinstance(found, Deleted)
    assert (found.id, found.target) == ("aWdf1:deleted", "aWdf1")


def test_reading_names_a_message() -> None:
    (found,) = told("instagram", read={"mid": "aWdf1"})
    assert isinstance(found, ReadUpTo)
    assert (found.target, found.state) == ("aWdf1", "read")


def test_an_edits_number_may_be_a_string() -> None:
    (found,) = told("instagram", message_edit={"mid": "aWdf1", "text": "L", "num_edit": "2"})
    assert isinstance(found, Edited)
    assert found.id == "aWdf1:edit:2"


def test_messages_also_come_as_changes() -> None:
    (found,) = changed(
        "instagram", "messages", **element("instagram", message={"mid": "m", "text": "a"})
    )
    assert isinstance(found, Inbound)
    assert (found.text, found.to) == ("a", ACCOUNT)


def test_what_another_app_answers_is_kept_with_a_warning() -> None:
    said = element("instagram", message={"mid": "m", "text": "halo?"})
    (found,) = received("instagram", webhook("instagram", said, kind="standby"))
    assert isinstance(found, Inbound)
    assert (found.warnings, found.extra["standby"]) == (("standby",), True)


# --- comments and mentions ------------------------------------------------------------------------------

COMMENT = {
    "id": "1790",
    "text": "ready?",
    "from": {"id": CUSTOMER["instagram"], "username": "sari.d"},
    "media": {"id": "1801", "media_product_type": "FEED"},
}


@pytest.mark.parametrize("field", ["comments", "live_comments", "mentions"])
def test_a_comment_is_a_message_of_the_same_person(field: str) -> None:
    (found,) = changed("instagram", field, **COMMENT)
    assert isinstance(found, Inbound)
    assert (found.id, found.text, found.address) == ("1790", "ready?", "comment:1790")
    assert (found.sender.username, found.window) == ("sari.d", timedelta(days=7))
    assert found.sender.handles[0].value == CUSTOMER["instagram"]
    assert found.at is not None
    assert found.extra["comment"] == {"id": "1790", "post": "1801", "media_type": "FEED"}


def test_an_answer_to_a_comment_of_ours_quotes_it() -> None:
    (found,) = changed("instagram", "comments", **COMMENT | {"parent_id": "1788"})
    assert isinstance(found, Inbound)
    assert found.reply_to == "1788"


def test_our_own_comment_is_ignored() -> None:
    (found,) = changed("instagram", "comments", **COMMENT | {"from": {"id": ACCOUNT}})
    assert isinstance(found, Ignored)


def test_a_mention_by_nobody_says_where_to_look() -> None:
    (found,) = changed("instagram", "mentions", media_id="18", comment_id="19")
    assert isinstance(found, AccountNotice)
    assert found.detail == {"media_id": "18", "comment_id": "19"}


# --- two logins -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, f"https://graph.facebook.com/v26.0/{PAGE}/messages"),
        ({"page_id": ""}, "https://graph.facebook.com/v26.0/me/messages"),
        ({"login": "instagram"}, f"https://graph.instagram.com/v26.0/{ACCOUNT}/messages"),
        ({"api_base": "http://127.0.0.1:9/x/"}, f"http://127.0.0.1:9/x/v26.0/{PAGE}/messages"),
    ],
)
async def test_each_login_has_its_address(settings: dict[str, str], wanted: str) -> None:
    graph = Graph("instagram", **settings)
    await graph.send(text="Halo")
    assert str(graph.asked[-1].url) == wanted
    assert graph.asked[-1].headers["authorization"] == "Bearer token-uji"


def test_both_ids_of_an_account_are_its_addresses() -> None:
    known = config("instagram", app_scoped_id="9001")
    assert channel("instagram").addresses(known) == (ACCOUNT, "9001")


def test_there_is_no_third_login() -> None:
    with pytest.raises(ValidationError):
        config("instagram", login="threads")
