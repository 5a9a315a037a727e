"""Visitors of a business's site, from the socket to the record and back."""

import asyncio
import hashlib
import hmac
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select
from starlette.applications import Starlette
from tests.gateway.visiting import SITE, Browser

from sambung.channels import all_channels
from sambung.core import (
    accounts,
    configs,
    connections,
    identity,
    markers,
    messages,
    replies,
    sending,
    users,
)
from sambung.core.customers import Customer
from sambung.core.events import SYSTEM, Actor
from sambung.core.messages import Message
from sambung.core.replies import Draft
from sambung.gateway.directory import Directory
from sambung.gateway.visitor_feed import Feed
from sambung.gateway.visitor_sessions import LIFE, VisitorSession
from sambung.gateway.visitor_socket import Around
from sambung.gateway.visitors import Visitors
from sambung.kit import clock
from sambung.kit.blobs import OnDisk
from sambung.kit.db import Store, Tx
from sambung.simulator.host import hosted

SECRET = "webchat-identity-secret-uji-0001"
SOCKET = next(one for one in all_channels().values() if one.transport == "socket")


@dataclass
class Shop:
    """A business with the chat on its site."""

    store: Store
    account: UUID
    connection: UUID
    agent: UUID
    feed: Feed
    directory: Directory
    server: str
    typed: list[tuple[UUID, bool]]
    around: Around

    def browser(self, token: str = "", **more: Any) -> Browser:
        return Browser(self.server, str(self.connection), token=token, **more)

    async def reply(self, conversation: UUID, text: str, **more: Any) -> UUID:
        """An agent answers, and the job hands it over."""
        return await self.store.write(
            _reply, self.account, conversation, Draft(text=text, **more), self.agent
        )

    async def rows(self) -> list[Any]:
        return await self.store.read(_rows, self.account)


def _reply(tx: Tx, account: UUID, conversation: UUID, draft: Draft, agent: UUID) -> UUID:
    message, _ = replies.reply(tx, account, conversation, draft, by=Actor("user", agent))
    sending.take(tx, account, message)
    sending.sent(tx, account, message, provider_id=str(message), state="sent")
    return message


def _rows(tx: Tx, account: UUID) -> list[Any]:
    wanted = select(Message).where(Message.account == account).order_by(Message.id)
    return list(tx.all(wanted))


def _people(tx: Tx, account: UUID) -> int:
    alive = select(func.count()).where(Customer.account == account, Customer.id == Customer.root)
    return int(tx.value(alive))


def _connect(tx: Tx, account: UUID, config: Any) -> tuple[UUID, UUID]:
    connection = connections.add(
        tx,
        account,
        channel=SOCKET.name,
        name="Toko Uji",
        config=configs.seal(config),
        address="",
        by=SYSTEM,
    )
    agent = users.add(
        tx, account, email="rina@toko.test", password="x", name="Rina", role="agent", by=SYSTEM
    )
    return connection, agent


def _switch_off(tx: Tx, account: UUID, connection: UUID) -> None:
    connections.change(tx, account, connection, by=SYSTEM, status=connections.DISABLED)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "loader.js").write_text("start(__SAMBUNG_SETTINGS__)")
    (tmp_path / "frame.js").write_text("frame()")
    (tmp_path / "frame.css").write_text("body{}")
    return tmp_path


@pytest.fixture
async def shop(store: Store, built: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    config = SOCKET.config.model_validate({"site_origins": [SITE], "identity_secret": SECRET})
    account = await store.write(accounts.open_account, "Toko Uji", by=SYSTEM)
    connection, agent = await store.write(_connect, account, config)
    directory, feed = Directory(store), Feed(store)
    typed: list[tuple[UUID, bool]] = []
    await directory.load()
    loop = asyncio.get_running_loop()

    def wake(announced: dict[UUID, int]) -> None:
        with suppress(RuntimeError):
            for one in announced:
                loop.call_soon_threadsafe(feed.woken, one)

    store.on_commit = wake

    def typing(account: UUID, conversation: UUID, on: bool) -> None:
        typed.append((conversation, on))

    around = Around(store, feed, typing, "https://cc.contoh.id")
    visitors = Visitors(directory, OnDisk(tmp_path / "files"), around, built=built)
    async with hosted(Starlette(routes=visitors.routes())) as server:
        yield Shop(store, account, connection, agent, feed, directory, server, typed, around)


def proof(customer: str) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), customer.encode(), hashlib.sha256).hexdigest()
    return {"external_id": customer, "hash": digest}


