"""The browser that plays the people: the system's Chromium, without anything it calls home for."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """Started without a window. Raises AssertionError, with what to do, when there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is missing: `apt-get install chromium`, or name one in CHROMIUM"
    return playwright.chromium.launch(executable_path=found, args=list(FLAGS))
