"""The simulator's phone: the shop with its chat, WhatsApp and mail, as the customer uses them."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect
from tests.browser.widget import Widget


class Phone:
    """One window in which somebody is a customer."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dock = page.locator("nav.dock")
        self.shop: FrameLocator = page.frame_locator("iframe[title='Toko Nusantara']")
        self.widget = Widget(self.shop)
        self.bubbles = page.get_by_role("log", name="Toko Nusantara")
        self.mail = page.locator(".mail")

    def open(self) -> None:
        self.page.goto("/simulator/")
        expect(self.dock).to_be_visible()

    def be_new(self, name: str, *, phone: str, email: str) -> None:
        """Somebody nobody knows yet."""
        self.page.get_by_role("button", name="Make a new customer").click()
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Phone number").fill(phone)
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_role("button", name="Create").click()
        expect(self.page.get_by_role("region", name=f"Phone of {name}")).to_be_visible()

    def use(self, app: str) -> None:
        """Shop, Mail or a chat app, by its name; how much is unread may stand behind it."""
        named = re.compile(rf"^{re.escape(app)}\s*\d*$")
        button = self.dock.get_by_role("button", name=named)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    # --- WhatsApp

    def bubble(self, text: str) -> Locator:
        return self.bubbles.get_by_role("article").filter(has_text=text)

    def whatsapp(self, text: str) -> Locator:
        self.page.get_by_role("textbox", name="Write a message").fill(text)
        self.page.get_by_role("button", name="Send").click()
        expect(self.bubble(text)).to_be_visible()
        return self.bubble(text)

    # --- mail

    def open_mail(self, text: str) -> Locator:
        """The thread whose line shows the text; its letters."""
        self.mail.get_by_role("listitem").filter(has_text=text).get_by_role("button").click()
        return self.mail.locator("article.letter")

    def answer_mail(self, text: str) -> None:
        self.mail.get_by_role("button", name="Reply").click()
        self.page.get_by_role("textbox", name="Write a message").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()
        expect(self.mail.locator("article.letter").filter(has_text=text)).to_be_visible()
