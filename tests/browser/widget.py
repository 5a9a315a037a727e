"""The chat on a shop's page, as a visitor uses it."""

from playwright.sync_api import FrameLocator, Locator, Page, expect

WORDS = {
    "id": {
        "open": "Buka obrolan",
        "close": "Tutup obrolan",
        "write": "Tulis pesan…",
        "send": "Kirim",
        "begin": "Mulai obrolan",
    },
    "en": {
        "open": "Open chat",
        "close": "Close chat",
        "write": "Write a message…",
        "send": "Send",
        "begin": "Start chat",
    },
}


class Widget:
    """What a page shows of the chat: its button, and the frame that opens."""

    def __init__(self, page: Page | FrameLocator, language: str = "en") -> None:
        self.words = WORDS[language]
        self._around = page
        self.frame = page.frame_locator("sambung-chat iframe")
        self.box = self.frame.get_by_role("textbox", name=self.words["write"])
        self.rows = self.frame.locator("li.row")

    def open(self) -> None:
        self._around.get_by_role("button", name=self.words["open"]).click()
        expect(self.frame.get_by_role("log")).to_be_visible()

    def close(self) -> None:
        self.frame.get_by_role("button", name=self.words["close"]).click()
        expect(self.frame.get_by_role("log")).to_be_hidden()

    def message(self, text: str) -> Locator:
        return self.rows.filter(has_text=text)

    def write(self, text: str) -> Locator:
        self.box.fill(text)
        self.frame.get_by_role("button", name=self.words["send"], exact=True).click()
        expect(self.message(text)).to_be_visible()
        return self.message(text)


class Visitor(Widget):
    """Somebody who has opened a page with the chat in a browser of their own."""

    def __init__(self, page: Page, url: str, language: str = "en") -> None:
        super().__init__(page, language)
        self.page = page
        page.goto(url)
