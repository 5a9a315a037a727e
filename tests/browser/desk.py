"""The agents' desk as an agent uses it: by the names of things, in English."""

import json
import re

from playwright.sync_api import Locator, Page, expect
from tests.browser.demo import PASSWORD


class Desk:
    """One agent's window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.list = page.get_by_role("region", name="Conversation list")
        self.thread = page.get_by_role("region", name="Conversation", exact=True)
        self.log = page.get_by_role("log", name="Messages")
        self.panel = page.get_by_role("complementary", name="Customer")
        self.dialog = page.get_by_role("dialog")
        self.reply_box = page.get_by_role("textbox", name="Reply to the customer")
        self.note_box = page.get_by_role("textbox", name="Note for colleagues")
        self.send_button = self.thread.get_by_role("button", name="Send", exact=True)

    def speak(self, language: str, **preferences: str) -> None:
        """As if this device had chosen it; a choice made later stays."""
        chosen = json.dumps({"language": language, **preferences})
        self.page.add_init_script(
            "try { localStorage.getItem('sambung.preferences') ??"
            f" localStorage.setItem('sambung.preferences', {json.dumps(chosen)}) }} catch {{}}"
        )

    def open(self, path: str = "/inbox/open") -> None:
        self.page.goto(path)
        expect(self.page.get_by_role("main")).to_be_visible()

    def sign_in(self, who: str) -> None:
        """By the form, as on a new day."""
        self.page.goto("/")
        self.page.get_by_role("radio", name="English").click()
        self.page.get_by_label("Email").fill(f"{who}@sambung.test")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.list).to_be_visible()

    # --- the list

    def row(self, text: str | re.Pattern[str]) -> Locator:
        """A line of the list, by whom it is with or what was said last."""
        return self.list.get_by_role("link").filter(has_text=text)

    def pick(self, text: str) -> None:
        self.row(text).first.click()
        expect(self.log).to_be_visible()

    def look_at(self, view: str) -> None:
        link = self.page.get_by_role("navigation", name="Navigation").get_by_role("link")
        link.filter(has_text=re.compile(rf"^{view}")).click()
        expect(self.list.get_by_role("heading", name=view)).to_be_visible()

    def say(self, text: str) -> Locator:
        """A word at the edge of the screen, such as what was done and how to undo it."""
        return self.page.locator("[data-sonner-toast]").filter(has_text=text)

    def undo(self, text: str) -> None:
        self.say(text).get_by_role("button", name="Undo").click()

    # --- the thread

    def message(self, text: str | re.Pattern[str]) -> Locator:
        return self.log.get_by_role("article").filter(has_text=text)

    def reply(self, text: str) -> Locator:
        """Write and send; the message as it stands in the thread."""
        self.reply_box.fill(text)
        self.send_button.click()
        expect(self.message(text)).to_be_visible()
        return self.message(text)

    def note(self, text: str) -> None:
        self.thread.get_by_role("button", name="Note", exact=True).click()
        self.note_box.fill(text)
        self.thread.get_by_role("button", name="Add note").click()
        expect(self.message(text)).to_be_visible()

    def reply_by(self, connection: str) -> None:
        """Choose the connection the next reply goes out on."""
        self.thread.get_by_role("button", name="Reply by:").click()
        self.page.get_by_role("menuitem").filter(has_text=connection).first.click()
        self.replies_by(connection)

    def replies_by(self, connection: str) -> None:
        """Where the next reply goes."""
        chosen = self.thread.get_by_role("button", name=f"Reply by: {connection}")
        expect(chosen).to_be_visible()

    def act(self, name: str) -> None:
        """A button above the thread."""
        self.thread.get_by_role("button", name=name, exact=True).click()

    def settled(self) -> None:
        """What was typed has been kept by the server."""
        with self.page.expect_response(lambda answer: "/drafts/" in answer.url and answer.ok):
            pass

    def known_by(self, value: str) -> Locator:
        """A line of the panel: one way the customer is known, and how surely."""
        levels = re.compile(r"· (verified|claimed)$")
        return self.panel.get_by_role("listitem").filter(has_text=value).filter(has_text=levels)

    def status_is(self, message: Locator, *status: str) -> None:
        """The ticks of a message say one of these."""
        expect(message.get_by_text(re.compile(rf"^({'|'.join(status)})$"))).to_be_attached()
