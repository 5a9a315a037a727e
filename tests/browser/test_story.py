"""The promise: web chat, WhatsApp and email are one conversation with one customer."""

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.windows import Windows


def test_a_customer_goes_from_web_chat_to_whatsapp_to_email_and_stays_one_conversation(
    browse: Windows, phone: Callable[..., Phone]
) -> None:
    agent = Desk(browse())
    agent.sign_in("agent1")
    customer = phone()
    customer.be_new("Kartika Wulandari", phone="+62 812 7700 4411", email="kartika@surel.example")

    # A stranger asks on the website; the agent sees it come in and answers.
    asked = "Halo, apakah mug Kasongan bisa dikirim ke Ambon?"
    customer.use("Shop")
    customer.widget.open()
    customer.widget.write(asked)
    agent.pick(asked)
    expect(agent.message(asked)).to_have_count(1)
    conversation = agent.page.url
    answer = agent.reply("Bisa, Kak. Dibungkus kayu supaya aman.")
    expect(customer.widget.message("Dibungkus kayu supaya aman")).to_have_count(1)
    agent.status_is(answer, "Read")

    # The shop vouches for who it is: the same conversation now has a name.
    customer.widget.close()
    customer.shop.get_by_role("button", name="Sign in as Kartika").click()
    expect(customer.shop.get_by_role("button", name="Sign out")).to_be_visible()
    expect(agent.thread.get_by_role("button", name="Kartika Wulandari")).to_be_visible()
    expect(agent.known_by("kartika@surel.example")).to_contain_text("Email · verified")
    expect(agent.known_by("+6281277004411")).to_contain_text("Phone · verified")

    # They go on by WhatsApp, where nobody asks who they are.
    customer.use("WhatsApp")
    customer.whatsapp("Kak, ini yang tanya mug tadi. Dua buah ya.")
    expect(agent.message("Dua buah ya")).to_contain_text("WhatsApp Toko")
    agent.replies_by("WhatsApp Toko")
    answer = agent.reply("Siap, dua mug. Alamatnya boleh lewat email?")
    expect(customer.bubble("Siap, dua mug")).to_have_count(1)
    agent.status_is(answer, "Read")

    # The agent writes by email; the answer to it comes back into the same thread.
    agent.reply_by("Surel CS")
    letter = agent.reply("Ini total pesanannya: Rp178.000. Alamat lengkapnya di mana, Kak?")
    agent.status_is(letter, "Sent", "Delivered", "Read")
    customer.use("Mail")
    letters = customer.open_mail("Ini total pesanannya")
    expect(letters).to_have_count(1)
    customer.answer_mail("Jl. Pattimura No. 7, Ambon 97124. Terima kasih!")
    answered = agent.message("Re: Ini total").frame_locator("iframe").get_by_text("Pattimura No. 7")
    expect(answered).to_be_visible()

    # One conversation of one customer, with everything said on all three, each thing once.
    assert agent.page.url == conversation
    expect(agent.log.get_by_role("article")).to_have_count(6)
    agent.page.reload()
    expect(agent.log.get_by_role("article")).to_have_count(6)
    expect(agent.row("Kartika Wulandari")).to_have_count(1)
    for channel in ("WhatsApp", "E-mail", "Web chat"):
        expect(agent.row("Kartika Wulandari")).to_contain_text(channel)
    expect(agent.panel.get_by_text("Other conversations")).to_have_count(0)
    # And each answer reached the app it was meant for, once.
    customer.use("WhatsApp")
    expect(customer.bubbles.get_by_role("article")).to_have_count(2)
