"""The simulator as a whole: people, shop, live changes, memory."""

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING

import jwt
import websockets

from sambung.simulator.app import Simulator
from sambung.simulator.customers import demo_people
from sambung.simulator.town import Town

SECRET = "rahasia-toko-yang-panjang-sekali-sungguh"

if TYPE_CHECKING:
    from tests.simulator.conftest import World


async def test_anyone_can_be_made_a_customer(world: "World") -> None:
    made = await world.http.post(
        "/api/people", json={"name": "Rina", "language": "id", "phone": "+62 812-1555-0199"}
    )
    person = made.json()
    assert person["phone"] == "6281215550199"
    await world.customer(person["id"], text="Halo, saya Rina")
    await world.simulator.settle()
    assert world.product.values()[0]["contacts"][0]["wa_id"] == "6281215550199"
    assert (await world.http.post("/api/people", json={"name": " "})).status_code == 422


async def test_who_is_not_on_whatsapp_or_has_no_address_cannot_write_there(world: "World") -> None:
    assert (await world.http.post("/api/people/nur/chats", json={"text": "?"})).status_code == 409
    assert (await world.http.post("/api/people/asep/mails", json={"text": "?"})).status_code == 409
    assert (await world.http.post("/api/people/hantu/mails", json={})).status_code == 404


async def test_the_shop_carries_the_widget_and_proves_who_is_signed_in(world: "World") -> None:
    page = await world.http.get("/shop?person=dewi&lang=en")
    assert "/widget/toko.js" in page.text
    assert SECRET not in page.text
    proof = (await world.http.post("/shop/sign-in/dewi")).json()
    assert proof["hash"] == hmac.new(SECRET.encode(), b"TN-10021", hashlib.sha256).hexdigest()
    claims = jwt.decode(proof["jwt"], SECRET, algorithms=["HS256"], audience="toko")
    assert (claims["sub"], claims["email"]) == ("TN-10021", "dewi.lestari@surel.example")
    assert (await world.http.post("/shop/sign-in/siti")).status_code == 404


async def test_an_open_page_hears_every_change(world: "World") -> None:
    url = str(world.http.base_url).replace("http", "ws", 1) + "/api/live"
    async with websockets.connect(url) as page:
        bubble = await world.customer("dewi", text="Halo")
        heard = [json.loads(await asyncio.wait_for(page.recv(), 5)) for _ in range(2)]
    assert [change["what"] for change in heard] == ["bubble", "bubble"]
    assert {change["bubble"]["id"] for change in heard} == {bubble["id"]}
    assert heard[-1]["bubble"]["state"] == "delivered"


async def test_files_that_could_run_are_only_downloaded(world: "World") -> None:
    up = await world.http.post("/api/files", files={"file": ("x.svg", b"<svg/>", "image/svg+xml")})
    down = await world.http.get(f"/api/files/{up.json()['id']}")
    assert down.headers["content-disposition"].startswith("attachment")
    assert down.headers["x-content-type-options"] == "nosniff"


async def test_phones_and_mailboxes_are_remembered_over_a_restart(
    world: "World", tmp_path: Path
) -> None:
    await world.customer("dewi", text="Halo")
    await world.writes("budi", subject="Kopi", text="Dua karung")
    await world.http.post("/api/people", json={"name": "Rina"})
    kept = tmp_path / "simulator.json"
    kept.write_text(json.dumps(world.simulator.memory()))
    again = Simulator(Town(people=demo_people()), state=kept)
    async with again.serve():
        assert [b.content for b in again.cloud.chats] == [{"body": "Halo"}]
        assert [m.header("subject") for m in again.mail.boxes] == ["Kopi"]
        assert any(person.name == "Rina" for person in again.people)
    assert json.loads(kept.read_text()) == world.simulator.memory()
