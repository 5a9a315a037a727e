"""The windows people have open during a journey."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

DESKTOP = {"width": 1440, "height": 900}
PATIENCE = 15_000
"""Milliseconds a state may take to come about; machines that run tests are busy."""


class Windows:
    """Every window a test opens, each a browser of its own; they close when it ends."""

    def __init__(self, chromium: Browser, base: str) -> None:
        self._chromium = chromium
        self._base = base
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, **options: Any) -> Page:
        given = {"viewport": DESKTOP, "locale": "en-GB", "base_url": self._base} | options
        context = self._chromium.new_context(**given)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def pictures(self, name: str) -> Iterator[str]:
        """Takes a picture of every window; where each is kept."""
        folder = Path(tempfile.mkdtemp(prefix="sambung-journey-"))
        pages = [page for context in self.contexts for page in context.pages]
        for at, page in enumerate(pages, 1):
            path = folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{at}.png"
            try:
                page.screenshot(path=path)
            except PlaywrightError as error:
                yield f"{page.url}: no picture: {error}"
            else:
                yield f"{page.url}: {path}"
