"""Two customers may be one person: an agent decides, and can take it back exactly."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk
from tests.browser.site import Site
from tests.browser.widget import Visitor
from tests.browser.windows import Windows

ASKED = [
    {"name": "name", "label": "Name", "type": "text", "required": True},
    {"name": "email", "label": "Email", "type": "email", "required": True},
]


def test_an_agent_merges_on_evidence_and_unmerging_gives_each_exactly_their_own(
    demo: Demo, site: Site, browse: Windows, desk: Callable[..., Desk]
) -> None:
    address = "laras.ayu@surel.example"
    mailer = demo.person("Laras Ayuningtyas", email=address)
    demo.mail(mailer, "Kain Sumba", "Apakah selendang Sumba masih ada?")
    key = site.chat("Obrolan tanya", prechat=ASKED)
    visitor = Visitor(browse(), site.page(key))
    visitor.open()
    visitor.frame.get_by_label("Name").fill("Laras")
    visitor.frame.get_by_label("Email").fill(address)
    visitor.frame.get_by_role("button", name="Start chat").click()
    visitor.write("Saya yang tadi kirim surel soal selendang")

    agent = desk()
    agent.pick("Saya yang tadi kirim surel")
    mine = agent.page.url
    expect(agent.known_by(address)).to_contain_text("Email · claimed")
    suggestion = agent.panel.get_by_role("listitem").filter(has_text="Not merged")
    expect(suggestion).to_contain_text("Laras Ayuningtyas")
    expect(suggestion).to_contain_text(f"Gave the email address {address}")

    # They become one customer, and what comes meanwhile is theirs.
    suggestion.get_by_role("button", name="Merge").click()
    expect(agent.dialog).to_contain_text(f"Gave the email address {address}")
    agent.dialog.get_by_label("Why are they the same person?").fill("Menyebut surelnya sendiri")
    agent.dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(agent.say("Merged into")).to_be_visible()
    undo = agent.page.get_by_role("button", name="Undo", exact=True)
    merged = agent.panel.get_by_role("listitem").filter(has=undo)
    expect(merged).to_contain_text("Laras Ayuningtyas")
    expect(merged).to_contain_text("Menyebut surelnya sendiri")
    expect(agent.panel.get_by_text("Kain Sumba").first).to_be_visible()
    demo.mail(mailer, "Warna selendang", "Ada yang merah?")
    expect(agent.panel.get_by_text("Ada yang merah?").first).to_be_visible()
    visitor.write("Kalau yang merah berapa?")
    expect(agent.message("Kalau yang merah berapa?")).to_have_count(1)

    # It was a mistake: each has their own again, also of what came in between.
    merged.get_by_role("button", name="Undo").click()
    agent.page.get_by_role("alertdialog").get_by_role("button", name="Undo").click()
    expect(merged).to_have_count(0)
    with demo.api("agent1@sambung.test") as api:
        assert said_by(api, address) == {
            "Laras": ["Kalau yang merah berapa?", "Saya yang tadi kirim surel soal selendang"],
            "Laras Ayuningtyas": ["Ada yang merah?", "Apakah selendang Sumba masih ada?"],
        }
    agent.open(mine.removeprefix(demo.url))
    expect(agent.message("selendang")).to_have_count(1)
    expect(agent.message("Kalau yang merah berapa?")).to_have_count(1)
    expect(agent.panel.get_by_text("Ada yang merah?")).to_have_count(0)


def said_by(api: httpx.Client, address: str) -> dict[str, list[str]]:
    """All that each customer with that address wrote, in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    for customer in items(api, "customers", q=address):
        texts = [
            message["text"].strip()
            for conversation in items(api, "conversations", customer=customer["id"], status="all")
            for message in items(api, f"conversations/{conversation['id']}/messages")
            if message["direction"] == "in" and message["kind"] != "context"
        ]
        found[customer["name"]] = sorted(texts)
    return found


def items(api: httpx.Client, path: str, **query: str) -> list[dict[str, Any]]:
    answer = api.get(path, params=query)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["items"]
    return found
