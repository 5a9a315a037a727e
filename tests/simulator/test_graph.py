"""The WhatsApp stand-in, spoken to over HTTP as the product speaks to Meta."""

import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sambung.kit import clock

if TYPE_CHECKING:
    from tests.simulator.conftest import World

NUMBER_ID, ACCOUNT = "552100000000011", "108554321098765"


async def test_a_customers_message_arrives_signed_over_the_bytes_as_sent(world: "World") -> None:
    await world.customer("dewi", text="Kak, cek https://toko.example/b ya 😊 – “promo”")
    await world.simulator.settle()
    [(body, headers)] = world.product.posts
    proof = hmac.new(b"rahasia-aplikasi-uji", body, hashlib.sha256).hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={proof}"
    assert body.isascii()
    assert rb"https:\/\/toko.example\/b" in body
    assert rb"\ud83d\ude0a \u2013 \u201cpromo\u201d" in body
    assert b'": ' not in body
    [value] = world.product.values()
    assert value["metadata"] == {
        "display_phone_number": "622150998877",
        "phone_number_id": NUMBER_ID,
    }
    assert value["contacts"] == [
        {
            "profile": {"name": "Dewi Lestari"},
            "user_id": "ID.7301942288104401",
            "wa_id": "6281215550101",
        }
    ]
    message = value["messages"][0]
    assert message["from"] == "6281215550101"
    assert message["from_user_id"] == "ID.7301942288104401"
    assert message["text"] == {"body": "Kak, cek https://toko.example/b ya 😊 – “promo”"}
    assert re.fullmatch(r"wamid\.[A-Za-z0-9+/=]+", message["id"])
    assert re.fullmatch(r"\d{10}", message["timestamp"])


async def test_a_user_with_a_username_comes_without_a_phone(world: "World") -> None:
    await world.customer("siti", text="Min, pesanan saya kok belum dikirim?")
    await world.simulator.settle()
    [value] = world.product.values()
    assert "wa_id" not in value["contacts"][0]
    assert value["contacts"][0]["profile"]["username"] == "@siti.rahma"
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == "ID.9920017745310003"


async def test_a_reply_goes_sent_delivered_read_and_carries_our_data_back(world: "World") -> None:
    await world.customer("dewi", text="Halo")
    answer = await world.send("text", {"body": "Halo juga"}, biz_opaque_callback_data="pesan-1")
    wamid = answer.json()["messages"][0]["id"]
    assert answer.json()["contacts"] == [
        {"input": "6281215550101", "user_id": "ID.7301942288104401", "wa_id": "6281215550101"}
    ]
    await world.simulator.settle()
    await world.http.post("/api/people/dewi/chats/reading")
    await world.simulator.settle()
    assert world.product.statuses() == [(wamid, s) for s in ("sent", "delivered", "read")]
    told = [s for v in world.product.values() for s in v.get("statuses", [])]
    assert {s["biz_opaque_callback_data"] for s in told} == {"pesan-1"}
    assert {s["recipient_id"] for s in told} == {"6281215550101"}
    assert told[0]["pricing"]["category"] == "service"


async def test_who_hides_reading_never_sends_read(world: "World") -> None:
    await world.customer("asep", text="Punten")
    await world.send("text", {"body": "Mangga"}, to="6282115550104")
    await world.simulator.settle()
    await world.http.post("/api/people/asep/chats/reading")
    await world.simulator.settle()
    assert [state for _, state in world.product.statuses()] == ["sent", "delivered"]


async def test_a_hidden_phone_is_reached_by_its_user_id(world: "World") -> None:
    await world.customer("siti", text="Halo")
    body = {"messaging_product": "whatsapp", "recipient": "ID.9920017745310003", "type": "text"}
    answer = await world.graph(
        "POST", f"{NUMBER_ID}/messages", json=body | {"text": {"body": "Halo kak"}}
    )
    assert answer.status_code == 200
    await world.simulator.settle()
    told = [s for v in world.product.values() for s in v.get("statuses", [])]
    assert all("recipient_id" not in s for s in told)
    assert all(s["recipient_user_id"] == "ID.9920017745310003" for s in told)


