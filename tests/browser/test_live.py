"""Nothing needs a reload: not after the agent's line was cut, not after the server was killed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.line import Line
from tests.browser.windows import Windows

LOST = "Connection lost"


def test_an_agent_whose_line_was_cut_sees_all_that_happened_without_a_reload(
    demo: Demo, browse: Windows, signed_in: Callable[[str], Any], desk: Callable[..., Desk]
) -> None:
    person = demo.person("Galih Pamungkas", phone="+62 812 7700 4477")
    demo.whatsapp(person, "Pesan sebelum putus")
    page = browse()
    page.context.add_cookies(signed_in("agent1"))
    line = Line(page, "/api/v1/live")
    agent = Desk(page)
    agent.speak("en")
    agent.open()
    agent.pick("Pesan sebelum putus")
    page.evaluate("window.stillTheSamePage = true")

    line.cut()
    expect(page.get_by_role("status").filter(has_text=LOST)).to_be_visible()
    other = demo.person("Hesti Kirana", phone="+62 812 7700 4478")
    demo.whatsapp(person, "Pesan selagi putus")
    demo.whatsapp(other, "Orang baru selagi putus")
    colleague = desk("agent2")
    colleague.pick("Pesan selagi putus")
    colleague.act("Take it")
    expect(colleague.say("Assigned to Bima Aditya")).to_be_visible()
    expect(agent.message("Pesan selagi putus")).to_have_count(0)

    line.restore()
    expect(agent.message("Pesan selagi putus")).to_have_count(1)
    expect(agent.row("Orang baru selagi putus")).to_have_count(1)
    expect(agent.row("Galih Pamungkas")).to_contain_text("Assigned to Bima Aditya")
    expect(page.get_by_role("status").filter(has_text=LOST)).to_have_count(0)
    assert page.evaluate("window.stillTheSamePage")


@pytest.fixture
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, for a test that kills it."""
    running = Demo(tmp_path_factory.mktemp("doomed"))
    running.start()
    yield running
    running.stop()


def test_a_server_that_was_killed_comes_back_with_everything_once(
    doomed: Demo, chromium: Browser
) -> None:
    windows = Windows(chromium, doomed.url)
    agent = Desk(windows())
    line = Line(agent.page, "/api/v1/live")
    agent.sign_in("agent1")
    doomed.whatsapp("dewi", "Pesan sebelum mati")
    agent.pick("Pesan sebelum mati")
    answer = agent.reply("Balasan sebelum mati")
    agent.status_is(answer, "Sent", "Delivered", "Read")
    agent.page.evaluate("window.stillTheSamePage = true")

    line.up = False
    doomed.kill()
    expect(agent.page.get_by_role("status").filter(has_text=LOST)).to_be_visible()
    doomed.start()
    doomed.town("PUT", "faults/whatsapp", {"duplicate": 1.0})
    doomed.whatsapp("dewi", "Pesan sesudah hidup lagi")
    colleague = Desk(windows())
    colleague.sign_in("agent2")
    expect(colleague.row("Pesan sesudah hidup lagi")).to_have_count(1)
    line.restore()
    expect(agent.message("Pesan sesudah hidup lagi")).to_have_count(1)
    expect(agent.message("Balasan sebelum mati")).to_have_count(1)
    expect(agent.message("Pesan sebelum mati")).to_have_count(1)
    answer = agent.reply("Balasan sesudah hidup lagi")
    agent.status_is(answer, "Sent", "Delivered", "Read")
    expect(agent.message("Balasan sesudah")).to_have_count(1)
    assert agent.page.evaluate("window.stillTheSamePage")
    windows.close()
    assert windows.complaints == []
