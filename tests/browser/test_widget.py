"""The visitor's side of web chat, on a shop's own website."""

from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest
from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.line import Line
from tests.browser.site import SECRET, Site, proof
from tests.browser.widget import Visitor
from tests.browser.windows import Windows

from sambung.kit import clock


def test_what_is_written_offline_arrives_once_and_history_stays_with_the_visitor(
    site: Site, browse: Windows, desk: Callable[..., Desk]
) -> None:
    key = site.chat("Obrolan A")
    page = browse()
    line = Line(page, "/socket")
    visitor = Visitor(page, site.page(key))
    visitor.open()
    visitor.write("Pesan pertama saya")
    agent = desk()
    agent.pick("Pesan pertama saya")

    # Each sees the other type.
    visitor.box.press_sequentially("Saya mau")
    expect(agent.thread.get_by_text("is typing…")).to_be_visible()
    agent.reply_box.press_sequentially("Sila")
    expect(visitor.frame.get_by_text("is typing…")).to_be_attached()
    visitor.box.fill("")

    # The network goes; what is written waits, survives a reload, and arrives once.
    page.context.set_offline(True)
    line.cut()
    expect(visitor.frame.get_by_role("status")).to_contain_text("Reconnecting")
    visitor.write("Ditulis tanpa jaringan")
    waiting = visitor.message("Ditulis tanpa jaringan")
    expect(waiting).to_contain_text("Waiting to be sent")
    agent.reply("Silakan, kami di sini")
    page.context.set_offline(False)
    line.restore()
    expect(visitor.message("Silakan, kami di sini")).to_have_count(1)
    expect(agent.message("Ditulis tanpa jaringan")).to_have_count(1)
    expect(waiting).to_have_count(1)
    expect(waiting).not_to_contain_text("Waiting to be sent")

    # Files both ways.
    visitor.frame.locator("input[type=file]").set_input_files(
        {"name": "daftar.txt", "mimeType": "text/plain", "buffer": b"2 mug, 1 selendang"}
    )
    expect(visitor.frame.get_by_role("button", name="Remove daftar.txt")).to_be_visible()
    visitor.write("Ini daftarnya")
    sent = agent.message("Ini daftarnya").get_by_role("link", name="daftar.txt")
    with agent.page.expect_download() as download:
        sent.click()
    assert download.value.path().read_bytes() == b"2 mug, 1 selendang"
    agent.page.locator("input[type=file]").first.set_input_files(
        {"name": "nota.txt", "mimeType": "text/plain", "buffer": b"Rp718.000"}
    )
    agent.reply("Ini notanya")
    expect(visitor.message("Ini notanya")).to_contain_text("nota.txt")

    # Come back later: all of it is there, each once, and nobody else sees it.
    page.reload()
    visitor.open()
    for text in ("Pesan pertama", "tanpa jaringan", "kami di sini", "daftarnya", "notanya"):
        expect(visitor.message(text)).to_have_count(1)
    stranger = Visitor(browse(), site.page(key))
    stranger.open()
    expect(stranger.box).to_be_visible()
    expect(stranger.rows).to_have_count(0)


@pytest.mark.parametrize("by", ["hash", "jwt"])
def test_a_shop_vouches_for_its_customer_and_a_forger_is_a_stranger(
    by: str, site: Site, browse: Windows, desk: Callable[..., Desk]
) -> None:
    key = site.chat(f"Obrolan {by}")
    member = f"PLG-{by}-1"
    if by == "hash":
        identity = {"external_id": member, "hash": proof(member), "name": "Ratih Purnama"}
        forged = identity | {"hash": proof("somebody else")}
    else:
        claims = {"sub": member, "aud": key, "name": "Ratih Purnama"}
        until = {"exp": clock.now() + timedelta(minutes=10)}
        identity = {"jwt": jwt.encode(claims | until, SECRET, algorithm="HS256")}
        forged = {"jwt": jwt.encode(claims | until, "guessed" * 6, algorithm="HS256")}
    first = Visitor(browse(), site.page(key, identity=identity))
    first.open()
    first.write(f"Saya pelanggan lama ({by})")
    agent = desk()
    agent.pick(f"pelanggan lama ({by})")
    expect(agent.known_by(member)).to_contain_text("Customer number · verified")
    expect(agent.thread.get_by_role("button", name="Ratih Purnama")).to_be_visible()

    # On another device, with the same proof, the conversation goes on; without, it is not shown.
    second = Visitor(browse(), site.page(key, identity=identity))
    second.open()
    expect(second.message(f"pelanggan lama ({by})")).to_have_count(1)
    forger = Visitor(browse(), site.page(key, identity=forged))
    forger.open()
    expect(forger.box).to_be_visible()
    forger.write(f"Saya mengaku Ratih ({by})")
    expect(agent.row(f"Saya mengaku Ratih ({by})")).to_be_visible()
    expect(agent.row(f"Saya mengaku Ratih ({by})")).not_to_contain_text("Ratih Purnama")
    expect(forger.rows).to_have_count(1)


def test_only_the_sites_that_were_named_may_show_the_chat(
    demo: Demo, site: Site, browse: Windows
) -> None:
    key = site.chat("Obrolan setempat")
    page = browse()
    page.goto(site.page(key, host="localhost"))
    blocked = "framenavigated", lambda frame: frame.url.startswith("chrome-error:")
    with page.expect_event(*blocked):
        page.get_by_role("button", name="Open chat").click()
    code = page.evaluate(
        """([url, key]) => new Promise((tell) => {
          const socket = new WebSocket(url);
          socket.onopen = () => socket.send(JSON.stringify({t: "hello", v: 1, site: key, locale: "en"}));
          socket.onclose = (event) => tell(event.code);
        })""",
        [f"{demo.url.replace('http', 'ws')}/widget/{key}/socket", key],
    )
    assert code == 4403


def test_the_chat_speaks_the_language_of_the_page(site: Site, browse: Windows) -> None:
    question = {"name": "name", "label": "Your name", "label_id": "Nama Anda", "required": True}
    key = site.chat("Obrolan dua bahasa", prechat=[question])
    for lang, ask, wrong in (
        ("id", "Nama Anda", "Wajib diisi"),
        ("en", "Your name", "Please fill this in"),
    ):
        visitor = Visitor(browse(), site.page(key, lang=lang), lang)
        visitor.open()
        begin = visitor.frame.get_by_role("button", name=visitor.words["begin"])
        begin.click()
        expect(visitor.frame.get_by_role("alert")).to_have_text(wrong)
        visitor.frame.get_by_label(ask).fill("Ayu")
        begin.click()
        visitor.write("Halo")
