"""What Messenger and Instagram are asked to send, and what their refusals mean."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.channels.meta_cases import CUSTOMER, PAGE, Graph, channel, file, refusal

from sambung.channels import Attachment, Handle, Receipt, Refused, Stopped, TryLater, Unknown

MB = 1024 * 1024
BOTH = pytest.mark.parametrize("name", ["messenger", "instagram"])
WINDOW = {"messenger": (10, 2018278), "instagram": (10, 2534022)}


# --- words ------------------------------------------------------------------------------------------


async def test_a_text_carries_our_own_id() -> None:
    graph = Graph("messenger")
    assert await graph.send(text="Halo", reply_to="m_IN") == Receipt("m_OUT1", "sent")
    assert str(graph.asked[0].url) == f"https://graph.facebook.com/v26.0/{PAGE}/messages"
    assert graph.bodies == [
        {
            "recipient": {"id": CUSTOMER["messenger"]},
            "messaging_type": "RESPONSE",
            "message": {"text": "Halo", "metadata": "sambung:018f"},
            "reply_to": {"mid": "m_IN"},
        }
    ]


async def test_instagram_counts_bytes_and_breaks_between_characters() -> None:
    graph = Graph("instagram")
    words = "é" * 700 + " " + "🙏" * 100
    receipt = await graph.send(text=words)
    parts = [body["message"]["text"] for body in graph.bodies]
    assert receipt.other_ids == ("m_OUT2",)
    assert all(len(part.encode()) <= 1000 for part in parts)
    assert "".join(parts).replace(" ", "") == words.replace(" ", "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("messenger", {"text": "a" * 2001}),
        ("instagram", {"text": "a" * 1001}),
        ("messenger", {"text": " "}),
        ("messenger", {"text": "a", "to": "", "handle": Handle("messenger", "")}),
        ("messenger", {"template": {"name": "resi"}}),
        ("instagram", {"to": "comment:1", "text": "a", "attachments": (file("image/png"),)}),
        ("instagram", {"attachments": (file("image/webp"),)}),
        ("messenger", {"attachments": (file("video/mp4", 25 * MB + 1),)}),
        ("messenger", {"attachments": (file("image/png", 0),)}),
        ("messenger", {"interactive": {"type": "button", "body": "?", "buttons": []}}),
        ("messenger", {"interactive": {"type": "button", "body": "?", "buttons": ["a" * 21]}}),
        ("messenger", {"interactive": {"type": "button", "body": "?", "buttons": ["a"] * 14}}),
        ("messenger", {"interactive": {"type": "flow", "body": "?"}}),
        ("messenger", {"interactive": {"type": "cta_url", "body": "?", "title": "x", "url": "y"}}),
        ("messenger", {"kind": "reaction", "reaction": {"target": "m_1", "emoji": "🦆"}}),
        ("messenger", {"kind": "reaction", "reaction": {"target": "", "emoji": "👍"}}),
    ],
)
async def test_what_meta_would_refuse_never_leaves(name: str, message: dict[str, Any]) -> None:
    graph = Graph(name)
    with pytest.raises(Refused):
        await graph.send(**message)
    assert not graph.bodies


# --- files ------------------------------------------------------------------------------------------


async def test_words_and_files_go_one_after_the_other() -> None:
    graph = Graph("messenger")
    files = (file("image/png", name="résumé.png"), file("application/zip"))
    receipt = await graph.send(text="Ini", attachments=files)
    assert receipt == Receipt("m_OUT1", "sent", other_ids=("m_OUT2", "m_OUT3"))
    assert b'filename="r_sum_.png"' in graph.asked[0].content
    parts = [body["message"] for body in graph.bodies]
    assert [part["metadata"] for part in parts] == ["sambung:018f"] * 3
    assert [part.get("text") or part["attachment"] for part in parts] == [
        "Ini",
        {"type": "image", "payload": {"attachment_id": "file-1"}},
        {"type": "file", "payload": {"attachment_id": "file-1"}},
    ]


async def test_instagram_shares_what_was_uploaded_or_fetches_it_by_itself() -> None:
    graph = Graph("instagram")
    await graph.send(attachments=(file("image/png"),))
    assert b"instagram" in graph.asked[0].content
    shared = {"type": "MEDIA_SHARE", "payload": {"id": "file-1"}}
    assert graph.bodies[-1]["message"] == {"attachment": shared}
    public = replace(file("image/png"), url="https://toko.contoh.id/f/1")
    await graph.send(attachments=(public,))
    linked = {"type": "image", "payload": {"url": "https://toko.contoh.id/f/1"}}
    assert graph.bodies[-1]["message"] == {"attachment": linked}


async def test_a_second_part_that_fails_leaves_the_message_uncertain() -> None:
    sent = httpx.Response(200, json={"message_id": "m_1"})
    uploaded = httpx.Response(200, json={"attachment_id": "f"})
    graph = Graph("messenger", uploaded, sent, refusal(100, 2018047))
    with pytest.raises(Unknown, match="only 1 of its parts"):
        await graph.send(text="Ini", attachments=(file("image/png"),))


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [(403, Refused), (404, Refused), (429, TryLater), (500, TryLater)],
)
async def test_a_received_file_whose_address_died_is_gone(
    answer: int, wanted: type[Exception]
) -> None:
    graph = Graph("messenger", httpx.Response(answer))
    with pytest.raises(wanted):
        await channel("messenger").fetch(
            Attachment("image/*", url="http://127.0.0.1/x"), graph.config, graph.net
        )
    assert "authorization" not in graph.asked[0].headers


async def test_a_received_file_is_fetched() -> None:
    graph = Graph(
        "messenger", httpx.Response(200, content=b"x", headers={"content-type": "image/png"})
    )
    found = await channel("messenger").fetch(
        Attachment("image/*", url="http://127.0.0.1/x"), graph.config, graph.net
    )
    assert (found.content, found.mime) == (b"x", "image/png")


# --- choices, reactions, courtesies ------------------------------------------------------------------------


async def test_buttons_and_lists_are_quick_replies() -> None:
    graph = Graph("instagram")
    buttons = [{"id": "y", "title": "Ya"}, "Tidak"]
    await graph.send(interactive={"type": "button", "body": "Sudah benar?", "buttons": buttons})
    said = graph.bodies[-1]["message"]
    assert said["text"] == "Sudah benar?"
    assert said["quick_replies"] == [
        {"content_type": "text", "title": "Ya", "payload": "y"},
        {"content_type": "text", "title": "Tidak", "payload": "Tidak"},
    ]
    await graph.send(text="Pilih", interactive={"sections": [{"rows": ["A"]}, {"rows": ["B"]}]})
    assert [one["title"] for one in graph.bodies[-1]["message"]["quick_replies"]] == ["A", "B"]


async def test_a_customer_is_asked_for_their_number_by_one_tap() -> None:
    graph = Graph("messenger")
    await graph.send(text="Nomornya?", interactive={"type": "contact_request", "fields": ["phone"]})
    assert graph.bodies[-1]["message"]["quick_replies"] == [{"content_type": "user_phone_number"}]


async def test_a_link_is_a_template() -> None:
    graph = Graph("messenger")
    link = {"type": "cta_url", "title": "Bayar", "url": "https://toko.contoh.id/b"}
    await graph.send(text="Silakan", interactive=link)
    payload = graph.bodies[-1]["message"]["attachment"]["payload"]
    assert payload["buttons"] == [
        {"type": "web_url", "title": "Bayar", "url": "https://toko.contoh.id/b"}
    ]
    assert payload["text"] == "Silakan"


@pytest.mark.parametrize(
    ("emoji", "action", "payload"),
    [
        ("❤️", "react", {"message_id": "m_1", "reaction": "love"}),
        ("❤", "react", {"message_id": "m_1", "reaction": "love"}),
        ("", "unreact", {"message_id": "m_1"}),
    ],
)
async def test_a_reaction_is_an_action(emoji: str, action: str, payload: dict[str, str]) -> None:
    graph = Graph("instagram")
    await graph.send(kind="reaction", reaction={"target": "m_1", "emoji": emoji})
    assert (graph.bodies[-1]["sender_action"], graph.bodies[-1]["payload"]) == (action, payload)


async def test_seeing_tells_the_messages_author() -> None:
    graph = Graph("messenger", httpx.Response(200, json={"from": {"id": "77"}, "id": "m_1"}))
    await channel("messenger").seen("m_1", graph.config, graph.net, typing=True)
    assert graph.bodies == [
        {"recipient": {"id": "77"}, "sender_action": "mark_seen"},
        {"recipient": {"id": "77"}, "sender_action": "typing_on"},
    ]


# --- the window ----------------------------------------------------------------------------------------


@BOTH
async def test_what_a_person_writes_late_goes_with_the_human_agent_tag(name: str) -> None:
    graph = Graph(name, refusal(*WINDOW[name]))
    assert (await graph.send(text="Maaf menunggu")).id == "m_OUT2"
    assert "tag" not in graph.bodies[0]
    late = graph.bodies[1]
    assert (late["messaging_type"], late["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


@BOTH
async def test_a_machine_never_writes_late(name: str) -> None:
    graph = Graph(name, refusal(*WINDOW[name]))
    with pytest.raises(Refused) as refused:
        await graph.send(text="Promo!", automatic=True)
    assert (refused.value.reason, len(graph.bodies)) == ("window_closed", 1)


async def test_without_the_permission_the_window_is_closed_and_nothing_stops() -> None:
    graph = Graph("messenger", refusal(10, 2018278), refusal(10))
    with pytest.raises(Refused, match="Human Agent") as refused:
        await graph.send(text="Maaf")
    assert refused.value.reason == "window_closed"
    off = Graph("messenger", refusal(10, 2018278), human_agent=False)
    with pytest.raises(Refused):
        await off.send(text="Maaf")
    assert len(off.bodies) == 1


@pytest.mark.parametrize(("name", "code"), [("messenger", (10900,)), ("instagram", (100, 2534025))])
async def test_a_comment_is_answered_privately_once_then_the_person(
    name: str, code: tuple[int, ...]
) -> None:
    graph = Graph(name, httpx.Response(200, json={"message_id": "m_1"}), refusal(*code))
    await graph.send(to="comment:1790", text="Ready kak", reply_to="1790")
    first = graph.bodies[0]
    assert first["recipient"] == {"comment_id": "1790"}
    assert not {"messaging_type", "reply_to"} & first.keys()
    await graph.send(to="comment:1790", text="Mau ukuran apa?")
    assert graph.bodies[-1]["recipient"] == {"id": CUSTOMER[name]}


# --- what refusals mean ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "wanted", "reason"),
    [
        (refusal(1), TryLater, "provider_down"),
        (refusal(2, status=500), TryLater, "provider_down"),
        (refusal(4), TryLater, "rate_limited"),
        (refusal(613, status=403), TryLater, "rate_limited"),
        (refusal(9999, status=429), TryLater, "rate_limited"),
        (refusal(9999, is_transient=True), TryLater, "provider_down"),
        (refusal(190, 460, status=401), Stopped, "auth"),
        (refusal(200, status=403), Stopped, "auth"),
        (refusal(10), Stopped, "auth"),
        (refusal(368), Stopped, "blocked"),
        (refusal(10, 1893063), Stopped, "blocked"),
        (refusal(551), Refused, "undeliverable"),
        (refusal(200, 1545041), Refused, "undeliverable"),
        (refusal(100, 2018001), Refused, "undeliverable"),
        (refusal(100, 2534014), Refused, "undeliverable"),
        (refusal(10, 2018300), Refused, "blocked"),
        (refusal(100, 2018109), Refused, "media_invalid"),
        (refusal(100), Refused, "invalid"),
        (refusal(9999), Refused, "other"),
        (httpx.Response(502, text="<html>"), Unknown, "provider_down"),
        (httpx.Response(503, text="busy"), TryLater, "provider_down"),
        (httpx.Response(401), Stopped, "auth"),
        (httpx.Response(200, text="<html>"), Unknown, "timed_out"),
        (httpx.Response(200, json={}), Unknown, "timed_out"),
        (httpx.ReadTimeout("late"), Unknown, "timed_out"),
        (httpx.ConnectError("down"), TryLater, "provider_down"),
    ],
)
@BOTH
async def test_a_refusal_means_what_to_do(
    name: str, answer: httpx.Response | Exception, wanted: type[Exception], reason: str
) -> None:
    with pytest.raises(wanted) as failed:
        await Graph(name, answer).send(text="Halo", automatic=True)
    assert failed.value.reason == reason  # type: ignore[attr-defined]


async def test_a_rate_limit_says_how_long() -> None:
    limited = httpx.Response(429, json={"error": {"code": 4}}, headers={"retry-after": "12"})
    with pytest.raises(TryLater) as later:
        await Graph("messenger", limited).send(text="Halo")
    assert later.value.seconds == 12


# --- the test button ---------------------------------------------------------------------------------------


async def test_the_test_button_says_who_and_whether_messages_will_come() -> None:
    named = httpx.Response(200, json={"name": "Toko Nusantara"})
    apps = httpx.Response(200, json={"data": [{"id": "1", "subscribed_fields": ["messages"]}]})
    graph = Graph("messenger", named, apps)
    found = await channel("messenger").check(graph.config, graph.net)
    assert found == "Terhubung ke Toko Nusantara. / Connected to Toko Nusantara."
    graph = Graph("messenger", named, httpx.Response(200, json={"data": []}))
    assert "No subscription" in await channel("messenger").check(graph.config, graph.net)
    graph = Graph("messenger", refusal(190))
    with pytest.raises(Stopped):
        await channel("messenger").check(graph.config, graph.net)
