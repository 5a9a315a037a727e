"""A browser, a demo, and the people at both ends of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from tests.browser.chromium import launch
from tests.browser.demo import PASSWORD, Demo
from tests.browser.desk import Desk
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.windows import PATIENCE, Windows

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def site(demo: Demo) -> Iterator[Site]:
    opened = Site(demo)
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, demo: Demo) -> Iterator[Windows]:
    windows = Windows(chromium, demo.url)
    yield windows
    windows.close()
    assert windows.complaints == [], "a page threw an error that nothing caught"


@pytest.fixture(scope="session")
def signed_in(demo: Demo) -> Callable[[str], Any]:
    """The cookie of somebody who has signed in, by the first part of their address; asked for once."""
    known: dict[str, Any] = {}

    def cookie_of(who: str) -> Any:
        if who not in known:
            login = {"email": f"{who}@sambung.test", "password": PASSWORD}
            answer = demo.http.post("/api/v1/session", json=login)
            answer.raise_for_status()
            demo.http.cookies.clear()
            known[who] = [
                {"name": name, "value": value, "url": demo.url}
                for name, value in answer.cookies.items()
            ]
        return known[who]

    return cookie_of


@pytest.fixture
def desk(browse: Windows, signed_in: Callable[[str], Any]) -> Callable[..., Desk]:
    """Opens the desk of one of the staff, in English."""

    def open_desk(who: str = "agent1", **options: Any) -> Desk:
        page = browse(**options)
        page.context.add_cookies(signed_in(who))
        opened = Desk(page)
        opened.speak("en")
        opened.open()
        return opened

    return open_desk


@pytest.fixture
def phone(browse: Windows) -> Callable[..., Phone]:
    """Opens the simulator, where somebody plays a customer."""

    def open_phone(**options: Any) -> Phone:
        opened = Phone(browse(**options))
        opened.open()
        return opened

    return open_phone


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """A journey that failed leaves a picture of every window it had open."""
    report = yield
    windows = getattr(item, "funcargs", {}).get("browse")
    if call.when == "call" and report.failed and windows:
        report.sections.append(("windows at that moment", "\n".join(windows.pictures(item.name))))
    return report