async def test_the_window_closes_24_hours_after_the_customers_last_message(world: "World") -> None:
    now = clock.now()
    with clock.at(now - timedelta(hours=24, seconds=1)):
        await world.customer("dewi", text="Halo")
    refused = await world.send("text", {"body": "Masih di sana?"})
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == 131047
    template = {
        "name": "lanjutkan_percakapan",
        "language": {"code": "id"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Dewi"}]}],
    }
    assert (await world.send("template", template)).status_code == 200
    with clock.at(now):
        await world.customer("dewi", text="Masih")
        assert (await world.send("text", {"body": "Siap"})).status_code == 200


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("text", {"body": "x" * 4097}, 131009),
        ("text", {"body": " "}, 131008),
        ("text", None, 131008),
        ("poll", {"question": "?"}, 131051),
        ("image", {"id": "404"}, 131009),
        ("image", {}, 131008),
        ("image", {"link": "https://x.example/a.png", "caption": "x" * 1025}, 131009),
        ("location", {"latitude": 91, "longitude": 0}, 131009),
        ("location", {"latitude": "selatan", "longitude": 0}, 131008),
        ("contacts", [{"name": {}}], 131008),
        ("reaction", {"message_id": "wamid.none", "emoji": "👍"}, 131009),
        ("interactive", {"type": "quiz", "body": {"text": "?"}}, 131009),
        ("template", {"name": "tidak_ada", "language": {"code": "id"}}, 132001),
        ("template", {"name": "kode_masuk", "language": {"code": "id"}}, 132000),
    ],
)
async def test_what_meta_would_refuse_is_refused_by_its_code(
    world: "World", kind: str, content: Any, code: int
) -> None:
    await world.customer("dewi", text="Halo")
    answer = await world.send(kind, content)
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["fbtrace_id"]
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("buttons", "right"),
    [
        ([("a", "Ya"), ("b", "Tidak")], True),
        ([], False),
        ([("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")], False),
        ([("a", "x" * 21)], False),
        ([("a", "Ya"), ("a", "Tidak")], False),
        ([("a", "Ya"), ("b", "Ya")], False),
    ],
)
async def test_buttons_are_at_most_three_short_and_unique(
    world: "World", buttons: list[tuple[str, str]], right: bool
) -> None:
    await world.customer("dewi", text="Halo")
    given = [{"type": "reply", "reply": {"id": i, "title": t}} for i, t in buttons]
    content = {"type": "button", "body": {"text": "Jadi?"}, "action": {"buttons": given}}
    answer = await world.send("interactive", content)
    assert (answer.status_code == 200) is right, answer.text


async def test_a_list_has_at_most_ten_rows_in_all(world: "World") -> None:
    await world.customer("dewi", text="Halo")
    for rows, status in ((10, 200), (11, 400)):
        sections = [
            {"title": "Topik", "rows": [{"id": str(i), "title": f"Baris {i}"} for i in range(rows)]}
        ]
        content = {
            "type": "list",
            "body": {"text": "Pilih"},
            "action": {"button": "Topik", "sections": sections},
        }
        assert (await world.send("interactive", content)).status_code == status


async def test_only_the_right_token_may_call(world: "World") -> None:
    wrong = await world.graph("GET", NUMBER_ID, token="salah")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, 190)
    right = await world.graph("GET", NUMBER_ID)
    assert right.json()["verified_name"] == "Toko Nusantara"
    other = await world.graph("GET", "999999/phone_numbers")
    assert (other.status_code, other.json()["error"]["error_subcode"]) == (400, 33)


