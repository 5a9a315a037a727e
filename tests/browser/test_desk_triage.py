"""What an agent does with conversations: alone, many at once, by keyboard, and beside a colleague."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk

CURRENT = re.compile("true|page")


def test_a_conversation_is_taken_labelled_snoozed_and_closed_and_each_can_be_undone(
    demo: Demo, desk: Callable[..., Desk]
) -> None:
    person = demo.person("Yanuar Pribadi", phone="+62 812 7700 4433")
    demo.whatsapp(person, "Min, tas rotannya bisa custom nama?")
    agent = desk()
    agent.pick("custom nama")
    tools = agent.thread.get_by_role("toolbar", name="Actions")

    agent.act("Take it")
    expect(agent.say("Assigned to Sari Utami")).to_be_visible()
    expect(agent.row("Yanuar Pribadi")).to_contain_text("Assigned to Sari Utami")
    tools.get_by_role("button", name="Priority").click()
    agent.page.get_by_role("menuitem", name="Urgent").click()
    expect(tools).to_contain_text("Urgent")
    agent.act("Label")
    agent.page.get_by_placeholder("Label").fill("rotan")
    agent.page.get_by_role("option", name="New label “rotan”").click()
    expect(agent.row("Yanuar Pribadi")).to_contain_text("rotan")

    # Out of the way until later; and back, because they write.
    agent.act("Snooze")
    agent.page.get_by_role("button", name="In an hour").click()
    expect(agent.row("Yanuar Pribadi")).to_have_count(0)
    agent.look_at("Snoozed")
    expect(agent.row("Yanuar Pribadi")).to_have_count(1)
    demo.whatsapp(person, "Jadi ya min?")
    expect(agent.row("Yanuar Pribadi")).to_have_count(0)
    agent.look_at("All open")

    agent.pick("Jadi ya min?")
    agent.act("Close")
    expect(agent.row("Yanuar Pribadi")).to_have_count(0)
    agent.undo("Conversation closed")
    expect(agent.row("Yanuar Pribadi")).to_have_count(1)
    agent.pick("Yanuar Pribadi")
    agent.act("Close")
    expect(agent.row("Yanuar Pribadi")).to_have_count(0)
    agent.look_at("Closed")
    agent.pick("Yanuar Pribadi")
    agent.act("Reopen")
    expect(agent.row("Yanuar Pribadi")).to_have_count(0)

    # What was said is found by its words.
    agent.open("/search")
    agent.page.get_by_role("searchbox", name="Search").fill("custom nama")
    agent.page.get_by_role("main").get_by_role("link").filter(has_text="Yanuar Pribadi").click()
    expect(agent.message("custom nama")).to_have_count(1)


def test_everything_goes_by_keyboard_and_many_at_once(
    demo: Demo, desk: Callable[..., Desk]
) -> None:
    for number, word in enumerate(("satu", "dua", "tiga")):
        person = demo.person(f"Pembeli {word}", phone=f"+62 812 7700 55{number}0")
        demo.whatsapp(person, f"Mau tanya kulakan {word}")
    agent = desk()
    for word in ("satu", "dua", "tiga"):
        expect(agent.row(f"kulakan {word}")).to_have_count(1)
    keys = agent.page.keyboard

    # Down, up, close; what closes makes room for the next.
    links = agent.list.get_by_role("link")
    keys.press("j")
    expect(links.nth(0)).to_have_attribute("aria-current", CURRENT)
    keys.press("j")
    expect(links.nth(1)).to_have_attribute("aria-current", CURRENT)
    keys.press("k")
    expect(links.nth(0)).to_have_attribute("aria-current", CURRENT)
    first = agent.page.url
    keys.press("e")
    expect(agent.say("Conversation closed")).to_be_visible()
    expect(agent.page).not_to_have_url(first)
    agent.undo("Conversation closed")

    keys.press("?")
    expect(agent.dialog.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    keys.press("Escape")
    expect(agent.dialog).to_have_count(0)
    keys.press("Control+k")
    expect(agent.dialog).to_be_visible()
    keys.type("kulakan dua")
    expect(agent.dialog.get_by_role("option", selected=True)).to_contain_text(
        "Mau tanya kulakan dua"
    )
    keys.press("Enter")
    expect(agent.message("kulakan dua")).to_have_count(1)
    keys.press("r")
    keys.type("Siap, minimal 12 ya")
    keys.press("Control+Enter")
    expect(agent.message("minimal 12")).to_have_count(1)
    keys.press("Escape")

    # Three are chosen and closed together, and come back together.
    for word in ("satu", "dua", "tiga"):
        agent.list.get_by_role("checkbox", name=f"Pembeli {word}").focus()
        keys.press("Space")
    bar = agent.page.get_by_role("toolbar", name="Change the selected conversations")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Close").click()
    expect(agent.row("Pembeli")).to_have_count(0)
    agent.undo("3 conversations changed")
    expect(agent.row("Pembeli")).to_have_count(3)


def test_two_agents_in_one_conversation_see_each_other_and_do_not_answer_twice(
    demo: Demo, desk: Callable[..., Desk]
) -> None:
    person = demo.person("Citra Anggraini", phone="+62 812 7700 4466")
    demo.whatsapp(person, "Halo, ongkir ke Kupang berapa?")
    sari, bima = desk("agent1"), desk("agent2")
    sari.pick("ongkir ke Kupang")
    bima.pick("ongkir ke Kupang")
    # Whoever came first sees the second, and the second sees the first.
    expect(sari.thread.get_by_text("Also here: Bima Aditya")).to_be_attached()
    expect(bima.thread.get_by_text("Also here: Sari Utami")).to_be_attached()

    sari.reply_box.press_sequentially("Ongkir ke Kupang Rp5")
    expect(bima.thread.get_by_text("Sari Utami is typing…")).to_be_visible()
    bima.reply("Rp52.000 per kg, Kak")
    expect(sari.message("Rp52.000")).to_have_count(1)
    warned = sari.thread.get_by_role("alert").filter(has_text="Bima Aditya has answered meanwhile")
    expect(warned).to_be_visible()
    # The first press asks; nothing has gone out.
    sari.send_button.click()
    expect(warned).to_contain_text("Send yours as well?")
    expect(sari.message(re.compile("Rp5$"))).to_have_count(0)
    sari.thread.get_by_role("button", name="Send anyway").click()
    expect(sari.message("Ongkir ke Kupang Rp5")).to_have_count(1)
