"""What Messenger tells that no recorded payload shows, and that nothing makes it stumble."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.meta_cases import (
    CASES,
    CUSTOMER,
    PAGE,
    Graph,
    changed,
    channel,
    config,
    element,
    received,
    recorded,
    refusal,
    told,
    webhook,
)

from sambung.channels import (
    AccountNotice,
    ConsentStated,
    Deleted,
    Edited,
    Ignored,
    Inbound,
    Malformed,
    Profile,
    Reacted,
    ReadUpTo,
    Reply,
    Request,
    StatusReported,
)

AT = datetime(2026, 11, 10, 3, tzinfo=UTC)
BOTH = pytest.mark.parametrize("name", ["messenger", "instagram"])


def one(name: str, **said: Any) -> Any:
    (item,) = told(name, **said)
    return item


def echo(name: str, **message: Any) -> Any:
    turned = element(name)
    sides = {"sender": turned["recipient"], "recipient": turned["sender"]}
    return one(name, **sides, message={"mid": "m_1", "is_echo": True, **message})


# --- the set-up ------------------------------------------------------------------------------------


@BOTH
def test_the_handshake_is_answered_to_who_knows_our_token(name: str) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "verify-token-uji", "hub.challenge": "9"}
    asked = Request(b"", method="GET", query=query)
    assert channel(name).handshake(asked, config(name)) == Reply(200, "9")
    assert channel(name).handshake(asked, config(name, verify_token="x")) == Reply(403)
    assert channel(name).handshake(Request(b"", method="GET"), config(name)) is None


def test_a_page_is_addressed_by_its_id() -> None:
    assert channel("messenger").addresses(config("messenger")) == (PAGE,)


@pytest.mark.parametrize("token", ["", " ", "a\nb", "é"])
def test_a_token_must_fit_a_header(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        config("messenger", access_token=token)


# --- echoes ------------------------------------------------------------------------------------------


def test_an_echo_of_ours_names_our_message_even_before_our_own_answer_does() -> None:
    found = echo("messenger", text="Halo", metadata="sambung:018f-uji", app_id=1)
    wanted = StatusReported(target="m_1", state="sent", message="018f-uji", at=AT, to=PAGE)
    assert found == wanted


@BOTH
def test_what_a_person_wrote_in_metas_own_inbox_is_outgoing(name: str) -> None:
    found = echo(name, text="Ditunggu ya", app_id=263902037430900)
    assert isinstance(found, Inbound)
    assert (found.outgoing, found.address) == (True, CUSTOMER[name])
    assert found.sender.handles[0].value == CUSTOMER[name]
    assert found.extra["app_id"] == "263902037430900"


# --- receipts ----------------------------------------------------------------------------------------


def test_a_delivery_names_its_messages_or_else_a_moment() -> None:
    named = told("messenger", delivery={"mids": ["m_1", "m_2"], "watermark": 1794279601000})
    assert [item.target for item in named if isinstance(item, StatusReported)] == ["m_1", "m_2"]
    later = one("messenger", delivery={"watermark": 1794279601000})
    assert isinstance(later, ReadUpTo)
    assert (later.target, later.state, later.at) == ("", "delivered", AT + timedelta(seconds=1))


# --- taps, origins, consent ----------------------------------------------------------------------------


@BOTH
def test_a_tap_on_a_button_is_an_answer(name: str) -> None:
    referral = {"ref": "promo", "source": "SHORTLINK", "type": "OPEN_THREAD"}
    tapped = {"title": "Mulai", "payload": "MULAI", "mid": "m_9", "referral": referral}
    found = one(name, postback=tapped)
    assert (found.id, found.kind, found.text) == ("m_9", "interactive_reply", "Mulai")
    assert found.extra["interactive"] == {"type": "postback", "id": "MULAI", "title": "Mulai"}
    assert found.extra["referral"]["ref"] == "promo"
    without = one(name, postback={"title": "Mulai", "payload": "MULAI"})
    assert without.id == f"postback:MULAI:{CUSTOMER[name]}:1794279600000"


def test_coming_back_by_a_link_is_context_and_no_message() -> None:
    found = one("messenger", referral={"ref": "kartu", "source": "SHORTLINK"})
    assert (found.kind, found.automatic, found.extra["referral"]["ref"]) == (
        "context",
        True,
        "kartu",
    )


@pytest.mark.parametrize(
    ("optin", "purpose", "granted"),
    [
        ({"ref": "PASS_THROUGH"}, "service", True),
        ({"type": "notification_messages", "payload": "p"}, "marketing", True),
        (
            {
                "type": "notification_messages",
                "notification_messages_status": "STOP_NOTIFICATIONS",
            },
            "marketing",
            False,
        ),
    ],
)
def test_an_optin_is_consent(optin: dict[str, str], purpose: str, granted: bool) -> None:
    found = one("messenger", optin=optin)
    assert isinstance(found, ConsentStated)
    assert (found.purpose, found.granted) == (purpose, granted)


def test_a_checkbox_without_a_person_is_ignored() -> None:
    anonymous = {"recipient": {"id": PAGE}, "timestamp": 1, "optin": {"ref": "x", "user_ref": "y"}}
    (found,) = received("messenger", webhook("messenger", anonymous))
    assert isinstance(found, Ignored)


@pytest.mark.parametrize(
    ("said", "what", "alert"),
    [
        ({"policy_enforcement": {"action": "block", "reason": "spam"}}, "policy_enforcement", True),
        ({"policy-enforcement": {"action": "unblock"}}, "policy_enforcement", False),
        ({"pass_thread_control": {"new_owner_app_id": 1}}, "thread_control", False),
        ({"app_roles": {"1": ["primary_receiver"]}}, "app_roles", False),
        ({"response_feedback": {"feedback": "Good", "mid": "m_1"}}, "response_feedback", False),
    ],
)
def test_what_meta_says_of_the_account_is_a_notice(
    said: dict[str, Any], what: str, alert: bool
) -> None:
    found = one("messenger", **said)
    assert isinstance(found, AccountNotice)
    assert (found.what, found.alert, found.to) == (what, alert, PAGE)


def test_a_template_that_was_refused_is_an_alert() -> None:
    value = {"event": "REJECTED", "message_template_name": "resi", "reason": "INVALID_FORMAT"}
    (found,) = changed("messenger", "message_template_status_update", **value)
    assert isinstance(found, AccountNotice)
    assert (found.alert, found.detail["template"]) == (True, "resi")


# --- changes to messages --------------------------------------------------------------------------------


def test_an_edit_and_reactions_name_their_message() -> None:
    edited = one("messenger", message_edit={"mid": "m_1", "text": "jadi dua", "num_edit": 1})
    assert edited == Edited(id="m_1:edit:1", target="m_1", text="jadi dua", at=AT, to=PAGE)
    put = one("messenger", reaction={"mid": "m_1", "action": "react", "reaction": "love"})
    assert isinstance(put, Reacted)
    assert put.emoji == "❤️"


# --- content ------------------------------------------------------------------------------------------


def attached(type: str, payload: Any = None, **message: Any) -> Any:
    attachment = {"type": type} | ({} if payload is None else {"payload": payload})
    return one("messenger", message={"mid": "m_1", "attachments": [attachment], **message})


@pytest.mark.parametrize(
    ("type", "kind"),
    [("image", "image"), ("video", "video"), ("audio", "audio"), ("file", "document")],
)
def test_files_are_to_be_fetched(type: str, kind: str) -> None:
    found = attached(type, {"url": "https://cdn.fbsbx.com/a"}, text="ini")
    assert (found.kind, found.text) == (kind, "ini")
    assert [file.url for file in found.attachments] == ["https://cdn.fbsbx.com/a"]


def test_a_place_is_read_out() -> None:
    found = attached("location", {"coordinates": {"lat": -6.2, "long": 106.8}}, text="")
    assert (found.kind, found.text) == ("location", "-6.2, 106.8")
    assert found.extra["location"] == {"lat": -6.2, "lon": 106.8}


@pytest.mark.parametrize(
    ("type", "payload"),
    [
        ("fallback", None),
        ("fallback", {}),
        ("appointment_booking", {}),
        ("baru", {"x": 1}),
        ("image", {}),
    ],
)
def test_what_cannot_be_shown_is_unsupported_and_kept(type: str, payload: Any) -> None:
    found = attached(type, payload)
    assert (found.kind, found.extra["unsupported"]["provider_type"]) == ("unsupported", type)
    assert found.extra["raw"]["mid"] == "m_1"


def test_a_shared_product_is_read_out() -> None:
    product = {"elements": [{"id": "7", "title": "Sepatu", "subtitle": "Rp 300.000"}]}
    found = attached("template", {"product": product})
    assert (found.kind, found.text) == ("interactive", "Sepatu — Rp 300.000")


def test_an_answer_quotes() -> None:
    found = one("messenger", message={"mid": "m_2", "text": "ya", "reply_to": {"mid": "m_1"}})
    assert found.reply_to == "m_1"


# --- comments ----------------------------------------------------------------------------------------

COMMENT = {
    "item": "comment",
    "verb": "add",
    "comment_id": "77_88",
    "post_id": f"{PAGE}_77",
    "parent_id": f"{PAGE}_77",
    "from": {"id": "555", "name": "Sari"},
    "message": "harganya?",
    "created_time": 1794279600,
}


def test_a_comment_is_a_message_that_is_answered_privately_within_seven_days() -> None:
    (found,) = changed("messenger", "feed", **COMMENT)
    assert isinstance(found, Inbound)
    assert (found.id, found.text, found.address) == ("77_88", "harganya?", "comment:77_88")
    assert (found.sender.name, found.at, found.window) == ("Sari", AT, timedelta(days=7))
    assert found.extra["comment"]["post"] == f"{PAGE}_77"


def test_a_comment_is_changed_and_taken_away() -> None:
    (edited,) = changed("messenger", "feed", **COMMENT | {"verb": "edited", "message": "berapa?"})
    assert isinstance(edited, Edited)
    assert (edited.target, edited.text) == ("77_88", "berapa?")
    (gone,) = changed("messenger", "feed", **COMMENT | {"verb": "remove"})
    assert isinstance(gone, Deleted)
    assert gone.target == "77_88"


@pytest.mark.parametrize("change", [{"from": {"id": PAGE}}, {"item": "like"}, {"verb": "mute"}])
def test_our_own_comments_and_the_rest_of_the_feed_are_ignored(change: dict[str, Any]) -> None:
    (found,) = changed("messenger", "feed", **COMMENT | change)
    assert isinstance(found, Ignored)


# --- who it is -----------------------------------------------------------------------------------------


async def test_a_name_is_asked_for_and_else_read_over_the_conversation() -> None:
    told_ = httpx.Response(200, json={"first_name": "Sari", "last_name": "Dewi", "locale": "id_ID"})
    graph = Graph("messenger", told_)
    handle = one("messenger", message={"mid": "m_1", "text": "a"}).sender.handles[0]
    ask = channel("messenger").profile
    assert await ask(handle, graph.config, graph.net) == Profile(name="Sari Dewi", locale="id_ID")
    participants = {"data": [{"id": handle.value, "name": "Sari"}, {"id": PAGE, "name": "Toko"}]}
    over = httpx.Response(200, json={"data": [{"participants": participants}]})
    graph = Graph("messenger", refusal(100, 2018218), over)
    assert await ask(handle, graph.config, graph.net) == Profile(name="Sari")


# --- nothing makes it stumble ----------------------------------------------------------------------------

KEYS = (
    *("id", "mid", "message", "messaging", "changes", "value", "field", "entry", "from"),
    *("attachments", "payload", "type", "read", "delivery", "watermark", "reaction"),
    *("timestamp", "sender", "recipient", "postback", "optin", "referral", "standby"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@BOTH
@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(name: str, body: bytes) -> None:
    try:
        received_ = list(channel(name).receive(Request(body)))
    except Malformed:
        return
    assert all(isinstance(item, Ignored) for item in received_)


@BOTH
@given(entry=JSON)
def test_any_entry_is_read(name: str, entry: Any) -> None:
    object_ = "page" if name == "messenger" else "instagram"
    received(name, json.dumps({"object": object_, "entry": entry}))
    received(name, json.dumps({"object": object_, "entry": [{"id": "1", "messaging": entry}]}))
    received(name, json.dumps({"object": object_, "entry": [{"id": "1", "changes": entry}]}))


@given(case=st.sampled_from(CASES), broken=JSON, key=st.text(max_size=3), seed=st.randoms())
def test_one_bad_element_does_not_cost_the_others(
    case: tuple[str, str], broken: Any, key: str, seed: Any
) -> None:
    name, named = case
    document = json.loads(recorded(name, named)[1].body)
    mutated = json.loads(json.dumps(document))
    node = mutated["entry"][0]
    while isinstance(node, dict | list) and node:
        where = seed.choice(list(node)) if isinstance(node, dict) else seed.randrange(len(node))
        if seed.random() < 0.4 or not isinstance(node[where], dict | list):
            node[where] = broken
            break
        node = node[where]
    good = element(name, message={"mid": "m_good", "text": "utuh"})
    whole = [*mutated["entry"], *webhook(name, good)["entry"]]
    items = received(name, {**document, "entry": whole})
    assert [item.text for item in items if isinstance(item, Inbound) and item.id == "m_good"]
