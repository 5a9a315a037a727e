"""Who can mend a connection is told that it ails, and what waits or was given up is theirs to handle."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect
from tests.browser.demo import Demo
from tests.browser.desk import Desk

from sambung.kit import clock

NAME = "Kotak mati"
PATIENCE = 45_000


def test_a_connection_that_ails_is_told_of(demo: Demo, desk: Callable[..., Desk]) -> None:
    watcher, agent, admin = desk("supervisor"), desk("agent1"), desk("admin")
    with demo.api("admin@sambung.test") as api:
        # Nobody listens there.
        server = {"host": "127.0.0.1", "port": 9, "username": "mati", "password": "rahasia"}
        config = {"address": "mati@tokonusantara.example", "imap": server, "smtp": server}
        made = api.post("connections", json={"channel": "email", "name": NAME, "config": config})
        assert made.status_code == 201, made.text
        connection = made.json()["id"]
        # After some tries it comes by itself, to those who can do something about it.
        told = watcher.page.get_by_text(f"{NAME} wants a look")
        expect(told).to_be_visible(timeout=PATIENCE)
        expect(agent.page.get_by_text(NAME)).to_have_count(0)
        admin.page.get_by_role("link", name=f"{NAME} wants a look").click()
        page = admin.page
        expect(page.get_by_role("heading", name="Health")).to_be_visible()
        expect(page.get_by_text("It has a problem at the moment.")).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()
        expect(page.get_by_role("link", name=f"{NAME} wants a look")).to_have_count(0)
        api.delete(f"connections/{connection}")
    expect(told).to_have_count(0)


def test_what_waits_can_be_thrown_away(demo: Demo, desk: Callable[..., Desk]) -> None:
    with demo.api("admin@sambung.test") as api:
        found = api.get("conversations?status=open&limit=1").json()["items"][0]
        until = (clock.now() + timedelta(days=3)).isoformat()
        api.put(f"conversations/{found['id']}/snooze", json={"until": until})
        before = len(api.get("jobs?state=waiting&kind=wake").json()["items"])
        admin = desk("admin")
        page = admin.page
        admin.open("/settings/queue")
        expect(page.get_by_text("Nothing was given up")).to_be_visible()
        page.get_by_role("button", name="Waiting").click()
        row = page.get_by_role("listitem").filter(has_text="Bring back a snoozed conversation")
        expect(row).to_have_count(before)
        row.first.get_by_role("button", name="Delete").click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog).to_contain_text("It will never be done.")
        dialog.get_by_role("button", name="Remove").click()
        expect(row).to_have_count(before - 1)
        page.get_by_role("button", name="Not recorded").click()
        expect(page.get_by_text("connection by connection")).to_be_visible()
        api.delete(f"conversations/{found['id']}/snooze")