async def test_nobody_there_and_oneself_are_refused(world: "World") -> None:
    gone = await world.send("text", {"body": "?"}, to="6281900000000")
    assert gone.json()["error"]["code"] == 131026
    own = await world.send("text", {"body": "?"}, to="622150998877")
    assert own.json()["error"]["code"] == 131021


async def test_media_goes_up_and_comes_down_in_two_steps_with_the_token(world: "World") -> None:
    files = {"file": ("batik.png", b"\x89PNG...", "image/png")}
    up = await world.graph(
        "POST",
        f"{NUMBER_ID}/media",
        data={"messaging_product": "whatsapp", "type": "image/png"},
        files=files,
    )
    media = up.json()["id"]
    about = (await world.graph("GET", media)).json()
    assert about["sha256"] == hashlib.sha256(b"\x89PNG...").hexdigest()
    assert about["file_size"] == 7
    async with httpx.AsyncClient() as anybody:
        assert (await anybody.get(about["url"])).status_code == 401
        headers = {"authorization": "Bearer EAAG-uji"}
        down = await anybody.get(about["url"], headers=headers)
        assert (down.content, down.headers["content-type"]) == (b"\x89PNG...", "image/png")
        with clock.at(clock.now() + timedelta(minutes=6)):
            assert (await anybody.get(about["url"], headers=headers)).status_code == 404
    too_big = {"file": ("besar.png", b"0" * (5 * 1024 * 1024 + 1), "image/png")}
    refused = await world.graph(
        "POST", f"{NUMBER_ID}/media", data={"messaging_product": "whatsapp"}, files=too_big
    )
    assert refused.json()["error"]["code"] == 131053


async def test_a_picture_from_a_customer_can_be_fetched(world: "World") -> None:
    file = await world.http.post("/api/files", files={"file": ("rusak.jpg", b"JPG", "image/jpeg")})
    await world.customer(
        "dewi", kind="image", file=file.json()["id"], caption="Barangnya rusak kak"
    )
    await world.simulator.settle()
    [message] = world.product.messages()
    assert message["image"]["caption"] == "Barangnya rusak kak"
    assert message["image"]["mime_type"] == "image/jpeg"
    about = (await world.graph("GET", message["image"]["id"])).json()
    down = await world.http.get(about["url"], headers={"authorization": "Bearer EAAG-uji"})
    assert down.content == b"JPG"


async def test_quotes_edits_reactions_and_taking_back(world: "World") -> None:
    first = await world.customer("dewi", text="Yang biru ada?")
    await world.customer("dewi", text="Yang ini maksudnya", quotes=first["id"])
    await world.http.patch(f"/api/bubbles/{first['id']}", json={"text": "Yang hijau ada?"})
    await world.http.put(f"/api/bubbles/{first['id']}/reaction", json={"emoji": "👍"})
    await world.http.put(f"/api/bubbles/{first['id']}/reaction", json={"emoji": ""})
    await world.http.delete(f"/api/bubbles/{first['id']}")
    await world.simulator.settle()
    _, quoting, edit, liked, unliked, revoked = world.product.messages()
    assert quoting["context"] == {"from": "6281215550101", "id": first["id"]}
    assert edit["edit"] == {
        "original_message_id": first["id"],
        "message": {"type": "text", "text": {"body": "Yang hijau ada?"}},
    }
    assert liked["reaction"] == {"message_id": first["id"], "emoji": "👍"}
    assert unliked["reaction"] == {"message_id": first["id"]}
    assert revoked["revoke"] == {"original_message_id": first["id"]}
    assert len({m["id"] for m in world.product.messages()}) == 6


async def test_a_new_number_is_told_twice_and_with_the_old_id(world: "World") -> None:
    await world.http.put("/api/people/dewi/number", json={"phone": "6281299990000"})
    await world.simulator.settle()
    [message] = world.product.messages()
    [update] = world.product.values("user_id_update")
    assert message["system"]["type"] == "user_changed_user_id"
    changed = update["user_id_update"][0]["user_id"]
    assert changed["previous"] == "ID.7301942288104401"
    assert changed["current"] == message["system"]["user_id"]