async def test_a_visitor_writes_and_an_agent_answers(shop: Shop) -> None:
    async with shop.browser() as tab:
        ready = await tab.hello(page={"url": f"{SITE}/p/9"})
        assert (ready["messages"], ready["identified"], ready["fresh"]) == ([], False, False)
        assert await shop.store.read(_people, shop.account) == 0  # nobody has said anything yet
        ack = await tab.write("c1", "Jam buka?")
        [row] = await shop.rows()
        assert (ack["cid"], ack["id"]) == ("c1", str(row.id))
        assert (row.text, row.extra["page"]["url"]) == ("Jam buka?", f"{SITE}/p/9")
        answer = await shop.reply(row.conversation, "Jam 9, kak.")
        heard = await tab.hear("message", **{})
        while heard["message"]["from"] == "me":
            heard = await tab.hear("message")
        told = heard["message"]
        assert (told["id"], told["text"], told["author"]) == (str(answer), "Jam 9, kak.", "Rina")
        await tab.say(t="received", targets=[str(answer)])
        await tab.say(t="read", target=str(answer))
        await tab.silent("error")
        rows = await shop.rows()
        assert rows[-1].status == "read"


async def test_the_same_cid_twice_is_one_message_and_the_same_answer(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        first, second = await tab.write("c1", "Halo"), await tab.write("c1", "Halo")
        assert first == second
    async with shop.browser(tab.token) as again:
        await again.hello()
        assert await again.write("c1", "Halo") == first
    assert len(await shop.rows()) == 1


async def test_a_reload_finds_the_thread_again(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.write("c1", "Halo")
        [row] = await shop.rows()
        await shop.reply(row.conversation, "Ya?")
    async with shop.browser(tab.token) as again:
        ready = await again.hello()
        assert [(one["from"], one["text"]) for one in ready["messages"]] == [
            ("me", "Halo"),
            ("us", "Ya?"),
        ]
        assert ready["messages"][0]["cid"] == "c1"
        assert ready["token"] is None
        await shop.reply(row.conversation, "Masih di sana?")
        heard = await again.hear("message")
        assert heard["message"]["text"] == "Masih di sana?"
    async with shop.browser(tab.token) as later:
        ready = await later.hello(after=ready["position"])
        assert [one["text"] for one in ready["messages"]] == ["Masih di sana?"]


async def test_notes_and_what_is_not_sent_yet_stay_hidden(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.write("c1", "Halo")
        [row] = await shop.rows()
        by = Actor("user", shop.agent)
        write = shop.store.write
        await write(replies.note, shop.account, row.conversation, Draft(text="rahasia"), by=by)
        await write(replies.reply, shop.account, row.conversation, Draft(text="nanti"), by=by)
    async with shop.browser(tab.token) as again:
        ready = await again.hello()
        assert [one["text"] for one in ready["messages"]] == ["Halo"]


async def test_one_visitor_sees_nothing_of_another(shop: Shop) -> None:
    async with shop.browser() as tab, shop.browser() as other:
        await tab.hello()
        await other.hello()
        await tab.write("c1", "Rahasia saya")
        await other.write("c1", "Halo")
        rows = await shop.rows()
        mine = next(row for row in rows if row.text == "Rahasia saya")
        answer = await shop.reply(mine.conversation, "Untuk Anda saja")
        await tab.hear("message")
        assert await other.silent("nothing")
        assert all("Rahasia" not in str(one) and "Untuk" not in str(one) for one in other.waiting)
        await other.say(t="read", target=str(answer))
        await other.say(t="received", targets=[str(answer)])
        await other.silent("error")
        status = next(row.status for row in await shop.rows() if row.id == answer)
        assert status == "sent"


async def test_a_proven_visitor_is_the_customer_on_every_device(shop: Shop) -> None:
    async with shop.browser() as phone, shop.browser() as laptop:
        await phone.hello()
        old = phone.token
        await phone.write("c1", "Dari ponsel")
        await phone.say(t="identify", **proof("cust-8812"), name="Dewi Lestari")
        ready = await phone.ready()
        assert ready["identified"]
        assert phone.token != old
        assert [one["text"] for one in ready["messages"]] == ["Dari ponsel"]
        await phone.write("c2", "Ini saya")
        await laptop.hello()
        await laptop.say(t="identify", **proof("cust-8812"), name="Dewi Lestari")
        ready = await laptop.ready()
        assert [one["text"] for one in ready["messages"]] == ["Ini saya"]
        assert await shop.store.read(_people, shop.account) == 1
        await laptop.write("c1", "Dari laptop")
        heard = [(await phone.hear("message"))["message"]["text"] for _ in range(3)]
        assert heard[-1] == "Dari laptop"
    async with shop.browser(old) as thief:
        ready = await thief.hello()
        assert (ready["fresh"], ready["messages"]) == (True, [])


async def test_the_old_token_is_cut_off_when_somebody_proves_who_they_are(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        async with shop.browser(tab.token) as planted:
            await planted.hello()
            await tab.say(t="identify", **proof("cust-1"))
            await tab.ready()
            assert await planted.closed() == 4404


async def test_another_customer_on_the_same_browser_begins_afresh(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.say(t="identify", **proof("cust-1"))
        await tab.ready()
        await tab.write("c1", "Saya satu")
        await tab.say(t="identify", **proof("cust-2"))
        ready = await tab.ready()
        assert (ready["fresh"], ready["identified"], ready["messages"]) == (True, True, [])
        await tab.write("c2", "Saya dua")
    assert await shop.store.read(_people, shop.account) == 2


async def test_a_wrong_proof_and_a_mere_claim_reveal_and_merge_nothing(shop: Shop) -> None:
    async with shop.browser() as owner:
        await owner.hello()
        await owner.say(t="identify", **proof("cust-8812"))
        await owner.ready()
        await owner.write("c1", "Alamat saya Jl. Mawar 5")
    async with shop.browser() as thief:
        await thief.hello()
        await thief.say(t="identify", external_id="cust-8812", hash="00")
        assert (await thief.hear("error"))["code"] == "bad_identity"
        await thief.say(t="identify", external_id="cust-8812", email="dewi@contoh.example")
        ready = await thief.ready()
        assert (ready["identified"], ready["messages"]) == (False, [])
        await thief.say(
            t="prechat", cid="p1", fields={"name": "Penjahat", "email": "dewi@contoh.example"}
        )
        await thief.hear("ack", cid="p1")
        await thief.write("c1", "Apa alamat saya?")
    async with shop.browser(thief.token) as again:
        ready = await again.hello()
        assert [one["text"] for one in ready["messages"]] == ["Apa alamat saya?"]
        await again.write("c2", "Halo?")
    assert await shop.store.read(_people, shop.account) == 2
    last = (await shop.rows())[-1]
    assert last.extra["prechat"] == {"name": "Penjahat", "email": "dewi@contoh.example"}
    own = await shop.store.read(identity.get, shop.account, last.identity)
    everyone = await shop.store.read(identity.of, shop.account, own.customer)
    assert {(one.kind, one.level) for one in everyone} == {
        ("visitor", "verified"),
        ("email", "claimed"),
    }


async def test_signing_out_ends_the_session(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.write("c1", "Halo")
        await tab.say(t="logout")
        assert await tab.closed() == 1000
    async with shop.browser(tab.token) as again:
        assert (await again.hello())["fresh"]


async def test_typing_and_reading_are_told_both_ways(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        ack = await tab.write("c1", "Halo")
        [row] = await shop.rows()
        await tab.say(t="typing", on=True)
        await tab.silent("error")
        assert shop.typed == [(row.conversation, True)]
        shop.feed.typing(shop.account, row.conversation, on=True, author="Rina")
        assert await tab.hear("typing") == {"t": "typing", "on": True, "author": "Rina"}
        await shop.feed.seen(shop.account, row.conversation, row.position)
        assert await tab.hear("seen") == {"t": "seen", "order": ack["order"]}
        seen = (shop.account, shop.agent, row.conversation, row.position)
        await shop.store.write(markers.move, *seen)
    async with shop.browser(tab.token) as again:
        assert (await again.hello())["messages"][0]["status"] == "read"


async def test_files_go_both_ways_and_only_to_their_own(shop: Shop) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    async with shop.browser() as tab, shop.browser() as other:
        await tab.hello()
        await other.hello()
        name = {"X-File-Name": "bukti%20transfer.png", "Content-Type": "text/html"}
        answer = await tab.ask("POST", "files", content=picture.getvalue(), headers=name)
        upload = answer.json()
        assert (upload["name"], upload["mime"]) == ("bukti transfer.png", "image/png")
        await other.say(t="message", cid="c1", kind="image", upload_ids=[upload["id"]])
        assert (await other.hear("error"))["code"] == "no_such_file"
        await tab.write("c1", "Ini", kind="document", upload_ids=[upload["id"]])
        [row] = await shop.rows()
        assert row.kind == "image"
    async with shop.browser(tab.token) as again:
        [shown] = (await again.hello())["messages"]
        [file] = shown["files"]
        assert (file["name"], file["size"]) == ("bukti transfer.png", len(picture.getvalue()))
        got = await again.get(file["url"])
        assert got.content == picture.getvalue()
        assert got.headers["content-disposition"].startswith("inline")
        assert (await again.get(file["url"].replace("&s=", "&s=x"))).status_code == 404
        with clock.at(clock.now() + timedelta(days=2)):
            assert (await again.get(file["url"])).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"), [(b"MZ\x90\x00 a program", 200), (b"", 415), (b"x" * 20_000_001, 413)]
)
async def test_uploads_have_limits(shop: Shop, content: bytes, status: int) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        answer = await tab.ask("POST", "files", content=content)
        assert answer.status_code == status
        tab.token = "stolen"
        assert (await tab.ask("POST", "files", content=b"x")).status_code == 404


async def test_the_thread_is_read_back_page_by_page(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.write("c0", "Halo")
        [row] = await shop.rows()
        for number in range(59):
            await shop.reply(row.conversation, str(number))
    async with shop.browser(tab.token) as again:
        ready = await again.hello()
        assert (len(ready["messages"]), ready["more"]) == (50, True)
        older = (await again.get(f"history?before={ready['messages'][0]['order']}")).json()
        assert (len(older["messages"]), older["more"]) == (10, False)
        assert older["messages"][0]["text"] == "Halo"
        assert (await again.get("history?before=x")).status_code == 400
        again.token = "stolen"
        assert (await again.get("history?before=1")).status_code == 404


async def test_whoever_writes_too_fast_is_told_to_wait(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        with clock.at(clock.now()):
            for _ in range(20):
                await tab.say(t="typing", on=True)
            await tab.say(t="message", cid="c1", text="Halo")
            told = await tab.hear("error")
            assert told == {"t": "error", "code": "slow_down", "cid": "c1", "retry_after": 10}
            clock.advance(timedelta(seconds=10))
            assert (await tab.write("c1", "Halo"))["cid"] == "c1"
            for _ in range(20 + 201):
                await tab.say(t="typing", on=True)
            assert await tab.closed() == 4429


async def test_one_address_begins_and_uploads_only_so_often(shop: Shop) -> None:
    with clock.at(clock.now()):
        for _ in range(120):
            assert shop.around.newcomers.wait("127.0.0.1") == 0
        async with shop.browser() as tab:
            await tab.say(t="hello", v=1, site=tab.key)
            assert await tab.closed() == 4429
        clock.advance(timedelta(minutes=1))
        async with shop.browser() as tab:
            await tab.hello()
            for _ in range(100):
                await tab.ask("POST", "files", content=b"")
            refused = await tab.ask("POST", "files", content=b"x")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "600")


@pytest.mark.parametrize("origin", ["https://jahat.example", "null"])
async def test_another_site_is_turned_away(shop: Shop, origin: str) -> None:
    async with shop.browser(origin=origin) as tab:
        await tab.say(t="hello", v=1, site=tab.key)
        assert await tab.closed() == 4403


async def test_our_own_frame_is_welcome(shop: Shop) -> None:
    async with shop.browser(origin=shop.server) as tab:
        assert (await tab.hello())["t"] == "ready"
    async with shop.browser(origin="https://cc.contoh.id") as tab:
        assert (await tab.hello())["t"] == "ready"


@pytest.mark.parametrize(
    ("said", "code"),
    [('{"t":"message"}', 4403), ('{"t":"hello","v":9}', 4403), ("[", 1007), ("[]", 1007)],
)
async def test_nonsense_ends_the_line(shop: Shop, said: str, code: int) -> None:
    async with shop.browser() as tab:
        await tab.socket.send(said)
        assert await tab.closed() == code


async def test_whoever_says_nothing_is_not_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambung.gateway.visitor_socket.HELLO_WITHIN", 0.01)
    async with shop.browser() as tab:
        assert await tab.closed() == 4404


async def test_a_refused_message_is_named(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.say(t="message", cid="c7", text="x" * 10_001)
        assert await tab.hear("error") == {"t": "error", "code": "too_long", "cid": "c7"}
        await tab.say(t="message", cid="c6", text="<img src=x onerror=alert(1)>")
        await tab.hear("ack", cid="c6")
    [row] = await shop.rows()
    assert row.text == "<img src=x onerror=alert(1)>"


async def test_a_message_edited_or_deleted_changes_in_the_widget(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
        await tab.write("c1", "Halo")
        [row] = await shop.rows()
        answer = await shop.reply(row.conversation, "Yaa")
        told = await tab.hear("message")
        while told["message"]["id"] != str(answer):
            told = await tab.hear("message")
        assert told["message"]["text"] == "Yaa"
        assert await shop.store.read(messages.get, shop.account, answer) is not None


async def test_the_files_of_the_widget(shop: Shop) -> None:
    async with httpx.AsyncClient(base_url=f"{shop.server}/widget") as http:
        loader = await http.get(f"/{shop.connection}.js")
        assert "__SAMBUNG_SETTINGS__" not in loader.text
        assert f'"key": "{shop.connection}"' in loader.text
        assert SECRET not in loader.text
        assert "site_origins" not in loader.text
        known = {"If-None-Match": loader.headers["etag"]}
        assert (await http.get(f"/{shop.connection}.js", headers=known)).status_code == 304
        assert (await http.get(f"/{shop.connection.hex}.js")).status_code == 200
        frame = await http.get(f"/{shop.connection}/frame")
        policy = frame.headers["content-security-policy"]
        assert f"frame-ancestors 'self' {SITE}" in policy
        assert "script-src 'self';" in policy
        assert "Toko Uji" in frame.text
        script = await http.get(f"/{shop.connection}/frame.js")
        assert script.text == "frame()"
        for missing in (UUID(int=7), "nonsense"):
            assert (await http.get(f"/{missing}.js")).status_code == 404
            assert (await http.get(f"/{missing}/frame")).status_code == 404


async def test_a_switched_off_connection_serves_nobody(shop: Shop) -> None:
    await shop.store.write(_switch_off, shop.account, shop.connection)
    await shop.directory.load()
    async with httpx.AsyncClient() as http:
        gone = await http.get(f"{shop.server}/widget/{shop.connection}.js")
        assert gone.status_code == 404


async def test_a_browser_not_seen_for_long_is_a_new_visitor(shop: Shop) -> None:
    async with shop.browser() as tab:
        await tab.hello()
    with clock.at(clock.now() + LIFE + timedelta(days=1)):
        async with shop.browser(tab.token) as again:
            assert (await again.hello())["fresh"]
    left = await shop.store.read(
        lambda tx, account: tx.value(select(func.count()).where(VisitorSession.account == account)),
        shop.account,
    )
    assert left == 1
