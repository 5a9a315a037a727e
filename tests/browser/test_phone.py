"""The desk in an agent's hand: one pane at a time, with a way back."""

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk


def test_an_agent_on_a_phone_reads_answers_and_goes_back(
    demo: Demo, desk: Callable[..., Desk]
) -> None:
    person = demo.person("Prima Wardhana", phone="+62 812 7700 4499")
    demo.whatsapp(person, "Kak, bisa COD di Sleman?")
    agent = desk("agent1", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(agent.list).to_be_visible()
    expect(agent.thread).to_have_count(0)
    agent.row("bisa COD").tap()
    expect(agent.message("bisa COD")).to_be_visible()
    expect(agent.list).to_be_hidden()
    expect(agent.panel).to_be_hidden()

    answer = agent.reply("Bisa, Kak, besok pagi ya")
    agent.status_is(answer, "Sent", "Delivered", "Read")
    agent.thread.get_by_role("button", name="Customer").tap()
    expect(agent.known_by("+6281277004499")).to_be_visible()
    expect(agent.panel).to_be_in_viewport(ratio=1)
    box = agent.panel.bounding_box()
    assert box
    assert box["width"] == 390
    agent.panel.get_by_role("button", name="Back").tap()
    expect(agent.panel).to_be_hidden()
    agent.thread.get_by_role("button", name="Back").tap()
    expect(agent.row("besok pagi")).to_be_visible()
    expect(agent.thread).to_have_count(0)

    # Nothing is wider than the screen, and the navigation is a drawer.
    assert agent.page.evaluate("document.documentElement.scrollWidth") == 390
    agent.list.get_by_role("button", name="Navigation").tap()
    agent.page.get_by_role("dialog").get_by_role("link", name="Snoozed").tap()
    expect(agent.list.get_by_role("heading", name="Snoozed")).to_be_visible()
