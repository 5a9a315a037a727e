"""Takes the pictures of README and docs: `python -m scripts.screenshots`, from the checkout's root.

A real demo is started and a piece of its story played first, by the hands the browser tests use.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.chromium import launch
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.windows import DESKTOP, PATIENCE

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
HANDHELD = {"width": 390, "height": 844}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory(prefix="sambung-pictures-") as folder:
        demo = Demo(Path(folder))
        demo.start()
        try:
            with sync_playwright() as playwright:
                take(launch(playwright), demo)
        finally:
            demo.stop()


def take(browser: Browser, demo: Demo) -> None:
    """Every picture, of one moment."""
    agent = Desk(window(browser, demo, DESKTOP))
    agent.sign_in("agent1")
    customer = Phone(window(browser, demo, DESKTOP))
    play(agent, customer)
    picture(customer.page, "simulator")
    picture(agent.page, "desk")
    agent.page.emulate_media(color_scheme="dark")
    picture(agent.page, "desk-dark")
    handheld = Desk(window(browser, demo, HANDHELD))
    handheld.sign_in("agent1")
    handheld.pick("Dewi Lestari")
    expect(handheld.reply_box).to_be_visible()
    picture(handheld.page, "phone")


def play(agent: Desk, customer: Phone) -> None:
    """Dewi asks on the website, signs in, and goes on by WhatsApp."""
    asked = "Halo, batik tulis Parang yang 250 cm masih ada?"
    customer.open()
    customer.use("Shop")
    customer.shop.get_by_role("button", name="Sign in as Dewi").click()
    customer.widget.open()
    customer.widget.write(asked)
    agent.pick(asked)
    agent.reply("Masih ada dua, Kak Dewi. Mau kami simpankan satu?")
    expect(customer.widget.message("simpankan satu")).to_be_visible()
    customer.use("WhatsApp")
    customer.whatsapp(
        "Kak, ini yang tadi tanya batik Parang di web. Jadi ambil satu ya, bisa dikirim hari ini?"
    )
    expect(agent.message("Jadi ambil satu")).to_be_visible()
    agent.replies_by("WhatsApp Toko")
    answer = agent.reply("Bisa, Kak. Kami kirim sore ini, alamatnya masih yang di Kaliurang?")
    agent.status_is(answer, "Read")
    expect(customer.bubble("yang di Kaliurang")).to_be_visible()


def window(browser: Browser, demo: Demo, size: dict[str, int]) -> Page:
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": size["width"], "height": size["height"]},
        locale="en-GB",
        timezone_id="Asia/Jakarta",
        device_scale_factor=2 if size is HANDHELD else 1,
        reduced_motion="reduce",
    )
    return context.new_page()


def picture(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
