"""What an agent writes: where it can go, that it goes once, and what happens when it does not arrive."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.phone import Phone

PIXELS = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000004000000040802000000269309290000000f4944415478da63f82f27"
    "8b8cc8e300c23d0bf11dd13c9c0000000049454e44ae426082"
)


def test_replies_go_once_failures_say_why_and_drafts_and_files_are_kept(
    demo: Demo, desk: Callable[..., Desk], phone: Callable[..., Phone]
) -> None:
    customer = phone()
    customer.be_new("Rangga Saputra", phone="+62 812 7700 4422", email="")
    customer.use("WhatsApp")
    customer.whatsapp("Pagi, kemeja Kawung ukuran L ada?")
    agent = desk()
    agent.pick("kemeja Kawung ukuran L")

    # Two fast clicks are one message.
    agent.reply_box.fill("Ada, Kak. Tinggal dua.")
    agent.send_button.dblclick()
    expect(agent.message("Tinggal dua")).to_have_count(1)
    agent.status_is(agent.message("Tinggal dua"), "Read")
    expect(customer.bubble("Tinggal dua")).to_have_count(1)

    # What a colleague should know never leaves the house; the mode stays for the next one.
    agent.note("Pelanggan lama, beri diskon 5%")
    expect(agent.note_box).to_be_visible()

    # What was begun in either mode is there after a reload.
    agent.note_box.fill("Tanyakan gudang dulu")
    agent.act("Reply")
    agent.reply_box.fill("Saya cek ke gudang du")
    agent.settled()
    agent.page.reload()
    expect(agent.reply_box).to_have_value("Saya cek ke gudang du")
    agent.act("Note")
    expect(agent.note_box).to_have_value("Tanyakan gudang dulu")
    agent.act("Reply")
    expect(agent.message("Tinggal dua")).to_have_count(1)

    # Files go both ways.
    agent.page.locator("input[type=file]").first.set_input_files(
        {"name": "kawung.png", "mimeType": "image/png", "buffer": PIXELS}
    )
    expect(agent.thread.get_by_role("list", name="Attachments")).to_contain_text("kawung.png")
    agent.reply("Ini fotonya")
    expect(customer.bubble("Ini fotonya").get_by_role("img")).to_be_visible()
    customer.page.get_by_label("Attach").click()
    customer.page.get_by_role("button", name="Sample photo").click()
    expect(agent.log.get_by_role("img", name="image.jpg")).to_be_visible()

    # The provider refuses: the agent is told why, and the next try arrives.
    customer.page.get_by_label("Fails with code").select_option("131049")
    refused = agent.reply("Mau dikirim ke mana, Kak?")
    agent.status_is(refused, "Not delivered")
    expect(refused.get_by_role("alert")).to_contain_text("Held back by the provider")
    refused.get_by_role("button", name="Try again").click()
    agent.status_is(refused, "Read")
    expect(customer.bubble("Mau dikirim ke mana")).to_have_count(1)
    expect(customer.bubbles).not_to_contain_text("diskon")


def test_after_24_hours_the_desk_says_so_and_offers_a_template(
    demo: Demo, desk: Callable[..., Desk]
) -> None:
    with demo.api("agent1@sambung.test") as api:
        late = next(filter(lambda row: only_templates(api, row["id"]), whatsapps(api)))
    agent = desk()
    agent.open(f"/inbox/open/{late['id']}")
    expect(agent.thread.get_by_text("Only an approved template can be sent now")).to_be_visible()
    agent.thread.get_by_role("button", name="Reply by:").click()
    expect(agent.page.get_by_role("menu")).to_contain_text("Only an approved template")
    agent.page.keyboard.press("Escape")
    agent.thread.get_by_role("button", name="Choose a template").first.click()
    agent.dialog.get_by_role("listitem").first.get_by_role("button").click()
    for gap in agent.dialog.get_by_role("textbox").all():
        gap.fill("TN-2041")
    agent.dialog.get_by_role("button", name="Send template").click()
    expect(agent.dialog).to_have_count(0)
    agent.status_is(agent.log.get_by_role("article").last, "Sent", "Delivered", "Read")


def whatsapps(api: httpx.Client) -> list[dict[str, Any]]:
    """Open conversations held on WhatsApp and nothing else, the quietest first."""
    answer = api.get("conversations", params={"status": "open", "sort": "oldest", "limit": "100"})
    rows: list[dict[str, Any]] = answer.json()["items"]
    return [row for row in rows if {used["channel"] for used in row["connections"]} == {"whatsapp"}]


def only_templates(api: httpx.Client, conversation: str) -> bool:
    ways = api.get(f"conversations/{conversation}/channels").json()["items"]
    return bool(ways) and all(way["reason"] == "template_only" for way in ways[:1])