async def test_the_owners_own_phone_sends_an_echo(world: "World") -> None:
    await world.http.post("/api/people/dewi/owner", json={"text": "Ini dari HP saya"})
    await world.simulator.settle()
    [value] = world.product.values("smb_message_echoes")
    assert value["message_echoes"][0]["from"] == "622150998877"
    assert value["message_echoes"][0]["to"] == "6281215550101"


async def test_templates_are_listed_created_approved_and_deleted(world: "World") -> None:
    listed = (await world.graph("GET", f"{ACCOUNT}/message_templates?limit=2")).json()
    assert len(listed["data"]) == 2
    assert listed["paging"]["next"]
    wanted = {
        "name": "terima_kasih",
        "language": "id",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Terima kasih, Kak."}],
    }
    made = await world.graph("POST", f"{ACCOUNT}/message_templates", json=wanted)
    assert made.json()["status"] == "PENDING"
    await world.simulator.settle()
    [told] = world.product.values("message_template_status_update")
    assert (told["event"], told["message_template_name"]) == ("APPROVED", "terima_kasih")
    again = await world.graph("POST", f"{ACCOUNT}/message_templates", json=wanted)
    assert again.status_code == 400
    path = f"{ACCOUNT}/message_templates?name=terima_kasih"
    assert (await world.graph("DELETE", path)).json() == {"success": True}
    assert (await world.graph("GET", path)).json()["data"] == []


async def test_subscribing_needs_the_hook_to_answer_the_challenge(world: "World") -> None:
    url = world.simulator.cloud.webhooks[ACCOUNT]
    wrong = {"override_callback_uri": url, "verify_token": "salah"}
    refused = await world.graph("POST", f"{ACCOUNT}/subscribed_apps", json=wrong)
    assert refused.json()["error"]["code"] == 2200
    right = wrong | {"verify_token": "verifikasi-uji"}
    taken = await world.graph("POST", f"{ACCOUNT}/subscribed_apps", json=right)
    assert taken.json() == {"success": True}
    told = (await world.graph("GET", f"{ACCOUNT}/subscribed_apps")).json()
    assert told["data"][0]["override_callback_uri"] == url


async def test_reading_by_the_business_turns_the_ticks_and_shows_typing(world: "World") -> None:
    first = await world.customer("dewi", text="Satu")
    last = await world.customer("dewi", text="Dua")
    await world.simulator.settle()
    states = [b.state for b in world.simulator.cloud.chats]
    assert states == ["delivered", "delivered"]
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": last["id"]}
    with world.simulator.live.listen() as changes:
        answer = await world.graph(
            "POST", f"{NUMBER_ID}/messages", json=body | {"typing_indicator": {"type": "text"}}
        )
        heard = [changes.get_nowait()["what"] for _ in range(changes.qsize())]
    assert answer.json() == {"success": True}
    assert "typing" in heard
    shown = (await world.http.get("/api/people/dewi/chats")).json()["items"]
    assert [(b["id"], b["state"]) for b in shown] == [(first["id"], "read"), (last["id"], "read")]


async def test_a_number_sends_only_so_many_messages_a_second(world: "World") -> None:
    with clock.at(clock.now()):
        await world.customer("dewi", text="Halo")
        codes = []
        for _ in range(46):
            answer = await world.send("text", {"body": "Halo"})
            codes.append(answer.json().get("error", {}).get("code"))
    assert codes == [None] * 45 + [131056]


async def test_the_wire_is_what_json_says_it_is(world: "World") -> None:
    await world.customer("dewi", kind="location", content={"latitude": -6.2, "longitude": 106.8})
    await world.simulator.settle()
    body, _ = world.product.posts[0]
    plain = json.dumps(json.loads(body), separators=(",", ":")).replace("/", "\\/").encode()
    assert plain == body
