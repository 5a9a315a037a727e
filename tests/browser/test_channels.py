"""The promise on further channels: from Instagram to LINE to SMS to email it stays one conversation."""

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.phone import Phone

ADDRESS = "melati.kusuma@surel.example"
SAID = {
    "Motif Sumba": "Instagram Toko",
    "Yang merah": "LINE Toko",
    "Sinyal jelek": "SMS Twilio Toko",
    "Ini notanya": "Surel CS",
}


def test_a_customer_goes_from_instagram_to_line_to_sms_to_email_and_stays_one_conversation(
    demo: Demo, desk: Callable[..., Desk], phone: Callable[..., Phone]
) -> None:
    customer = phone()
    customer.be_new("Melati Kusuma", phone="+62 812 7700 5522", email=ADDRESS)
    agent = desk()

    # The shop knows her: she is signed in there, which vouches for her number and her address.
    customer.use("Shop")
    customer.shop.get_by_role("button", name="Sign in as Melati").click()
    customer.widget.open()
    customer.widget.write("Halo, saya mau pesan tenun ikat")
    agent.pick("Halo, saya mau pesan tenun ikat")
    expect(agent.known_by("+6281277005522")).to_contain_text("Phone · verified")
    expect(agent.known_by(ADDRESS)).to_contain_text("Email · verified")
    one = agent.page.url

    # Neither Instagram nor LINE say whose account it is: an agent does, with a reason.
    for app, said in (("Instagram", "Motif Sumba masih ada?"), ("LINE", "Yang merah ya, Kak")):
        customer.use(app)
        customer.whatsapp(said)
        agent.open()
        agent.pick(said)
        other = agent.page.url
        because = f"Melati menyebut akun {app}-nya sendiri"
        merge(agent, because=because, suggested=app == "Instagram")
        go_on(demo, one, other)
        agent.open(one.removeprefix(demo.url))
        expect(agent.message(said)).to_have_count(1)
        agent.replies_by(f"{app} Toko")
        agent.reply(f"Ada, Kak, kami jawab di {app}")
        expect(customer.bubble(f"Ada, Kak, kami jawab di {app}")).to_have_count(1)

    # By SMS she is who her number says, without anybody's doing.
    customer.use("SMS (Twilio)")
    customer.whatsapp("Sinyal jelek, lewat SMS saja")
    expect(agent.message("Sinyal jelek")).to_contain_text("SMS Twilio Toko")
    agent.replies_by("SMS Twilio Toko")
    answer = agent.reply("Baik, Kak. Nota kami kirim lewat email.")
    expect(customer.bubble("Nota kami kirim")).to_have_count(1)
    agent.status_is(answer, "Delivered")

    # And by email who her address says.
    agent.reply_by("Surel CS")
    agent.reply("Ini notanya: Rp450.000. Alamat lengkapnya di mana, Kak?")
    customer.use("Mail")
    customer.open_mail("Ini notanya")
    customer.answer_mail("Jl. Diponegoro No. 12, Waingapu")
    mail = agent.message("Re: Ini notanya").frame_locator("iframe")
    expect(mail.get_by_text("Diponegoro No. 12")).to_be_visible()

    # One conversation of one customer, with everything that was said, each thing once.
    agent.page.reload()
    expect(agent.log.get_by_role("article")).to_have_count(9)
    expect(agent.row("Melati Kusuma")).to_have_count(1)
    for said, connection in SAID.items():
        expect(agent.message(said).first).to_contain_text(connection)
    expect(agent.panel.get_by_text("Other conversations")).to_have_count(0)


def merge(agent: Desk, *, because: str, suggested: bool) -> None:
    """The customer shown is the one with that address, as the names suggest or as the agent finds."""
    if suggested:
        suggestion = agent.panel.get_by_role("listitem").filter(has_text="Not merged")
        expect(suggestion).to_contain_text("Same name")
        suggestion.get_by_role("button", name="Merge").click()
    else:
        agent.panel.get_by_role("button", name="Find a customer to merge").click()
        finder = agent.page.get_by_role("dialog", name="Find a customer to merge")
        finder.get_by_role("searchbox").fill(ADDRESS)
        finder.get_by_role("listitem").filter(has_text="Melati Kusuma").get_by_role(
            "button"
        ).click()
    agent.dialog.get_by_role("button", name="Swap who stays").click()
    agent.dialog.get_by_label("Why are they the same person?").fill(because)
    agent.dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(agent.say("Merged into").first).to_be_visible()
    expect(agent.known_by(ADDRESS)).to_contain_text("Email · verified")


def go_on(demo: Demo, one: str, other: str) -> None:
    """What was begun in two conversations goes on in the first."""
    kept, gone = (url.rstrip("/").rpartition("/")[2] for url in (one, other))
    with demo.api("agent1@sambung.test") as api:
        api.post(f"conversations/{kept}/merges", json={"other": gone}).raise_for_status()
